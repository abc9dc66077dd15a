import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEscape } from '../../src/wire/escape.ts';
import { jsonValue } from '../../src/wire/json.ts';
import { tryParseJson } from '../../src/wire/json-parse.ts';

const parse = (text: string) => {
  const bytes = Buffer.from(text);
  const doc = tryParseJson(bytes, { chunk: {} });
  return doc && jsonValue(doc, 0);
};

test.each([
  '"\\a"',
  '"\\x41"',
  '"\\u12"',
  '"\\u12G4"',
  '{"\\q":1}',
  '["ok\\"\\\\","\\u00zz"]',
  '"\\u"',
  '"\\',
])('what JSON does not know is no JSON: %s', (text) => {
  expect(parse(text)).toBeUndefined();
});

test('every escape that JSON knows is read as JSON.parse reads it', () => {
  const spelling = fc.constantFrom(
    '\\"',
    '\\\\',
    '\\/',
    '\\b',
    '\\f',
    '\\n',
    '\\r',
    '\\t',
    '\\u0041',
    '\\uD83D\\uDE00',
    'a',
    'é',
  );
  fc.assert(
    fc.property(fc.array(spelling), (parts) => {
      const text = `["${parts.join('')}"]`;
      expect(parse(text)).toEqual(JSON.parse(text));
      expect(parts.every((part) => part[0] !== '\\' || isEscape(Buffer.from(part), 0, part.length))).toBe(
        true,
      );
    }),
  );
});
