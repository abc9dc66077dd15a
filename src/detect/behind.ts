import { DIGIT, flags, type Text, UPPER } from './bytes.ts';
import { NONE, read } from './context.ts';
import type { Topic } from './topics.ts';

/** What a value is called behind it: `AAA123456 es mi número de pasaporte`. */

/** Words that part the two, in the languages of the vocabulary. */
const copulas: ReadonlySet<string> = new Set('is,es,est,ist,é,è,är,er,on,jest'.split(','));

/** A value and what is said behind it stand within so many bytes: no more than a stream waits for behind a digit. */
const AHEAD_BYTES = 64;

/** What is said behind the value that the digit at `at` is in. */
export function saidBehind({ bytes, end }: Text, at: number): readonly Topic[] {
  const stop = Math.min(end, at + AHEAD_BYTES);
  for (let i = at; i < stop && bytes[i]! > 0x1f; i++) {
    if (bytes[i] !== 0x20) continue;
    const next = bytes[i + 1]!;
    if ((flags[next]! & (UPPER | DIGIT)) !== 0) continue;
    // i, e, j, o, or the first byte of a letter beyond ASCII: what a copula begins with.
    if (next !== 0x69 && next !== 0x65 && next !== 0x6a && next !== 0x6f && next !== 0xc3) return NONE;
    const verbEnd = bytes.subarray(i + 1, Math.min(stop, i + 6)).indexOf(0x20) + i + 1;
    if (!copulas.has(bytes.toString('utf8', i + 1, verbEnd))) return NONE;
    const line = bytes.subarray(i, stop).indexOf(0x0a);
    return read(bytes, verbEnd, line < 0 ? stop : i + line).topics;
  }
  return NONE;
}
