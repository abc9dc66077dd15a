import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { StopSignal } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import { deferred, emptyFolder, fcgateIn, ioIn, sink } from './fcgate.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An upstream that keeps what came. */
async function upstream(status = 200) {
  const seen: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url!, headers: request.headers });
    request.resume().on('end', () => {
      response.writeHead(status, { location: '/other', 'content-type': 'application/json' });
      response.end('{"object":"list","data":[]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A gateway in this process, in a folder of its own; `run` gives it company. */
async function gateway(policy: string, env: Record<string, string> = {}, ...args: string[]) {
  const [cwd, home] = [emptyFolder(), emptyFolder()];
  writeFileSync(join(cwd, 'policy.yaml'), policy);
  const named = ['--policy', join(cwd, 'policy.yaml')];
  const [stdout, stderr] = [sink(), sink()];
  const { promise, resolve } = deferred<StopSignal>();
  const io = { ...ioIn({ cwd, home, env }), stdout, stderr, stopSignal: () => promise };
  const run = (input: string, ...words: string[]) => fcgateIn({ cwd, home, env, input }, ...named, ...words);
  const start = async () => {
    const status = main([...named, 'serve', '--port', '0', '--log-format', 'json', ...args], io);
    closing.push(() => {
      resolve('SIGTERM');
      return status;
    });
    const first = await vi.waitUntil(() => stdout.text().split('\n')[0], 25_000);
    const { url } = JSON.parse(first) as { url: string };
    const local = (await vi.waitUntil(() => /fcg_[\w-]+/.exec(stderr.text()), 20_000))[0];
    const get = (headers: Record<string, string>, path = '/openai/v1/models') =>
      fetch(url + path, { headers });
    return { url, local, get };
  };
  const onDisk = () =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
  return { run, start, home, onDisk, stdout, stderr };
}

const held = (url: string, more = ''): string =>
  `version: 1\nconnections: { openai: { target: ${url}, credential: keychain } }\n${more}`;

const providerKey = 'sk-held-4821-for-openai';

test('the key that is held goes out for a caller who is known, and nothing of what it sent', async () => {
  const { url, seen } = await upstream();
  const { run, start, onDisk } = await gateway(held(url));
  const added = await run(`${providerKey}\n`, 'connection', 'add', 'openai', '--insecure-storage');
  expect(added).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('in a plain file') });
  const { get, local } = await start();
  expect((await get({ authorization: `Bearer ${local}`, 'x-api-key': 'sk-own' })).status).toBe(200);
  expect(seen[0]!.headers.authorization).toBe(`Bearer ${providerKey}`);
  expect(seen[0]!.headers['x-api-key']).toBeUndefined();
  expect((await get({ 'api-key': local })).status).toBe(200);
  expect(seen[1]!.headers).toMatchObject({ authorization: `Bearer ${providerKey}` });
  expect(JSON.stringify(seen)).not.toContain('fcg_');
  expect(onDisk().split(providerKey)).toHaveLength(2);
  expect(onDisk()).not.toContain(local);
});

test('a caller who is not known has its own key go on, and gets none that is held', async () => {
  const { url, seen } = await upstream();
  const { run, start } = await gateway(held(url));
  await run(providerKey, 'connection', 'add', 'openai', '--insecure-storage');
  const { get } = await start();
  await get({ authorization: 'Bearer sk-own' });
  await get({});
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-own', undefined]);
});

test('a key goes only to the origin that it was stored for', async () => {
  const [one, other] = [await upstream(), await upstream()];
  const { run, start } = await gateway(held(one.url), {}, '--connection', `openai=${other.url}`);
  await run(providerKey, 'connection', 'add', 'openai', '--insecure-storage');
  const { get, local } = await start();
  const answer = await get({ authorization: `Bearer ${local}` });
  expect([answer.status, answer.headers.get('x-fcgate-code')]).toEqual([401, 'unauthenticated']);
  expect(await answer.text()).toContain('was stored for another origin');
  expect(other.seen).toEqual([]);
});

test('a key may come from the environment of the gateway', async () => {
  const { url, seen } = await upstream();
  const policy = `version: 1\nconnections: { openai: { target: ${url}, credential: env:REAL_KEY } }\n`;
  const { start } = await gateway(policy, { REAL_KEY: 'sk-env' });
  const { get, local } = await start();
  await get({ 'x-fcgate-authorization': `Bearer ${local}`, authorization: 'Bearer sk-own' });
  expect(seen[0]!.headers.authorization).toBe('Bearer sk-env');
  expect(seen[0]!.headers['x-fcgate-authorization']).toBeUndefined();
});

test('a caller who says who it is beside the provider’s slot keeps its own key in that', async () => {
  const { url, seen } = await upstream();
  const { start } = await gateway(
    'version: 1\nidentity: { required: true }\n',
    {},
    '--connection',
    `openai=${url}`,
  );
  const { get, local } = await start();
  const refused = await get({ authorization: 'Bearer sk-own' });
  expect([refused.status, refused.headers.get('x-fcgate-code')]).toEqual([401, 'unauthenticated']);
  expect((await get({ authorization: 'Bearer sk-own', 'x-fcgate-authorization': local })).status).toBe(200);
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-own']);
});

test('keys are issued with groups, hold for their connections, and end at once when revoked', async () => {
  const { url, seen } = await upstream();
  const policy = `version: 1
connections:
  openai: { target: ${url}, groups: [support] }
  anthropic: { target: ${url} }
`;
  const { run, start, onDisk } = await gateway(policy);
  const issued = await run('', 'key', 'issue', '--groups', 'support', '--connections', 'openai', '--json');
  const { id, key } = JSON.parse(issued.stdout) as { id: string; key: string };
  const { get, local } = await start();
  const codeOf = async (answer: Response) => [answer.status, answer.headers.get('x-fcgate-code')];
  expect((await get({ authorization: `Bearer ${key}` })).status).toBe(200);
  expect(await codeOf(await get({ authorization: `Bearer ${local}` }))).toEqual([403, 'policy_denied']);
  expect(await codeOf(await get({ 'x-api-key': key }, '/anthropic/v1/models'))).toEqual([
    401,
    'unauthenticated',
  ]);
  expect((await run('', 'key', 'revoke', id)).status).toBe(0);
  expect(await (await get({ authorization: `Bearer ${key}` })).text()).toContain('was revoked');
  expect(await codeOf(await get({}, `/openai/v1/models?key=${local}`))).toEqual([401, 'unauthenticated']);
  expect(seen).toHaveLength(1);
  expect((await run('', 'key', 'list')).stdout).toMatch(
    new RegExp(`${id} +local:\\S+ +support +openai .* revoked`),
  );
  expect(onDisk()).not.toContain(key);
});

test('an address of the link or of a machine’s metadata is never called', async () => {
  const { start } = await gateway('version: 1\n', {}, '--connection', 'openai=http://169.254.169.254');
  const { get } = await start();
  const answer = await get({});
  expect(answer.status).toBe(502);
  expect(await answer.text()).toContain('metadata address');
});

test.each([
  ['openai', 200, 0, '200: it answers, and takes the key'],
  ['openai', 401, 1, '401: the key is not accepted'],
  ['gemini', 400, 1, '400: the key is not accepted'],
  ['openai', 404, 0, '404: it answers; of the key, that says nothing'],
  ['openai', 302, 1, '302: a redirect, which is not followed'],
  ['openai', 500, 1, '500: the provider has trouble'],
])(
  'connection test: of a key for %s, an answer %i says what it can',
  async (provider, answer, status, words) => {
    const { url, seen } = await upstream(answer);
    const policy = `version: 1\nconnections: { mine: { provider: ${provider}, target: ${url}, credential: keychain } }\n`;
    const { run } = await gateway(policy);
    await run(providerKey, 'connection', 'add', 'mine', '--insecure-storage');
    const tested = await run('', 'connection', 'test', 'mine');
    expect(tested).toMatchObject({ status, stdout: expect.stringContaining(words) });
    expect(seen).toHaveLength(1);
  },
);

test('a key for a connection that there is not is not issued', async () => {
  const { run } = await gateway('version: 1\n');
  expect(await run('', 'key', 'issue', '--connections', 'openai,opnai')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('There is no connection opnai; known are: openai, '),
  });
  expect((await run('', 'key', 'list')).stdout).toBe('');
});

test('without a keychain a key is not kept, and why is told', async () => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent');
  const { run, home } = await gateway('version: 1\n');
  const { status, stderr } = await run(providerKey, 'connection', 'add', 'openai');
  vi.unstubAllEnvs();
  expect(status).toBe(2);
  expect(stderr).toContain('--insecure-storage');
  mkdirSync(join(home, 'identity'), { recursive: true });
  expect(readdirSync(join(home, 'identity'))).toEqual([]);
});

test('connection list says whose key goes out; test makes one call; remove forgets', async () => {
  const { url, seen } = await upstream();
  const { run } = await gateway(held(url));
  await run(providerKey, 'connection', 'add', 'openai', '--insecure-storage');
  const listed = JSON.parse((await run('', 'connection', 'list', '--json')).stdout) as object[];
  expect(listed).toContainEqual(
    expect.objectContaining({ name: 'openai', credential: 'keychain', stored: url }),
  );
  expect(JSON.stringify(listed)).not.toContain(providerKey);
  const tested = await run('', 'connection', 'test', 'openai');
  expect(tested).toMatchObject({ status: 0, stdout: expect.stringContaining('200: it answers') });
  expect(seen.map((one) => [one.url, one.headers.authorization])).toEqual([
    ['/v1/models', `Bearer ${providerKey}`],
  ]);
  expect((await run('', 'connection', 'remove', 'openai')).status).toBe(0);
  expect((await run('', 'connection', 'remove', 'openai')).status).toBe(1);
});
