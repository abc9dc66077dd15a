/** The few ways in which this room touches a file: replace it whole, sync its folder, read it line by line. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
const chunkBytes = 64 * 1024;
const staleAfter = 60_000;

/** Replaces a file in one step: whoever reads it, also after a power cut, sees the old content or the new. */
export const replaceFile = async (path: string, text: string, mode: number): Promise<void> => {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), mode);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
};

/** Makes the names in a folder durable (Windows keeps no handle on a folder and needs none). */
export const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
};

/** Removes the drafts that killed processes left behind. */
export const sweepDrafts = async (dir: string): Promise<void> => {
  for (const name of await readdir(dir)) {
    if (!name.endsWith('.tmp')) continue;
    const path = join(dir, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleAfter) await rm(path, { force: true });
  }
};

export interface Line {
  /** Without its line feed. */
  readonly bytes: Buffer;
  /** 1 for the first. */
  readonly number: number;
  /** Where the next line begins. */
  readonly next: number;
  /** The file ends here without a line feed: its writer was cut off. */
  readonly torn: boolean;
}

/** A file's lines from a byte offset on, in constant memory but for the longest line. */
export function* readLines(path: string, from = 0): Generator<Line> {
  const fd = openSync(path, constants.O_RDONLY | (O_NOFOLLOW ?? 0));
  try {
    let next = from;
    let number = 0;
    let pieces: Buffer[] = [];
    for (const chunk of readChunks(fd, from)) {
      let begin = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
        const bytes = joined(pieces, chunk.subarray(begin, end));
        pieces = [];
        begin = end + 1;
        next += bytes.length + 1;
        number += 1;
        yield { bytes, number, next, torn: false };
      }
      if (begin < chunk.length) pieces.push(chunk.subarray(begin));
    }
    if (pieces.length === 0) return;
    const bytes = joined(pieces);
    yield { bytes, number: number + 1, next: next + bytes.length, torn: true };
  } finally {
    closeSync(fd);
  }
}

function* readChunks(fd: number, from: number): Generator<Buffer> {
  for (let at = from; ; ) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const length = readSync(fd, chunk, 0, chunkBytes, at);
    if (length === 0) return;
    at += length;
    yield chunk.subarray(0, length);
  }
}

const joined = (pieces: readonly Buffer[], last?: Buffer): Buffer => {
  const all = last ? [...pieces, last] : pieces;
  return all.length === 1 ? all[0]! : Buffer.concat(all);
};
