import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compileDetectors, detect } from '../../src/detect/detect.ts';
import { isThrifty } from '../../src/detect/program.ts';

/** To find all matches of a pattern costs more than to find one where each search may look far ahead in vain. */

const thrifty = (pattern: string): boolean => isThrifty(RE2JS.compile(pattern));

describe('a pattern is known to be searched for in one go', () => {
  it.each([
    ['CUST-\\d{8}', 'it has an end'],
    ['CUST-\\d+', 'whatever is repeated is a match already'],
    ['\\d+(?:[ -]\\d+)*', 'what is passed over holds no match'],
    ['\\w+@\\w+\\.\\w+', 'what is passed over holds no match'],
    ['(?i)emp\\s*(?:id|no)?[:#]?\\s*\\d{5,8}', 'what is passed over holds no match'],
    ['(a+)+b', 'what is passed over holds no match'],
    ['"[^"]*"', 'what is passed over holds no match'],
    ['\\b\\d{6,}\\b', 'it ends with the word'],
  ])('%s: %s', (pattern) => expect(thrifty(pattern)).toBe(true));
});

describe('a pattern is not', () => {
  it.each([
    ['a.*b|a', 'of two ways, one is shorter'],
    ['a(?:.*b)?', 'more may follow, far away'],
    ['BEGIN[\\s\\S]*?END|\\d{4}', 'a beginning without an end spans whole matches'],
    ['\\d(?:\\d*\\b)?', 'a word may not end'],
    ['(?i)k+b|k', 'in either case'],
    ['(\\d+,)*\\d+', 'not known, for all its harmlessness'],
  ])('%s: %s', (pattern) => expect(thrifty(pattern)).toBe(false));
});

describe('where it is not', () => {
  const detectors = compileDetectors([{ entity: 'X', pattern: 'a(?:.*b)?', score: 1 }]);
  const found = (text: string): string[] =>
    detect(detectors, Buffer.from(text), 0, text.length).map(({ start, end }) => text.slice(start, end));

  it('what is found is the same, also where it is far away or long', () => {
    const gap = '\n'.repeat(40_000);
    const long = `a${'-'.repeat(40_000)}b`;
    expect(found(`a${gap}a--b${gap}${long}\na`)).toEqual(['a', 'a--b', long, 'a']);
    expect(found('a\n'.repeat(1000))).toEqual(Array(1000).fill('a'));
  });

  it('the rest of a text that makes it look too often counts as one match: nothing goes through', () => {
    const text = 'a '.repeat(50_000);
    const own = found(text);
    expect(own.length).toBeGreaterThan(500);
    expect(own.at(-1)!.length).toBeGreaterThan(10_000);
    expect(text.endsWith(own.at(-1)!)).toBe(true);
  });
});
