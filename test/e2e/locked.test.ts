/** The keychain locked, the provider down: each process says so in clear words, and nothing is lost. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepLogin, readLogin } from '../../src/identity/logins.ts';
import { openSecrets } from '../../src/identity/secrets.ts';
import { keyringMissing, startKeyring } from '../identity/keyring.ts';
import { browse, startProvider } from '../identity/provider.ts';
import { begin, serveHere } from './gateway.ts';
import { reply, scripted } from './scripted.ts';

const providerKey = 'sk-held-90112-for-openai';

/** Ann is logged in, a key is held, and a gateway runs that needs both. Without a passphrase: in the keychain. */
async function start(passphrase?: string) {
  const provider = await startProvider();
  const upstream = await scripted((response) => reply(response, '{"object":"list","data":[]}'));
  const policy = `version: 1
connections: { openai: { target: '${upstream.url}', credential: keychain } }
identity: { issuer: '${provider.issuer}', client_id: fcgate, required: true }
`;
  const gateway = await serveHere({}, policy, '--policy', 'fcgate.yaml');
  const fcgate = (input: string, ...words: string[]) =>
    begin(gateway.folder, input, '--policy', 'fcgate.yaml', ...words).ended;
  const login = begin(gateway.folder, '', '--policy', 'fcgate.yaml', 'login');
  const told = (what: RegExp) => vi.waitUntil(() => what.exec(login.stderr())?.[1], 60_000);
  await browse(`${await told(/Open +(\S+)/)}?user_code=${await told(/code +([\w-]+)/)}`);
  expect(await login.ended).toMatchObject({ status: 0 });
  expect(await fcgate(providerKey, 'connection', 'add', 'openai')).toMatchObject({ status: 0 });
  const local = await vi.waitUntil(() => /fcg_[\w-]+/.exec(gateway.stderr())?.[0], 60_000);
  const ask = async () => {
    const headers = { authorization: `Bearer ${local}` };
    const answer = await fetch(`${gateway.url}/openai/v1/models`, { headers });
    return `${answer.status} ${await answer.text()}`;
  };
  /** What was read a moment ago is used for a moment more. */
  const until = (what: RegExp) =>
    vi.waitUntil(async () => what.test(await ask()), { timeout: 60_000, interval: 300 });
  const secrets = openSecrets({ home: join(gateway.folder, 'home'), passphrase })!;
  return { provider, upstream, fcgate, until, secrets };
}

test.skipIf(keyringMissing)(
  'a keychain that is locked is told by every command and to every caller, and has all when it is open again',
  async () => {
    const keyring = await startKeyring();
    const { upstream, fcgate, until, secrets } = await start();
    await until(/^200 /);
    const before = await readLogin(secrets);
    keyring.lock();
    await until(/^401 .*The keychain is missing or locked\. Unlock it and try again/);
    const sent = upstream.arrived.length;
    await until(/^401 /);
    expect(upstream.arrived).toHaveLength(sent);
    const words: readonly (readonly [string, ...string[]])[] = [
      ['', 'whoami'],
      ['', 'logout'],
      ['', 'login'],
      ['sk-another', 'connection', 'add', 'openai'],
      ['', 'connection', 'remove', 'openai'],
      ['', 'connection', 'test', 'openai'],
      ['', 'key', 'issue'],
    ];
    for (const [input, ...command] of words)
      expect({ command, ...(await fcgate(input, ...command)) }).toMatchObject({
        command,
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/^fcgate: The keychain (is missing or locked|cannot be used)/),
      });
    const seen = await fcgate('', 'doctor');
    expect(seen.stdout).toMatch(/^fail {2}keychain: The keychain is missing or locked/m);

    await keyring.restart();
    await until(/^200 /);
    expect(await readLogin(secrets)).toEqual(before);
    expect(upstream.arrived.at(-1)!.headers.authorization).toBe(`Bearer ${providerKey}`);
  },
  300_000,
);

test('where the provider is down an ended login is told, kept, and renewed once it is back, by one process alone', async () => {
  const passphrase = 'a passphrase of the test';
  vi.stubEnv('FCGATE_PASSPHRASE', passphrase);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { provider, upstream, fcgate, until, secrets } = await start(passphrase);
  await until(/^200 /);
  const { server, granted } = provider;
  const { port } = server.address() as AddressInfo;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const ended = { ...(await readLogin(secrets))!, expires: Date.now() - 1000 };
  await keepLogin(secrets, ended);
  const both = await Promise.all([fcgate('', 'whoami'), fcgate('', 'whoami')]);
  for (const each of both)
    expect(each).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'fcgate: Not logged in: the provider cannot be read (it cannot be reached; try again).\n',
    });
  await until(/^401 .*it cannot be reached; try again/);
  const sent = upstream.arrived.length;
  expect(await readLogin(secrets)).toEqual(ended);

  await once(server.listen(port, '127.0.0.1'), 'listening');
  const again = await Promise.all([
    fcgate('', 'whoami', '--json'),
    fcgate('', 'whoami', '--json'),
    fcgate('', 'key', 'issue', '--json'),
  ]);
  for (const { stdout } of again) expect(JSON.parse(stdout)).toMatchObject({ subject: 'ann' });
  expect(granted.filter((type) => type === 'refresh_token')).toHaveLength(1);
  expect((await readLogin(secrets))!.refreshToken).not.toBe(ended.refreshToken);
  expect(upstream.arrived).toHaveLength(sent);
  await until(/^200 /);
}, 300_000);
