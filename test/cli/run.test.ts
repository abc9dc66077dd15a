import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, fcgateIn } from './fcgate.ts';

async function upstream() {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.setHeader('content-type', 'application/json').end('{"object":"list","data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Calls by what its environment says, and writes down the environment and the answer's status. */
const app = `
const { env } = process;
const headers = { authorization: 'Bearer ' + env.OPENAI_API_KEY };
const answer = await fetch(env.OPENAI_BASE_URL + '/models', { headers });
(await import('node:fs')).writeFileSync('told.json', JSON.stringify({ env, status: answer.status }));
process.exit(7);
`;

async function run(policy: string, env: Record<string, string>, script = app) {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'app.mjs'), script);
  writeFileSync(join(cwd, 'policy.yaml'), policy);
  const words = ['--policy', 'policy.yaml', 'run', '--', process.execPath, '--no-warnings', 'app.mjs'];
  const ran = await fcgateIn({ cwd, env: { PATH: process.env.PATH!, ...env } }, ...words);
  const told = JSON.parse(readFileSync(join(cwd, 'told.json'), 'utf8')) as {
    env: Record<string, string>;
    status: number;
  };
  return { ...ran, told };
}

const to = (url: string, more = ''): string =>
  `version: 1\nconnections: { openai: { target: ${url}${more} } }\n`;

test('a command finds the gateway and a virtual key; the provider’s key goes out, and the command never saw it', async () => {
  const { url, seen } = await upstream();
  const env = { OPENAI_API_KEY: 'sk-real-of-mine', FCGATE_PASSPHRASE: 'a passphrase' };
  const { status, stderr, told } = await run(`${to(url)}identity: { required: true }\n`, env);
  expect([status, told.status]).toEqual([7, 200]);
  expect(seen[0]!.authorization).toBe('Bearer sk-real-of-mine');
  expect(told.env.OPENAI_BASE_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/openai\/v1$/);
  expect(told.env.ANTHROPIC_BASE_URL).toMatch(/\/anthropic$/);
  expect(told.env.OPENAI_API_KEY).toMatch(/^fcg_/);
  expect(told.env.NO_PROXY).toBe('127.0.0.1');
  expect(JSON.stringify(told.env)).not.toMatch(/sk-real-of-mine|a passphrase/);
  expect(stderr).toContain('1 exchanges, 0 of them refused');
});

test('a bearer that stands in a key’s place goes out as one, and the command never saw it', async () => {
  const { url, seen } = await upstream();
  const script = app
    .replaceAll('OPENAI_API_KEY', 'ANTHROPIC_AUTH_TOKEN')
    .replace('OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL');
  const policy = `version: 1\nconnections: { anthropic: { target: ${url} } }\n`;
  const { told } = await run(
    policy,
    { ANTHROPIC_AUTH_TOKEN: 'tok-real-of-mine' },
    script.replace("'/models'", "'/v1/models'"),
  );
  expect(told.status).toBe(200);
  expect(seen[0]).toMatchObject({ authorization: 'Bearer tok-real-of-mine' });
  expect(seen[0]!['x-api-key']).toBeUndefined();
  expect(told.env.ANTHROPIC_AUTH_TOKEN).toMatch(/^fcg_/);
  expect(JSON.stringify(told.env)).not.toContain('tok-real-of-mine');
});

test('a variable that the policy takes a key from is the gateway’s alone', async () => {
  const { url, seen } = await upstream();
  const { told } = await run(to(url, ', credential: env:REAL_KEY'), { REAL_KEY: 'sk-named' });
  expect(seen[0]!.authorization).toBe('Bearer sk-named');
  expect(told.env.REAL_KEY).toBeUndefined();
});

test('what cannot be started is said', async () => {
  expect(await fcgateIn({}, 'run', '--', 'no-such-program-here')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no-such-program-here is not found'),
  });
});
