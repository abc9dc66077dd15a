/** Writes one chain of the audit: lines at once, the sync to the disk and the signed head in batches behind them. */
import { closeSync, constants, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FcgateError } from '../errors.ts';
import type { Audit, AuditOptions } from './audit.ts';
import { startedAt } from './audit-recover.ts';
import { genesis, type Head, segmentFile, writeLine } from './chain.ts';
import { syncFolder } from './disk.ts';
import { writeHead } from './heads.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = constants;
const syncData = promisify(fdatasync);
/** With the disk's own time, entries are synced well within 50 ms. */
const batchMs = 25;
const segmentBytes = 16 * 1024 * 1024;

export class ChainWriter implements Audit {
  readonly #options: AuditOptions;
  readonly #chain: string;
  #fd = -1;
  #segment = 1;
  #bytes = 0;
  #seq = -1;
  #hash = genesis;
  /** Files that were full and still have to be synced. */
  #full: number[] = [];
  #newName = false;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> | undefined;
  #broken: FcgateError | undefined;

  constructor(options: AuditOptions, chain: string) {
    this.#options = options;
    this.#chain = chain;
  }

  /** Signs a head for a chain that has no line yet. */
  claim(): Promise<void> {
    return writeHead(this.#options.dir, this.#options.key, this.#head(false));
  }

  begin(): void {
    const path = join(this.#options.dir, segmentFile(this.#chain, this.#segment));
    this.#fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | (O_NOFOLLOW ?? 0), 0o600);
    this.#bytes = 0;
    this.#newName = true;
  }

  append(entries: readonly object[]): void {
    if (this.#broken) throw this.#broken;
    if (entries.length === 0) return;
    const at = new Date(this.#options.now()).toISOString();
    let seq = this.#seq;
    let hash = this.#hash;
    let text = '';
    for (const entry of entries) {
      seq += 1;
      const line = writeLine(seq, at, JSON.stringify(entry), hash);
      hash = line.hash;
      text += `${line.text}\n`;
    }
    this.#write(text);
    this.#seq = seq;
    this.#hash = hash;
    this.#dirty = true;
    if (!this.#syncing) this.#timer ??= setTimeout(() => void this.#sync(), batchMs);
  }

  async flush(): Promise<void> {
    do {
      clearTimeout(this.#timer);
      await (this.#syncing ?? this.#sync());
    } while (this.#dirty && !this.#broken);
    if (this.#broken) throw this.#broken;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#broken = new FcgateError('record_failed', 'the audit is closed: the gateway is stopping');
    closeSync(this.#fd);
    await writeHead(this.#options.dir, this.#options.key, this.#head(true));
  }

  /** One write for all lines; what could not be written whole is taken back, so that the chain stays readable. */
  #write(text: string): void {
    const length = Buffer.byteLength(text);
    try {
      if (this.#bytes > 0 && this.#bytes + length > segmentBytes) this.#turnOver();
      const written = writeSync(this.#fd, text);
      if (written !== length) throw new Error(`only ${written} of ${length} bytes were written`);
      if (this.#options.durability === 'each') fdatasyncSync(this.#fd);
    } catch (cause) {
      this.#takeBack();
      throw new FcgateError(
        'record_failed',
        'the audit could not be written: check space and rights of its folder',
        { cause },
      );
    }
    this.#bytes += length;
  }

  #takeBack(): void {
    try {
      ftruncateSync(this.#fd, this.#bytes);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #turnOver(): void {
    this.#full.push(this.#fd);
    this.#segment += 1;
    this.begin();
  }

  /** Data first, then the head: a head never speaks of lines that a power cut could take. */
  #sync(): Promise<void> {
    this.#timer = undefined;
    this.#dirty = false;
    this.#syncing = this.#syncNow(this.#head(false), this.#fd, this.#full.splice(0))
      .catch((cause) => this.#fail(cause))
      .finally(() => {
        this.#syncing = undefined;
        if (this.#dirty && !this.#broken) this.#timer ??= setTimeout(() => void this.#sync(), batchMs);
      });
    return this.#syncing;
  }

  async #syncNow(head: Head, current: number, full: readonly number[]): Promise<void> {
    for (const fd of full) {
      await syncData(fd);
      closeSync(fd);
    }
    await syncData(current);
    if (this.#newName) {
      this.#newName = false;
      await syncFolder(this.#options.dir);
    }
    await writeHead(this.#options.dir, this.#options.key, head);
  }

  /** After a failed sync nobody knows what is on the disk: nothing more is acknowledged. */
  #fail(cause: unknown): void {
    this.#broken ??= new FcgateError(
      'record_failed',
      'the audit could not be synced to the disk: check it, then restart',
      { cause },
    );
  }

  #head(closed: boolean): Head {
    const { pid } = process;
    return {
      chain: this.#chain,
      segment: this.#segment,
      seq: this.#seq,
      hash: this.#hash,
      closed,
      host: hostname(),
      pid,
      started: startedAt,
    };
  }
}
