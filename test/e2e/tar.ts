/** The torture cases of the shared corpora, read from their archive. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const robustness = fileURLToPath(
  new URL('../../../shared/corpora/robustness.tar.gz', import.meta.url),
);

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The plain files of a ustar archive. */
export function tarEntries(path: string): Entry[] {
  const tar = gunzipSync(readFileSync(path));
  const entries: Entry[] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12), 8);
    const name = [field(345, 155), field(0, 100)].filter(Boolean).join('/');
    if (tar[at + 156] === 0x30) entries.push({ name, bytes: tar.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
