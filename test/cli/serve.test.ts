import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createContext, type StopSignal } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import { policyInForce } from '../../src/cli/policy-file.ts';
import { deferred, emptyFolder, fcgate, fcgateIn, ioIn, sink } from './fcgate.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A gateway in this process; `stop` gives its exit status. */
async function serve(files: Record<string, string>, ...args: string[]) {
  const cwd = emptyFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const [stdout, stderr] = [sink(), sink()];
  const { promise, resolve } = deferred<StopSignal>();
  const io = { ...ioIn({ cwd }), stdout, stderr, stopSignal: () => promise };
  const status = main(['serve', '--port', '0', '--log-format', 'json', ...args], io);
  const stop = (signal: StopSignal) => {
    resolve(signal);
    return status;
  };
  closing.push(() => stop('SIGTERM'));
  const listening = await vi.waitUntil(() => stdout.text().split('\n')[0], 25_000);
  return {
    cwd,
    stdout,
    stderr,
    stop,
    ...(JSON.parse(listening) as { url: string }),
    listening: JSON.parse(listening),
  };
}

/** An upstream that offers one call to `delete_everything`, after the last of `gates` opened. */
async function upstream(gate: Promise<unknown> = Promise.resolve()) {
  const arrived = deferred<IncomingMessage>();
  const server = createServer(async (request, response) => {
    arrived.resolve(request);
    await gate;
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived: arrived.promise };
}

const call = { id: 'call_1', type: 'function', function: { name: 'delete_everything', arguments: '{}' } };
const ask = {
  model: 'm',
  messages: [{ role: 'user', content: 'hello' }],
  tools: [{ type: 'function', function: { name: 'delete_everything', parameters: { type: 'object' } } }],
};

const post = (url: string, body: object = ask): Promise<Response> =>
  fetch(`${url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const denying = (reason: string) => `version: 1\ntools: { "*": { deny: ${reason} } }\n`;

test('the first line says where it listens; the lines to paste, the policy and the keys are told beside', async () => {
  const { listening, url, stderr, stop } = await serve({});
  expect(listening).toEqual({
    event: 'listening',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    pid: process.pid,
  });
  expect(stderr.text()).toContain(`export OPENAI_BASE_URL=${url}/openai/v1\n`);
  expect(stderr.text()).toContain(`export ANTHROPIC_BASE_URL=${url}/anthropic\n`);
  expect(stderr.text()).toContain(`export GOOGLE_GEMINI_BASE_URL=${url}/gemini\n`);
  expect(stderr.text()).toMatch(/Policy in force: built-in \([0-9a-f]{12}\)/);
  expect(stderr.text()).toMatch(/Keys for .*: .*keys\n/);
  expect((await fetch(`${url}/-/health`)).status).toBe(200);
  expect(await stop('SIGTERM')).toBe(0);
});

test('each exchange is a line, and a connection goes where the command line says', async () => {
  const { url: target } = await upstream();
  const { url, stdout } = await serve({}, '--connection', `openai=${target}`);
  const answer = await post(url);
  expect(answer.status).toBe(200);
  const line = await vi.waitUntil(() => stdout.text().split('\n')[1], 20_000);
  expect(JSON.parse(line)).toMatchObject({
    event: 'exchange',
    exchange: answer.headers.get('x-fcgate-exchange'),
    session: answer.headers.get('x-fcgate-session'),
    connection: 'openai',
    status: 200,
  });
});

test('a conversation that goes on is one session', async () => {
  const { url: target } = await upstream();
  const { url } = await serve({}, '--connection', `openai=${target}`);
  const first = await post(url);
  const result = { role: 'tool', tool_call_id: call.id, content: 'done' };
  const messages = [...ask.messages, { role: 'assistant', content: null, tool_calls: [call] }, result];
  const second = await post(url, { ...ask, messages });
  const other = await post(url, { ...ask, messages: [{ role: 'user', content: 'bye' }] });
  const [session, ...later] = [first, second, other].map(({ headers }) => headers.get('x-fcgate-session'));
  expect(later).toEqual([session, expect.not.stringContaining(session!)]);
});

test('a changed policy is in force for what comes next, and not for what is under way', async () => {
  const gate = deferred<void>();
  const { url: target, arrived } = await upstream(gate.promise);
  const { url, cwd, stderr } = await serve(
    { 'fcgate.yaml': 'version: 1\n' },
    '--connection',
    `openai=${target}`,
  );
  const underWay = post(url);
  await arrived;
  replace(join(cwd, 'fcgate.yaml'), denying('Not today.'));
  await vi.waitUntil(() => stderr.text().includes('Policy in force now'), 25_000);
  const later = post(url);
  gate.resolve();
  expect(await (await underWay).text()).toContain('delete_everything');
  expect(await (await later).text()).toContain('fcgate policy_denied: ');
});

test('a broken policy leaves the last good one in force, and says so', async () => {
  const { url: target } = await upstream();
  const { url, cwd, stderr } = await serve(
    { 'fcgate.yaml': denying('Never.') },
    '--quiet',
    '--connection',
    `openai=${target}`,
  );
  replace(join(cwd, 'fcgate.yaml'), 'version: 1\ntools: { "*": alow }\n');
  await vi.waitUntil(() => /NOT IN FORCE[\s\S]*fcgate\.yaml:2:\d+: /.test(stderr.text()), 25_000);
  expect(await (await post(url)).text()).toContain('Never');
});

test('a policy that vanishes stays in force', async () => {
  const { url: target } = await upstream();
  const { url, cwd, stderr } = await serve(
    { 'fcgate.yaml': denying('Never.') },
    '--connection',
    `openai=${target}`,
  );
  renameSync(join(cwd, 'fcgate.yaml'), join(cwd, 'elsewhere.yaml'));
  await vi.waitUntil(() => stderr.text().includes('NOT IN FORCE'), 25_000);
  expect(await (await post(url)).text()).toContain('Never');
});

test('a stop lets open exchanges end', async () => {
  const gate = deferred<void>();
  const { url: target, arrived } = await upstream(gate.promise);
  const { url, stop } = await serve({}, '--connection', `openai=${target}`);
  const underWay = post(url);
  await arrived;
  const stopped = stop('SIGINT');
  gate.resolve();
  expect((await underWay).status).toBe(200);
  expect(await stopped).toBe(130);
});

test.each([
  ['a broken policy', ['--policy', 'nowhere.yaml'], /nowhere\.yaml cannot be read/],
  ['a host beyond loopback', ['--host', '0.0.0.0'], /--host 0\.0\.0\.0 .*needs TLS/],
  ['a port that is none', ['--port', '70000'], /Write a number from 0 to 65535/],
  ['a connection without an address', ['--connection', 'openai'], /Write NAME=URL/],
  ['a connection to nowhere', ['--connection', 'openai=file:///etc'], /must begin with https:\/\//],
])('%s refuses to start', async (_, args, message) => {
  expect(await fcgate('serve', ...args)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(message),
  });
});

test('a file that was found and reaches for keys must be trusted first', async () => {
  const [cwd, home] = [emptyFolder(), emptyFolder()];
  writeFileSync(
    join(cwd, 'fcgate.yaml'),
    'version: 1\nconnections:\n  openai: { credential: env:SOME_KEY }\n',
  );
  const refused = await fcgateIn({ cwd, home }, 'serve', '--port', '0');
  expect(refused.stderr).toMatch(/fcgate\.yaml:3:\d+: .*\$SOME_KEY[\s\S]*run fcgate policy trust/);
  expect(refused.status).toBe(2);
  await fcgateIn({ cwd, home }, 'policy', 'trust');
  const context = createContext(ioIn({ cwd, home }), { color: false }, () => {});
  expect(policyInForce(context).files).toEqual(['fcgate.yaml']);
  writeFileSync(
    join(cwd, 'fcgate.yaml'),
    'version: 1\nconnections:\n  openai: { credential: env:ANOTHER_KEY }\n',
  );
  expect(() => policyInForce(context)).toThrow('policy trust');
});

test('a port that is taken is told as that', async () => {
  const { url } = await serve({});
  const { port } = new URL(url);
  expect(await fcgate('serve', '--port', port)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`Port ${port} is taken`),
  });
});

/** As editors write: whole, under the old name. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
