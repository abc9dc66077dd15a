/**
 * A lowdb adapter over a file of lines, so that no write rewrites what is there: `read` gives all whole lines, `write`
 * appends the lines that the database holds and takes them off it, for they are on disk now.
 */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { Adapter } from 'lowdb';
import { readLines } from './disk.ts';

const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;

const lineFeed = 10;

export const lineFile = (path: string): Adapter<string[]> => ({
  read: async () => [...wholeLines(path)],
  // The system calls are synchronous: into the page cache they take microseconds, a trip to the thread pool thirty times as long.
  write: async (lines) => {
    const batch = lines.splice(0);
    try {
      appendBytes(path, encode(batch));
    } catch (cause) {
      lines.unshift(...batch);
      throw cause;
    }
  },
});

/** The lines of a file as text, without one that is still torn; none where there is no file. */
export function* wholeLines(path: string): Generator<string> {
  try {
    for (const { bytes, torn } of readLines(path)) if (!torn) yield bytes.toString();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}

/** One write, so that lines of two processes never mix; after a torn line a new one is begun. */
const appendBytes = (path: string, bytes: Buffer): void => {
  const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND | (O_NOFOLLOW ?? 0), 0o600);
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1, lineFeed);
    if (size > 0) readSync(fd, last, 0, 1, size - 1);
    const whole = last[0] === lineFeed ? bytes : Buffer.concat([Buffer.of(lineFeed), bytes]);
    if (writeSync(fd, whole) !== whole.length) throw new Error('the disk took only a part');
  } finally {
    closeSync(fd);
  }
};

/** ASCII is copied, which is ten times as fast as to encode it. */
const encode = (lines: readonly string[]): Buffer => {
  const sizes = lines.map((line) => Buffer.byteLength(line));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size + 1, 0));
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const size = sizes[index]!;
    bytes.write(line, at, size === line.length ? 'latin1' : 'utf8');
    at += size + 1;
    bytes[at - 1] = lineFeed;
  }
  return bytes;
};
