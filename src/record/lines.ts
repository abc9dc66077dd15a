/**
 * A lowdb adapter over a file of lines, so that no write rewrites what is there: `read` gives all whole lines, `write`
 * appends the lines that the database holds and takes them off it, for they are on disk now.
 */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { Adapter } from 'lowdb';
import { readLines } from './disk.ts';

const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;

export const lineFile = (path: string): Adapter<string[]> => ({
  read: async () => {
    const lines: string[] = [];
    for await (const line of wholeLines(path)) lines.push(line);
    return lines;
  },
  // The system calls are synchronous: into the page cache they take microseconds, a trip to the thread pool thirty times as long.
  write: async (lines) => {
    const batch = lines.splice(0);
    try {
      appendText(path, `${batch.join('\n')}\n`);
    } catch (cause) {
      lines.unshift(...batch);
      throw cause;
    }
  },
});

/** The lines of a file as text, without one that is still torn; none where there is no file. */
export async function* wholeLines(path: string): AsyncGenerator<string> {
  try {
    for await (const { bytes, torn } of readLines(path)) if (!torn) yield bytes.toString();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}

/** One write, so that lines of two processes never mix; after a torn line a new one is begun. */
const appendText = (path: string, text: string): void => {
  const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND | (O_NOFOLLOW ?? 0), 0o600);
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1, 10);
    if (size > 0) readSync(fd, last, 0, 1, size - 1);
    const whole = last[0] === 10 ? text : `\n${text}`;
    if (writeSync(fd, whole) !== Buffer.byteLength(whole)) throw new Error('the disk took only a part');
  } finally {
    closeSync(fd);
  }
};
