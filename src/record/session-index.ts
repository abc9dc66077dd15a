/**
 * The index of sessions: lines that each add to a session's summary. It only spares reading the sessions themselves:
 * a session whose file is not as long as the index says is read again, so that neither a crash nor a second process
 * nor a damaged index can make it lie.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { Low } from 'lowdb';
import type { Effect, Recording } from '../exchange.ts';
import { replaceFile } from './disk.ts';
import { lineFile, wholeLines } from './lines.ts';
import { readStored, type Stored } from './session-file.ts';

export interface SessionSummary {
  readonly id: string;
  readonly label?: string;
  /** Who asked first. */
  readonly caller: string;
  /** ISO 8601. */
  readonly started: string;
  readonly updated: string;
  readonly exchanges: number;
  readonly connections: readonly string[];
  /** Tools that the model called. */
  readonly tools: readonly string[];
  /** Exchanges by their strictest decision. */
  readonly decisions: Readonly<Record<Effect, number>>;
}

/** A part of a session's summary, and how much of its file it speaks of. */
export interface IndexLine extends SessionSummary {
  bytes: number;
  /** Stands in the place of all lines of this session before it. */
  readonly whole?: true;
}

/** No session's name: those end otherwise. */
const indexFile = 'sessions.index';
const suffix = '.jsonl';

export const sessionPath = (dir: string, id: string): string => join(dir, `${id}${suffix}`);

/** What one recording adds. */
export const summarise = (recording: Recording | Stored['recording'], bytes: number): IndexLine => ({
  id: recording.session,
  ...(recording.label !== undefined && { label: recording.label }),
  caller: recording.caller,
  started: recording.at,
  updated: recording.at,
  exchanges: 1,
  connections: [recording.connection],
  tools: [
    ...new Set(recording.decisions.flatMap(({ stage, tool }) => (stage === 'tool_call' && tool ? tool : []))),
  ],
  decisions: { allow: 0, mask: 0, approve: 0, deny: 0, [strictest(recording)]: 1 },
  bytes,
});

const strictest = ({ refused, decisions }: Pick<Recording, 'refused' | 'decisions'>): Effect =>
  refused
    ? 'deny'
    : ((['deny', 'approve', 'mask'] as const).find((effect) =>
        decisions.some((one) => one.effect === effect),
      ) ?? 'allow');

export const addUp = (a: IndexLine | undefined, b: IndexLine): IndexLine => {
  if (!a || b.whole) return b;
  return {
    ...b,
    ...a,
    ...(b.label !== undefined && { label: b.label }),
    started: inOrder(a.started, b.started)[0]!,
    updated: inOrder(a.updated, b.updated)[1]!,
    exchanges: a.exchanges + b.exchanges,
    connections: [...new Set([...a.connections, ...b.connections])],
    tools: [...new Set([...a.tools, ...b.tools])],
    decisions: {
      allow: a.decisions.allow + b.decisions.allow,
      mask: a.decisions.mask + b.decisions.mask,
      approve: a.decisions.approve + b.decisions.approve,
      deny: a.decisions.deny + b.decisions.deny,
    },
    bytes: a.bytes + b.bytes,
  };
};

const inOrder = (...times: string[]): string[] => times.sort();

export const appendToIndex = async (dir: string, lines: readonly IndexLine[]): Promise<void> => {
  if (lines.length === 0) return;
  await new Low(
    lineFile(join(dir, indexFile)),
    lines.map((line) => JSON.stringify(line)),
  ).write();
};

/** Every session that has a file, by its id. */
export const readIndex = async (dir: string): Promise<Map<string, IndexLine>> => {
  const indexed = foldIndex(dir);
  const sessions = new Map<string, IndexLine>();
  const healed: IndexLine[] = [];
  let seen = 0;
  for (const id of await sessionIds(dir)) {
    seen += 1;
    if (seen % 500 === 0) await breathe();
    const size = statSync(sessionPath(dir, id), { throwIfNoEntry: false })?.size;
    if (!size) continue;
    const known = indexed.get(id);
    const line = known?.bytes === size ? known : readSummary(dir, id, size);
    if (line && line !== known) healed.push(line);
    if (line) sessions.set(id, line);
  }
  await appendToIndex(dir, healed);
  return sessions;
};

/** Writes the index anew, one line a session. What another process adds meanwhile is found missing, and healed. */
export const compactIndex = async (dir: string): Promise<void> => {
  const sessions = await readIndex(dir);
  const lines = [...sessions.values()].map((line) => `${JSON.stringify({ ...line, whole: true })}\n`);
  await replaceFile(join(dir, indexFile), lines.join(''), 0o600);
};

/** Removes the files of the sessions that fit, and says which those were. */
export const removeSessions = async (dir: string, fits: (line: IndexLine) => boolean): Promise<string[]> => {
  const removed = [...(await readIndex(dir)).values()].filter(fits).map(({ id }) => id);
  for (const id of removed) rmSync(sessionPath(dir, id), { force: true });
  if (removed.length > 0) await compactIndex(dir);
  return removed;
};

const sessionIds = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));

const foldIndex = (dir: string): Map<string, IndexLine> => {
  const path = join(dir, indexFile);
  const found = new Map<string, IndexLine>();
  try {
    for (const text of wholeLines(path)) {
      const line = JSON.parse(text) as IndexLine;
      found.set(line.id, addUp(found.get(line.id), line));
    }
    return found;
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    if (existsSync(path)) renameSync(path, `${path}.corrupt-${Date.now()}`);
    return new Map();
  }
};

const readSummary = (dir: string, id: string, size: number): IndexLine | undefined => {
  const ids = new Set<string>();
  let sum: IndexLine | undefined;
  for (const { recording } of readStored(wholeLines(sessionPath(dir, id)))) {
    if (recording.session !== id || ids.has(recording.id)) continue;
    ids.add(recording.id);
    sum = addUp(sum, summarise(recording, 0));
  }
  return sum && { ...sum, bytes: size, whole: true };
};
