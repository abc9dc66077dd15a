/** JSON string escapes (RFC 8259, section 7): decoding with a way back to the raw offsets, and encoding. */
import { FcgateError } from '../errors.ts';

/** The document's bytes in which a string with escapes stands; and, once it is edited, where each escape ended, decoded and raw, in pairs. */
export interface Escaped {
  readonly bytes: Uint8Array;
  turns?: readonly number[];
}

const BACKSLASH = 0x5c;
const SIMPLE: Readonly<Record<number, number>> = {
  34: 0x22,
  92: 0x5c,
  47: 0x2f,
  98: 0x08,
  102: 0x0c,
  110: 0x0a,
  114: 0x0d,
  116: 0x09,
};

/** Letters that JSON knows after a backslash: 1, or 2 where four hexadecimal digits follow. */
const LETTERS = new Uint8Array(256);
for (const letter of Object.keys(SIMPLE)) LETTERS[Number(letter)] = 1;
LETTERS[0x75] = 2;

/** Does the backslash at `at` begin an escape that JSON knows? */
export function isEscape(bytes: Uint8Array, at: number, end: number): boolean {
  const kind = at + 1 < end ? LETTERS[bytes[at + 1]!] : 0;
  if (kind !== 2) return kind === 1;
  for (let i = at + 2; i < at + 6; i++) if (i >= end || hexDigit(bytes[i]!) < 0) return false;
  return true;
}

/** Decodes the raw inside of a JSON string to UTF-8. A lone surrogate becomes U+FFFD in the decoded text only. */
export function decodeString(bytes: Uint8Array, start: number, end: number, turns?: number[]): Uint8Array {
  const out = Buffer.allocUnsafe(end - start);
  let size = 0;
  let at = start;
  for (;;) {
    const found = bytes.indexOf(BACKSLASH, at);
    const stop = found < 0 || found >= end ? end : found;
    copy(bytes, at, stop, out, size);
    size += stop - at;
    if (stop === end) return out.subarray(0, size);
    at = stop + 1;
    const letter = at < end ? bytes[at]! : 0;
    if (letter === 0x75) {
      const [point, after] = unicode(bytes, at + 1, end);
      size += out.write(String.fromCodePoint(point), size, 'utf8');
      at = after;
    } else {
      const plain = SIMPLE[letter];
      if (plain === undefined)
        throw new FcgateError('invalid_body', `the body is no JSON: unknown escape at byte ${at}`);
      out[size++] = plain;
      at++;
    }
    turns?.push(size, at);
  }
}

/** Short runs byte by byte: a call into `set` costs more than it copies. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > 24) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at + i - start] = from[i]!;
}

/** The code point of `XXXX` at `at` (a pair of surrogates joined), and where it ends. */
function unicode(bytes: Uint8Array, at: number, end: number): [point: number, after: number] {
  const high = hex4(bytes, at, end);
  if (high < 0xd800 || high > 0xdfff) return [high, at + 4];
  const next = at + 4;
  if (high <= 0xdbff && bytes[next] === BACKSLASH && bytes[next + 1] === 0x75 && next + 6 <= end) {
    const low = hex4(bytes, next + 2, end);
    if (low >= 0xdc00 && low <= 0xdfff) return [0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), next + 6];
  }
  return [0xfffd, next];
}

function hex4(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = i < end ? hexDigit(bytes[i]!) : -1;
    if (digit < 0)
      throw new FcgateError('invalid_body', `the body is no JSON: broken \\u escape at byte ${i}`);
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The raw offset of a decoded offset in the string from `start` to `end`; an offset inside an escape gives the escape's start. */
export function rawOffset(escaped: Escaped, start: number, end: number, offset: number): number {
  escaped.turns ??= turnsIn(escaped.bytes, start, end);
  const { turns } = escaped;
  let low = 0;
  let high = turns.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle * 2]! <= offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return start + offset;
  return turns[low * 2 - 1]! + (offset - turns[low * 2 - 2]!);
}

function turnsIn(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const turns: number[] = [];
  decodeString(bytes, start, end, turns);
  return turns;
}

/** The inside of a JSON string that means this text. */
export const encodeString = (text: string): string => JSON.stringify(text).slice(1, -1);
