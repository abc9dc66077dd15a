/** What a byte of UTF-8 text can be: one table of bit flags, so that a class test is one load and one mask. */
export const DIGIT = 1;
export const UPPER = 2;
export const LOWER = 4;
export const HEX = 8;
/** Letters, digits, `-`, `_`, `.` and `~`. */
export const DOTTED = 16;
/** Letters, digits, `-` and `_`. */
export const URLSAFE = 32;
/** Letters, digits, `+`, `/` and `=`. */
export const BASE64 = 64;
/** The alphabet of Bitcoin addresses: no 0, O, I, l. */
export const BASE58 = 128;

export const flags: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  let flag = 0;
  if (/[0-9]/.test(char)) flag |= DIGIT;
  if (/[A-Z]/.test(char)) flag |= UPPER;
  if (/[a-z]/.test(char)) flag |= LOWER;
  if (/[0-9a-fA-F]/.test(char)) flag |= HEX;
  if (/[0-9a-zA-Z_.~-]/.test(char)) flag |= DOTTED;
  if (/[0-9a-zA-Z_-]/.test(char)) flag |= URLSAFE;
  if (/[0-9a-zA-Z+/=]/.test(char)) flag |= BASE64;
  if (/[1-9A-HJ-NP-Za-km-z]/.test(char)) flag |= BASE58;
  return flag;
});

export const LETTER = UPPER | LOWER;
/** ASCII letters and digits. Bytes from 0x80 are neither: a number may stand between CJK letters without a space. */
export const ALNUM = DIGIT | UPPER | LOWER;

/** One value to scan: UTF-8 bytes from `start` to `end`, and what is known of it from where it stands. */
export interface Text extends Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What holds for all of a text, also for what is decoded from it. */
export interface Place {
  /** The JSON key it stands under, as it is written; empty where there is none. */
  readonly key: string;
  /** What a schema says of it; empty where there is none. */
  readonly about: string;
  /** The lowest score that is asked for. Of 0: also what would be found if its check digits were right. */
  readonly least: number;
}

/** A text that stands in the same place as another. */
export const textIn = ({ key, about, least }: Place, bytes: Buffer, end = bytes.length): Text => ({
  bytes,
  start: 0,
  end,
  key,
  about,
  least,
});

/** A candidate that was verified; offsets as in the text's bytes. */
export interface Found {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly detector: string;
  /** As it reads without its escapes, where it is written with any. */
  readonly value?: string;
  /** One of what an encoded run holds: the run is masked as a whole. */
  readonly inside?: true;
}

/** Entity, group and longest match of what a family finds; without `longest` a match may run on to a cap. */
export interface Kind {
  readonly entity: string;
  readonly group: string;
  /** In bytes. */
  readonly longest: number | undefined;
  /** Where a match with spaces in it, other than a number in groups, may begin that is not whole yet; the end if nowhere. */
  readonly opens?: (text: Text) => number;
}

/** The byte at `at`, or a space where the text has ended or not begun. */
export const byteAt = (text: Text, at: number): number =>
  at >= text.start && at < text.end ? text.bytes[at]! : 0x20;

/** Where the run of bytes of this class that begins at `at` ends, looked for no further than `limit` bytes. */
export function runEnd(text: Text, at: number, flag: number, limit: number): number {
  const stop = Math.min(text.end, at + limit);
  let i = at;
  while (i < stop && (flags[text.bytes[i]!]! & flag) !== 0) i++;
  return i;
}

/** Whether no word runs on from before `at`. */
export const startsWord = (text: Text, at: number): boolean => {
  const previous = byteAt(text, at - 1);
  return (flags[previous]! & ALNUM) === 0 && previous !== 0x5f;
};

/** The bytes as characters 0 to 255: cheap, and right for everything that verification looks at. */
export const latin = (text: Text, from: number, to: number): string =>
  text.bytes.toString('latin1', Math.max(from, text.start), Math.min(to, text.end));
