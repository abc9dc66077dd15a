/** What stands for another character in ASCII: escapes of JSON and of code, HTML's entities, percent-encoding. */
import { DIGIT, flags, HEX, latin, type Text } from './bytes.ts';
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

const controls: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  b: 8,
  f: 12,
  '/': 0x2f,
  '"': 0x22,
  "'": 0x27,
  '\\': 0x5c,
};

function backslash(text: Text, at: number): Escape | undefined {
  const told = latin(text, at + 1, at + 13);
  const code = /^(?:u([0-9a-f]{4})(?:\\u(d[c-f][0-9a-f]{2}))?|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/i.exec(
    told,
  );
  if (!code) {
    const control = controls[told[0] ?? ''];
    return control === undefined ? undefined : { bytes: [control], end: at + 2 };
  }
  const [whole, high, low, ...short] = code;
  const first = Number.parseInt(high ?? short.find((one) => one !== undefined)!, 16);
  const paired = low !== undefined && first >> 10 === 0x36;
  return character(
    paired ? 0x10000 + ((first & 0x3ff) << 10) + (Number.parseInt(low, 16) & 0x3ff) : first,
    at + 1 + (low !== undefined && !paired ? 5 : whole.length),
  );
}

const entities: ReadonlyMap<string, string> = new Map(
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
  }),
);

function entity(text: Text, at: number): Escape | undefined {
  const told = /^&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,14}));?/.exec(latin(text, at, at + 17));
  if (!told) return undefined;
  const [whole, decimal, hex, name] = told;
  const end = at + whole.length;
  if (name === undefined) return character(decimal ? Number(decimal) : Number.parseInt(hex!, 16), end);
  const stands = whole.endsWith(';') ? entities.get(name) : undefined;
  return stands === undefined ? undefined : { bytes: [...Buffer.from(stands)], end };
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
  code > 0x10ffff ? undefined : { bytes: [...Buffer.from(String.fromCodePoint(code))], end };
