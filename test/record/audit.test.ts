import {
  appendFileSync,
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
import { beforeEach, describe, expect, it } from 'vitest';
import { type Audit, openAudit } from '../../src/record/audit.ts';
import { type AuditRecord, readAudit } from '../../src/record/audit-tail.ts';
import { verifyAudit } from '../../src/record/audit-verify.ts';
import { openHome } from '../../src/record/home.ts';
import { loadKeys } from '../../src/record/keys.ts';
import { runChild, runConfined } from './children.ts';

const key = new Uint8Array(32).fill(7);
let dir: string;
let tick: number;

const open = (durability: 'batch' | 'each' = 'batch'): Promise<Audit> =>
  openAudit({ dir, key, durability, now: () => (tick += 1) });
const logs = (): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
const path = (name: string): string => join(dir, name);
const edit = (name: string, change: (lines: string[]) => string[]): void =>
  writeFileSync(path(name), change(readFileSync(path(name), 'utf8').split('\n')).join('\n'));

const written = async (count: number): Promise<string> => {
  const audit = await open();
  for (let at = 0; at < count; at += 1) audit.append([{ exchange: `x${at}`, effect: 'allow' }]);
  await audit.close();
  return logs().at(-1)!;
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fcgate-audit-'));
  tick = Date.parse('2026-01-02T03:04:05Z');
});

describe('an audit that nobody touched', () => {
  it('verifies, with every entry on its line', async () => {
    const file = await written(3);
    expect(await verifyAudit(dir, key)).toEqual({
      ok: true,
      entries: 4,
      files: 1,
      problems: [],
      remarks: [],
    });
    const lines = readFileSync(path(file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(lines[2].prev).toBe(lines[1].hash);
    expect(statSync(path(file)).mode & 0o777).toBe(0o600);
  });

  it('is written when append returns, before anything is synced', async () => {
    const audit = await open();
    audit.append([{ exchange: 'a' }, { exchange: 'b' }]);
    expect(readFileSync(path(logs()[0]!), 'utf8')).toContain('"exchange":"b"');
    await audit.close();
  });

  it('verifies while it is being written, and says what no head has signed yet', async () => {
    const audit = await open('each');
    audit.append([{ exchange: 'a' }]);
    expect(await verifyAudit(dir, key)).toMatchObject({
      ok: true,
      remarks: [{ what: expect.stringContaining('1 entries after') }],
    });
    await audit.close();
  });

  it('goes on in a new file past its size, in one chain', async () => {
    const audit = await open();
    for (let at = 0; at < 20; at += 1) audit.append([{ filler: 'é'.repeat(1_000_000) }]);
    await audit.close();
    expect(logs()).toHaveLength(3);
    expect(await verifyAudit(dir, key)).toMatchObject({ ok: true, entries: 21, files: 3 });
    rmSync(path(logs()[1]!));
    expect((await verifyAudit(dir, key)).problems).toContainEqual({
      file: expect.stringContaining('.2.jsonl'),
      line: 0,
      what: 'is missing',
    });
  });

  it('takes nothing more once closed', async () => {
    const audit = await open();
    await audit.close();
    expect(() => audit.append([{}])).toThrow(/closed/);
  });
});

describe('an audit that was tampered with', () => {
  const cases: [string, (file: string) => void, { line?: number; what: RegExp }][] = [
    [
      'an edited line',
      (file) => edit(file, (l) => l.with(2, l[2]!.replace('allow', 'mask!'))),
      { line: 3, what: /entry 2 was edited/ },
    ],
    [
      'a removed line',
      (file) => edit(file, (l) => l.toSpliced(2, 1)),
      { line: 3, what: /entries 2 to 2 are missing/ },
    ],
    [
      'a repeated line',
      (file) => edit(file, (l) => l.toSpliced(2, 0, l[1]!)),
      { line: 3, what: /inserted, repeated or moved/ },
    ],
    [
      'lines in another order',
      (file) => edit(file, (l) => l.with(2, l[3]!).with(3, l[2]!)),
      { line: 3, what: /missing/ },
    ],
    [
      'a line of another form',
      (file) => edit(file, (l) => l.toSpliced(2, 0, '{"seq":2}')),
      { line: 3, what: /no line of the audit/ },
    ],
    ['a cut tail', (file) => edit(file, (l) => [...l.slice(0, 3), '']), { line: 3, what: /tail is cut off/ }],
    [
      'a torn tail',
      (file) => writeFileSync(path(file), readFileSync(path(file)).subarray(0, -5)),
      { line: 5, what: /tail is cut off/ },
    ],
    [
      'a line after the end',
      (file) => edit(file, (l) => [...l.slice(0, -1), l.at(-2)!, '']),
      { line: 6, what: /moved/ },
    ],
    ['a missing file', (file) => rmSync(path(file)), { what: /is missing/ }],
    [
      'a missing head',
      (file) => rmSync(path(file.replace('1.jsonl', 'head'))),
      { what: /signed head is missing/ },
    ],
    ['a missing list', () => rmSync(path('chains')), { what: /list of chains is missing/ }],
    ['a foreign file', () => writeFileSync(path('other.jsonl'), ''), { what: /no file of the audit/ }],
  ];

  it.each(cases)('%s is found, and where', async (_name, tamper, problem) => {
    const file = await written(4);
    tamper(file);
    const report = await verifyAudit(dir, key);
    expect(report.ok).toBe(false);
    expect(report.problems).toContainEqual(
      expect.objectContaining({
        ...(problem.line && { line: problem.line }),
        what: expect.stringMatching(problem.what),
      }),
    );
  });

  it('a chain that was taken out whole is missed', async () => {
    const file = await written(1);
    await written(1);
    for (const name of [file, file.replace('1.jsonl', 'head')]) rmSync(path(name));
    expect((await verifyAudit(dir, key)).problems).toMatchObject([
      { what: expect.stringContaining('head is missing') },
    ]);
  });

  it('a chain that was written anew with right hashes does not match its head', async () => {
    const file = await written(3);
    const head = readFileSync(path(file.replace('1.jsonl', 'head')));
    const forged = mkdtempSync(join(tmpdir(), 'fcgate-forged-'));
    const honest = dir;
    dir = forged;
    await written(3);
    const text = readFileSync(path(logs()[0]!));
    dir = honest;
    writeFileSync(path(file), text);
    writeFileSync(path(file.replace('1.jsonl', 'head')), head);
    expect((await verifyAudit(dir, key)).ok).toBe(false);
  });

  it('any changed byte of any file is found', async () => {
    await written(3);
    await written(2);
    const names = readdirSync(dir);
    const place = fc.record({
      name: fc.constantFrom(...names),
      at: fc.nat(),
      bit: fc.integer({ min: 0, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(place, async ({ name, at, bit }) => {
        const good = readFileSync(path(name));
        const bad = Buffer.from(good);
        bad[at % bad.length]! ^= 1 << bit;
        writeFileSync(path(name), bad);
        const report = await verifyAudit(dir, key);
        writeFileSync(path(name), good);
        expect(report.ok).toBe(false);
        const blamed = name.endsWith('.jsonl') ? [name, name.replace(/\.\d+\.jsonl$/, '.head')] : [name];
        expect(blamed).toContain(report.problems[0]!.file);
      }),
      { numRuns: 400 },
    );
    expect((await verifyAudit(dir, key)).ok).toBe(true);
  });

  it('no gateway begins over a list that is not its own', async () => {
    await written(1);
    rmSync(path('chains'));
    await expect(open()).rejects.toMatchObject({ code: 'audit_broken' });
  });
});

describe('an audit that cannot be written', () => {
  it('refuses, and is readable up to there', async () => {
    const audit = await open();
    audit.append([{ exchange: 'a' }]);
    await audit.flush();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => audit.append([{ exchange: 'b' }, loop])).toThrow();
    audit.append([{ exchange: 'c' }]);
    await audit.close();
    expect(await verifyAudit(dir, key)).toMatchObject({ ok: true, entries: 3 });
  });

  it.skipIf(process.platform === 'win32')('takes back the line that a full disk cut short', async () => {
    const { audit: folder, keys } = openHome({ FCGATE_HOME: dir });
    const child = runConfined(64, new URL('./audit-child.ts', import.meta.url), folder, keys, 'cramped');
    const told: string[] = [];
    for await (const line of child.lines) told.push(line);
    expect(await child.ended).toBe(0);
    expect(told.at(-1)).toBe('record_failed');
    const { audit: secret } = await loadKeys(keys);
    expect(await verifyAudit(folder, secret)).toEqual({
      ok: true,
      entries: told.length - 1,
      files: 1,
      problems: [],
      remarks: [],
    });
  });

  it('acknowledges nothing more after its folder is gone', async () => {
    const audit = await open();
    audit.append([{ exchange: 'a' }]);
    rmSync(dir, { recursive: true });
    await expect(audit.flush()).rejects.toMatchObject({ code: 'record_failed' });
    expect(() => audit.append([{ exchange: 'b' }])).toThrow(
      expect.objectContaining({ code: 'record_failed' }),
    );
  });
});

describe('a gateway that was killed', () => {
  const home = () => openHome({ FCGATE_HOME: dir });

  /** Runs a writer and kills it once it has acknowledged so many; the last number it acknowledged. */
  const killed = async (after: number): Promise<number> => {
    const { audit, keys } = home();
    const child = runChild(new URL('./audit-child.ts', import.meta.url), audit, keys, 'victim');
    let last = -1;
    for await (const line of child.lines) {
      if (line !== 'open') last = Number(line);
      if (last === after) child.process.kill('SIGKILL');
    }
    await child.ended;
    return last;
  };

  it('loses nothing that was acknowledged, and the next one closes its chain and tells of it', async () => {
    const { audit: folder, keys } = home();
    const acknowledged = [await killed(0), await killed(333), await killed(2000)];
    const { audit: secret } = await loadKeys(keys);
    const before = await verifyAudit(folder, secret);
    expect(before).toMatchObject({ ok: true, problems: [] });
    const entries = before.entries;
    expect(entries).toBeGreaterThanOrEqual(acknowledged.reduce((sum, last) => sum + last + 2, 0));

    const next = await openAudit({ dir: folder, key: secret, durability: 'batch', now: Date.now });
    await next.close();
    const after = await verifyAudit(folder, secret);
    expect(after).toMatchObject({ ok: true, problems: [], remarks: [] });
    const text = readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(text.match(/"event":"recovered"/g)).toHaveLength(3);
  });

  it('may leave a torn line, which is cut off and told of', async () => {
    const { audit: folder, keys } = home();
    await killed(100);
    const { audit: secret } = await loadKeys(keys);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    appendFileSync(join(folder, file!), '{"seq":999,"at":"2026');
    // The kill itself may have torn one already.
    const torn = readFileSync(join(folder, file!), 'utf8').split('\n').at(-1)!.length;
    expect(await verifyAudit(folder, secret)).toMatchObject({ ok: true });
    const next = await openAudit({ dir: folder, key: secret, durability: 'batch', now: Date.now });
    await next.close();
    expect(await verifyAudit(folder, secret)).toMatchObject({ ok: true, remarks: [] });
    const told = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(told).toContain(`"torn_bytes":${torn}`);
  });

  it('is not in the way of others that write at the same time', async () => {
    const { audit: folder, keys } = home();
    const children = ['a', 'b', 'c'].map((name) =>
      runChild(new URL('./audit-child.ts', import.meta.url), folder, keys, name, '300'),
    );
    for (const child of children) for await (const _ of child.lines);
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const { audit: secret } = await loadKeys(keys);
    expect(await verifyAudit(folder, secret)).toMatchObject({
      ok: true,
      entries: 903,
      files: 3,
      remarks: [],
    });
  });
});

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('reading the audit', () => {
  const exchanges = (entries: readonly AuditRecord[]): unknown[] => entries.map(({ exchange }) => exchange);

  it('gives the newest entries of all chains in the order of their time', async () => {
    const [one, two] = [await open(), await open()];
    for (let at = 0; at < 300; at += 1)
      (at % 2 ? one : two).append([{ exchange: at, filler: 'x'.repeat(900) }]);
    await Promise.all([one.close(), two.close()]);
    const entries = await collect(readAudit(dir, { last: 200 }));
    expect(exchanges(entries)).toEqual(Array.from({ length: 200 }, (_, at) => at + 100));
    expect(await collect(readAudit(dir, { last: 0 }))).toEqual([]);
    expect(await collect(readAudit(dir, { last: 9999 }))).toHaveLength(302);
  });

  it('follows what is written later, also by a gateway that starts later', async () => {
    const stop = new AbortController();
    const one = await open();
    one.append([{ exchange: 'a' }]);
    const reader = readAudit(dir, { last: 1, follow: stop.signal });
    expect((await reader.next()).value).toMatchObject({ exchange: 'a' });
    one.append([{ exchange: 'b' }]);
    expect((await reader.next()).value).toMatchObject({ exchange: 'b' });
    const two = await open();
    two.append([{ exchange: 'c' }]);
    expect((await reader.next()).value).toMatchObject({ event: 'opened' });
    expect((await reader.next()).value).toMatchObject({ exchange: 'c' });
    stop.abort();
    expect((await reader.next()).done).toBe(true);
    await Promise.all([one.close(), two.close()]);
  });
});
