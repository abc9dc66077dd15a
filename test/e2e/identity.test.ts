/** A login, a held key and a governed command in processes of their own: what each may do, and that nothing of them is written anywhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepLogin, readLogin } from '../../src/identity/logins.ts';
import { openSecrets } from '../../src/identity/secrets.ts';
import { fcgateIn } from '../cli/fcgate.ts';
import { logIn } from '../identity/login.ts';
import { startProvider } from '../identity/provider.ts';
import { serveHere } from './gateway.ts';
import { reply, scripted } from './scripted.ts';

const passphrase = 'a passphrase of the test';
const providerKey = 'sk-held-77120-for-openai';

/** Everything that a process below can see of those above it. */
const app = `
import { readFileSync, writeFileSync } from 'node:fs';
const { env, argv, ppid } = process;
const headers = { authorization: 'Bearer ' + env.OPENAI_API_KEY };
const { status } = await fetch(env.OPENAI_BASE_URL + '/models', { headers });
const above = process.platform === 'linux' ? readFileSync('/proc/' + ppid + '/cmdline', 'latin1') : '';
writeFileSync('told.json', JSON.stringify({ status, argv, env, above }));
`;

async function start() {
  vi.stubEnv('FCGATE_PASSPHRASE', passphrase);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { issuer, granted } = await startProvider();
  const upstream = await scripted((response) => reply(response, '{"object":"list","data":[]}'));
  const policy = `version: 1
connections: { openai: { target: '${upstream.url}', credential: keychain } }
identity: { issuer: '${issuer}', client_id: fcgate, required: true }
`;
  const gateway = await serveHere({ openai: upstream.url }, policy, '--policy', 'fcgate.yaml');
  const home = join(gateway.folder, 'home');
  expect(await logIn(home, issuer, { passphrase })).toMatchObject({ status: 0 });
  const place = { home, cwd: gateway.folder, input: providerKey, env: { FCGATE_PASSPHRASE: passphrase } };
  const words = ['--policy', 'fcgate.yaml', 'connection', 'add', 'openai'];
  expect(await fcgateIn(place, ...words)).toMatchObject({ status: 0 });
  return { granted, upstream, gateway, secrets: openSecrets({ home, passphrase })! };
}

test('two processes renew a login once; its bearer and a governed command use the held key; nothing shows a token', async () => {
  const { granted, upstream, gateway, secrets } = await start();
  const first = (await readLogin(secrets))!;
  await keepLogin(secrets, { ...first, expires: Date.now() + 5_000 });
  const both = await Promise.all([gateway.run('whoami', '--json'), gateway.run('whoami', '--json')]);
  expect(both.map(({ stdout }) => (JSON.parse(stdout) as { subject: string }).subject)).toEqual([
    'ann',
    'ann',
  ]);
  expect(granted.filter((type) => type === 'refresh_token')).toHaveLength(1);
  const login = (await readLogin(secrets))!;
  expect(login.refreshToken).not.toBe(first.refreshToken);

  const get = (headers: Record<string, string>) => fetch(`${gateway.url}/openai/v1/models`, { headers });
  expect((await get({ authorization: `Bearer ${login.idToken}` })).status).toBe(200);
  expect((await get({ authorization: `Bearer ${login.idToken!.slice(0, -8)}AAAAAAAA` })).status).toBe(401);
  expect((await get({ authorization: 'Bearer sk-own' })).status).toBe(401);
  writeFileSync(join(gateway.folder, 'app.mjs'), app);
  const ran = await gateway.run('--policy', 'fcgate.yaml', 'run', '--', process.execPath, 'app.mjs');
  expect(ran).toMatchObject({ status: 0 });
  const told = readFileSync(join(gateway.folder, 'told.json'), 'utf8');
  expect(JSON.parse(told)).toMatchObject({
    status: 200,
    env: { OPENAI_API_KEY: expect.stringMatching(/^fcg_/) },
  });
  expect(upstream.arrived.map(({ headers }) => headers.authorization)).toEqual(
    Array.from({ length: 2 }, () => `Bearer ${providerKey}`),
  );

  expect((await gateway.run('logout')).status).toBe(0);
  await gateway.stop();
  const audited = await gateway.run('audit', 'tail');
  const shown = Buffer.concat([gateway.written(), Buffer.from(JSON.stringify([told, both, ran, audited]))]);
  expect(audited.stdout).toContain('ann');
  const tokens = [first, login].flatMap((one) => [one.accessToken!, one.refreshToken!, one.idToken!]);
  for (const secret of [...tokens, providerKey, passphrase]) expect(shown.includes(secret)).toBe(false);
}, 60_000);
