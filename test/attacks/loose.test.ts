/** A person's data outside the bodies: in the path, in names of the query, in headers of either way. */
import { expect, test } from 'vitest';
import { chat, gateway } from './rig.ts';

const mail = 'ann.lee@acme.io';
const key = `sk-ant-api03-${'aB3_'.repeat(23)}xQAA`;
const openai = 'https://api.openai.com';
const paths = `version: 1
connections: { openai: { provider: openai, target: ${openai}, paths: ['/v1/people/*', '/v1/people/*/notes'] } }
`;

test.each(['user-agent', 'accept', 'accept-language', 'x-note'])(
  'what a request says in %s is looked at',
  (name) => {
    const held = gateway()({ headers: { [name]: `app/1.0 (${mail})` }, body: chat('hi') });
    expect(held.headers).not.toHaveProperty(name);
    expect(held.entries[0]!.decisions).toMatchObject([{ effect: 'mask', path: `:${name}` }]);
    const plain = gateway()({ headers: { [name]: 'app/1.0' }, body: chat('hi') });
    expect(plain.headers).toHaveProperty(name, 'app/1.0');
    expect(plain.entries[0]!.decisions).toEqual([]);
  },
);

test('a segment of the path is written anew where something is found in it', () => {
  const ask = (path: string) => gateway(paths)({ method: 'GET', path });
  const held = ask(`/v1/people/${encodeURIComponent(mail)}/notes?a=b+c`);
  expect(decodeURIComponent(held.path)).toMatch(/^\/v1\/people\/\S+@example\.\w+\/notes\?a=b\+c$/);
  expect(ask('/v1/people/a%20b+c/notes?x&y=%20').path).toBe('/v1/people/a%20b+c/notes?x&y=%20');
});

test('a name in the query is masked as its value is', () => {
  const ask = (query: string) => gateway()({ path: `/v1/chat/completions?${query}`, body: chat('hi') });
  const { path, entries } = ask(`a=1&${mail}=${mail}&b`);
  expect(path).not.toContain('acme');
  expect(decodeURIComponent(path)).toMatch(/\?a=1&(\S+@example\.\w+)=\1&b$/);
  expect(JSON.stringify(entries)).not.toContain(mail);
  expect(ask('a=1&b=&c&d=e%2Bf').path).toBe('/v1/chat/completions?a=1&b=&c&d=e%2Bf');
});

test('a header of an answer goes where the policy masks what stands in it', () => {
  const headers = {
    'content-type': 'application/json',
    'x-request-id': 'req_011CS',
    'x-model-note': `key ${key}`,
    'x-owner': mail,
    'x-plain': 'yes',
  };
  const asked = gateway()({ body: chat('hi') });
  const { head, kept } = asked.answer({ id: 'r', choices: [] }, { headers });
  const { 'x-model-note': _gone, ...rest } = headers;
  expect(head.headers).toEqual(rest);
  expect(kept).toContain(':x-model-note');
  expect(kept).not.toContain(key);
  expect(kept).not.toContain(mail);
});

test('a surrogate in a header stays one', () => {
  const asked = gateway('version: 1\nmask: { to_app: { pii: redact } }\n')({ body: chat(`I am ${mail}`) });
  const [stand] = /\S+@example\.\w+/.exec(asked.sent)!;
  const { head } = asked.answer(
    { id: 'r', choices: [] },
    { headers: { 'content-type': 'application/json', 'x-user': stand } },
  );
  expect(head.headers['x-user']).toBe(stand);
});
