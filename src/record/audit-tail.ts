/** Reads the audit's entries of all chains in the order of their time, and waits for more. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseSegmentFile } from './chain.ts';
import { readLines } from './disk.ts';

export interface AuditRecord {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly [field: string]: unknown;
}

export interface TailOptions {
  /** How many of the newest entries to begin with. */
  readonly last: number;
  /** Goes on with what is written from now on, until aborted. */
  readonly follow?: AbortSignal;
}

const pollMs = 250;
const blockBytes = 64 * 1024;

export async function* readAudit(dir: string, { last, follow }: TailOptions): AsyncGenerator<AuditRecord> {
  /** Where reading goes on in each file. */
  const offsets = new Map<string, number>();
  yield* newestEntries(dir, last, offsets);
  while (follow && !follow.aborted) {
    await pause(pollMs, undefined, { signal: follow }).catch(() => undefined);
    yield* addedEntries(dir, offsets);
  }
}

const newestEntries = (dir: string, last: number, offsets: Map<string, number>): AuditRecord[] => {
  let newest: AuditRecord[] = [];
  for (const file of filesByAge(dir)) {
    const enough = newest.length >= last && Date.parse(newest[0]?.at ?? '') > file.mtimeMs;
    if (enough || last === 0) {
      offsets.set(file.name, file.size);
      continue;
    }
    const entries = readFrom(dir, file.name, tailOffset(join(dir, file.name), file.size, last), offsets);
    newest = inOrder([...newest, ...entries]).slice(-last);
  }
  return newest;
};

const addedEntries = (dir: string, offsets: Map<string, number>): AuditRecord[] => {
  const added: AuditRecord[] = [];
  for (const { name, size } of filesByAge(dir)) {
    const from = offsets.get(name) ?? 0;
    if (size > from) added.push(...readFrom(dir, name, from, offsets));
  }
  return inOrder(added);
};

/** Whole lines only: a line that is being written waits for the next time. */
const readFrom = (dir: string, name: string, from: number, offsets: Map<string, number>): AuditRecord[] => {
  const entries: AuditRecord[] = [];
  offsets.set(name, from);
  for (const { bytes, next, torn } of readLines(join(dir, name), from)) {
    if (torn) break;
    offsets.set(name, next);
    const entry = parse(bytes);
    if (entry) entries.push(entry);
  }
  return entries;
};

/** An edited line may not parse; `audit verify` is the one to tell. */
const parse = (bytes: Buffer): AuditRecord | undefined => {
  try {
    return JSON.parse(bytes.toString()) as AuditRecord;
  } catch {
    return undefined;
  }
};

/** Where the last lines of a file begin, found from its end. */
const tailOffset = (path: string, size: number, lines: number): number => {
  const fd = openSync(path, 'r');
  try {
    const block = Buffer.alloc(blockBytes);
    let wanted = lines + 1;
    for (let end = size; end > 0; end -= blockBytes) {
      const from = Math.max(0, end - blockBytes);
      const length = readSync(fd, block, 0, end - from, from);
      for (
        let at = block.lastIndexOf(10, length - 1);
        at >= 0;
        at = at > 0 ? block.lastIndexOf(10, at - 1) : -1
      ) {
        wanted -= 1;
        if (wanted === 0) return from + at + 1;
      }
    }
    return 0;
  } finally {
    closeSync(fd);
  }
};

const filesByAge = (dir: string): { name: string; size: number; mtimeMs: number }[] =>
  readdirSync(dir)
    .filter((name) => parseSegmentFile(name))
    .map((name) => ({ name, ...sizeAndAge(join(dir, name)) }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);

const sizeAndAge = (path: string): { size: number; mtimeMs: number } => {
  const { size, mtimeMs } = statSync(path);
  return { size, mtimeMs };
};

/** A stable sort: entries of one chain and moment keep their order. */
const inOrder = (entries: readonly AuditRecord[]): AuditRecord[] =>
  [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
