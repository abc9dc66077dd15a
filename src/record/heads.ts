/** The signed files beside the audit's lines: each chain's head, and the list of all chains. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChainList, type Head, headFile, listFile, openSigned, sign } from './chain.ts';
import { replaceFile } from './disk.ts';

/** What a signed file says, or why it says nothing. */
export type Signed<T> = T | 'missing' | 'forged';

export const readHead = (dir: string, key: Uint8Array, chain: string): Signed<Head> => {
  const head = readSigned<Head>(join(dir, headFile(chain)), key);
  // A head under another chain's name is signed, yet not for this chain.
  return typeof head === 'object' && head.chain !== chain ? 'forged' : head;
};

export const writeHead = (dir: string, key: Uint8Array, head: Head): Promise<void> =>
  replaceFile(join(dir, headFile(head.chain)), sign(key, head), 0o600);

export const readList = (dir: string, key: Uint8Array): Signed<ChainList> =>
  readSigned(join(dir, listFile), key);

export const writeList = (dir: string, key: Uint8Array, list: ChainList): Promise<void> =>
  replaceFile(join(dir, listFile), sign(key, list), 0o600);

const readSigned = <T>(path: string, key: Uint8Array): Signed<T> => {
  try {
    return openSigned<T>(key, readFileSync(path, 'utf8')) ?? 'forged';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw cause;
  }
};
