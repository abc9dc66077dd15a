import { anchorsModule } from './anchors.generated.ts';
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
export type NextAnchor = (at: number) => number;

/** A text of this length is worth being copied for a faster pass. */
const LONG = 64;

/** Places are asked for in order. */
export const anchorsOf = (text: Text): NextAnchor =>
  text.end - text.start < LONG ? (at) => nextAnchor(text, at) : anchorsOfLong(text);

/** The plain form of the pass. */
export function nextAnchor(text: Text, at: number): number {
  const { bytes, end } = text;
  let previous = byteAt(text, at - 1);
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    const kind = kinds[(previous << 8) | byte]!;
    previous = byte;
    if (kind !== NOTHING && hasNeighbours(text, i, kind) && isLikely(text, i, kind)) return i;
  }
  return end;
}

const { memory, find } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(anchorsModule, 'base64')),
).exports as { memory: WebAssembly.Memory; find(length: number): number };

// As `anchors.wat` says.
const BLOCK = 0x8000;
const at = (place: number, length: number): Uint8Array => new Uint8Array(memory.buffer, place, length);
at(0, kinds.length).set(kinds.map((_, pair) => kinds[((pair & 0xff) << 8) | (pair >> 8)]!));
at(0x10000, LITERAL << 8).fill(1);
at(0x20000, LITERAL << 8).fill(1);
at(0x10000 + (LITERAL << 8), neighbours.before.length).set(neighbours.before);
at(0x20000 + (LITERAL << 8), neighbours.behind.length).set(neighbours.behind);
const block = at(0x30000, BLOCK + 3);
const places = new Uint16Array(memory.buffer, 0x39000, BLOCK + 3);

/** One block at a time; what is found in it is kept apart, since what stands there may be text to pass over, too. */
function anchorsOfLong(text: Text): NextAnchor {
  const { end } = text;
  let [start, stop] = [text.start, text.start];
  let found = places.subarray(0, 0);
  let next = 0;
  return (at) => {
    for (let from = at; from < end; from = stop) {
      if (from >= stop) {
        [start, stop] = [from, Math.min(end, from + BLOCK)];
        found = findIn(text, start, stop);
        next = 0;
      }
      for (; next < found.length; next++) {
        const place = start + found[next]!;
        if (place >= from && isLikely(text, place, kindAt(text, place))) return place;
      }
    }
    return end;
  };
}

function findIn(text: Text, start: number, stop: number): Uint16Array<ArrayBuffer> {
  block[0] = byteAt(text, start - 2);
  block[1] = byteAt(text, start - 1);
  block.set(text.bytes.subarray(start, stop), 2);
  block[2 + stop - start] = byteAt(text, stop);
  let count = find(stop - start);
  while (count > 0 && places[count - 1]! >= stop - start) count--;
  return places.slice(0, count);
}

const hasNeighbours = (text: Text, at: number, kind: number): boolean =>
  kind < LITERAL || mayStand(neighbours, kind - LITERAL, text, at);

/** A few bytes more tell of most that they are not what they begin like. */
function isLikely(text: Text, at: number, kind: number): boolean {
  if (kind === ASSIGNED) return !isDull(text, at);
  return kind !== LINE || mayEndKeyLine(text, at);
}
