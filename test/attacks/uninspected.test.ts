/** Bodies that nobody can look into: refused, or let through where the connection says so, and then said to be so. */
import { expect, test } from 'vitest';
import { gateway } from './rig.ts';

const mail = 'ann.lee@acme.io';
const passing = `version: 1
connections: { openai: { provider: openai, target: 'https://api.openai.com', uninspectable: pass } }
`;
const form = `--x\r\ncontent-disposition: form-data; name="file"\r\n\r\n${mail}\r\n--x--\r\n`;

const bodies = [
  ['a form', { 'content-type': 'multipart/form-data; boundary=x' }, form],
  ['plain text', { 'content-type': 'text/plain' }, mail],
  [
    'JSON in UTF-16',
    { 'content-type': 'application/json; charset=utf-16' },
    Buffer.from(`{"a":"${mail}"}`, 'utf16le'),
  ],
  ['JSON in UTF-7', { 'content-type': 'application/json;charset="UTF-7"' }, `{"a":"${mail}"}`],
  [
    'JSON in one charset and another',
    { 'content-type': 'application/json; charset=utf-8; charset=utf-16' },
    '{}',
  ],
  ['JSON in an encoding that was not taken off', { 'content-encoding': 'gzip' }, '{}'],
] as const;

test.each(bodies)('%s is refused', (_, headers, body) => {
  const { code, recording } = gateway()({ headers, body });
  expect(code).toBe('uninspectable');
  expect(JSON.stringify(recording)).not.toContain(mail);
});

test.each(bodies)(
  '%s passes as it is where the connection says so, and the books say that',
  (_, headers, body) => {
    const told = gateway(passing)({ headers, body });
    expect(told.code).toBeUndefined();
    expect(told.sent).toBe(Buffer.from(body).toString());
    expect(told.entries).toMatchObject([{ direction: 'to_model', uninspected: true }]);
    const { kept } = told.answer({ id: 'x', choices: [] });
    expect(kept).toContain(`[uninspected: ${Buffer.from(body).length} bytes]`);
    expect(kept).not.toContain(mail);
  },
);

test.each([
  'application/json',
  'application/json; charset=UTF-8',
  'application/json; charset="us-ascii"',
  'application/problem+json;a=b',
])('%s is inspected there all the same', (type) => {
  const { sent, entries } = gateway(passing)({
    headers: { 'content-type': type },
    body: { user: mail, messages: [] },
  });
  expect(sent).not.toContain(mail);
  expect(entries[0]).not.toHaveProperty('uninspected');
});

test('what says that it is JSON, and is not, is refused there too', () => {
  expect(gateway(passing)({ body: `{"a": ${mail}` }).code).toBe('invalid_body');
});

const audio = Buffer.from([0x49, 0x44, 0x33, 0xff, 0xfb, 0x90]);
const spoken = { headers: { 'content-type': 'audio/mpeg' } };

test('an answer of a type that cannot be read is an error', () => {
  const { code } = gateway()({ body: { messages: [] } }).answer(audio, spoken);
  expect(code).toBe('unreadable_answer');
});

test('such an answer passes as it is where the connection says so, and the books say that', () => {
  const { code, bytes, kept } = gateway(passing)({ body: { messages: [] } }).answer(audio, spoken);
  expect(code).toBeUndefined();
  expect(bytes).toEqual(audio);
  expect(kept).toContain('"uninspected":true');
  expect(kept).toContain(`[uninspected: ${audio.length} bytes]`);
});

test('an answer that says that it is JSON, and is not, is an error there too', () => {
  expect(gateway(passing)({ body: { messages: [] } }).answer(audio).code).toBe('unreadable_answer');
});
