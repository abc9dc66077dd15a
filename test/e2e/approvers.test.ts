/** Approvers over HTTP, by tokens of their own: checked for their group, and never for their own calls. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import OpenAI from 'openai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Gateway, serveHere } from './gateway.ts';
import { scripted } from './scripted.ts';

const mail = 'kim.vos@mailbox.nl';
const pays = {
  id: 'a',
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'pay', arguments: JSON.stringify({ to: mail, amount: 900 }) },
          },
        ],
      },
    },
  ],
};

/** An issuer on loopback, and tokens of it. */
async function issuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', use: 'sig' }];
  const server = createServer((request, response) => {
    response.end(
      JSON.stringify(request.url === '/jwks' ? { keys } : { issuer: url, jwks_uri: `${url}/jwks` }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = (sub: string, ...roles: string[]) =>
    new SignJWT({ roles })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(url)
      .setAudience('fcgate')
      .setSubject(sub)
      .setExpirationTime('10m')
      .sign(privateKey);
  return { url, token };
}

async function scene(approve = '{ groups: [finance] }') {
  const { url: identity, token } = await issuer();
  const { url: upstream } = await scripted((response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(pays));
  });
  const { url: hook, arrived } = await scripted((response) => void response.end());
  const gate = await serveHere(
    { openai: upstream },
    `version: 1
identity: { issuer: "${identity}", client_id: fcgate, groups_claim: roles }
approvals: { notify: "${hook}/hook" }
tools: { pay: { approve: ${approve} } }
`,
  );
  const ask = async (subject: string): Promise<OpenAI.ChatCompletionMessage> => {
    const bearer = `Bearer ${await token(subject, 'finance')}`;
    const openai = new OpenAI({
      baseURL: `${gate.url}/openai/v1`,
      apiKey: 'none',
      defaultHeaders: { 'x-fcgate-authorization': bearer },
    });
    const { choices } = await openai.chat.completions.create({
      model: 'x',
      messages: [{ role: 'user', content: `Pay ${mail}.` }],
      tools: [{ type: 'function', function: { name: 'pay', parameters: { type: 'object' } } }],
    });
    return choices[0]!.message;
  };
  const waiting = async (): Promise<string> => {
    await vi.waitUntil(() => arrived.length > 0, 20_000);
    return (JSON.parse(String(arrived[0]!.body)) as { data: { id: string } }).data.id;
  };
  return { gate, token, ask, waiting };
}

const visit = async ({ url }: Gateway, token: string | undefined, path = '', body?: unknown, more = {}) => {
  const response = await fetch(`${url}/-/approvals${path}`, {
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...more },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, told: (await response.json()) as unknown };
};

test('a member of the group sees what waits, masked, and decides; nobody else does', async () => {
  const { gate, token, ask, waiting } = await scene();
  const answer = ask('ann');
  const id = await waiting();
  const [bob, eve, ann] = await Promise.all([
    token('bob', 'finance'),
    token('eve', 'sales'),
    token('ann', 'finance'),
  ]);
  expect(await visit(gate, undefined)).toMatchObject({ status: 401 });
  expect(await visit(gate, 'fcg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({ status: 401 });
  expect(await visit(gate, `${bob}x`)).toMatchObject({ status: 401 });
  expect(await visit(gate, bob, '', undefined, { origin: 'https://page.example' })).toMatchObject({
    status: 403,
  });
  expect(await visit(gate, eve)).toEqual({ status: 200, told: [] });
  expect(await visit(gate, ann)).toEqual({ status: 200, told: [] });
  const { told } = await visit(gate, bob);
  expect(told).toMatchObject([{ id, tool: 'pay', caller: 'ann', shown: expect.stringContaining('900') }]);
  expect(JSON.stringify(told)).not.toContain(mail);
  for (const other of [eve, ann])
    expect(await visit(gate, other, `/${id}`, { allow: true })).toMatchObject({ status: 404 });
  expect(await visit(gate, bob, `/${id}`)).toMatchObject({ status: 404 });
  for (const body of [{}, { allow: 'yes' }, 'yes', { allow: true, reason: 3 }])
    expect(await visit(gate, bob, `/${id}`, body)).toMatchObject({ status: 400 });
  expect(await visit(gate, bob, `/${id}`, { allow: true })).toEqual({
    status: 200,
    told: { state: 'settled' },
  });
  expect((await answer).tool_calls).toHaveLength(1);
  expect(await visit(gate, bob, `/${id}`, { allow: true })).toMatchObject({ status: 404 });
  expect(gate.written().includes(bob)).toBe(false);
});

test('two distinct members are two tokens of different people', async () => {
  const { gate, token, ask, waiting } = await scene('{ groups: [finance], min: 2 }');
  const answer = ask('ann');
  const id = await waiting();
  const [bob, cy] = await Promise.all([token('bob', 'finance'), token('cy', 'finance')]);
  const counted = { status: 200, told: { state: 'counted' } };
  expect(await visit(gate, bob, `/${id}`, { allow: true })).toEqual(counted);
  expect(await visit(gate, bob, `/${id}`, { allow: true })).toEqual(counted);
  expect(await visit(gate, cy, `/${id}`, { allow: false, reason: 'Too much.' })).toMatchObject({
    status: 200,
  });
  expect((await answer).content).toMatch(/approval_denied: Refused by cy: Too much/);
});
