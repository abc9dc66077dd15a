/** The audit: what was decided, written down before it takes effect, in a chain that shows any later change. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { FcgateError } from '../errors.ts';
import { recoverChains } from './audit-recover.ts';
import { ChainWriter } from './audit-writer.ts';
import { listFile, parseHeadFile, parseSegmentFile } from './chain.ts';
import { sweepDrafts } from './disk.ts';
import { readList, writeList } from './heads.ts';

export interface Audit {
  /** Written (`write(2)`) when it returns; synced within a batch, or at once where durability is `each`. Throws `record_failed`. */
  append(entries: readonly object[]): void;
  /** Everything appended is on the disk, and the signed head says so. */
  flush(): Promise<void>;
  /** Flushes, and closes the chain: nothing may follow. */
  close(): Promise<void>;
}

export interface AuditOptions {
  readonly dir: string;
  readonly key: Uint8Array;
  readonly durability: 'batch' | 'each';
  readonly now: () => number;
}

/** Begins this process's own chain, and takes down what a killed process left unfinished. */
export const openAudit = async (options: AuditOptions): Promise<Audit> => {
  const { dir, key } = options;
  const unlock = await lockList(dir);
  try {
    await sweepDrafts(dir);
    const chains = trustedChains(dir, key);
    const recovery = recoverChains(dir, key, chains);
    const chain = newChain(options.now());
    const audit = new ChainWriter(options, chain);
    // Head before list before file: a file without a head, or outside the list, is never our own doing.
    await audit.claim();
    await writeList(dir, key, { chains: [...chains, chain] });
    audit.begin();
    audit.append([{ event: 'opened', chain, version: 1 }, ...recovery.facts]);
    await audit.flush();
    await recovery.seal();
    return audit;
  } finally {
    await unlock();
  }
};

/** One process at a time changes the list; the lock of one that was killed is taken over after three seconds. */
const lockList = async (dir: string): Promise<() => Promise<void>> => {
  const retries = { retries: 60, minTimeout: 20, maxTimeout: 100 };
  try {
    return await lock(join(dir, listFile), { realpath: false, stale: 3000, retries });
  } catch (cause) {
    throw new FcgateError(
      'store_failed',
      `audit folder ${JSON.stringify(dir)} cannot be locked; check its rights`,
      { cause },
    );
  }
};

/** To write the list anew where it was tampered with would hide just that. */
const trustedChains = (dir: string, key: Uint8Array): readonly string[] => {
  const list = readList(dir, key);
  if (typeof list === 'object') return list.chains;
  if (list === 'missing' && !hasChains(dir)) return [];
  const how = list === 'missing' ? 'is missing' : 'is not signed with this key';
  throw new FcgateError(
    'audit_broken',
    `audit folder ${JSON.stringify(dir)}: the list of chains ${how}; keep the folder as evidence under another name, then start again`,
  );
};

const hasChains = (dir: string): boolean =>
  readdirSync(dir).some((name) => parseHeadFile(name) ?? parseSegmentFile(name));

/** Sorts by time; the rest tells processes apart. */
const newChain = (now: number): string =>
  `${new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;
