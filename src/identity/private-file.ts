/** Files that only their owner reads: replaced whole, never reached through a link, changed by one process at a time. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { FcgateError } from '../errors.ts';

const { O_RDONLY, O_NOFOLLOW, O_WRONLY, O_CREAT, O_EXCL } = constants;

/** Undefined where there is none. */
export function readPrivate(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(path, 'cannot be opened as a plain file; check its rights', cause);
  }
  try {
    const { mode, uid } = fstatSync(fd);
    const me = process.getuid?.();
    if (me !== undefined && uid !== me) throw unusable(path, 'belongs to another user; move it away');
    if (me !== undefined && (mode & 0o077) !== 0) throw unusable(path, 'can be read by others; chmod 600 it');
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** On the disk when it returns: whoever reads it sees the old content or the new. */
export function writePrivate(path: string, text: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const fd = openSync(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw unusable(path, 'cannot be written; free the disk, or mend its rights', cause);
  }
}

/** Reads JSON that this project wrote. */
export function readJson<T>(path: string): T | undefined {
  const text = readPrivate(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unusable(path, 'is damaged; restore it from a backup, or move it away');
  }
}

/** One process at a time, whatever the action waits for. A lock that its holder left behind is taken over. */
export async function alone<T>(path: string, action: () => Promise<T>): Promise<T> {
  const { lock } = await import('proper-lockfile');
  const retries = { retries: 120, factor: 1.2, minTimeout: 25, maxTimeout: 500 };
  // A machine that slept may find its lock taken over: that must not end a gateway.
  const onCompromised = (): void => {};
  const options = { realpath: false, stale: 15_000, retries, onCompromised };
  const release = await lock(path, options).catch((cause: unknown) => {
    throw unusable(path, 'is held by another fcgate process; try again when that is done', cause);
  });
  try {
    return await action();
  } finally {
    await release().catch(() => {});
  }
}

const unusable = (path: string, what: string, cause?: unknown): FcgateError =>
  new FcgateError('store_failed', `${JSON.stringify(path)} ${what}.`, { cause });
