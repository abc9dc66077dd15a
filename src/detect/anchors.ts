import { isAssignment, isDull } from './assigned.ts';
import { BASE64, byteAt, DIGIT, flags, HEX, LETTER, LOWER, type Text, UPPER } from './bytes.ts';
import { foldPairs } from './fold.ts';
import { mayStand } from './literal.ts';
import { literals, neighbours } from './literals.ts';
import { isPairEnd } from './mac.ts';
import { mayEndKeyLine } from './pem.ts';

/** Where something may stand: two bytes in a row tell what is to be looked at there, which for most is nothing. */

const NOTHING = 0;
export const NUMBER = 1;
const MAIL = 2;
export const COLON = 3;
export const URL = 4;
export const ESCAPE = 5;
export const FOLD = 6;
export const HUMP = 7;
export const ASSIGNED = 8;
export const PAIR = 9;
export const LINE = 10;
/** From here on: the literals of bucket `kind - LITERAL`. */
export const LITERAL = 11;

/** By `first << 8 | second`. */
const kinds: Readonly<Uint8Array> = readKinds();

function readKinds(): Uint8Array {
  if (literals.size > 255 - LITERAL) throw new RangeError('too many literals for one table');
  const read = new Uint8Array(0x10000);
  for (let pair = 0; pair < 0x10000; pair++) read[pair] = kindOf(pair >> 8, pair & 0xff);
  for (const [first, second] of foldPairs) read[(first << 8) | second] = FOLD;
  [...literals.keys()].forEach((pair, i) => {
    read[pair] = LITERAL + i;
  });
  return read;
}

function kindOf(first: number, second: number): number {
  if (first === 0x25 && (flags[second]! & HEX) !== 0) return ESCAPE;
  if (first === 0x26 && (second === 0x23 || (flags[second]! & LETTER) !== 0)) return ESCAPE;
  if (first === 0x5c && /[nrtbfux/]/.test(String.fromCharCode(second))) return ESCAPE;
  if ((flags[first]! & LOWER) !== 0 && (flags[second]! & UPPER) !== 0) return HUMP;
  // Digits in a name begin nothing: `item_42`.
  if ((flags[second]! & DIGIT) !== 0)
    return (flags[first]! & DIGIT) !== 0 || first === 0x5f ? NOTHING : NUMBER;
  if (second === 0x40) return MAIL;
  if (second === 0x2f) return first === 0x3a ? URL : NOTHING;
  if (second === 0x2d && isPairEnd(first)) return PAIR;
  if (second === 0x0a) return (flags[first]! & BASE64) !== 0 ? LINE : NOTHING;
  if (second === 0x3a && (first === 0x3a || (flags[first]! & DIGIT) !== 0)) return COLON;
  return isAssignment(first, second) ? ASSIGNED : NOTHING;
}

/** What is to be looked at where the byte at `at` follows the one before it. */
export const kindAt = (text: Text, at: number): number =>
  kinds[(byteAt(text, at - 1) << 8) | text.bytes[at]!]!;

/** The first place from `at` on where something may stand; the end of the text if there is none. */
export function nextAnchor(text: Text, at: number): number {
  const { bytes, end } = text;
  let previous = byteAt(text, at - 1);
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    const kind = kinds[(previous << 8) | byte]!;
    previous = byte;
    if (kind !== NOTHING && isLikely(text, i, kind)) return i;
  }
  return end;
}

/** A few bytes more tell of most that they are not what they begin like. */
function isLikely(text: Text, at: number, kind: number): boolean {
  if (kind >= LITERAL) return mayStand(neighbours, kind - LITERAL, text, at);
  if (kind === ASSIGNED) return !isDull(text, at);
  return kind !== LINE || mayEndKeyLine(text, at);
}
