import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDetectors, detect } from '../../src/detect/detect.ts';
import { disguises, doubled, wide } from './disguises.ts';

/** Values in disguise are found, and all of the disguise is covered. */

const detectors = compileDetectors();

const values: readonly (readonly [entity: string, value: string])[] = [
  ['EMAIL_ADDRESS', 'alice.b@example.com'],
  ['CREDIT_CARD', '4111 1111 1111 1111'],
  ['CREDIT_CARD', '5555555555554444'],
  ['US_SSN', '219-09-9999'],
  ['PHONE_NUMBER', '+44 20 7946 0018'],
  ['IBAN_CODE', 'DE89 3704 0044 0532 0130 00'],
  ['IP_ADDRESS', '192.168.10.23'],
  ['GITHUB_PAT', `${'ghp_'}wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx`],
];

/** Only where the gaps are between digits are dashes and spaces of other kinds gaps. */
const gaps: readonly (readonly [name: string, write: (value: string) => string])[] = [
  ['no-break spaces', (value) => value.replaceAll(' ', '\u00a0')],
  ['narrow spaces', (value) => value.replaceAll(' ', '\u202f')],
  ['wide spaces', (value) => value.replaceAll(' ', '\u3000')],
  ['en dashes', (value) => value.replaceAll('-', '\u2013').replaceAll(' ', '\u2013')],
  ['entities of spaces', (value) => value.replaceAll(' ', '&nbsp;')],
];

function covers(entity: string, value: string, written: string, before: string, behind: string): void {
  const bytes = Buffer.from(before + written + behind);
  const start = Buffer.byteLength(before);
  const found = detect(detectors, bytes, 0, bytes.length);
  const hit = found.find((match) => match.entity === entity && match.start === start);
  expect(hit, JSON.stringify([before, written, behind, found])).toBeDefined();
  expect(bytes.toString('utf8', hit!.start, hit!.end)).toBe(written);
  if (written !== value && !/^[\w=]+$/.test(value)) expect(hit!.value?.length ?? 0).toBeGreaterThan(0);
}

const before = fc.constantFrom(
  '',
  'Say ',
  'x\n',
  '{"a": "',
  'value=',
  '<td>',
  'data:,',
  '\\n',
  '\\t',
  'Ünï: ',
);
const behind = fc.constantFrom('', ' and more', '\n', '"}', '</td>', ', then', '\\nBob', '\\r\\nX');
const prose = fc.array(fc.constantFrom('the ', 'of ', '“it” ', 'naïve\n', 'a – b ', '5 of 7 ', '\\n  '), {
  maxLength: 60,
});

describe.each([...disguises, ...doubled])('%s', (_, write) => {
  it.each(values)('%s %s', (entity, value) => {
    fc.assert(
      fc.property(prose, before, behind, (words, head, tail) => {
        covers(entity, value, write(value), words.join('') + head, tail);
      }),
      { numRuns: 25 },
    );
  });
});

it.each(values)('%s %s in wide forms within a sentence in base64: all of the run is covered', (_, value) => {
  const run = Buffer.from(`value: ${wide(value)} ok`).toString('base64');
  const text = Buffer.from(`see ${run} now`);
  const [first] = detect(detectors, text, 0, text.length);
  expect(first).toMatchObject({ start: 4, end: 4 + run.length });
});

describe.each(gaps)('%s', (_, write) => {
  it.each(values.filter(([entity, value]) => /CARD|SSN|PHONE/.test(entity) && /[ -]/.test(value)))(
    '%s %s',
    (entity, value) => {
      fc.assert(
        fc.property(prose, behind, (words, tail) =>
          covers(entity, value, write(value), words.join(''), tail),
        ),
        { numRuns: 10 },
      );
    },
  );
});

describe('what stands in for a value', () => {
  const only = (text: string): { written: string; value: string | undefined }[] => {
    const bytes = Buffer.from(text);
    return detect(detectors, bytes, 0, bytes.length).map(({ start, end, value }) => ({
      written: bytes.toString('utf8', start, end),
      value,
    }));
  };

  it('is the value as it reads', () => {
    expect(only('mail=alice%40example.com&x=1')).toEqual([
      { written: 'alice%40example.com', value: 'alice@example.com' },
    ]);
  });

  it('is the digits of a number in exponent form', () => {
    expect(only('4.111111111111111e15')).toEqual([
      { written: '4.111111111111111e15', value: '4111111111111111' },
    ]);
    expect(only('4.11111111111111e+15')).toEqual([]);
  });

  it('is the run itself where base64 holds more than the value', () => {
    const run = Buffer.from('write to alice@example.com, card 4111111111111111').toString('base64');
    expect(only(`x ${run}`)).toEqual([
      { written: run, value: undefined },
      { written: run, value: undefined },
    ]);
  });

  it('never takes in the letter of an escape', () => {
    expect(only('\\talice@example.com\\nBob')).toEqual([{ written: 'alice@example.com', value: undefined }]);
    expect(only('\\n4111111111111111\\r5')).toEqual([{ written: '4111111111111111', value: undefined }]);
  });
});

describe('what is no value stays none', () => {
  it.each([
    ['a card over two cells', '| 4111 1111 | 1111 1111 |'],
    ['a card over two lines', '4111 1111\\n1111 1111'],
    ['a card over two lines of HTML', '4111 1111&#10;1111 1111'],
    ['a card over two cells that tabs part', '4111 1111%091111 1111'],
    ['years', '1999–2003, 2004–2011'],
    ['a path', 'C:\\new\\table\\fonts'],
    ['text in base64', Buffer.from('nothing to see here, move along').toString('base64')],
  ])('%s', (_, text) => {
    const bytes = Buffer.from(text);
    expect(detect(detectors, bytes, 0, bytes.length)).toEqual([]);
  });
});
