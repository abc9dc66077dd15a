import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startProvider } from '../identity/provider.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';

/** As on a machine where nobody keeps secrets. */
beforeEach(() => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent');
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** An upstream that would know no key. */
async function upstream() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Every connection leads to the one upstream. */
async function doctor(policy: string, ...more: string[]) {
  const { url, seen } = await upstream();
  const names = ['openai', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama', 'mcp', 'other'];
  const connections = names.map((name) => `${name}: { target: ${url} }`).join(', ');
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'policy.yaml'), `version: 1\nconnections: { ${connections} }\n${policy}`);
  const home = emptyFolder();
  const ran = await fcgateIn({ cwd, home }, '--policy', 'policy.yaml', 'doctor', ...more);
  return { ...ran, seen, home, cwd };
}

interface Told {
  readonly checks: readonly { readonly what: string; readonly state: string; readonly said: string }[];
  readonly rehearsed: readonly {
    readonly connection: string;
    readonly outcome: string;
    readonly path: string;
    readonly left: Record<string, string>;
    readonly came: Record<string, string>;
    readonly audit: { readonly exchange: string; readonly effect: string };
  }[];
}

test('each piece is looked at, and the values are masked in every position of every wire', async () => {
  const { issuer } = await startProvider();
  const identity = `identity: { issuer: '${issuer}', client_id: fcgate, required: true }\n`;
  const { status, stdout, seen } = await doctor(identity, '--json');
  const { checks, rehearsed } = JSON.parse(stdout) as Told;
  expect(status).toBe(0);
  expect(Object.fromEntries(checks.map(({ what, state }) => [what, state]))).toMatchObject({
    policy: 'ok',
    state: 'ok',
    issuer: 'ok',
    clock: 'ok',
    login: 'ok',
    'connection openai': 'ok',
  });
  const everywhere =
    'assistant, history arguments, metadata, parameter default, parameter description, system, tool description, tool result, unknown key, user';
  const parts = everywhere.replace('tool desc', 'text part, tool desc');
  const said = 'arguments, citation, refusal, second answer, text, thinking, unknown key';
  const but = (...positions: string[]): string =>
    said
      .split(', ')
      .filter((each) => !positions.includes(each))
      .join(', ');
  const wires: Record<string, readonly [left: string, came: string]> = {
    'openai /v1/chat/completions': [parts, said],
    'openai /v1/responses': [parts, but('second answer')],
    'openai /v1/embeddings': ['text', ''],
    'anthropic /v1/messages': [parts, but('refusal', 'second answer')],
    'gemini /v1beta/models/gemini-2.5-flash:generateContent': [everywhere, but('refusal')],
    'gemini /v1beta/models/gemini-embedding-001:embedContent': ['text', ''],
    'mistral /v1/chat/completions': [parts, but('citation', 'refusal')],
    'mistral /v1/embeddings': ['text', ''],
    'cohere /v2/chat': [parts, but('refusal', 'second answer')],
    'cohere /v2/embed': ['text', ''],
    'ollama /api/chat': [everywhere, but('citation', 'refusal', 'second answer')],
    'ollama /api/embed': ['text', ''],
    'mcp ': [
      'arguments, metadata, unknown key',
      'parameter default, parameter description, structured result, tool description, tool result, unknown key',
    ],
    'other /v1/chat/completions': [parts, said],
    'other /v1/embeddings': ['text', ''],
  };
  const names = (positions: object): string => Object.keys(positions).sort().join(', ');
  const told: Record<string, { left: object; came: object }> = {};
  for (const { connection, path, left, came } of rehearsed) {
    const before = told[`${connection} ${path}`];
    told[`${connection} ${path}`] = {
      left: { ...before?.left, ...left },
      came: { ...before?.came, ...came },
    };
  }
  const named = Object.entries(told).map(([name, { left, came }]) => [name, [names(left), names(came)]]);
  expect(Object.fromEntries(named)).toEqual(wires);
  for (const { connection, outcome, left, came, audit } of rehearsed) {
    // A call to a server of tools is on its way from the model: secrets alone are masked there, as on every way back.
    const isCall = connection === 'mcp';
    const plain = isCall ? /ghp_9aBc/ : /kim\.vos|4539 1488|NL91ABNA|536-90-4399|ghp_9aBc/;
    expect([outcome, audit.effect]).toEqual(['mask', 'mask']);
    for (const held of Object.values(left)) expect(held).not.toMatch(plain);
    // A signature covers what a model of Anthropic thought: it is never altered.
    for (const [position, held] of Object.entries(came))
      expect(held.includes('ghp_9aBc')).toBe(connection === 'anthropic' && position === 'thinking');
  }
  expect(seen.filter((call) => call.startsWith('POST'))).toEqual([]);
}, 30_000);

test('what the policy lets out, and what it refuses, is shown', async () => {
  const open = await doctor('mask: { to_model: { CREDIT_CARD: keep } }\n');
  expect(open.stdout).toContain('left as it is: 4539 1488 0343 6467');
  expect(open.stdout).toMatch(/audit: \S+ #\d+ mask for local:\S+, found EMAIL_ADDRESS ×11/);
  const rule = '{ id: none, stages: [to_model], when: findings.size() > 0, deny: No values. }';
  const shut = await doctor(`rules: [${rule}]\n`);
  expect(shut.stdout).toContain('openai POST /v1/chat/completions: policy_denied, so nothing left');
}, 30_000);

test('a policy that is not in order is one of the failures', async () => {
  const { status, stdout } = await doctor('nonsense: 1\n');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^fail {2}policy: policy\.yaml:3:1: /m);
  expect(stdout).toMatch(/^ok {4}state: /m);
});

test('an issuer that does not answer is a failure, and a key in the open a warning', async () => {
  const issuer = 'http://127.0.0.1:9';
  const { status, stdout } = await doctor(`identity: { issuer: '${issuer}', client_id: fcgate }\n`);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^fail {2}issuer: the issuer does not answer/m);
  if (process.platform === 'linux') expect(stdout).toMatch(/^warn {2}keychain: none runs/m);
  const { home, cwd } = await doctor('');
  const place = { home, cwd, input: 'sk-a-key' };
  await fcgateIn(place, '--policy', 'policy.yaml', 'connection', 'add', 'openai', '--insecure-storage');
  const later = await fcgateIn({ home, cwd }, '--policy', 'policy.yaml', 'doctor');
  expect(later.stdout).toMatch(/^warn {2}keychain: tokens and keys are in a plain file/m);
}, 30_000);
