import { keyTells } from './assigned.ts';
import { DIGIT, flags, type Kind, type Text } from './bytes.ts';
import { words } from './context.ts';
import type { Customs } from './custom.ts';
import { kinds } from './kinds.ts';
import { isUnspaced, LONGEST, runStart } from './runs.ts';

/**
 * How much of a text that goes on is settled. All context is looked for backwards, so what can still change is what
 * the last bytes may be the beginning of: a value without spaces, a number in groups, or what a kind says of its own.
 */

/** A number in groups, and what is looked at behind it. */
const GROUPED = 64;
/** The same with an escape for each of its characters. */
const GROUPED_ESCAPED = 640;

const openingsOf = (all: readonly Kind[]) => [
  ...new Set(all.map(({ opens }) => opens).filter((opens) => opens !== undefined)),
];
const openings = openingsOf(kinds);
const secretOpenings = openingsOf(kinds.filter(({ group }) => group === 'secret'));

/** The first byte from which on something may still begin or grow when more text follows; or a secret, if only those matter. */
export function openFrom(text: Text, customs: Customs, secrets: boolean): number {
  if (text.about !== '' || isHeldBy(text.key, customs)) return text.start;
  const run = runStart(text, text.end);
  const others = (secrets ? secretOpenings : openings).map((opens) => opens(text));
  const first = secrets ? run : groupedStart(text, run);
  return Math.max(text.start, text.end - LONGEST, Math.min(run, first, text.end - customs.reach, ...others));
}

/** A key lends its meaning to a value as a whole. */
export const isHeldBy = (key: string, customs: Customs): boolean =>
  key !== '' && (keyTells(key) || isContext(key, customs));

const isContext = (key: string, { list }: Customs): boolean =>
  list.some(({ context }) => context.some((word) => words(key).includes(word)));

/** Where the line's last words begin, from the first that holds a digit, and with the one before: `March 12, 1980`. */
function groupedStart(text: Text, run: number): number {
  const { bytes, start, end } = text;
  const stop = Math.max(start, end - (isEscaped(text) ? GROUPED_ESCAPED : GROUPED));
  let first = run;
  for (let at = end; at > stop && bytes[at - 1]! >= 0x20; at--) {
    if (isNumberish(bytes, at - 1)) at = first = Math.min(first, runStart(text, at));
  }
  let gap = first;
  while (gap > start && bytes[gap - 1] === 0x20) gap--;
  return runStart(text, gap);
}

/** A digit, or the first byte of one in another script. */
function isNumberish(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!;
  if (byte < 0x80) return (flags[byte]! & DIGIT) !== 0;
  if (byte !== 0xef) return isForeign(bytes, at);
  return bytes[at + 1] === 0xbc && bytes[at + 2]! >= 0x90 && bytes[at + 2]! <= 0x99;
}

/** The first byte of a character that may stand for one of ASCII. */
const isForeign = (bytes: Uint8Array, at: number): boolean =>
  bytes[at]! >= 0xd9 && !(bytes[at]! >= 0xe2 && bytes[at]! <= 0xe9) && !isUnspaced(bytes, at, at + 3);

/** Whether a character near the end may stand for another: as an escape, an entity or in another script. */
function isEscaped({ bytes, start, end }: Text): boolean {
  for (let at = Math.max(start, end - GROUPED_ESCAPED); at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x5c || byte === 0x25 || byte === 0x26 || isForeign(bytes, at)) return true;
  }
  return false;
}
