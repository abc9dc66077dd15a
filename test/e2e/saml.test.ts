/** A gateway that others share, and callers who came by SAML: each gets a key of its own, for one assertion, once. */
import { expect, test, vi } from 'vitest';
import { post, startSamlProvider, type Wish } from '../identity/saml-provider.ts';
import { begin, serveHere } from './gateway.ts';
import { reply, scripted } from './scripted.ts';

async function start(more = '') {
  const { metadata, visit } = await startSamlProvider();
  const upstream = await scripted((response) => reply(response, '{"object":"list","data":[]}'));
  const policy = `version: 1
connections: { openai: { target: '${upstream.url}', groups: [finance] } }
identity: { saml: '${metadata}', required: true${more} }
`;
  const gateway = await serveHere({}, policy, '--policy', 'fcgate.yaml');
  /** As ann at her own machine; `carry` sees what her browser brings. */
  const logIn = async (wish: Wish = {}, at = gateway.url, carry = (_xml: string) => {}) => {
    const words = ['login', '--saml', metadata, '--saml-port', '0', '--gateway', at, '--insecure-storage'];
    const login = begin(gateway.folder, '', ...words);
    const page = await vi.waitUntil(() => /of this machine: (\S+)/.exec(login.stderr())?.[1], 15_000);
    const posted = await visit(page, wish);
    carry(posted.xml);
    await post(posted);
    return login.ended;
  };
  const ask = (key: string) =>
    fetch(`${gateway.url}/openai/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  const exchange = async (body: object) => {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${gateway.url}/-/login`, init);
    return `${answer.status} ${await answer.text()}`;
  };
  return { gateway, logIn, ask, exchange, upstream };
}

test('an assertion gives a key that ends with the login, and nothing of the assertion is kept', async () => {
  const { gateway, logIn, ask, upstream } = await start();
  let assertion = '';
  const { status, stdout } = await logIn({}, gateway.url, (xml) => {
    assertion = /<SignatureValue>([^<]+)/.exec(xml)![1]!;
  });
  expect(status).toBe(0);
  const key = /^Logged in as ann .*, groups: support, finance\.\n(fcg_[\w-]+)\n$/.exec(stdout)![1]!;
  expect((await ask(key)).status).toBe(200);
  expect(upstream.arrived).toHaveLength(1);
  const keys = JSON.parse((await gateway.run('key', 'list', '--json')).stdout) as object[];
  expect(keys).toMatchObject([{ subject: 'ann', groups: ['support', 'finance'], state: 'good' }]);
  const { issued, expires } = keys[0] as { issued: string; expires: string };
  expect(Date.parse(expires) - Date.parse(issued)).toBeLessThanOrEqual(8 * 3_600_000);
  await gateway.run('key', 'revoke', (keys[0] as { id: string }).id);
  expect((await ask(key)).status).toBe(401);
  expect(gateway.written().includes(key)).toBe(false);
  expect(gateway.written().includes(assertion)).toBe(false);
});

test('what is not the provider’s, not for this gateway, used, or somebody else’s gives none', async () => {
  const { exchange, gateway, upstream } = await start(", client_id: 'gate'");
  const consumer = 'http://127.0.0.1:4142/saml';
  const verifier = '0'.repeat(64);
  const answer = Buffer.from('<samlp:Response/>').toString('base64');
  expect(await exchange({ answer, verifier, consumer })).toMatch(/^401 .*Not logged in: /);
  expect(await exchange({ answer, verifier: 'x', consumer })).toMatch(/^401 .*no login of fcgate/);
  expect(await exchange({ answer, verifier, consumer: 'http://evil.test/saml' })).toMatch(/^401 /);
  expect(await exchange({ answer })).toMatch(/^400 .*invalid_body/);
  expect(await exchange({ answer: 'A'.repeat(1 << 20), verifier, consumer })).toMatch(/^400 /);
  expect((await gateway.run('key', 'list', '--json')).stdout).toBe('[]\n');
  expect(upstream.arrived).toEqual([]);
});

test('an assertion is good once, and for whoever began its login alone', async () => {
  const { gateway, logIn, exchange } = await start();
  const sent: { answer: string; verifier: string; consumer: string }[] = [];
  const between = await scripted(async (response) => {
    const body = JSON.parse(between.arrived.at(-1)!.body.toString()) as (typeof sent)[number];
    sent.push(body);
    const other = await exchange({ ...body, verifier: 'ab'.repeat(32) });
    expect(other).toMatch(/^401 .*answers another login/);
    const own = await exchange(body);
    response.statusCode = Number(own.slice(0, 3));
    reply(response, own.slice(4));
  });
  expect(await logIn({}, between.url)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('\nfcg_'),
  });
  expect(await exchange(sent[0]!)).toMatch(/^401 .*used before/);
  expect(JSON.parse((await gateway.run('key', 'list', '--json')).stdout)).toHaveLength(1);
});

test('a policy without a SAML provider believes none, and where the gateway is must be safe', async () => {
  const { gateway, exchange } = await start();
  gateway.write('version: 1\nidentity: { required: true }\n');
  await vi.waitUntil(async () => /names no identity\.saml/.test(await exchange(proof)), 10_000);
  const login = (...words: string[]) => gateway.run('login', ...words, '--gateway', 'http://gate.test');
  expect(await login('--saml', 'https://idp.test')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--gateway must begin with https://'),
  });
});

const proof = { answer: 'x', verifier: '0'.repeat(64), consumer: 'http://127.0.0.1:1/saml' };
