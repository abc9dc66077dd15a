import { expect, test } from 'vitest';
import { parseJson } from '../../src/wire/json-parse.ts';
import { isSealed } from '../../src/wire/sealed.ts';

const sealed = (value: unknown): boolean => sealedText(JSON.stringify(value));
const sealedText = (text: string): boolean =>
  isSealed(parseJson(Buffer.from(text), { chunk: {} }, { depth: 8 }), 0);

const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919) % 256));

test.each([
  ['Base64', bytes.toString('base64')],
  ['Base64 for URLs', bytes.toString('base64url')],
  ['media in a URL', `data:image/png;base64,${bytes.toString('base64')}`],
  ['media with parameters', `data:text/plain;charset=utf-8;base64,${bytes.toString('base64')}`],
  ['nothing', ''],
  ['null', null],
  ['a few letters', 'c2ln'],
])('%s is what a provider seals', (_, value) => {
  expect(sealed(value)).toBe(true);
});

test('slashes may be escaped', () => {
  expect(sealedText(`"${bytes.toString('base64').replaceAll('/', '\\/')}"`)).toBe(true);
});

test.each([
  ['a mail address', 'ann.lee@acme.io'],
  ['a card', '4111111111111111'],
  ['an account', 'DE89370400440532013000'],
  ['words', 'Ann Lee lives here'],
  ['a URL of text', 'data:text/plain,ann.lee@acme.io'],
  ['text behind Base64', `${bytes.toString('base64')} ann.lee@acme.io`],
  ['padding in its middle', 'QUJD==QUJDab'],
  ['a number', 4111111111111111],
  ['an object', { email: 'ann.lee@acme.io' }],
  ['a list', ['c2ln']],
])('%s is text', (_, value) => {
  expect(sealed(value)).toBe(false);
});
