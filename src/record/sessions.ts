/** Recordings on disk: one file a session that is only ever appended to, beside a small index. */
import { statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { Low } from 'lowdb';
import { FcgateError } from '../errors.ts';
import type { Recording } from '../exchange.ts';
import { openBases } from './bases.ts';
import { sweepDrafts } from './disk.ts';
import { lineFile } from './lines.ts';
import { readRecordings, writeRecording } from './session-file.ts';
import {
  addUp,
  appendToIndex,
  compactIndex,
  type IndexLine,
  readIndex,
  removeSessions,
  type SessionSummary,
  sessionPath,
  summarise,
} from './session-index.ts';

export type { SessionSummary } from './session-index.ts';

export interface Sessions {
  /** Takes the recording and returns; it is written within milliseconds, and kept until it could be. */
  append(recording: Recording): void;
  /** Why the next exchange could not be recorded. Nothing while all is well. */
  trouble(): FcgateError | undefined;
  /** While so much waits to be written that the next exchange should wait too: until it need not, or writing fails. */
  room(): Promise<void> | undefined;
  /** Newest first. */
  list(): Promise<SessionSummary[]>;
  /** By id, label or the beginning of an id; throws `not_found` where that is none or several. */
  find(name: string): Promise<SessionSummary>;
  read(id: string): Promise<Recording[]>;
  /** Removes the sessions that fit, and says how many. */
  purge(fits: (session: SessionSummary) => boolean): Promise<number>;
  /** Removes the sessions that are older than it keeps. */
  tidy(): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface SessionsOptions {
  readonly dir: string;
  readonly now: () => number;
  /** Milliseconds after which a session that nothing was added to is removed: as the store opens, and every hour. */
  readonly keep?: number;
  /** Told once when writing begins to fail. */
  readonly onError?: (error: FcgateError) => void;
}

const writeMs = 20;
const retryMs = 1000;
const indexMs = 1000;
/** UTF-16 units that may wait to be written before exchanges wait. */
const maxWaiting = 64 * 1024 * 1024;
const maxBases = 32 * 1024 * 1024;
const tidyMs = 60 * 60 * 1000;
const compactAfter = 20_000;
const idForm = /^[\w-]{1,128}$/;

export const openSessions = (options: SessionsOptions): Sessions => new SessionStore(options);

class SessionStore implements Sessions {
  readonly #options: SessionsOptions;
  readonly #bases = openBases(maxBases);
  readonly #waiting = new Map<string, Recording[]>();
  readonly #unindexed = new Map<string, IndexLine>();
  #waitingUnits = 0;
  #indexLines = 0;
  #writeTimer: NodeJS.Timeout | undefined;
  #indexTimer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #trouble: FcgateError | undefined;
  /** Those that wait for room. */
  #crowd: (() => void)[] = [];
  #housekeeping: Promise<void> = Promise.resolve();
  #tidyTimer: NodeJS.Timeout;

  constructor(options: SessionsOptions) {
    this.#options = options;
    void this.tidy();
    this.#tidyTimer = setInterval(() => void this.tidy(), tidyMs).unref();
  }

  append(recording: Recording): void {
    const { session } = recording;
    if (!idForm.test(session))
      throw new FcgateError('internal_error', 'a session id must be a generated one');
    const line = this.#waiting.get(session);
    if (line) line.push(recording);
    else this.#waiting.set(session, [recording]);
    this.#waitingUnits += size(recording);
    if (!this.#writing)
      this.#writeTimer ??= setTimeout(() => void this.#write(), this.#trouble ? retryMs : writeMs);
  }

  trouble(): FcgateError | undefined {
    return this.#trouble;
  }

  room(): Promise<void> | undefined {
    if (this.#trouble || this.#waitingUnits <= maxWaiting) return undefined;
    return new Promise((resolve) => this.#crowd.push(resolve));
  }

  tidy(): Promise<void> {
    this.#housekeeping = this.#housekeeping.then(() => this.#tidy());
    return this.#housekeeping;
  }

  async list(): Promise<SessionSummary[]> {
    const sessions = await this.#index();
    return [...sessions.values()].map(summary).sort((a, b) => (a.updated < b.updated ? 1 : -1));
  }

  async find(name: string): Promise<SessionSummary> {
    const sessions = await this.list();
    const exact = sessions.find(({ id }) => id === name);
    if (exact) return exact;
    const labelled = sessions.filter(({ label }) => label === name);
    const found =
      labelled.length > 0 ? labelled : sessions.filter(({ id }) => name !== '' && id.startsWith(name));
    if (found.length === 1) return found[0]!;
    const quoted = JSON.stringify(name);
    const what =
      found.length === 0
        ? `no session ${quoted} is recorded; see fcgate sessions list`
        : `${quoted} may be any of ${found.length} sessions: ${found
            .slice(0, 5)
            .map(({ id }) => id)
            .join(', ')}`;
    throw new FcgateError('not_found', what);
  }

  async read(id: string): Promise<Recording[]> {
    await this.flush();
    if (!idForm.test(id)) throw new FcgateError('not_found', `no session ${JSON.stringify(id)} is recorded`);
    const file = new Low<string[]>(lineFile(sessionPath(this.#options.dir, id)), []);
    await file.read();
    if (file.data.length === 0)
      throw new FcgateError('not_found', `no session ${JSON.stringify(id)} is recorded`);
    return readRecordings(file.data);
  }

  async purge(fits: (session: SessionSummary) => boolean): Promise<number> {
    await this.flush();
    return this.#remove((line) => fits(summary(line)));
  }

  async flush(): Promise<void> {
    await this.#housekeeping;
    do await this.#write();
    while (this.#waiting.size > 0 && !this.#trouble);
    await this.#writeIndex();
    if (this.#trouble) throw this.#trouble;
  }

  async close(): Promise<void> {
    await this.flush().finally(() => {
      clearTimeout(this.#writeTimer);
      clearTimeout(this.#indexTimer);
      clearInterval(this.#tidyTimer);
    });
  }

  /** Writes all that waits, session by session; what cannot be written waits for the next time. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.size > 0) this.#writeTimer ??= setTimeout(() => void this.#write(), retryMs);
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    for (const [session, recordings] of this.#waiting) {
      try {
        await this.#writeSession(session, recordings);
      } catch (cause) {
        this.#bases.forget(session);
        this.#fail(cause);
        return;
      }
      await breathe();
    }
    this.#trouble = undefined;
  }

  async #writeSession(session: string, recordings: Recording[]): Promise<void> {
    const path = sessionPath(this.#options.dir, session);
    const batch = [...recordings];
    const before = fileState(path);
    const file = new Low(lineFile(path), this.#encode(session, batch, before.inode));
    await file.write();
    const after = fileState(path);
    recordings.splice(0, batch.length);
    if (recordings.length === 0) this.#waiting.delete(session);
    this.#bases.settle(session, after.inode);
    for (const recording of batch) {
      this.#waitingUnits -= size(recording);
      this.#addToIndex(summarise(recording, 0));
    }
    if (this.#waitingUnits <= maxWaiting) this.#letIn();
    // Where another process wrote in between, both count its bytes: the sum is too large, and the session is read again.
    this.#unindexed.get(session)!.bytes += after.size - before.size;
  }

  #encode(session: string, batch: readonly Recording[], inode: number | undefined): string[] {
    return batch.flatMap((recording) => {
      const { lines, outgrown } = writeRecording(recording, this.#bases.of(session, inode));
      this.#bases.keep(session, inode, { id: recording.id, body: recording.request.body }, outgrown);
      return lines;
    });
  }

  #addToIndex(line: IndexLine): void {
    this.#unindexed.set(line.id, addUp(this.#unindexed.get(line.id), line));
    this.#indexTimer ??= setTimeout(() => void this.#writeIndex(), indexMs);
  }

  /** The index is only a shortcut: what it misses is read from the sessions, so a failure here loses nothing. */
  async #writeIndex(): Promise<void> {
    clearTimeout(this.#indexTimer);
    this.#indexTimer = undefined;
    const lines = [...this.#unindexed.values()];
    this.#unindexed.clear();
    try {
      await appendToIndex(this.#options.dir, lines);
      this.#indexLines += lines.length;
      if (this.#indexLines > compactAfter) {
        this.#indexLines = 0;
        await compactIndex(this.#options.dir);
      }
    } catch (cause) {
      this.#options.onError?.(failure('the index of sessions cannot be written', cause));
    }
  }

  async #index(): Promise<Map<string, IndexLine>> {
    await this.flush();
    return readIndex(this.#options.dir);
  }

  async #tidy(): Promise<void> {
    const { keep, now } = this.#options;
    if (keep === undefined) return;
    const before = now() - keep;
    try {
      await sweepDrafts(this.#options.dir);
      await this.#remove(({ updated }) => Date.parse(updated) < before);
    } catch (cause) {
      this.#options.onError?.(failure('old sessions cannot be removed', cause));
    }
  }

  async #remove(fits: (line: IndexLine) => boolean): Promise<number> {
    const removed = await removeSessions(this.#options.dir, fits);
    for (const id of removed) this.#bases.forget(id);
    return removed.length;
  }

  #letIn(): void {
    for (const enter of this.#crowd.splice(0)) enter();
  }

  #fail(cause: unknown): void {
    if (this.#trouble) return;
    this.#trouble = failure('recordings cannot be written', cause);
    this.#letIn();
    this.#options.onError?.(this.#trouble);
  }
}

const failure = (what: string, cause: unknown): FcgateError =>
  new FcgateError('record_failed', `${what}: check space and rights of the sessions folder`, { cause });

const fileState = (path: string): { inode: number | undefined; size: number } => {
  const found = statSync(path, { throwIfNoEntry: false });
  return { inode: found?.ino, size: found?.size ?? 0 };
};

const size = ({ request, response }: Recording): number => request.body.length + (response?.body.length ?? 0);

const summary = ({ bytes: _bytes, whole: _whole, ...rest }: IndexLine): SessionSummary => rest;
