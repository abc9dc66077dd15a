import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { type Issuer, openBearers } from '../../src/identity/bearer.ts';

const closing: (() => unknown)[] = [];
afterEach(() => closing.splice(0).map((close) => close()));

interface Key {
  readonly kid: string;
  readonly pair: Awaited<ReturnType<typeof generateKeyPair>>;
}

/** An issuer on loopback whose published keys change as the test says, and a verifier on a clock of the test's. */
async function scene() {
  const published: JWK[] = [];
  const asked: string[] = [];
  /** What is answered is known before it is waited for. */
  const held: { until?: Promise<void> } = {};
  const server = createServer(async (request, response) => {
    asked.push(request.url!);
    const about = { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks` };
    const answer = JSON.stringify(request.url === '/jwks' ? { keys: published } : about);
    if (request.url === '/jwks') await held.until;
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = { issuer: `http://127.0.0.1:${port}`, audience: 'fcgate', groupsClaim: 'roles' };
  const newKey = async (kid: string, alg = 'ES256'): Promise<Key> => {
    const pair = await generateKeyPair(alg, { extractable: true });
    return { kid, pair };
  };
  const publish = async ({ kid, pair }: Key): Promise<void> =>
    void published.push({ ...(await exportJWK(pair.publicKey)), kid, use: 'sig' });
  const at = { now: Date.now() };
  const verify = openBearers(() => at.now);
  const lookUps = () => asked.filter((path) => path === '/jwks').length;
  const seconds = Math.floor(at.now / 1000);
  const good = { iss: issuer.issuer, aud: 'fcgate', sub: 'ann', exp: seconds + 600, roles: ['support'] };
  const sign = (key: Key, claims: JWTPayload = good, alg = 'ES256'): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid }).sign(key.pair.privateKey);
  const first = await newKey('k1');
  await publish(first);
  return { published, newKey, publish, verify, issuer, at, lookUps, held, seconds, good, sign, first };
}

test('a token of the issuer says who calls, with the groups of the claim', async () => {
  const { verify, issuer, sign, first, good } = await scene();
  const claims = { ...good, email: 'ann@corp.test' };
  expect(await verify(await sign(first, claims), issuer)).toEqual({
    subject: 'ann',
    email: 'ann@corp.test',
    groups: ['support'],
    claims,
  });
});

test('a missing claim means no groups, and a claim of one word is one group', async () => {
  const { verify, issuer, sign, first, good } = await scene();
  const { roles: _none, ...bare } = good;
  expect((await verify(await sign(first, bare), issuer)).groups).toEqual([]);
  expect((await verify(await sign(first, { ...bare, roles: 'ops' }), issuer)).groups).toEqual(['ops']);
  expect((await verify(await sign(first, { ...bare, roles: [1, 'ops', null] }), issuer)).groups).toEqual([
    'ops',
  ]);
});

test('what does not hold is refused, each in its own words', async () => {
  const { verify, issuer, sign, first, good, seconds, newKey } = await scene();
  const stranger = await newKey('k1');
  const unknown = await newKey('k9');
  const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const secret = new TextEncoder().encode(await exportSPKI(first.pair.publicKey));
  const confused = await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
  const whole = await sign(first);
  const tampered = whole
    .split('.')
    .with(1, b64({ ...good, sub: 'eve' }))
    .join('.');
  const { sub: _sub, ...nobody } = good;
  const { exp: _exp, ...eternal } = good;
  const cases: [string, string][] = [
    [await sign(first, { ...good, iss: 'http://127.0.0.1:1' }), 'of another issuer'],
    [await sign(first, { ...good, aud: 'another-app' }), 'meant for another audience'],
    [await sign(first, { ...good, exp: seconds - 61 }), 'has expired'],
    [await sign(first, { ...good, nbf: seconds + 61 }), 'is not valid yet'],
    [`${b64({ alg: 'none' })}.${b64(good)}.`, 'not signed by an asymmetric algorithm'],
    [confused, 'not signed by an asymmetric algorithm'],
    [await sign(unknown), 'signed by a key that the issuer does not have'],
    [await sign(stranger), 'the signature of the bearer token does not hold'],
    [tampered, 'the signature of the bearer token does not hold'],
    [await sign(first, nobody), 'lacks the claim "sub"'],
    [await sign(first, eternal), 'lacks the claim "exp"'],
    [await sign(first, { ...good, sub: 'anonymous' }), 'subject cannot be used'],
    [await sign(first, { ...good, sub: 'local:root' }), 'subject cannot be used'],
    ['not.a.token', 'no readable JWT'],
    ['x'.repeat(20_000), 'too long'],
  ];
  for (const [token, words] of cases) {
    await expect(verify(token, issuer)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining(words),
    });
  }
  await expect(verify(whole, { ...issuer, audience: undefined })).rejects.toThrow(
    'neither identity.client_id nor',
  );
});

test('clocks may differ by a minute', async () => {
  const { verify, issuer, sign, first, good, seconds } = await scene();
  await verify(await sign(first, { ...good, exp: seconds - 50 }), issuer);
  await verify(await sign(first, { ...good, nbf: seconds + 50 }), issuer);
});

test('a key that was not seen before is looked up at once; one that is not there, only once', async () => {
  const { verify, issuer, sign, first, newKey, publish, lookUps } = await scene();
  await verify(await sign(first), issuer);
  await verify(await sign(first), issuer);
  expect(lookUps()).toBe(1);
  const next = await newKey('k2');
  await publish(next);
  await verify(await sign(next), issuer);
  expect(lookUps()).toBe(2);
  const invented = await newKey('k3');
  for (let i = 0; i < 3; i++)
    await expect(verify(await sign(invented), issuer)).rejects.toThrow('does not have');
  expect(lookUps()).toBe(3);
});

test('a flood of invented keys ends at the budget, and rotation is followed again after it', async () => {
  const { verify, issuer, sign, first, newKey, publish, lookUps, at } = await scene();
  for (let i = 0; i < 15; i++) {
    const token = await sign({ ...first, kid: `invented-${i}` });
    await expect(verify(token, issuer)).rejects.toMatchObject({ code: 'unauthenticated' });
  }
  expect(lookUps()).toBeLessThanOrEqual(10);
  await verify(await sign(first), issuer);
  const next = await newKey('k2');
  await publish(next);
  await expect(verify(await sign(next), issuer)).rejects.toThrow('looked up too often');
  at.now += 61_000;
  await verify(await sign(next), issuer);
});

test('a key that is published while another is looked up is found by whoever comes with it', async () => {
  const { verify, issuer, sign, first, newKey, publish, lookUps, held } = await scene();
  await verify(await sign(first), issuer);
  let release = (): void => {};
  held.until = new Promise((resolve) => {
    release = resolve;
  });
  const [next, flood] = [await newKey('k2'), await sign({ ...first, kid: 'invented' })];
  const invented = expect(verify(flood, issuer)).rejects.toThrow('does not have');
  await vi.waitUntil(() => lookUps() === 2);
  await publish(next);
  const tokens = await Promise.all([1, 2, 3].map(() => sign(next)));
  const known = Promise.all(tokens.map((token) => verify(token, issuer)));
  release();
  await invented;
  expect(await known).toHaveLength(3);
  expect(lookUps()).toBe(3);
});

test('many invented keys at once share look-ups, and one that is asked for by many is looked up once', async () => {
  const { verify, issuer, sign, first, lookUps } = await scene();
  await verify(await sign(first), issuer);
  const names = Array.from({ length: 40 }, (_, i) => `invented-${i % 20}`);
  const tokens = await Promise.all(names.map((kid) => sign({ ...first, kid })));
  const ends = await Promise.allSettled(tokens.map((token) => verify(token, issuer)));
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(lookUps()).toBeLessThanOrEqual(3);
  const before = lookUps();
  await Promise.allSettled(tokens.map((token) => verify(token, issuer)));
  expect(lookUps()).toBe(before);
});

test('an issuer that is down is told', async () => {
  const { verify, issuer, sign, first, good } = await scene();
  const gone = { ...issuer, issuer: 'http://127.0.0.1:9' };
  const token = await sign(first, { ...good, iss: gone.issuer });
  await expect(verify(token, gone)).rejects.toThrow('the issuer does not answer');
});
