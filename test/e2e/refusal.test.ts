/** Refusals, as the official SDKs tell them: a refused request is their ordinary error, a refused call a text in its place. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { askers } from './asks.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { type Model, startModel } from './model.ts';
import { question } from './tools.ts';

const policy = `version: 1
rules:
  - id: no-private-keys
    stages: [to_model]
    when: findings.exists(f, f.entity == "PRIVATE_KEY")
    deny: Private keys never leave this machine.
  - id: no-notes
    when: tool.name == "notify"
    deny: Nobody is notified today.
    on_deny: error
tools:
  register_*: { deny: Ask the registrar. }
`;

const asking = `version: 1
tools:
  register_*: { approve: { groups: [registrars], reason: The registrar decides. } }
`;

const typed = `version: 1
tools:
  register_*: { deny: Ask the registrar., on_deny: error }
`;

const pem =
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----';

let model: Model;
let gateways: Record<'deny' | 'ask' | 'typed', Gateway>;

beforeAll(async () => {
  model = await startModel();
  const upstreams = { openai: model.url, anthropic: model.url, gemini: model.url };
  const [deny, ask, error] = await Promise.all([policy, asking, typed].map((text) => serve(upstreams, text)));
  gateways = { deny: deny!, ask: ask!, typed: error! };
});
afterAll(async () => {
  await Promise.all(Object.values(gateways).map(discard));
  await model.close();
});

describe.each(askers)('$name', ({ name, connection, error, ask }) => {
  const raising = async (gateway: Gateway, prompt: string): Promise<Error> => {
    const exchanges = gateway.events('exchange').length;
    const raised = await ask(`${gateway.url}/${connection}`, prompt).then(
      () => expect.unreachable('nothing was raised'),
      (error: unknown) => error,
    );
    await vi.waitUntil(() => gateway.events('exchange').length > exchanges, 20_000);
    expect(gateway.events('exchange').length - exchanges, 'requests made').toBe(1);
    return raised as Error;
  };
  const failing = async (gateway: Gateway, prompt: string): Promise<Error> => {
    const raised = await raising(gateway, prompt);
    expect(raised).toBeInstanceOf(error);
    return raised;
  };

  test('a refused request is a permission error that names code, rule and reason, and is not tried again', async () => {
    model.forget();
    const raised = await failing(gateways.deny, `Look at this: ${pem}`);
    expect(statusOf(raised)).toBe(403);
    expect(plain(raised)).toMatch(
      /fcgate policy_denied: rules\.no-private-keys: Private keys never leave this machine \(exchange [\w-]+\)/,
    );
    expect(model.requests()).toBe(0);
  });

  test('a refused call is a text in its place', async () => {
    const { text, calls } = await ask(`${gateways.deny.url}/${connection}`, question);
    expect(calls).toEqual([]);
    expect(text).toMatch(
      /^I will register that person\.\s*fcgate policy_denied: tools\["register_\*"\]: Ask the registrar \(/,
    );
  });

  test('with on_deny: error a refused call is the permission error', async () => {
    // A stream of which something has gone on already ends with the provider's error event.
    const isStream = /stream/.test(name);
    const raised = await (isStream ? raising : failing)(gateways.typed, question);
    if (!isStream) expect(statusOf(raised)).toBe(403);
    expect(plain(raised)).toMatch(/fcgate policy_denied: tools\["register_\*"\]: Ask the registrar \(/);
  });

  test('a call that was not offered is a text in its place', async () => {
    const { text, calls } = await ask(
      `${gateways.ask.url}/${connection}`,
      'Call a tool that was not offered',
    );
    expect(calls).toEqual([]);
    expect(text).toMatch(/fcgate policy_denied: unoffered_tools/);
  });

  test('a call that wants approval is refused while nobody can approve', async () => {
    const { text, calls } = await ask(`${gateways.ask.url}/${connection}`, question);
    expect(calls).toEqual([]);
    expect(text).toMatch(/fcgate approver_unavailable: .*tools\["register_\*"\]: The registrar decides \(/);
  });
});

const statusOf = (error: Error): unknown =>
  'status' in error ? error.status : (error as { statusCode?: number }).statusCode;

/** The Anthropic SDK's message is the body's JSON, the others' is the message inside. */
const plain = ({ message }: Error): string => message.replaceAll('\\"', '"');
