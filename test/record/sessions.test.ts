import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedDecision } from '../../src/exchange.ts';
import { openSessions, type Sessions, type SessionsOptions } from '../../src/record/sessions.ts';
import { runChild } from './children.ts';
import { conversation, recording } from './recordings.ts';

let dir: string;
const opened: Sessions[] = [];
const open = (over: Partial<SessionsOptions> = {}): Sessions => {
  const store = openSessions({ dir, now: Date.now, ...over });
  opened.push(store);
  return store;
};
const decision = (over: Partial<RecordedDecision>): RecordedDecision => ({
  stage: 'prompt',
  path: '',
  effect: 'allow',
  rules: [],
  masked: [],
  ...over,
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fcgate-sessions-'));
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close().catch(() => undefined);
});

describe('a recorded session', () => {
  it('is read as it was written, by this process and the next', async () => {
    const [one, two] = [
      recording(),
      recording({ id: 'x2', label: 'mine', refused: { code: 'policy_denied', message: 'no' } }),
    ];
    const { response: _none, ...unanswered } = recording({ id: 'x3' });
    const store = open();
    for (const each of [one, two, unanswered]) store.append(each);
    expect(await store.read('s1')).toEqual([one, two, unanswered]);
    expect(await open().read('s1')).toEqual([one, two, unanswered]);
    expect(readdirSync(dir).sort()).toEqual(['s1.jsonl', 'sessions.index']);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it('holds only what is new of bodies that grew, tools at their end or not', async () => {
    const store = open();
    const all = Array.from({ length: 100 }, (_, at) =>
      recording({ id: `x${at}`, body: conversation(at + 1) }),
    );
    for (const each of all) store.append(each);
    expect(await store.read('s1')).toEqual(all);
    const grown = all.reduce((sum, { request }) => sum + request.body.length, 0);
    const { size } = statSync(join(dir, 's1.jsonl'));
    expect(size).toBeLessThan(grown / 20);
    console.log(`100 turns: ${grown} units of bodies in a file of ${size} bytes`);
  });

  it('holds conversations that run beside each other in one session', async () => {
    const store = open();
    const all = Array.from({ length: 60 }, (_, at) =>
      recording({ id: `x${at}`, body: `${at % 3}${conversation(at)}` }),
    );
    for (const each of all) store.append(each);
    expect(await store.read('s1')).toEqual(all);
    expect(statSync(join(dir, 's1.jsonl')).size).toBeLessThan(150_000);
  });

  it('gives back any body exactly', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\ud83d', '\n', '\r\n', '\u2028', '\0', '😀'),
    );
    const body = fc
      .array(
        fc.oneof(
          text,
          text.map((one) => one.repeat(5000)),
        ),
        { maxLength: 5 },
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ body, answer: body }), { minLength: 1, maxLength: 6 }),
        async (bodies) => {
          const store = open();
          const all = bodies.map((each, at) => recording({ ...each, id: `x${at}`, session: 'any' }));
          for (const each of all) store.append(each);
          expect(await store.read('any')).toEqual(all);
          expect(await store.purge(() => true)).toBe(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('outlives a torn line, in its middle too', async () => {
    const store = open();
    store.append(recording());
    await store.flush();
    appendFileSync(join(dir, 's1.jsonl'), '{"id":"torn","requ');
    expect(await open().read('s1')).toHaveLength(1);
    store.append(recording({ id: 'x2' }));
    expect((await store.read('s1')).map(({ id }) => id)).toEqual(['x1', 'x2']);
    expect(await store.list()).toMatchObject([{ exchanges: 2 }]);
  });

  it('begins anew, with whole bodies, after another process has purged it', async () => {
    const store = open();
    store.append(recording({ body: conversation(5) }));
    await store.flush();
    await open().purge(() => true);
    const next = recording({ id: 'x2', body: conversation(6) });
    store.append(next);
    expect(await store.read('s1')).toEqual([next]);
  });

  it('is never named by a caller', () => {
    for (const session of ['../up', 'a/b', '', '.', 'a.b'])
      expect(() => open().append(recording({ session }))).toThrow(/generated/);
  });
});

describe('the list of sessions', () => {
  it('sums up each, the newest first', async () => {
    const store = open();
    const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
    store.append(recording({ session: 'old', at: at(1), label: 'work' }));
    store.append(
      recording({
        session: 'new',
        at: at(2),
        caller: 'ann',
        decisions: [
          decision({ stage: 'tool_call', tool: 'refund', effect: 'deny' }),
          decision({ effect: 'mask' }),
        ],
      }),
    );
    store.append(
      recording({
        session: 'new',
        id: 'x2',
        at: at(3),
        connection: 'gemini',
        decisions: [decision({ effect: 'mask' })],
      }),
    );
    const expected = [
      {
        id: 'new',
        caller: 'ann',
        started: at(2),
        updated: at(3),
        exchanges: 2,
        connections: ['openai', 'gemini'],
        tools: ['refund'],
        decisions: { allow: 0, mask: 1, approve: 0, deny: 1 },
      },
      {
        id: 'old',
        label: 'work',
        caller: 'anonymous',
        started: at(1),
        updated: at(1),
        exchanges: 1,
        connections: ['openai'],
        tools: [],
        decisions: { allow: 1, mask: 0, approve: 0, deny: 0 },
      },
    ];
    expect(await store.list()).toEqual(expected);
    rmSync(join(dir, 'sessions.index'));
    expect(await open().list()).toEqual(expected);
  });

  it('finds by id, label and the beginning of an id', async () => {
    const store = open();
    for (const [session, label] of [
      ['ab1', 'one'],
      ['ab2', 'two'],
      ['b3', 'two'],
    ])
      store.append(recording({ session: session!, label: label! }));
    expect(await store.find('ab1')).toMatchObject({ id: 'ab1' });
    expect(await store.find('one')).toMatchObject({ id: 'ab1' });
    expect(await store.find('b')).toMatchObject({ id: 'b3' });
    await expect(store.find('ab')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('2 sessions'),
    });
    await expect(store.find('two')).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.find('')).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.read('../etc/passwd')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is right though the index is damaged, which is put aside', async () => {
    const store = open();
    for (const session of ['a', 'b']) store.append(recording({ session }));
    const list = await store.list();
    writeFileSync(join(dir, 'sessions.index'), `${readFileSync(join(dir, 'sessions.index'))}{{{\n`);
    expect(await open().list()).toEqual(list);
    expect(readdirSync(dir).filter((name) => name.startsWith('sessions.index.corrupt-'))).toHaveLength(1);
  });

  it('counts right with two gateways in one session', async () => {
    const [one, two] = [open(), open()];
    for (let at = 0; at < 50; at += 1) {
      (at % 2 ? one : two).append(recording({ id: `x${at}`, body: conversation(at) }));
      if (at % 10 === 0) await one.flush();
    }
    await Promise.all([one.flush(), two.flush()]);
    expect(await open().list()).toMatchObject([{ exchanges: 50 }]);
    expect(await open().read('s1')).toHaveLength(50);
  });

  it('forgets what is older than it keeps', async () => {
    const store = open();
    store.append(recording({ session: 'old', at: '2026-01-01T00:00:00.000Z' }));
    store.append(recording({ session: 'new', at: '2026-01-31T00:00:00.000Z' }));
    await store.flush();
    const later = open({ now: () => Date.parse('2026-02-01T00:00:00Z'), keep: 30 * 86_400_000 });
    expect((await later.list()).map(({ id }) => id)).toEqual(['new']);
    expect(existsSync(join(dir, 'old.jsonl'))).toBe(false);
  });

  it('forgets by what it is to keep now', async () => {
    const options = { dir, now: () => Date.parse('2026-02-01T00:00:00Z'), keep: 30 * 86_400_000 };
    const store = openSessions(options);
    opened.push(store);
    const old = recording({ at: '2026-01-20T00:00:00.000Z', body: conversation(5) });
    store.append(old);
    await store.flush();
    await store.tidy();
    expect(await store.list()).toHaveLength(1);
    options.keep = 86_400_000;
    await store.tidy();
    expect(existsSync(join(dir, 's1.jsonl'))).toBe(false);
    store.append(recording({ id: 'x2', body: conversation(6) }));
    expect(await store.read('s1')).toMatchObject([{ id: 'x2', request: { body: conversation(6) } }]);
  });
});

describe('a disk that takes nothing', () => {
  it('is told of once, and nothing is lost when it takes again', async () => {
    const told: string[] = [];
    const store = open({ onError: ({ code }) => told.push(code) });
    // A folder in the file's place fails for root too.
    mkdirSync(join(dir, 's1.jsonl'));
    store.append(recording());
    await expect(store.flush()).rejects.toMatchObject({ code: 'record_failed' });
    store.append(recording({ id: 'x2' }));
    await expect(store.flush()).rejects.toMatchObject({ code: 'record_failed' });
    expect(store.trouble()).toMatchObject({ code: 'record_failed' });
    expect(told).toEqual(['record_failed']);
    rmSync(join(dir, 's1.jsonl'), { recursive: true });
    await store.flush();
    expect(store.trouble()).toBeUndefined();
    expect(await store.read('s1')).toHaveLength(2);
  });

  it('holds nobody up who would wait for it', async () => {
    const store = open();
    mkdirSync(join(dir, 's1.jsonl'));
    tooMuch(store);
    await store.room();
    expect(store.trouble()).toMatchObject({ code: 'record_failed' });
    expect(store.room()).toBeUndefined();
  });
});

const tooMuch = (store: Sessions): void => {
  const big = 'x'.repeat(1_000_000);
  for (let at = 0; at < 70; at += 1) store.append(recording({ id: `x${at}`, body: big }));
};

describe('a disk that is slower than the traffic', () => {
  it('has the next exchange wait, and refuses none', async () => {
    const store = open();
    expect(store.room()).toBeUndefined();
    tooMuch(store);
    expect(store.trouble()).toBeUndefined();
    await store.room();
    expect(store.room()).toBeUndefined();
    expect(await store.read('s1')).toHaveLength(70);
  });
});

describe('a gateway that was killed', () => {
  it('leaves every session readable, and the list right', async () => {
    const child = runChild(new URL('./sessions-child.ts', import.meta.url), dir);
    let flushed = 0;
    for await (const line of child.lines) {
      flushed = Number(line);
      if (flushed >= 2000) child.process.kill('SIGKILL');
    }
    const store = open();
    const list = await store.list();
    expect(list.reduce((sum, { exchanges }) => sum + exchanges, 0)).toBeGreaterThanOrEqual(flushed);
    for (const { id, exchanges } of list) expect(await store.read(id)).toHaveLength(exchanges);
  });
});
