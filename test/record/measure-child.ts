/** Measures this room in a process of its own, and prints the numbers as JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAudit } from '../../src/record/audit.ts';
import { verifyAudit } from '../../src/record/audit-verify.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { conversation, recording } from './recordings.ts';

const dir = mkdtempSync(join(tmpdir(), 'fcgate-measure-'));
/** Of processor time: the wall's would measure what else runs on this machine. */
const milliseconds = async (work: () => unknown): Promise<number> => {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};
const heap = (): number => {
  gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const decisions = [
  {
    stage: 'prompt',
    path: '/messages/0/content',
    effect: 'mask',
    rules: [],
    masked: [
      { path: '/messages/0/content', entity: 'EMAIL_ADDRESS', form: 'surrogate', rule: 'mask.to_model.pii' },
    ],
  },
] as const;

const auditAppend = async (): Promise<number> => {
  const audit = await openAudit({ dir, key, durability: 'batch', now: Date.now });
  const entry = {
    exchange: 'x',
    session: 's',
    connection: 'openai',
    caller: 'anonymous',
    policy: 'p'.repeat(64),
    direction: 'to_model',
    effect: 'mask',
    decisions,
    findings: [],
  };
  const rounds: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    rounds.push(
      await milliseconds(() => {
        for (let at = 0; at < 500; at += 1) audit.append([entry]);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await audit.close();
  return (rounds.sort((a, b) => a - b)[20]! / 500) * 1000;
};

/** Heap after 2,000 and after 20,000 recordings of growing conversations. */
const memory = async (): Promise<number[]> => {
  const store = openSessions({ dir, now: Date.now });
  const seen: number[] = [];
  for (let at = 1; at <= 20_000; at += 1) {
    store.append(
      recording({ id: `m${at}`, session: `m${at % 20}`, body: conversation((at / 20) % 40, 100) }),
    );
    if (at % 200 === 0) await store.flush();
    if (at === 2000 || at === 20_000) seen.push(heap());
  }
  await store.close();
  return seen;
};

const manySessions = async (): Promise<Record<string, number>> => {
  const store = openSessions({ dir, now: Date.now });
  const all = Array.from({ length: 10_000 }, (_, at) =>
    recording({ id: `l${at}`, session: `l${at}`, body: conversation(4) }),
  );
  const write = await milliseconds(async () => {
    for (const each of all) store.append(each);
    await store.flush();
  });
  await store.close();
  const fresh = openSessions({ dir, now: Date.now });
  const list = await milliseconds(() => fresh.list());
  rmSync(join(dir, 'sessions.index'));
  const rebuilt = await milliseconds(() => fresh.list());
  await fresh.close();
  return {
    'µs a recording, each a new session': write / 10,
    'ms to list 10,000': list,
    'ms to list without an index': rebuilt,
  };
};

/** What a recording costs the event loop. */
const perRecording = async (bodies: readonly string[]): Promise<number> => {
  const store = openSessions({ dir, now: Date.now });
  let total = 0;
  for (const [at, body] of bodies.entries()) {
    store.append(recording({ id: `p${at}`, session: `p${bodies.length}-${bodies[0]!.length}`, body }));
    total += await milliseconds(() => store.flush());
  }
  await store.close();
  return (total / bodies.length) * 1000;
};

/** Small recordings as a busy gateway makes them: some in each batch. */
const inBursts = async (): Promise<number> => {
  const store = openSessions({ dir, now: Date.now });
  const spent = await milliseconds(async () => {
    for (let at = 0; at < 4000; at += 1) {
      store.append(
        recording({ id: `b${at}`, session: `b${at % 4}`, body: `{"n":${at},"text":"${filler}"}` }),
      );
      if (at % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  await store.close();
  return (spent / 4000) * 1000;
};

const filler = 'z'.repeat(2000);
const key = new Uint8Array(32);
const result = {
  'µs an audit entry': await auditAppend(),
  'ms to verify 20,000 entries': await milliseconds(() => verifyAudit(dir, key)),
  'MB of heap after 2,000 and 20,000 recordings': await memory(),
  ...(await manySessions()),
  'µs a recording of 2 KB': await inBursts(),
  'µs a recording of 1 MB, all new': await perRecording(
    Array.from({ length: 30 }, (_, at) => `${at}${conversation(1000, 1000)}${at}`),
  ),
  'µs a recording of 1 MB, grown': await perRecording(
    Array.from({ length: 30 }, (_, at) => conversation(1000 + at, 1000)),
  ),
};
rmSync(dir, { recursive: true });
console.log(JSON.stringify(result));
