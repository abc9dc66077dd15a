/**
 * Where in a text nothing reaches across. White space parts what stands around it; so does a letter of a script that is
 * written without spaces, unless something was opened before it that such letters may stand in.
 */
import type { Text } from './bytes.ts';

/** No value without white space in it is longer: the five parts of a web token. */
export const LONGEST = 72 * 1024;

/** How far what these bytes open may reach over such letters: passwords of a URL and domains, or other passwords. */
const FAR = 320;
const NEAR = 160;
const reaches: Readonly<Uint16Array> = Uint16Array.from({ length: 128 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return '@:/'.includes(character) ? FAR : '=<>%&#;\\"\'`-(['.includes(character) ? NEAR : 0;
});

/** How far what is opened by the character that begins at `at` may reach; full-width forms are read as what they stand for. */
function reachOf(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  if (byte < 0x80) return reaches[byte]!;
  if (byte !== 0xef || (bytes[at + 1] !== 0xbc && bytes[at + 1] !== 0xbd)) return 0;
  return reaches[(bytes[at + 1]! - 0xbc) * 0x40 + bytes[at + 2]! - 0x60] ?? 0;
}

/** Does a letter of Chinese, Japanese, Korean or Thai end at `at`? */
export function isUnspaced(bytes: Uint8Array, start: number, at: number): boolean {
  if (at - 3 < start || bytes[at - 1]! < 0x80) return false;
  const lead = bytes[at - 3]!;
  const second = bytes[at - 2]!;
  if (lead === 0xe0) return second === 0xb8 || (second === 0xb9 && bytes[at - 1]! < 0x90);
  return lead === 0xe3 ? second > 0x80 : lead === 0xea ? second >= 0xb0 : lead > 0xe3 && lead < 0xee;
}

/** Between two members of a JSON text. */
const isBetween = (bytes: Uint8Array, start: number, at: number): boolean =>
  bytes[at - 1] === 0x2c && at - 3 >= start && bytes[at - 2] === 0x22 && bytes[at - 3] !== 0x5c;

/** Where the bytes begin that end at `end` and may belong together. */
export function runStart({ bytes, start }: Text, end: number): number {
  const stop = Math.max(start, end - LONGEST);
  let behind = -1;
  let at = end;
  for (; at > stop && bytes[at - 1]! > 0x20 && !isBetween(bytes, start, at); at--)
    if (behind < 0 && isUnspaced(bytes, start, at)) behind = at;
  return behind < 0 ? at : Math.max(at, Math.min(behind, beforeOpener(bytes, start, end)));
}

/** Where the word begins that holds the first byte which something may have opened that is not over; or the end. */
function beforeOpener(bytes: Uint8Array, start: number, end: number): number {
  for (let at = Math.max(start, end - FAR); at < end; at++) {
    const byte = bytes[at]!;
    const afterWord = byte <= 0x20 && at > start && bytes[at - 1]! > 0x20 && bytes[at - 1]! < 0x80;
    const reach = afterWord ? NEAR : reachOf(bytes, at);
    if (end - at > reach) continue;
    let word = at;
    while (word > start && bytes[word - 1]! > 0x20 && !isUnspaced(bytes, start, word)) word--;
    return word;
  }
  return end;
}

/** A run without white space is looked back through no further. */
const LONGEST_RUN = 16 * 1024;

/** The last place up to `at` from which on a text reads as it does within the whole; undefined where that is too far back. */
export function readableFrom(bytes: Uint8Array, start: number, at: number): number | undefined {
  let behind: number | undefined;
  for (let i = at; i > start; i--) {
    if (at - i === LONGEST_RUN) return undefined;
    const byte = bytes[i - 1]!;
    if (byte <= 0x20) return behind ?? i;
    if (reachOf(bytes, i - 1) > 0) behind = undefined;
    else if (behind === undefined && isUnspaced(bytes, start, i)) behind = i;
  }
  return behind ?? start;
}
