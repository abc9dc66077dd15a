import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { readLogin } from '../../src/identity/logins.ts';
import { freshLogin } from '../../src/identity/refresh.ts';
import { openSecrets } from '../../src/identity/secrets.ts';
import { begin, logIn } from '../identity/login.ts';
import { browse, startProvider } from '../identity/provider.ts';
import { emptyFolder, fcgateIn, ioIn, sink } from './fcgate.ts';

const secretsIn = (home: string) => openSecrets({ home, passphrase: undefined })!;

test('a login: a code is confirmed in a browser; whoami knows who; logout revokes it', async () => {
  const home = emptyFolder();
  const { issuer, asked } = await startProvider();
  const done = await logIn(home, issuer);
  expect(done).toMatchObject({
    status: 0,
    stdout: 'Logged in as ann (ann@corp.test), groups: support.\n',
    stderr: expect.stringContaining('within 10 minutes'),
  });
  const who = await fcgateIn({ home }, 'whoami', '--json');
  expect(JSON.parse(who.stdout)).toEqual({
    subject: 'ann',
    email: 'ann@corp.test',
    groups: ['support'],
    expires: expect.stringMatching(/^\d{4}-/),
    storage: 'insecure-file',
  });
  expect((await fcgateIn({ home }, 'whoami')).stdout).toContain('kept in the insecure-file');
  const key = JSON.parse((await fcgateIn({ home }, 'key', 'issue', '--json')).stdout) as object;
  expect(key).toMatchObject({ subject: 'ann', groups: ['support'] });
  const cwd = emptyFolder();
  writeFileSync(
    join(cwd, 'fcgate.yaml'),
    'version: 1\nidentity: { issuer: https://other.test, client_id: x }\n',
  );
  const elsewhere = JSON.parse((await fcgateIn({ home, cwd }, 'key', 'issue', '--json')).stdout) as object;
  expect(elsewhere).toMatchObject({ subject: expect.stringMatching(/^local:/), groups: [] });
  const { accessToken, refreshToken } = (await readLogin(secretsIn(home)))!;
  expect(await fcgateIn({ home }, 'logout')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('revoked at the provider'),
  });
  expect(asked.filter((path) => path === '/token/revocation')).toHaveLength(2);
  expect((await fcgateIn({ home }, 'whoami')).status).toBe(1);
  expect((await fcgateIn({ home }, 'logout')).status).toBe(1);
  const disk = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join();
  for (const token of [accessToken, refreshToken!]) expect(disk).not.toContain(token);
}, 60_000);

test('a login that is denied at the provider says so, and nothing is kept', async () => {
  const home = emptyFolder();
  const { issuer } = await startProvider();
  expect(await logIn(home, issuer, { abort: true })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('Not logged in: the login was denied at the provider.'),
  });
  expect(await readLogin(secretsIn(home))).toBeUndefined();
}, 60_000);

test('a login over another takes that one back at its provider; where it is gone, it says so', async () => {
  const home = emptyFolder();
  const first = await startProvider();
  await logIn(home, first.issuer);
  const { refreshToken } = (await readLogin(secretsIn(home)))!;
  expect((await logIn(home, first.issuer)).stderr).not.toContain('not taken back');
  const ended = first.posted.filter(({ token }) => token === refreshToken);
  expect(ended).toHaveLength(1);
  const kept = (await readLogin(secretsIn(home)))!;
  expect(kept.refreshToken).not.toBe(refreshToken);
  expect((await fetch(`${first.issuer}/me`, { headers: bearer(kept.accessToken!) })).status).toBe(200);
  first.server.closeAllConnections();
  first.server.close();
  const { status, stderr } = await logIn(home, (await startProvider()).issuer);
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining(`The login before it was not taken back at ${first.issuer}`),
  });
}, 60_000);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('a code is shown for a telephone too, and is bound to who asked for it where the provider takes that', async () => {
  const { issuer, posted } = await startProvider();
  const stderr = { ...sink(), isTTY: true };
  const words = ['login', '--issuer', issuer, '--client-id', 'fcgate', '--insecure-storage'];
  const scope = ['--scope', 'openid email', '--audience', 'gate'];
  const ended = main([...words, ...scope], { ...ioIn({ env: { SSH_CONNECTION: 'far' } }), stderr });
  const said = (what: RegExp) => vi.waitUntil(() => what.exec(stderr.text())?.[1], 10_000);
  await browse(`${await said(/Open +(\S+)/)}?user_code=${await said(/code +([\w-]+)/)}`);
  expect(await ended).toBe(0);
  expect(stderr.text()).toMatch(/[▀▄█]{10}/);
  const [first, ...polls] = posted;
  expect(first).toMatchObject({ scope: 'openid email', audience: 'gate', code_challenge_method: 'S256' });
  const challenge = createHash('sha256').update(polls[0]!.code_verifier!).digest('base64url');
  expect(challenge).toBe(first!.code_challenge);
}, 20_000);

test('a code that nobody confirmed in time says so; while it was waited for, that was told once', async () => {
  const { issuer, answered } = await startProvider({ codeLasts: 3 });
  const { ended, stderr } = begin(emptyFolder(), issuer);
  expect(await ended).toBe(1);
  expect(stderr.text()).toMatch(/Not logged in: the code expired before anybody confirmed it/);
  expect(answered).toContain('authorization_pending');
  expect(stderr.text().match(/Waiting for you/g)).toHaveLength(1);
}, 60_000);

test('a provider that wants to be asked more slowly is, and that is told', async () => {
  const { issuer } = await startProvider({ hurried: true });
  const began = performance.now();
  expect(await logIn(emptyFolder(), issuer)).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('wants to be asked more slowly'),
  });
  expect(performance.now() - began).toBeGreaterThan(6_000);
}, 60_000);

test('without device codes the browser brings the login back to loopback', async () => {
  const home = emptyFolder();
  const { issuer } = await startProvider({ noDevice: true });
  const { ended, said, stdout } = begin(home, issuer);
  const page = await said(/Open in a browser of this machine: (\S+)/);
  expect(new URL(page).searchParams.get('code_challenge_method')).toBe('S256');
  const home2 = new URL(new URL(page).searchParams.get('redirect_uri')!);
  expect((await fetch(`${home2.href}?state=forged&code=x`)).status).toBe(404);
  expect(await browse(page)).toContain('You can close this page');
  expect(await ended).toBe(0);
  expect(stdout.text()).toContain('Logged in as ann');
}, 60_000);

/** A provider that has a page for codes, and answers each question for one with this. */
async function refusing(answer: object | string): Promise<string> {
  const server = createServer((request, response) => {
    const about = {
      issuer,
      device_authorization_endpoint: `${issuer}/device`,
      token_endpoint: `${issuer}/token`,
    };
    const isAbout = request.url!.startsWith('/.well-known/');
    response.writeHead(isAbout ? 200 : 400, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(isAbout ? about : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return issuer;
}

test.each<[string, object | string, string]>([
  [
    'does not know the client',
    { error: 'invalid_client' },
    'does not know this client id; check --client-id.',
  ],
  ['does not let the client', { error: 'unauthorized_client' }, 'does not let this client log in so; check'],
  ['does not give a scope', { error: 'invalid_scope' }, 'does not give this scope; check --scope.'],
  ['says another code', { error: 'server_error' }, 'the provider gave no code (server_error).'],
  ['says what is no code', { error: 'Call 555-0100!\u001b[2J' }, 'the provider gave no code (OAUTH_'],
  ['is none', '<html>', 'cannot be read (it does not answer as OpenID Connect has it; check the issuer).'],
  ['is another', '{"issuer":"https://other.test"}', 'calls itself by another name than the issuer; say'],
])('a provider that %s', async (_what, answer, words) => {
  const args = ['login', '--issuer', await refusing(answer), '--client-id', 'fcgate', '--insecure-storage'];
  const { status, stdout, stderr } = await fcgateIn({}, ...args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('fcgate: Not logged in: ');
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('555');
});

test('a login is renewed before it ends, once, however many ask at the same time', async () => {
  const home = emptyFolder();
  const { issuer, answered } = await startProvider({ lasts: 90 });
  await logIn(home, issuer);
  const before = (await readLogin(secretsIn(home)))!;
  const soon = () => Date.now() + 40_000;
  const renewed = await Promise.all([1, 2, 3].map(() => freshLogin(secretsIn(home), home, soon)));
  expect(new Set(renewed.map((login) => login!.refreshToken)).size).toBe(1);
  expect(renewed[0]!.refreshToken).not.toBe(before.refreshToken);
  expect(renewed[0]).toMatchObject({ subject: 'ann', groups: ['support'] });
  expect(answered).not.toContain('invalid_grant');
}, 60_000);

test('where the provider is down, an ended login is told, and kept', async () => {
  const home = emptyFolder();
  const { issuer, server } = await startProvider();
  await logIn(home, issuer);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const late = () => Date.now() + 3_600_000;
  await expect(freshLogin(secretsIn(home), home, late)).rejects.toThrow('cannot be reached');
  expect(await fcgateIn({ home }, 'logout')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^fcgate: Not logged out: .*fcgate logout --local\.\n$/),
  });
  expect(await readLogin(secretsIn(home))).toMatchObject({ subject: 'ann' });
  expect((await fcgateIn({ home }, 'logout', '--local')).status).toBe(0);
}, 60_000);

test.runIf(process.platform === 'linux')(
  'where nothing can be kept, that is said before anything is asked',
  async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { issuer, asked } = await startProvider();
    expect(await fcgateIn({}, 'login', '--issuer', issuer, '--client-id', 'fcgate')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /keychain cannot be used[\s\S]*FCGATE_PASSPHRASE[\s\S]*--insecure-storage/,
      ),
    });
    expect(asked).toEqual([]);
  },
);

test('who the provider is must be said, and it must be https', async () => {
  expect(await fcgateIn({}, 'login')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--issuer'),
  });
  const args = ['login', '--issuer', 'http://login.example.com', '--client-id', 'x'];
  expect(await fcgateIn({}, ...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('https') });
});
