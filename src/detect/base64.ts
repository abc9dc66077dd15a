import { isUtf8 } from 'node:buffer';
import { ALNUM, byteAt, flags, latin, type Text } from './bytes.ts';

/** Text in base64, with either alphabet: a run that decodes to readable characters. Anything else is left as it is. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** Undefined where the run is no text. */
  readonly decoded?: Buffer;
}

/** Nine characters of text. */
const SHORTEST = 12;
const CAP = 64 * 1024;
/** Words in front of it that its alphabet's own signs part from it: `path/dGV4dA`. */
const MOST_PARTS = 8;
/** What no digit stands for. */
const NONE = 64;

const digits: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte).replace('-', '+').replace('_', '/');
  const digit = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(char);
  return digit < 0 ? NONE : digit;
});

/** The run around `at`, no further back than `from`. */
export function base64Around(text: Text, at: number, from: number): Run {
  const { bytes } = text;
  let start = at;
  while (start > from && digits[bytes[start - 1]!] !== NONE) start--;
  if (byteAt(text, start - 1) === 0x5c) start++;
  const stop = Math.min(text.end, at + CAP);
  let end = at;
  while (end < stop && digits[bytes[end]!] !== NONE) end++;
  for (let part = 0; part < MOST_PARTS && end - start >= SHORTEST; part++) {
    const decoded = beginsAsText(bytes, start) ? decode(text, start, end) : undefined;
    if (decoded) return { start, end: paddedEnd(text, end), decoded };
    while (start < end && (flags[bytes[start]!]! & ALNUM) !== 0) start++;
    start++;
  }
  return { start, end };
}

/** The first nine bytes tell of most runs that they are no text. */
function beginsAsText(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 12; at += 4) {
    const [a, b, c, d] = [
      digits[bytes[at]!]!,
      digits[bytes[at + 1]!]!,
      digits[bytes[at + 2]!]!,
      digits[bytes[at + 3]!]!,
    ];
    if (
      !isReadable((a << 2) | (b >> 4)) ||
      !isReadable(((b & 15) << 4) | (c >> 2)) ||
      !isReadable(((c & 3) << 6) | d)
    )
      return false;
  }
  return true;
}

const isReadable = (byte: number): boolean => byte >= 0x20 || byte === 10 || byte === 13 || byte === 9;

/** UTF-8 without control characters; its last character may be cut off. */
function decode(text: Text, start: number, end: number): Buffer | undefined {
  const bytes = Buffer.from(latin(text, start, end), 'base64');
  if (!bytes.every(isReadable)) return undefined;
  for (let cut = 0; cut < 4; cut++) if (isUtf8(bytes.subarray(0, bytes.length - cut))) return bytes;
  return undefined;
}

function paddedEnd(text: Text, at: number): number {
  let end = at;
  while (end < at + 2 && byteAt(text, end) === 0x3d) end++;
  return end;
}
