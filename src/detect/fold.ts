/** Characters beyond ASCII that stand for one in it, or for nothing: digits of all scripts, wide forms, dashes, spaces, invisible marks. */

/** Zeros of the scripts that write decimal numbers; the other nine digits follow each. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
  0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
  0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x11066, 0x1d7ce, 0x1d7d8, 0x1d7e2,
  0x1d7ec, 0x1d7f6,
];

const dashes = [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xfe58, 0xfe63];

const spaces = [
  0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x202f, 0x205f, 0x3000,
];

/** First and last of each range: soft hyphen, joiners, bidi controls, fillers, byte order mark. */
const invisible = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
] as const;

/** What announces that a text is to be read in another way: a letter or digit always, others by what is beside them. */
export type Stand = 'sign' | 'gap' | 'nothing';

export interface Fold {
  readonly stand: Stand;
  /** The ASCII character, or nothing. */
  readonly bytes: readonly number[];
}

const folds: ReadonlyMap<number, Fold> = readFolds();

function readFolds(): Map<number, Fold> {
  const read = new Map<number, Fold>();
  const set = (code: number, stand: Stand, ...bytes: number[]): unknown => read.set(code, { stand, bytes });
  for (const zero of zeros) for (let digit = 0; digit < 10; digit++) set(zero + digit, 'sign', 0x30 + digit);
  for (const dash of dashes) set(dash, 'gap', 0x2d);
  for (const space of spaces) set(space, 'gap', 0x20);
  for (const [first, last] of invisible) for (let code = first; code <= last; code++) set(code, 'nothing');
  // Wide forms; of the punctuation only what may stand in a value.
  for (let code = 0xff01; code <= 0xff5e; code++) {
    const byte = code - 0xfee0;
    if (/[\w@.+-]/.test(String.fromCharCode(byte))) set(code, 'sign', byte);
    else if (/[():/ ]/.test(String.fromCharCode(byte))) set(code, 'gap', byte);
  }
  return read;
}

/** The folds by the first two bytes of their characters: most characters are known to be none without decoding. */
export const foldPairs: readonly (readonly [first: number, second: number])[] = [
  ...new Map(
    [...folds.keys()].map((code) => {
      const [first, second] = Buffer.from(String.fromCodePoint(code)) as unknown as [number, number];
      return [(first << 8) | second, [first, second] as const];
    }),
  ).values(),
];

/** Of the character that begins at `at`, which is `lengthOf` its first byte long. */
export function foldAt(bytes: Uint8Array, at: number, end: number): Fold | undefined {
  const lead = bytes[at]!;
  const next = at + lengthOf(lead);
  if (next > end) return undefined;
  let code = lead & (0xff >> (next - at + 1));
  for (let i = at + 1; i < next; i++) code = (code << 6) | (bytes[i]! & 0x3f);
  return folds.get(code);
}

/** Of the character that this byte begins. */
export const lengthOf = (lead: number): number => (lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
