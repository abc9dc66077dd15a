/** Trouble on the wire, through the real process: whatever the upstream or the app does, a clear error or the upstream's own. */
import http, { type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import * as zlib from 'node:zlib';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deferred } from '../cli/fcgate.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { apiKey, found, user } from './planted.ts';
import { chatAnswer, chatEvent, chatRequest, post, reply, type Scripted, startScripted } from './scripted.ts';

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve({ openai: upstream.url, anthropic: upstream.url, gemini: upstream.url });
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});
afterEach(() => upstream.answer((response) => reply(response, chatAnswer('Fine.'))));

const url = () => `${gateway.url}/openai/v1/chat/completions`;
const chat = (
  body: string | Uint8Array = chatRequest('hello'),
  headers?: Record<string, string>,
  signal?: AbortSignal,
) => post(url(), body, headers, signal);
const client = () => new OpenAI({ baseURL: `${gateway.url}/openai/v1`, apiKey });
const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'hello' }] };

const stream =
  (...events: string[]) =>
  (response: ServerResponse) => {
    response.setHeader('content-type', 'text/event-stream');
    for (const event of events) response.write(event);
  };

describe('an upstream that misbehaves', () => {
  test.each<[string, (response: ServerResponse) => void, number, string]>([
    [
      'resets before it answers',
      (response) => response.socket!.resetAndDestroy(),
      502,
      'upstream_unreachable',
    ],
    [
      'resets in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"id":"c","choices":[{"message":{"content":"half', () =>
          response.socket!.resetAndDestroy(),
        );
      },
      502,
      // A reset may overtake the headers.
      'unreadable_answer|upstream_unreachable',
    ],
    [
      'speaks no HTTP',
      (response) => response.socket!.end('SSH-2.0-OpenSSH_9.6\r\n'),
      502,
      'unreadable_answer',
    ],
    [
      'answers 200 with a page',
      (response) => reply(response, '<html>Log in</html>', 'text/html'),
      502,
      'unreadable_answer',
    ],
    ['answers garbage as JSON', (response) => reply(response, '{"id": nope'), 502, 'unreadable_answer'],
    [
      'answers bytes',
      (response) => reply(response, Buffer.alloc(100, 0xff), 'application/octet-stream'),
      502,
      'unreadable_answer',
    ],
    [
      'ends its stream in the middle of an event',
      (response) => {
        stream(chatEvent({ role: 'assistant', content: 'Hel' }), 'data: {"id":"chatcmpl-1","cho')(response);
        response.end();
      },
      502,
      'unreadable_answer',
    ],
    [
      'breaks its stream off',
      (response) => {
        stream(chatEvent({ role: 'assistant', content: 'Hel' }))(response);
        response.write('\n', () => response.socket!.end());
      },
      502,
      'unreadable_answer',
    ],
    [
      'says it is gzip, and is not',
      (response) => reply(response.setHeader('content-encoding', 'gzip'), chatAnswer('Fine.')),
      502,
      'unreadable_answer',
    ],
    [
      'uses an unknown encoding',
      (response) => reply(response.setHeader('content-encoding', 'rot13'), chatAnswer('Fine.')),
      502,
      'unreadable_answer',
    ],
  ])('%s', async (_, answer, status, code) => {
    upstream.answer(answer);
    const before = upstream.arrived.length;
    const raised = await client()
      .chat.completions.create(ask)
      .catch((error: unknown) => error);
    expect(raised).toBeInstanceOf(OpenAI.APIError);
    const told = raised as InstanceType<typeof OpenAI.APIError>;
    expect(told.status).toBe(status);
    expect(told.code).toMatch(new RegExp(`^(?:${code})$`));
    expect(told.message).toContain(`fcgate ${told.code}: `);
    expect(upstream.arrived.length - before).toBe(1);
  });

  test('its own errors are passed on, with status, body and what says when to try again', async () => {
    const body = '{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}';
    upstream.answer((response) => {
      response.statusCode = 429;
      response.setHeader('retry-after', '7');
      reply(response, body);
    });
    const answer = await chat();
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([429, '7', body]);
    await expect(client().chat.completions.create(ask, { maxRetries: 0 })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    );
  });

  test('its page for an error is passed on', async () => {
    upstream.answer((response) => {
      response.statusCode = 503;
      reply(response, '<html>Back soon</html>', 'text/html');
    });
    const answer = await chat();
    expect([answer.status, await answer.text()]).toEqual([503, '<html>Back soon</html>']);
  });

  test('a redirect is not followed, nor told where to', async () => {
    upstream.answer((response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
    const answer = await fetch(url(), {
      method: 'POST',
      body: chatRequest('x'),
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.headers.get('location')).toBeNull();
  });

  test('what it must not say to the app is not passed on', async () => {
    upstream.answer((response) => {
      response
        .setHeader('set-cookie', 'a=b')
        .setHeader('alt-svc', 'h3=":443"')
        .setHeader('x-fcgate-decision', 'forged');
      response.setHeader('x-request-id', 'req-1');
      reply(response, chatAnswer('Fine.'));
    });
    const { headers } = await chat();
    expect(
      Object.fromEntries(
        ['set-cookie', 'alt-svc', 'x-request-id', 'x-fcgate-decision'].map((name) => [
          name,
          headers.get(name),
        ]),
      ),
    ).toEqual({
      'set-cookie': null,
      'alt-svc': null,
      'x-request-id': 'req-1',
      'x-fcgate-decision': 'allow',
    });
  });
});

test('a stream in the smallest pieces is the stream that came', async () => {
  const events = [
    chatEvent({ role: 'assistant', content: 'Hé' }),
    ': a comment\n\n',
    chatEvent({ content: 'llo' }),
    chatEvent({}, 'stop'),
    'data: [DONE]\n\n',
  ].join('');
  upstream.answer(async (response) => {
    response.setHeader('content-type', 'text/event-stream');
    const bytes = Buffer.from(events);
    for (let at = 0; at < bytes.length; at += 3) {
      response.write(bytes.subarray(at, at + 3));
      await new Promise(setImmediate);
    }
    response.end();
  });
  expect(await (await chat(chatRequest('hello', { stream: true }))).text()).toBe(events);
});

const codings = { gzip: zlib.gzipSync, br: zlib.brotliCompressSync, deflate: zlib.deflateSync } as const;

describe.each(Object.entries(codings))('%s', (coding, compress) => {
  test('a compressed body is read, governed, and goes on plain', async () => {
    const answer = await chat(compress(Buffer.from(chatRequest(`mail ${user.email}`))), {
      'content-encoding': coding,
    });
    expect(answer.status).toBe(200);
    const { body, headers } = upstream.arrived.at(-1)!;
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.toString()).toMatch(/mail \S+@example/);
    expect(found(body, [user.email])).toEqual([]);
  });

  test('a compressed answer is read, restored, and comes plain', async () => {
    upstream.answer((response) => {
      const [, mail] = /mail (\S+?)"/.exec(upstream.arrived.at(-1)!.body.toString())!;
      reply(
        response.setHeader('content-encoding', coding),
        compress(Buffer.from(chatAnswer(`Wrote to ${mail}.`))),
      );
    });
    const answer = await chat(chatRequest(`mail ${user.email}`));
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(((await answer.json()) as OpenAI.ChatCompletion).choices[0]!.message.content).toBe(
      `Wrote to ${user.email}.`,
    );
  });

  test('a compressed body that swells is not let in', async () => {
    const answer = await chat(compress(Buffer.alloc(40 * 1024 * 1024, 0x20)), { 'content-encoding': coding });
    expect(answer.status).toBe(413);
  });
});

describe('an app that goes', () => {
  const gone = (response: ServerResponse) =>
    new Promise<number>((resolve) => response.once('close', () => resolve(performance.now())));

  test.each<[string, (response: ServerResponse) => void]>([
    ['before the upstream’s headers', () => {}],
    ['in the middle of a stream', stream(chatEvent({ role: 'assistant', content: 'Hel' }))],
  ])('%s: the upstream’s call ends within 100 ms', { retry: 3 }, async (_, answer) => {
    const arrived = deferred<{ closed: Promise<number> }>();
    upstream.answer((response) => {
      answer(response);
      arrived.resolve({ closed: gone(response) });
    });
    const abort = new AbortController();
    const asked = chat(chatRequest('hello', { stream: true }), {}, abort.signal).then((one) => one.text());
    const { closed } = await arrived.promise;
    const left = performance.now();
    abort.abort();
    await expect(asked).rejects.toThrow();
    expect((await closed) - left).toBeLessThan(100);
  });
});

const raw = (options: http.RequestOptions): Promise<{ status: number; code: unknown }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    const request = http.request({ hostname, port, method: 'POST', ...options }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, code: response.headers['x-fcgate-code'] });
    });
    request.on('error', reject).end(chatRequest('hello'));
  });

describe('who may speak to it', () => {
  test.each<[string, Record<string, string>]>([
    ['another Host (a rebound name)', { host: 'evil.example' }],
    ['an Origin (a page in a browser)', { origin: 'http://localhost:3000' }],
    ['an Origin of null', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('not who comes with %s', async (_, headers) => {
    const before = upstream.arrived.length;
    const path = '/openai/v1/chat/completions';
    const answer = await raw({ path, headers: { 'content-type': 'application/json', ...headers } });
    expect(answer).toEqual({ status: 403, code: 'forbidden_origin' });
    expect(upstream.arrived.length).toBe(before);
  });

  test.each([
    ['/openai/v1/files', 415, 'uninspectable'],
    ['/openai/v1/chat/completions/../../../admin', 415, 'uninspectable'],
    ['/openai/%2e%2e/%2e%2e/etc/passwd', 415, 'uninspectable'],
    ['/openai/v1/chat/completions%2f..%2f..%2fadmin', 415, 'uninspectable'],
    ['/anthropic/v1/organizations/api_keys', 415, 'uninspectable'],
    ['/gemini/upload/v1beta/files', 415, 'uninspectable'],
    ['/nobody/v1/chat/completions', 404, 'unknown_connection'],
    ['/-/config', 404, 'unknown_connection'],
  ])('nothing is forwarded to %s', async (path, status, code) => {
    const before = upstream.arrived.length;
    expect(await raw({ path, headers: { 'content-type': 'application/json' } })).toEqual({ status, code });
    expect(upstream.arrived.length).toBe(before);
  });
});

test('keys in the query and in headers go on, and values in the query are masked', async () => {
  const answer = await post(
    `${gateway.url}/gemini/v1beta/models/m:generateContent?key=${apiKey}&alt=json&note=${encodeURIComponent(user.email)}&note=b%20c`,
    '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}',
    { 'x-goog-api-key': apiKey },
  );
  await answer.arrayBuffer();
  const { url, headers } = upstream.arrived.at(-1)!;
  expect(headers['x-goog-api-key']).toBe(apiKey);
  expect(url).toContain(`?key=${apiKey}&alt=json&note=`);
  expect(url.endsWith('&note=b%20c')).toBe(true);
  expect(found(url, [user.email])).toEqual([]);
  expect(found(gateway.written(), [apiKey, user.email])).toEqual([]);
});

test('after all that it lives, and its books are whole', async () => {
  expect((await fetch(`${gateway.url}/-/health`)).status).toBe(200);
  expect(gateway.stderr()).not.toMatch(/internal error/);
  expect(await gateway.run('audit', 'verify')).toMatchObject({ status: 0 });
});
