/** What the gateway keeps of a conversation: all of it, masked; checkable; and nothing that it was not to keep. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { apps } from './apps.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { type Model, startModel } from './model.ts';
import { apiKey, found, personal, secret } from './planted.ts';
import { chatRequest, post } from './scripted.ts';
import { Toolbox } from './tools.ts';

let model: Model;
let gateway: Gateway;
let talked: number;
const queryKey = 'AIzaSyD-query-key-of-the-caller-0123456';

/** Every SDK's whole conversation, each in a session of its own, and a few requests that go wrong. */
beforeAll(async () => {
  model = await startModel();
  gateway = await serve({ openai: model.url, anthropic: model.url, gemini: model.url });
  for (const { connection, talk } of apps) await talk(`${gateway.url}/${connection}`, new Toolbox());
  talked = model.requests();
  const [mail] = personal as [string];
  const chat = `${gateway.url}/openai/v1/chat/completions`;
  await post(`${chat}?key=${queryKey}&user=${mail}`, `{"broken": "${mail}`, { accept: `text/${mail}` });
  await post(`${chat}?user=${encodeURIComponent(mail)}&key=${queryKey}&${mail}=1`, chatRequest('hello'), {
    'x-fcgate-session': secret,
    'anthropic-beta': mail,
    'x-user': mail,
  });
  const args = JSON.stringify({ [mail]: { of: [mail] }, [secret]: true });
  const named = { id: 'c', type: 'function', function: { name: 'send', arguments: args } };
  await post(
    chat,
    chatRequest('hello', {
      [mail]: 1,
      messages: [{ role: 'assistant', content: null, tool_calls: [named], [secret]: mail }],
      tools: [{ type: 'function', function: { name: 'send', parameters: { properties: { [mail]: {} } } } }],
    }),
  );
  await post(`${chat}`, chatRequest('hello'), { 'content-type': `text/${mail}` });
  await post(`${gateway.url}/nobody/${mail}?key=${queryKey}`, '{}');
  await post(`${gateway.url}/openai/v1/${encodeURIComponent(mail)}?key=${queryKey}`, '{}');
});
afterAll(async () => {
  await discard(gateway);
  await model.close();
});

const json = async (...args: string[]): Promise<unknown> => {
  const { status, stdout, stderr } = await gateway.run(...args, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

interface Listed {
  readonly id: string;
  readonly exchanges: number;
}

test('nothing that it wrote holds an original value, a secret or a key', async () => {
  expect(found(gateway.written(), [...personal, secret, apiKey, queryKey])).toEqual([]);
});

test('each conversation is one session, and each of its exchanges is recorded', async () => {
  const listed = (await json('sessions', 'list')) as Listed[];
  const recorded = listed.reduce((sum, { exchanges }) => sum + exchanges, 0);
  const tellings = () => gateway.events('exchange').filter(({ session }) => session !== '');
  // Lines of the log come in batches.
  await vi.waitUntil(() => tellings().length >= recorded, 20_000);
  const told = tellings();
  const exchanges = (session: string) => told.filter((one) => one.session === session).length;
  expect(listed.map(({ id, exchanges }) => [id, exchanges]).sort()).toEqual(
    [...new Set(told.map(({ session }) => session as string))].map((id) => [id, exchanges(id)]).sort(),
  );
  expect(told.filter(({ status }) => status === 200).length).toBe(talked + 2);
  expect(listed).toHaveLength(apps.length + 4);
});

test('a session is shown and replayed with its decisions', async () => {
  const listed = (await json('sessions', 'list')) as Listed[];
  const { id } = listed.find(({ exchanges }) => exchanges > 3)!;
  const shown = JSON.stringify(await json('sessions', 'show', id));
  const replayed = await gateway.run('replay', id);
  expect(replayed).toMatchObject({ status: 0, stderr: '' });
  for (const entity of [
    'EMAIL_ADDRESS',
    'PHONE_NUMBER',
    'CREDIT_CARD',
    'IBAN_CODE',
    'US_SSN',
    'GITHUB_PAT',
  ]) {
    expect(shown).toContain(`"entity":"${entity}"`);
    expect(replayed.stdout).toMatch(new RegExp(`└ mask .*\\b${entity} (?:surrogate|redact)`));
  }
  expect(replayed.stdout).toContain('register_person');
  expect(found(shown + replayed.stdout, [...personal, secret, apiKey])).toEqual([]);
});

interface Entry {
  readonly direction: string;
  readonly decisions: readonly {
    readonly masked: readonly { readonly entity: string; readonly rule: string }[];
  }[];
}

test('the audit is whole, and has every masking with entity, place and rule', async () => {
  expect(await gateway.run('audit', 'verify')).toMatchObject({ status: 0 });
  const { stdout } = await gateway.run('audit', 'tail', '--lines', '10000', '--json');
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  const masked = entries
    .filter(({ direction }) => direction === 'to_model')
    .flatMap(({ decisions }) => decisions.flatMap((one) => one.masked));
  const times = (entity: string) => masked.filter((mask) => mask.entity === entity).length;
  for (const entity of ['PHONE_NUMBER', 'CREDIT_CARD', 'IBAN_CODE', 'US_SSN', 'GITHUB_PAT'])
    expect(times(entity), entity).toBeGreaterThanOrEqual(apps.length);
  expect(new Set(masked.map(({ rule }) => rule))).toEqual(
    new Set(['mask.to_model.pii', 'mask.to_model.financial', 'mask.to_model.secret']),
  );
});

test('what a killed process had let go is in its books', async () => {
  process.kill(gateway.pid, 'SIGKILL');
  await gateway.stop();
  expect(await gateway.run('audit', 'verify')).toMatchObject({ status: 0 });
  expect(found(gateway.written(), [...personal, secret, apiKey, queryKey])).toEqual([]);
});
