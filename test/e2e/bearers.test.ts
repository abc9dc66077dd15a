/** Callers' own tokens, of a real provider, through the real process: what does not hold is refused in its own words, and nothing is forwarded. */
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { readLogin } from '../../src/identity/logins.ts';
import { openSecrets } from '../../src/identity/secrets.ts';
import { emptyFolder } from '../cli/fcgate.ts';
import { logIn } from '../identity/login.ts';
import { startProvider } from '../identity/provider.ts';
import { serveHere } from './gateway.ts';
import { reply, scripted } from './scripted.ts';

const newKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
};

/** A provider whose keys the test has too, a gateway that believes it, and an upstream that keeps what came. */
async function start(audience = '') {
  const key = await newKey('k1');
  const provider = await startProvider({ keys: [key] });
  const upstream = await scripted((response) => reply(response, '{"object":"list","data":[]}'));
  const policy = `version: 1
connections: { openai: { target: '${upstream.url}', groups: [support] } }
identity: { issuer: '${provider.issuer}', client_id: fcgate, required: true${audience} }
`;
  const gateway = await serveHere({ openai: upstream.url }, policy, '--policy', 'fcgate.yaml');
  const ask = async (token: string, slot = 'authorization') => {
    const headers = { [slot]: `Bearer ${token}` };
    const answer = await fetch(`${gateway.url}/openai/v1/models`, { headers });
    return {
      status: answer.status,
      code: answer.headers.get('x-fcgate-code'),
      told: await answer.text(),
    };
  };
  return { key, provider, upstream, gateway, ask };
}

/** The ID token of a login as ann's. */
async function tokenOf(issuer: string): Promise<string> {
  const home = emptyFolder();
  expect(await logIn(home, issuer)).toMatchObject({ status: 0 });
  return (await readLogin(openSecrets({ home, passphrase: undefined })!))!.idToken!;
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function signed(key: JWK, claims: JWTPayload, kid = key.kid!): Promise<string> {
  const head = { alg: 'RS256', kid };
  return new SignJWT(claims).setProtectedHeader(head).sign(await importJWK(key, 'RS256'));
}

test('a token that does not hold is refused in words of its own, wherever it stands, and nothing is forwarded', async () => {
  const { key, provider, upstream, ask, gateway } = await start();
  const token = await tokenOf(provider.issuer);
  expect((await ask(token)).status).toBe(200);
  expect((await ask(token, 'x-fcgate-authorization')).status).toBe(200);
  expect(upstream.arrived.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);

  const [head, body, signature] = token.split('.') as [string, string, string];
  const good = JSON.parse(Buffer.from(body, 'base64url').toString()) as JWTPayload;
  const { groups: _none, ...groupless } = good;
  const { d, p, q, dp, dq, qi, ...open } = key;
  const spki = await exportSPKI((await importJWK(open, 'RS256')) as CryptoKey);
  const confused = new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'k1' });
  const cases: Record<string, readonly [string, string]> = {
    issuer: [await signed(key, { ...good, iss: 'https://other.test' }), 'of another issuer than'],
    audience: [await signed(key, { ...good, aud: 'another-app' }), 'for another audience than'],
    none: [`${b64({ alg: 'none' })}.${body}.`, 'not signed by an asymmetric algorithm'],
    'none, signed': [
      `${b64({ alg: 'none', kid: 'k1' })}.${body}.${signature}`,
      'not signed by an asymmetric',
    ],
    HS256: [await confused.sign(new TextEncoder().encode(spki)), 'not signed by an asymmetric algorithm'],
    expired: [await signed(key, { ...good, exp: seconds() - 90 }), 'the bearer token has expired'],
    'not yet valid': [
      await signed(key, { ...good, nbf: seconds() + 90 }),
      'the bearer token is not valid yet',
    ],
    'unknown kid': [await signed(key, good, 'k9'), 'signed by a key that the issuer does not have'],
    'another key': [
      await signed(await newKey('k1'), good),
      'the signature of the bearer token does not hold',
    ],
    changed: [
      `${head}.${b64({ ...good, sub: 'eve' })}.${signature}`,
      'the signature of the bearer token does',
    ],
    'no subject': [await signed(key, { ...good, sub: '' }), 'subject cannot be used'],
    'no JWT': ['not.a.token', 'no readable JWT'],
    'a key of the provider': ['sk-own', 'this caller has none'],
  };
  for (const [what, [bad, words]] of Object.entries(cases)) {
    for (const slot of bad === 'sk-own' ? ['authorization'] : ['authorization', 'x-fcgate-authorization'])
      expect({ what, ...(await ask(bad, slot)) }).toMatchObject({
        what,
        status: 401,
        code: 'unauthenticated',
        told: expect.stringContaining(words),
      });
  }
  expect(await ask(await signed(key, groupless))).toMatchObject({
    status: 403,
    code: 'policy_denied',
    told: expect.stringContaining('support'),
  });
  expect(upstream.arrived).toHaveLength(2);
  const books = gateway.written();
  for (const secret of [token, ...Object.values(cases).map(([bad]) => bad)])
    expect(books.includes(secret)).toBe(false);
});

test('a policy may name another audience than its client', async () => {
  const { key, provider, ask } = await start(', audience: "https://gate.test"');
  const token = await tokenOf(provider.issuer);
  expect(await ask(token)).toMatchObject({ status: 401, told: expect.stringContaining('another audience') });
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as JWTPayload;
  expect((await ask(await signed(key, { ...claims, aud: 'https://gate.test' }))).status).toBe(200);
});

test('keys that the provider signs with anew are followed at once; a flood of invented ones is not', async () => {
  const { key, provider, upstream, ask } = await start();
  /** How often the gateway asked for keys, which a login does too. */
  const lookUps = async (action: () => Promise<unknown>): Promise<number> => {
    const asked = () => provider.asked.filter((path) => path === '/jwks').length;
    const before = asked();
    await action();
    return asked() - before;
  };
  const old = await tokenOf(provider.issuer);
  expect((await ask(old)).status).toBe(200);
  const next = await newKey('k2');
  provider.rotate([next, key]);
  const token = await tokenOf(provider.issuer);
  expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).toMatchObject({ kid: 'k2' });
  const both = async () => expect([(await ask(token)).status, (await ask(old)).status]).toEqual([200, 200]);
  expect(await lookUps(both)).toBe(1);

  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as JWTPayload;
  const invented = await Promise.all(
    Array.from({ length: 40 }, (_, i) => signed(next, claims, `invented-${i}`)),
  );
  const flood = async () => {
    for (const bad of invented) expect((await ask(bad)).status).toBe(401);
  };
  expect(await lookUps(flood)).toBe(8);
  expect((await ask(invented.at(-1)!)).told).toContain('looked up too often');
  expect(await lookUps(both)).toBe(0);
  expect(upstream.arrived).toHaveLength(5);
});
