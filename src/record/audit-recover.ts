/** What a killed process left of its chain: its end is found, signed and closed, and the next chain tells of it. */
import { truncateSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { walkChain } from './audit-verify.ts';
import { type Head, segmentFile } from './chain.ts';
import { readLines } from './disk.ts';
import { readHead, writeHead } from './heads.ts';

export interface Recovery {
  /** To be in the audit before anything is repaired. */
  readonly facts: readonly object[];
  /** Cuts torn lines off, and closes the chains. */
  seal(): Promise<void>;
}

export const recoverChains = (dir: string, key: Uint8Array, chains: readonly string[]): Recovery => {
  const facts: object[] = [];
  const seals: (() => Promise<void>)[] = [];
  for (const chain of chains) {
    const head = readHead(dir, key, chain);
    // A head that is missing or forged is for `audit verify` to tell; nothing is repaired over it.
    if (typeof head !== 'object' || head.closed || writerLives(head)) continue;
    const from = Math.max(1, head.segment - 1);
    const end = walkChain(dir, chain, head, from);
    if (end.problems.length > 0) {
      facts.push({ event: 'damaged', chain, problems: end.problems.slice(0, 10) });
      continue;
    }
    facts.push({ event: 'recovered', chain, unsigned: end.seq - head.seq, torn_bytes: end.torn });
    facts.push(...unanswered(dir, chain, from, end.segment));
    seals.push(async () => {
      if (end.torn > 0) truncateSync(join(dir, segmentFile(chain, end.segment)), end.bytes);
      await writeHead(dir, key, {
        ...head,
        segment: end.segment,
        seq: end.seq,
        hash: end.hash,
        closed: true,
      });
    });
  }
  return { facts, seal: async () => void (await Promise.all(seals.map((seal) => seal()))) };
};

/** Questions that waited for people when the gateway was killed: with it, they were refused. */
const unanswered = (dir: string, chain: string, from: number, to: number): object[] => {
  const open = new Map<string, object>();
  for (let segment = from; segment <= to; segment += 1) {
    for (const { bytes, torn } of readLines(join(dir, segmentFile(chain, segment)))) {
      if (torn || !bytes.includes('"event":"approval_')) continue;
      const { event, question, exchange } = JSON.parse(bytes.toString()) as Record<string, string>;
      if (event === 'approval_asked')
        open.set(question!, { event: 'approval_settled', question, exchange, state: 'gateway_stopped' });
      if (event === 'approval_settled') open.delete(question!);
    }
  }
  return [...open.values()];
};

/** When this process began: tells it from an earlier one that had the same id. */
export const startedAt = Math.round(performance.timeOrigin);

/** On another host (a container with the same folder) nobody can tell: its chain stays open. */
const writerLives = (head: Head): boolean => {
  if (head.host !== hostname()) return true;
  if (head.pid === process.pid) return head.started === startedAt;
  try {
    return process.kill(head.pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};
