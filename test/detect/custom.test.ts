import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CustomDetector, compileDetectors, detect, groupOf } from '../../src/detect/detect.ts';
import { requiredLiteral } from '../../src/detect/pattern.ts';

function found(text: string, ...custom: CustomDetector[]): string[] {
  const bytes = Buffer.from(text);
  return detect(compileDetectors(custom), bytes, 0, bytes.length).map(
    ({ entity, start, end }) => `${entity}:${bytes.toString('utf8', start, end)}`,
  );
}

const customer: CustomDetector = { entity: 'CUSTOMER_ID', group: 'pii', pattern: 'CUST-\\d{8}' };

describe('a policy’s own detectors', () => {
  it('find by pattern, with offsets in bytes', () => {
    expect(found('größe CUST-00412233 日本 CUST-00412234', customer)).toEqual([
      'CUSTOMER_ID:CUST-00412233',
      'CUSTOMER_ID:CUST-00412234',
    ]);
    expect(found('CUST-12', customer)).toEqual([]);
  });

  it('find words and phrases whole, in any case', () => {
    const projects: CustomDetector = { entity: 'PROJECT', words: ['Blue Heron', 'Überflieger'] };
    expect(found('the BLUE HERON and überflieger, not blue herons', projects)).toEqual([
      'PROJECT:BLUE HERON',
      'PROJECT:überflieger',
    ]);
  });

  it('count by their score, which context raises', () => {
    const weak: CustomDetector = { entity: 'DESK', pattern: 'D\\d{4}', score: 0.3, context: ['desk'] };
    expect(found('at D1234', weak)).toEqual([]);
    expect(found('desk no. D1234', weak)).toEqual(['DESK:D1234']);
  });

  it('have their check digits verified, whatever parts the digits', () => {
    const member: CustomDetector = { entity: 'MEMBER', pattern: 'M-\\d{4}[ -]?\\d{6}', validator: 'luhn' };
    expect(found('M-7992 739871 and M-7992739872', { ...member, pattern: 'M-\\d{4} ?\\d{6}' })).toEqual([]);
    expect(found('M-1234 567897, M-1234-567897, M-1234567898', member)).toEqual([
      'MEMBER:M-1234 567897',
      'MEMBER:M-1234-567897',
    ]);
  });

  it('have a group: their own, that of the built-in entity, or pii', () => {
    const detectors = compileDetectors([
      { entity: 'A', group: 'internal', words: ['a'] },
      { entity: 'B', words: ['b'] },
      { entity: 'CREDIT_CARD', group: 'pii', words: ['c'] },
    ]);
    expect(['A', 'B', 'CREDIT_CARD'].map((entity) => groupOf(detectors, entity))).toEqual([
      'internal',
      'pii',
      'financial',
    ]);
  });

  it.each<[why: string, detector: CustomDetector, message: RegExp]>([
    [
      'lookaround',
      { entity: 'X', pattern: '(?=a)b' },
      /detector X has a pattern that cannot run in linear time/,
    ],
    [
      'back-references',
      { entity: 'X', pattern: '(a)\\1' },
      /detector X has a pattern that cannot run in linear time/,
    ],
    [
      'the empty match',
      { entity: 'X', pattern: 'a*' },
      /detector X has a pattern that matches the empty text/,
    ],
    [
      'counts within counts',
      { entity: 'X', pattern: '(a{1,1000}){1,1000}' },
      /detector X has a pattern that is too large to be fast: counts/,
    ],
    [
      'a count that is written out at length',
      { entity: 'X', pattern: '[a-z]{1,900}x' },
      /detector X has a pattern that is too large to be fast: counts/,
    ],
    [
      'a validator of words',
      { entity: 'X', words: ['abc'], validator: 'luhn' },
      /detector X has a validator, which is for what a pattern finds/,
    ],
    ['nothing to look for', { entity: 'X' }, /detector X has neither a pattern nor words/],
    ['a word of signs', { entity: 'X', words: ['--'] }, /detector X has a word without a letter/],
    [
      'an example missed',
      { ...customer, examples: { match: ['CUST-1'] } },
      /CUSTOMER_ID does not match examples.match\[0\]/,
    ],
    [
      'a counter-example',
      { ...customer, examples: { no_match: ['CUST-00412233'] } },
      /CUSTOMER_ID matches examples.no_match\[0\]/,
    ],
  ])('are refused for %s', (_, detector, message) => {
    expect(() => compileDetectors([detector])).toThrow(message);
    expect(() => compileDetectors([detector])).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
  });

  it('are only run where the text that a pattern needs stands', () => {
    const literals: readonly (readonly [pattern: string, literal: string | undefined])[] = [
      ['CUST-\\d{8}', 'CUST-'],
      ['\\bEMP\\.\\d+', 'EMP.'],
      ['a|bcd', undefined],
      ['(?i)abc', undefined],
      ['(abc|def)xyz?', 'xy'],
      ['[A-Z]{3}\\d+', undefined],
      ['ab*cde+f', 'cd'],
      ['größe\\d', 'größe'],
      ['[]x]yz', 'yz'],
      ['\\Qa.b\\Ecd', 'cd'],
    ];
    for (const [pattern, literal] of literals)
      expect(requiredLiteral(pattern)?.toString(), pattern).toBe(literal);
  });

  it('find the same with and without that shortcut', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      'ab',
      '\\.',
      '[ab]',
      '(ab|c)',
      'b?',
      'a+',
      'c{2}',
      '.',
      '\\d',
      'é',
    );
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'ab', '.', '1', 'é', ' '), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(atom, { minLength: 1, maxLength: 6 }), text, (atoms, pieces) => {
        const pattern = `z?${atoms.join('')}`;
        if (new RegExp(pattern).test('')) return;
        const one = pieces.join('');
        const expected = [...one.matchAll(new RegExp(pattern, 'gu'))].map(([match]) => `X:${match}`);
        // What the built-in detectors make of such a text is another matter.
        const own = found(one, { entity: 'X', pattern, score: 1 }).filter((match) => match.startsWith('X:'));
        expect(own).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
