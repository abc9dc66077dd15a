/** A person takes their time: every official SDK, with its own settings, holds on, streamed and not. Two minutes by `npm run waits`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Desk } from '../../src/approval/desk.ts';
import { openGateway } from '../../src/cli/open-gateway.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { overrideConnection } from '../../src/policy/policy.ts';
import { type Asker, askers } from './asks.ts';
import { type Model, startModel } from './model.ts';
import { question } from './tools.ts';

/** Longer than the gateway says nothing to an app, in either run. */
const waitMs = process.env.npm_lifecycle_event === 'waits' ? 120_000 : 6_000;

const terminal = { subject: 'ann', groups: [], terminal: true };
const asking = 'version: 1\ntools:\n  register_*: { approve: { within: 5m } }\n';

/** A yes to each question once it has waited so long. */
function approveLate(desk: Desk): () => void {
  const seen = new Set<string>();
  return desk.watch(() => {
    for (const { question } of desk.pending) {
      if (seen.has(question.id)) continue;
      seen.add(question.id);
      setTimeout(() => desk.vote(question.id, terminal, { allow: true }), waitMs);
    }
  });
}

async function start(model: Model) {
  const home = mkdtempSync(join(tmpdir(), 'fcgate-waits-'));
  const loaded = loadPolicy({ file: 'fcgate.yaml', text: asking }, () =>
    expect.unreachable('extends nothing'),
  );
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const policy = ['openai', 'anthropic', 'gemini'].reduce(
    (each, name) => overrideConnection(each, name, model.url),
    loaded.policy,
  );
  const io = { env: { FCGATE_HOME: home }, warn: () => {} } as unknown as Parameters<typeof openGateway>[0];
  const gateway = await openGateway(io, policy, () => {});
  const { url } = await gateway.listen('127.0.0.1', 0);
  const leave = gateway.desk.attach(terminal);
  const unwatch = approveLate(gateway.desk);
  return {
    url,
    async close() {
      unwatch();
      leave();
      await gateway.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

describe(`a call that is approved after ${waitMs / 1000} s goes on`, () => {
  let model: Model;
  let gateway: Awaited<ReturnType<typeof start>>;
  const answers = new Map<string, Promise<{ readonly ms: number; readonly calls: readonly string[] }>>();

  // All wait at once.
  beforeAll(async () => {
    model = await startModel();
    gateway = await start(model);
    for (const asker of askers) answers.set(asker.name, timed(asker, gateway.url));
    await Promise.allSettled(answers.values());
  }, waitMs + 60_000);
  afterAll(async () => {
    await gateway.close();
    await model.close();
  });

  async function timed({ name, connection, ask }: Asker, url: string) {
    const started = performance.now();
    // The very same question would wait for a yes of its own.
    const { calls } = await ask(`${url}/${connection}`, `${question}\nBy ${name}.`);
    return { ms: performance.now() - started, calls };
  }

  test.each(askers)('$name', async ({ name }) => {
    const { ms, calls } = await answers.get(name)!;
    expect(calls).toEqual(['register_person']);
    expect(ms).toBeGreaterThan(waitMs);
    // The SDK asked once: another request would have waited anew.
    expect(ms).toBeLessThan(waitMs * 1.9);
  });

  test('each of them asked once', () => {
    expect(model.requests()).toBe(askers.length);
  });
});
