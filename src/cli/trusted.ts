/** The policies that a person trusted after reading them, by their hashes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../record/disk.ts';
import type { Home } from '../record/home.ts';

const listOf = ({ path }: Home): string => join(path, 'trusted');

export const isTrusted = (home: Home, hash: string): boolean => trusted(home).includes(hash);

export async function trust(home: Home, hash: string): Promise<void> {
  if (!isTrusted(home, hash))
    await replaceFile(listOf(home), `${[...trusted(home), hash].join('\n')}\n`, 0o600);
}

function trusted(home: Home): readonly string[] {
  try {
    return readFileSync(listOf(home), 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
