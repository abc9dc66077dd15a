import type { Found, Text } from './bytes.ts';
import { escapeAt } from './escapes.ts';
import { foldAt } from './fold.ts';

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
    const escaped = readAt(text, at, to);
    if (!escaped) {
      at++;
      continue;
    }
    length += text.bytes.copy(bytes, length, plain, at);
    const start = length;
    for (const byte of escaped.bytes) bytes[length++] = byte;
    escapes.push(start, length, at, escaped.end);
    plain = at = escaped.end;
  }
  if (plain < to) length += text.bytes.copy(bytes, length, plain, to);
  return { text: { bytes, start: 0, end: length, key: text.key }, from, escapes };
}

function readAt(text: Text, at: number, to: number): { bytes: readonly number[]; end: number } | undefined {
  const byte = text.bytes[at]!;
  if (byte === 0x5c || byte === 0x26 || byte === 0x25) return escapeAt(text, at);
  const fold = byte >= 0xc2 ? foldAt(text.bytes, at, to) : undefined;
  return fold && { bytes: fold.stand === 'nothing' ? [] : [fold.byte], end: fold.end };
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
