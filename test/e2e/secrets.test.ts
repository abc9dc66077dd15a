/** A day with a gateway, each command in a process of its own: whatever tokens and keys it had, nothing that it left behind shows one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepLogin, type Login, readLogin } from '../../src/identity/logins.ts';
import { openSecrets, type Secrets } from '../../src/identity/secrets.ts';
import { keyringMissing, startKeyring } from '../identity/keyring.ts';
import { browse, startProvider } from '../identity/provider.ts';
import { begin, type Gateway, serveHere } from './gateway.ts';
import { chatAnswer, chatEvent, reply, type Scripted, scripted } from './scripted.ts';
import { shown } from './spellings.ts';

const keys = {
  openai: 'sk-proj-Zq81LmT4vXc0aR7yKd3nWf6HbU2sJe9P',
  anthropic: 'sk-ant-api03-Bw5tYh8NcQ1xVr6GzLk2FmD7uSj4Pe0a',
  gemini: 'AIzaSyD4kP9vQ2mXw7Lr1Tb6Hn3Yc8Zf5Gs0Ju',
};

/** What a program that `fcgate run` started sees, of itself and of what is above it. */
const app = `
import { readFileSync, writeFileSync } from 'node:fs';
const { env, argv, ppid } = process;
const headers = { authorization: 'Bearer ' + env.OPENAI_API_KEY };
const { status } = await fetch(env.OPENAI_BASE_URL + '/models', { headers });
const above = (file) =>
  process.platform === 'linux' ? readFileSync('/proc/' + ppid + '/' + file, 'latin1') : '';
const told = { status, argv, env, arguments: above('cmdline'), environment: above('environ') };
writeFileSync('told.json', JSON.stringify(told));
`;

/** Answers as each provider does; one that is asked for no such model repeats the key, as some do. */
const answers: Parameters<typeof scripted>[0] = (response, { url = '', headers }) => {
  const { authorization, 'x-api-key': key } = headers;
  if (url.endsWith('/models')) return reply(response, '{"object":"list","data":[]}');
  if (url.includes('/models/')) {
    const message = `Incorrect API key provided: ${authorization ?? key}`;
    response.statusCode = 401;
    return reply(response, JSON.stringify({ error: { message, type: 'invalid_request_error' } }));
  }
  if (url.endsWith('/messages'))
    return reply(
      response,
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'scripted',
        content: [{ type: 'text', text: 'Fine.' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    );
  if (headers.accept?.includes('event-stream') || headers['x-stainless-helper-method'] === 'stream')
    return reply(
      response,
      `${chatEvent({ role: 'assistant', content: 'Fine.' }, 'stop')}data: [DONE]\n\n`,
      'text/event-stream',
    );
  reply(response, chatAnswer('Fine.'));
};

/** Everything that a command said, kept to be looked through. */
function teller(gateway: Gateway) {
  const said: string[] = [];
  const fcgate = async (input: string, ...args: string[]) => {
    const ran = await begin(gateway.folder, input, '--policy', 'fcgate.yaml', ...args).ended;
    said.push(ran.stdout, ran.stderr);
    return ran;
  };
  return { said, fcgate };
}

async function logIn(folder: string): Promise<string> {
  const { stderr, ended } = begin(folder, '', '--policy', 'fcgate.yaml', 'login');
  const told = (what: RegExp) => vi.waitUntil(() => what.exec(stderr())?.[1], 15_000);
  await browse(`${await told(/Open +(\S+)/)}?user_code=${await told(/code +([\w-]+)/)}`);
  const { status, stdout, stderr: rest } = await ended;
  expect([status, stdout]).toEqual([0, 'Logged in as ann (ann@corp.test), groups: support.\n']);
  return stdout + rest;
}

async function start(upstream: Scripted) {
  const provider = await startProvider();
  const held = `{ target: '${upstream.url}', credential: keychain }`;
  const policy = `version: 1
connections: { openai: ${held}, anthropic: ${held}, gemini: { target: '${upstream.url}', credential: 'env:GEMINI_FOR_ALL' } }
identity: { issuer: '${provider.issuer}', client_id: fcgate, required: true }
`;
  vi.stubEnv('GEMINI_FOR_ALL', keys.gemini);
  const gateway = await serveHere({}, policy, '--policy', 'fcgate.yaml');
  // From here on it is the gateway's alone.
  vi.stubEnv('GEMINI_FOR_ALL', undefined);
  return { provider, gateway, home: join(gateway.folder, 'home') };
}

const tokensOf = (name: string, { accessToken, refreshToken, idToken }: Login) => ({
  [`${name} access token`]: accessToken!,
  [`${name} refresh token`]: refreshToken!,
  [`${name} ID token`]: idToken!,
});

/** Two processes find the login about to end. */
async function renewed(secrets: Secrets, fcgate: (input: string, ...args: string[]) => Promise<object>) {
  const before = (await readLogin(secrets))!;
  await keepLogin(secrets, { ...before, expires: Date.now() + 5_000 });
  await Promise.all([fcgate('', 'whoami'), fcgate('', 'whoami')]);
  const after = (await readLogin(secrets))!;
  expect(after.refreshToken).not.toBe(before.refreshToken);
  return { before, after };
}

async function call(gateway: Gateway, key: string, token: string): Promise<void> {
  const openai = new OpenAI({ baseURL: `${gateway.url}/openai/v1`, apiKey: key, maxRetries: 0 });
  const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hello.' }] };
  expect((await openai.chat.completions.create(body)).choices[0]!.message.content).toBe('Fine.');
  expect(await openai.chat.completions.stream(body).finalContent()).toBe('Fine.');
  const refused = await openai.models.retrieve('none').catch((error: Error) => error.message);
  expect(refused).toBe('401 Incorrect API key provided: Bearer [REDACTED:OPENAI_API_KEY]');
  const anthropic = new Anthropic({ baseURL: `${gateway.url}/anthropic`, apiKey: key });
  const asked = { ...body, max_tokens: 9 };
  expect((await anthropic.messages.create(asked)).content).toMatchObject([{ text: 'Fine.' }]);
  const headers = { authorization: `Bearer ${token}`, 'x-goog-api-key': 'own' };
  expect((await fetch(`${gateway.url}/gemini/v1beta/models`, { headers })).status).toBe(200);
}

const looks: readonly (readonly string[])[] = [
  ['whoami', '--json'],
  ['connection', 'list', '--json'],
  ['connection', 'test', 'openai'],
  ['doctor', '--json'],
  ['key', 'list', '--json'],
  ['sessions', 'list', '--json'],
  ['audit', 'tail'],
  ['logout'],
];

/** Without a passphrase: with the keychain. */
async function day(passphrase?: string): Promise<void> {
  const upstream = await scripted(answers);
  const { provider, gateway, home } = await start(upstream);
  const { said, fcgate } = teller(gateway);
  said.push(await logIn(gateway.folder));
  for (const name of ['openai', 'anthropic'] as const)
    expect(await fcgate(`${keys[name]}\n`, 'connection', 'add', name)).toMatchObject({ status: 0 });
  const issued = await begin(gateway.folder, '', 'key', 'issue', '--json').ended;
  const { key } = JSON.parse(issued.stdout) as { key: string };
  const { before, after } = await renewed(openSecrets({ home, passphrase })!, fcgate);
  expect(provider.granted.filter((type) => type === 'refresh_token')).toHaveLength(1);

  await call(gateway, key, after.idToken!);
  const told = await governed(gateway, fcgate);
  for (const words of looks) expect(await fcgate('', ...words)).toMatchObject({ status: 0 });
  await gateway.stop();

  const arrived = upstream.arrived.map(({ headers }) => JSON.stringify(headers)).join('\n');
  for (const held of Object.values(keys)) expect(arrived).toContain(held);
  expect(arrived).not.toContain('fcg_');
  const { gemini, ...held } = keys;
  const kept = { ...held, ...tokensOf('first', before), ...tokensOf('second', after), 'virtual key': key };
  const all = { ...kept, gemini, ...(passphrase === undefined ? {} : { passphrase }) };
  const handedDown = JSON.stringify([told.argv, told.env, told.arguments]);
  const left = Buffer.concat([gateway.written(), Buffer.from(said.join('\n') + handedDown)]);
  expect(shown(left, all)).toEqual([]);
  expect(shown(Buffer.from(told.environment), kept)).toEqual([]);
  const spelled = [key, Buffer.from(`xy${key}z`).toString('base64'), key.replaceAll('_', '%5F')];
  for (const each of spelled) expect(shown(Buffer.from(each), { key })).toEqual(['key']);
}

/** What a program under `fcgate run` saw. One key is in the environment of the command, as the policy has it. */
async function governed(gateway: Gateway, fcgate: (input: string, ...args: string[]) => Promise<object>) {
  writeFileSync(join(gateway.folder, 'app.mjs'), app);
  vi.stubEnv('GEMINI_FOR_ALL', keys.gemini);
  expect(await fcgate('', 'run', '--', process.execPath, 'app.mjs')).toMatchObject({ status: 0 });
  const told = JSON.parse(readFileSync(join(gateway.folder, 'told.json'), 'utf8')) as Told;
  expect(told).toMatchObject({ status: 200, env: { OPENAI_API_KEY: expect.stringMatching(/^fcg_/) } });
  return told;
}

interface Told {
  readonly argv: string[];
  readonly env: Record<string, string>;
  /** Of the process above it. */
  readonly arguments: string;
  readonly environment: string;
}

const nothing = 'nothing that is written, logged, recorded, audited or handed down shows a token or a key';

test.skipIf(keyringMissing)(
  `with the keychain, ${nothing}`,
  async () => {
    await startKeyring();
    await day();
  },
  90_000,
);

test(`with a sealed file, ${nothing}`, async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const passphrase = 'Kd83 a passphrase of the test';
  vi.stubEnv('FCGATE_PASSPHRASE', passphrase);
  await day(passphrase);
}, 90_000);
