/** A policy that changes while requests run: none is dropped, and a broken file changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deferred } from '../cli/fcgate.ts';
import { runIn, serveHere } from './gateway.ts';
import { apiKey, found, user } from './planted.ts';
import { chatAnswer, chatRequest, post, reply, scripted } from './scripted.ts';

const masking = (form: string) => `version: 1\nmask: { to_model: { pii: ${form} } }\n`;

test('requests that run while the policy changes all end, each under one policy', async () => {
  const upstream = await scripted((response) => setTimeout(() => reply(response, chatAnswer('Fine.')), 20));
  const gateway = await serveHere({ openai: upstream.url }, masking('surrogate'));
  let changing = true;
  const told: { status: number }[] = [];
  const work = async (): Promise<void> => {
    while (changing) {
      const answer = await post(
        `${gateway.url}/openai/v1/chat/completions`,
        chatRequest(`mail ${user.email}`),
      );
      await answer.arrayBuffer();
      told.push({ status: answer.status });
    }
  };
  const workers = Promise.all(Array.from({ length: 8 }, work));
  for (const form of ['placeholder', 'redact', 'surrogate', 'placeholder']) {
    const before = gateway.stderr().length;
    gateway.write(masking(form));
    await vi.waitUntil(() => gateway.stderr().slice(before).includes('Policy in force now'), 25_000);
  }
  changing = false;
  await workers;
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ status }) => status !== 200)).toEqual([]);
  expect(upstream.arrived).toHaveLength(told.length);
  const forms = upstream.arrived.map(({ body }) => /mail (\[R|\[E|\w)/.exec(body.toString())?.[1] ?? 'none');
  expect(new Set(forms.map((form) => (form.startsWith('[') ? form : 'made up')))).toEqual(
    new Set(['made up', '[E', '[R']),
  );
  expect(found(Buffer.concat(upstream.arrived.map(({ body }) => body)), [user.email])).toEqual([]);
});

test('a conversation goes on under the next policy', async () => {
  const upstream = await scripted();
  const gateway = await serveHere({ openai: upstream.url }, masking('surrogate'));
  const client = new OpenAI({ baseURL: `${gateway.url}/openai/v1`, apiKey });
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: `mail ${user.email}` }];
  const ask = () => client.chat.completions.create({ model: 'm', messages }).withResponse();
  const first = await ask();
  messages.push(first.data.choices[0]!.message, { role: 'user', content: `and ${user.email}` });
  gateway.write(masking('redact'));
  await vi.waitUntil(() => gateway.stderr().includes('Policy in force now'), 25_000);
  const second = await ask();
  expect(second.response.headers.get('x-fcgate-session')).toBe(
    first.response.headers.get('x-fcgate-session'),
  );
  const sent = upstream.arrived.at(-1)!.body.toString();
  expect(sent).toContain('mail [REDACTED:EMAIL_ADDRESS]');
  expect(sent).toContain('and [REDACTED:EMAIL_ADDRESS]');
});

test('a broken file leaves the last good policy in force, and says where it is broken', async () => {
  const upstream = await scripted();
  const gateway = await serveHere({ openai: upstream.url }, masking('redact'));
  gateway.write('version: 1\nmask: { to_model: { pii: surogate } }\n');
  await vi.waitUntil(
    () => /NOT IN FORCE[\s\S]*fcgate\.yaml:2:\d+: .*surrogate/.test(gateway.stderr()),
    10_000,
  );
  const answer = await post(`${gateway.url}/openai/v1/chat/completions`, chatRequest(`mail ${user.email}`));
  expect(answer.status).toBe(200);
  expect(upstream.arrived.at(-1)!.body.toString()).toContain('mail [REDACTED:EMAIL_ADDRESS]');
  gateway.write(masking('placeholder'));
  await vi.waitUntil(() => gateway.stderr().includes('Policy in force now'), 25_000);
  await post(`${gateway.url}/openai/v1/chat/completions`, chatRequest(`mail ${user.email}`));
  expect(upstream.arrived.at(-1)!.body.toString()).toMatch(/mail \[EMAIL_ADDRESS_/);
});

test.each([
  ['an unknown key', 'version: 1\nmsak: {}\n', /fcgate\.yaml:2:1: .*mask/],
  ['no YAML', 'version: 1\nmask: [\n', /fcgate\.yaml:\d+:\d+: /],
  [
    'a condition that is none',
    'version: 1\nrules:\n  - id: a\n    when: "args.x >"\n    deny: No.\n',
    /fcgate\.yaml:4:\d+: /,
  ],
  [
    'an example that its detector misses',
    "version: 1\ndetectors:\n  - entity: X_ID\n    pattern: 'X-\\d+'\n    examples: { match: [Y-1] }\n",
    /fcgate\.yaml:\d+:\d+: /,
  ],
])('with %s in the file it does not start', async (_, policy, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'fcgate-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  writeFileSync(join(folder, 'fcgate.yaml'), policy);
  const { status, stdout, stderr } = await runIn(folder, 'serve', '--port', '0');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('a stop lets what runs end, and then ends with status 0', async () => {
  const gate = deferred<void>();
  const arrived = deferred<void>();
  const upstream = await scripted(async (response) => {
    arrived.resolve();
    await gate.promise;
    reply(response, chatAnswer('Fine.'));
  });
  const gateway = await serveHere({ openai: upstream.url });
  const running = post(`${gateway.url}/openai/v1/chat/completions`, chatRequest('hello'));
  await arrived.promise;
  const stopped = gateway.stop();
  gate.resolve();
  expect((await running).status).toBe(200);
  expect(await stopped).toBe(0);
});
