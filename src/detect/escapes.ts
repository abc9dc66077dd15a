/** What stands for another character in ASCII: escapes of JSON and of code, HTML's entities, percent-encoding. */
import { ALNUM, byteAt, DIGIT, flags, HEX, LETTER, latin, runEnd, type Text } from './bytes.ts';
import { lengthOf } from './fold.ts';

/** The bytes that an escape stands for, and where it ends. */
export interface Escape {
  readonly bytes: readonly number[];
  readonly end: number;
}

/** The escape that begins at `at`, with a backslash, an ampersand or a percent sign. */
export function escapeAt(text: Text, at: number): Escape | undefined {
  const byte = text.bytes[at];
  if (byte === 0x5c) return backslash(text, at);
  if (byte === 0x26) return entity(text, at);
  return byte === 0x25 ? percent(text, at) : undefined;
}

/** What a backslash makes of a byte. */
const controls: readonly (readonly number[] | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const at = 'nrtbf/"\'\\'.indexOf(String.fromCharCode(byte));
  return at < 0 ? undefined : [[10, 13, 9, 8, 12, 0x2f, 0x22, 0x27, 0x5c][at]!];
});

function backslash(text: Text, at: number): Escape | undefined {
  const byte = byteAt(text, at + 1);
  const control = controls[byte];
  if (control) return isLogin(text, at, control[0]!) ? undefined : { bytes: control, end: at + 2 };
  const letter = byte | 0x20;
  if (letter === 0x78) {
    const code = hexOf(text, at + 2, 2);
    return code < 0 ? undefined : character(code, at + 4);
  }
  if (letter !== 0x75) return undefined;
  const first = hexOf(text, at + 2, 4);
  if (first < 0) return braced(text, at);
  if (first >> 10 !== 0x36 || byteAt(text, at + 6) !== 0x5c || (byteAt(text, at + 7) | 0x20) !== 0x75)
    return character(first, at + 6);
  const low = hexOf(text, at + 8, 4);
  return low >> 10 === 0x37
    ? character(0x10000 + ((first & 0x3ff) << 10) + (low & 0x3ff), at + 12)
    : character(first, at + 6);
}

/** `CORP\\bob`: behind a domain stands a name; hardly anybody writes a backspace or a form feed there. */
const isLogin = (text: Text, at: number, control: number): boolean =>
  (control === 8 || control === 12) && (flags[byteAt(text, at - 1)]! & ALNUM) !== 0;

/** `\u{1f600}` */
function braced(text: Text, at: number): Escape | undefined {
  if (byteAt(text, at + 2) !== 0x7b) return undefined;
  const end = runEnd(text, at + 3, HEX, 6);
  return byteAt(text, end) === 0x7d && end > at + 3
    ? character(hexOf(text, at + 3, end - at - 3), end + 1)
    : undefined;
}

/** So many digits of hex as a number; negative where others stand there. */
function hexOf(text: Text, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const byte = byteAt(text, i);
    if ((flags[byte]! & HEX) === 0) return -1;
    value = (value << 4) | nibble(byte);
  }
  return value;
}

const entities: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', commat: '@', period: '.', comma: ',' },
    ...{
      plus: '+',
      lpar: '(',
      rpar: ')',
      colon: ':',
      sol: '/',
      bsol: '\\',
      lowbar: '_',
      percnt: '%',
      num: '#',
    },
    ...{ hyphen: '-', dash: '-', ndash: '-', mdash: '-', minus: '-', equals: '=', semi: ';', excl: '!' },
    ...{
      Tab: '\t',
      NewLine: '\n',
      ensp: ' ',
      emsp: ' ',
      thinsp: ' ',
      shy: '',
      zwnj: '',
      zwj: '',
      lrm: '',
      rlm: '',
    },
    ...{ dollar: '$', ast: '*', lbrack: '[', rbrack: ']', ZeroWidthSpace: '', NoBreak: '' },
  }).map(([name, stands]) => [name, [...Buffer.from(stands)]]),
);

function entity(text: Text, at: number): Escape | undefined {
  if (byteAt(text, at + 1) === 0x23) return numbered(text, at);
  const end = runEnd(text, at + 1, LETTER, 14);
  if (byteAt(text, end) !== 0x3b) return undefined;
  const bytes = entities.get(latin(text, at + 1, end));
  return bytes && { bytes, end: end + 1 };
}

/** `&#64;`, `&#x40;`; also without the semicolon, but not cut in two by what stands for nothing: that goes first. */
function numbered(text: Text, at: number): Escape | undefined {
  const hex = (byteAt(text, at + 2) | 0x20) === 0x78;
  const from = hex ? at + 3 : at + 2;
  const end = runEnd(text, from, hex ? HEX : DIGIT, hex ? 6 : 7);
  if (end === from || byteAt(text, end) >= 0x80) return undefined;
  let code = 0;
  for (let i = from; i < end; i++) code = code * (hex ? 16 : 10) + nibble(text.bytes[i]!);
  return character(code, byteAt(text, end) === 0x3b ? end + 1 : end);
}

/** A byte, or all bytes of a character beyond ASCII. */
function percent({ bytes, end }: Text, at: number): Escape | undefined {
  const lead = hexByte(bytes, at, end);
  if (lead === undefined || (lead >= 0x80 && lead < 0xc2) || lead > 0xf4) return undefined;
  const read = [lead];
  for (let i = 1; i < lengthOf(lead); i++) {
    const next = hexByte(bytes, at + i * 3, end);
    if (next === undefined || next >> 6 !== 2) return undefined;
    read.push(next);
  }
  return { bytes: read, end: at + read.length * 3 };
}

function hexByte(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at + 3 > end || bytes[at] !== 0x25) return undefined;
  const [high, low] = [bytes[at + 1]!, bytes[at + 2]!];
  if ((flags[high]! & flags[low]! & HEX) === 0) return undefined;
  return (nibble(high) << 4) | nibble(low);
}

const nibble = (byte: number): number => ((flags[byte]! & DIGIT) !== 0 ? byte - 0x30 : (byte & 0x5f) - 0x37);

const character = (code: number, end: number): Escape | undefined =>
  code > 0x10ffff
    ? undefined
    : { bytes: code < 0x80 ? [code] : [...Buffer.from(String.fromCodePoint(code))], end };
