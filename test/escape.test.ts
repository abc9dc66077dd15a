import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeLines, escapeText, safeJson } from '../src/escape.ts';

const anything = fc.string({ unit: 'binary', maxLength: 60 });
const harmless = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

test.each([
  ['a new line', 'one\ntwo\r', 'one\\ntwo\\r'],
  ['a colour', '\x1b[31mred', '\\x1b[31mred'],
  ['an operating system command', '\x1b]0;title\x07', '\\x1b]0;title\\x07'],
  ['an 8-bit control sequence', '\x9b2J', '\\x9b2J'],
  ['text turned around', 'user\u202egnp.exe', 'user\\u202egnp.exe'],
  ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
  ['text of no width', 'pay\u200bpal\ufeff', 'pay\\u200bpal\\ufeff'],
  ['invisible tags', '\u{e0041}', '\\u{e0041}'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['half a character', 'a\ud800b', 'a\\ud800b'],
])('%s is shown, not obeyed', (_, text, shown) => {
  expect(escapeText(text)).toBe(shown);
});

test('ordinary text of any script stays as it is', () => {
  for (const text of ['Grüße, Łódź', '日本語 テキスト', 'مرحبا', 'naïve – “quoted” 🎉', 'C:\\temp\\new'])
    expect(escapeText(text)).toBe(text);
});

test('whatever comes in, one harmless line comes out', () => {
  fc.assert(fc.property(anything, (text) => void expect(escapeText(text)).toMatch(harmless)));
});

test('escaping twice changes nothing more', () => {
  fc.assert(
    fc.property(anything, (text) => void expect(escapeText(escapeText(text))).toBe(escapeText(text))),
  );
});

test('lines keep their ends, and nothing else', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const lines = escapeLines(text).split('\n');
      expect(lines).toHaveLength(text.split('\n').length);
      for (const line of lines) expect(line).toMatch(harmless);
    }),
  );
});

test('JSON stays the same value and holds nothing unsafe', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 2), (value, indent) => {
      const json = safeJson(value, indent);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      for (const line of json.split('\n')) expect(line).toMatch(harmless);
    }),
  );
});

test('an integer beyond 2^53 keeps its digits', () => {
  expect(safeJson({ id: 9007199254740993n })).toBe('{"id":"9007199254740993"}');
});
