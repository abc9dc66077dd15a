import { type Found, type Text, textIn } from './bytes.ts';
import { escapeAt } from './escapes.ts';
import { foldAt, lengthOf } from './fold.ts';

/** A part of a text as it reads without its escapes, and the way back. */
export interface View {
  readonly text: Text;
  /** Where it begins in the text below. */
  readonly from: number;
  /** In order, four numbers for each escape: where its bytes begin and end here, where it begins and ends below. */
  readonly escapes: readonly number[];
}

/** Reads escapes and folded characters of `text` between `from` and `to`; it never gets longer. */
export function decode(text: Text, from: number, to: number): View {
  const bytes = Buffer.allocUnsafe(to - from);
  const escapes: number[] = [];
  let length = 0;
  let plain = from;
  for (let at = from; at < to; ) {
    const byte = text.bytes[at]!;
    const told =
      begins[byte] === 0 ? undefined : byte < 0x80 ? escapeAt(text, at) : foldAt(text.bytes, at, to);
    if (!told) {
      at++;
      continue;
    }
    length = copy(text.bytes, plain, at, bytes, length);
    const start = length;
    for (const one of told.bytes) bytes[length++] = one;
    plain = 'end' in told ? told.end : at + lengthOf(byte);
    escapes.push(start, length, at, plain);
    at = plain;
  }
  length = copy(text.bytes, plain, to, bytes, length);
  return { text: textIn(text, bytes, length), from, escapes };
}

/** First bytes of what may stand for something else: backslash, ampersand, percent sign, characters beyond ASCII. */
const begins: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0x5c || byte === 0x26 || byte === 0x25 || byte >= 0xc2 ? 1 : 0,
);

/** Up to here a loop is cheaper than a call. */
const LOOP = 48;

/** Copies what stands between two places, if anything does, and says where it then ends. */
function copy(bytes: Buffer, from: number, to: number, target: Buffer, at: number): number {
  if (to - from > LOOP) return at + bytes.copy(target, at, from, to);
  let next = at;
  for (let i = from; i < to; i++) target[next++] = bytes[i]!;
  return next;
}

/** What was found in the view, as it stands in the text below: the whole escapes, with the value that they spell. */
export function below(view: View, found: Found): Found {
  const start = belowAt(view, found.start, 2);
  const end = belowAt(view, found.end - 1, 3) + 1;
  const plain = end - start === found.end - found.start;
  return plain || found.value !== undefined
    ? { ...found, start, end }
    : { ...found, start, end, value: view.text.bytes.toString('utf8', found.start, found.end) };
}

/** Where a byte of the view stands below; of an escape its first byte (`side` 2) or its last (`side` 3). */
function belowAt({ from, escapes }: View, at: number, side: 2 | 3): number {
  const i = lastUpTo(escapes, 0, at);
  if (i < 0) return from + at;
  return at < escapes[i + 1]! ? escapes[i + side]! - (side - 2) : escapes[i + 3]! + at - escapes[i + 1]!;
}

/** Whether a place in the text below lies within one of the view's escapes. */
export function isInEscape({ escapes }: View, at: number): boolean {
  const i = lastUpTo(escapes, 2, at - 1);
  return i >= 0 && at < escapes[i + 3]!;
}

/** Index of the last escape that begins at or before `at`, here (0) or below (2); negative where there is none. */
function lastUpTo(escapes: readonly number[], column: 0 | 2, at: number): number {
  let low = 0;
  let high = escapes.length / 4;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (escapes[middle * 4 + column]! <= at) low = middle + 1;
    else high = middle;
  }
  return (low - 1) * 4;
}
