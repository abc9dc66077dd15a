/** A tool server's streams go on while they come, message by message; where they go wrong, nothing unread is released. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deferred } from '../cli/fcgate.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { post, type Scripted, startScripted } from './scripted.ts';

const token = `ghp_${'a1B2'.repeat(9)}`;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  const policy = `version: 1
connections: { desk: { provider: mcp, target: '${upstream.url}/mcp' } }
rules:
  - { id: no-ledgers, stages: [tool_result], when: 'tool.name == "ledger"', deny: Ledgers stay. }
`;
  gateway = await serve({}, policy, '--policy', 'fcgate.yaml');
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

const event = (message: object): string => `event: message\ndata: ${JSON.stringify(message)}\n\n`;
const progress = (told: string) =>
  event({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1, message: told },
  });
const result = (text: string) =>
  event({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } });

/** A call that the server answers step by step. */
async function call(name = 'note') {
  const opened = deferred<ServerResponse>();
  upstream.answer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    opened.resolve(response);
  });
  const params = { name, arguments: { text: 'hello' }, _meta: { progressToken: 1 } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const abort = new AbortController();
  const accept = { accept: 'application/json, text/event-stream' };
  const answer = post(`${gateway.url}/desk`, body, accept, abort.signal);
  const server = await opened.promise;
  // The headers come with what first goes on.
  const opening = answer.then(({ body }) => body!.pipeThrough(new TextDecoderStream()).getReader());
  let got = '';
  const read = async (): Promise<boolean> => {
    const { done, value = '' } = await (await opening).read();
    got += value;
    return !done;
  };
  return {
    server,
    abort,
    async until(text: string) {
      while (!got.includes(text)) if (!(await read())) throw new Error(`It ended without that:\n${got}`);
    },
    async whole() {
      while (await read()) {}
      return got;
    },
  };
}

test('a message is with the app before the server says its next, without secrets', async () => {
  const { server, until, whole } = await call();
  server.write(progress(`read ${token}`));
  await until('read [REDACTED:GITHUB_PAT]');
  server.write(progress('half'));
  await until('half');
  server.end(result(`it is ${token}`));
  const got = await whole();
  expect(got).toBe(
    [progress(`read ${token}`), progress('half'), result(`it is ${token}`)]
      .join('')
      .replaceAll(token, '[REDACTED:GITHUB_PAT]'),
  );
});

test('a refused result is an error of its request, behind what was said before it', async () => {
  const { server, until, whole } = await call('ledger');
  server.write(progress('reading'));
  await until('reading');
  server.end(result('all of it'));
  const got = await whole();
  expect(got).toMatch(/"id":1,"error":\{"code":-32000,"message":"fcgate policy_denied: [^"]*Ledgers stay/);
  expect(got).not.toContain('all of it');
});

test('a request of the server itself, and an answer that waits for the app’s, go on at once', async () => {
  const { server, until } = await call();
  const ask = { jsonrpc: '2.0', id: 's1', method: 'elicitation/create', params: { message: 'Which one?' } };
  server.write(event(ask));
  await until('Which one?');
  server.end(result('done'));
  await until('"done"');
});

describe('what goes wrong ends with an error, and nothing unread is released', () => {
  const half = (text: string): string => text.slice(0, text.length >> 1);
  const faults: Record<string, (server: ServerResponse) => void> = {
    'ends in the middle of an event': (server) => void server.end(half(result('held'))),
    'is reset in the middle of an event': (server) =>
      void server.write(half(result('held')), () => server.socket!.resetAndDestroy()),
    'ends in the middle of a character': (server) => {
      const bytes = Buffer.from(result('held é'));
      server.end(bytes.subarray(0, bytes.indexOf('é') + 1));
    },
    'holds an event that is no JSON': (server) => void server.end('data: {"held\n\n'),
    'says a key twice': (server) =>
      void server.end('data: {"jsonrpc":"2.0","id":1,"id":2,"result":{"held":1}}\n\n'),
  };
  test.each(Object.entries(faults))('a stream that %s', async (_, fault) => {
    const { server, until, whole } = await call();
    server.write(progress('begun'));
    await until('begun');
    fault(server);
    const got = await whole();
    expect(got).toMatch(
      /event: message\ndata: \{"jsonrpc":"2.0","id":1,"error":\{[^\n]*fcgate unreadable_answer: /,
    );
    expect(got).not.toContain('held');
  });
});

const framings: Record<string, (told: string) => string> = {
  'lines that end in CRLF': (told) => told.replaceAll('\n', '\r\n'),
  'data in several lines': (told) => told.replaceAll('"2.0",', '"2.0",\ndata: '),
  'comments, and a place to resume at': (told) => `: ping\n\nid: 7\nretry: 10\ndata: \n\n${told}`,
  'no space behind the colon': (told) => told.replaceAll('data: ', 'data:'),
};
test.each(Object.entries(framings))('%s: comes as it was written', async (_, write) => {
  const { server, whole } = await call();
  const told = write(`${progress('begun')}${result('All is well.')}`);
  server.end(told);
  expect(await whole()).toBe(told);
});

test('an event of 20 MB goes on', async () => {
  const { server, whole } = await call();
  const told = result('All is well here. '.repeat(1_200_000));
  server.end(told);
  expect((await whole()) === told).toBe(true);
}, 60_000);

test('an app that leaves ends the server’s answer', async () => {
  const { server, abort, until } = await call();
  const closed = once(server, 'close');
  server.write(progress('begun'));
  await until('begun');
  abort.abort();
  await closed;
});
