import { ALNUM, byteAt, DIGIT, type Found, flags, runEnd, startsWord, type Text, UPPER } from './bytes.ts';

/** What begins with a fixed text: `find` is called with where that text stands. */
export interface Literal {
  readonly prefix: string;
  find(text: Text, at: number): Found | undefined;
}

/** A token by its prefix: what may follow, and how much of it. */
export interface Token {
  readonly entity: string;
  readonly prefix: string;
  /** Flags of the bytes that follow. */
  readonly run: number;
  readonly min: number;
  readonly max: number;
  /** Further law on what follows the prefix. */
  readonly shape?: RegExp;
  /** So many bytes before the prefix belong to the token. */
  readonly lead?: number;
}

/** A token is told by its prefix alone: no check sum, no entropy; only what is plainly a placeholder counts less. */
export function tokenLiteral(token: Token): Literal {
  const { entity, prefix, run, min, max, shape, lead = 0 } = token;
  const detector = entity.toLowerCase().replaceAll('_', '-');
  return {
    prefix,
    find(text, at) {
      const start = at - lead;
      if (start < text.start || (!startsWord(text, start) && flags[prefix.charCodeAt(0)]! & ALNUM))
        return undefined;
      const from = at + prefix.length;
      let end = runEnd(text, from, run, max + 1);
      while (end > from && text.bytes[end - 1] === 0x2e) end--;
      if (end - from < min || end - from > max) return undefined;
      const rest = text.bytes.toString('latin1', from, end);
      if (shape && !shape.test(rest)) return undefined;
      return { entity, start, end, score: isPlaceholder(rest) ? 0.3 : 0.95, detector };
    },
  };
}

/** `xxxxxxxx`, `****`, `your-key-here`, `EXAMPLEEXAMPLE`: mostly x, or words that say it. */
const isPlaceholder = (rest: string): boolean =>
  (rest.match(/[xX*]/g)?.length ?? 0) * 10 > rest.length * 7 ||
  /your[-_]|[-_]here\b|(?:EXAMPLE){3}/i.test(rest);

/** Finds the literals at a byte that is rare in text: by the two bytes there, at most one look-up in a table. */
export interface LiteralIndex {
  /** Non-zero for bytes at which one is looked for. */
  readonly anchors: Readonly<Uint8Array>;
  /** By `bytes[i - 1] << 8 | bytes[i]`, for literals that begin in lower case or with a dash. */
  readonly behind: ReadonlyMap<number, readonly Placed[]>;
  /** By `bytes[i] << 8 | bytes[i + 1]`, for literals that begin with a capital. */
  readonly ahead: ReadonlyMap<number, readonly Placed[]>;
  readonly pairs: Readonly<Uint8Array>;
}

interface Placed {
  readonly literal: Literal;
  readonly bytes: Uint8Array;
  /** Where in the literal its anchor is. */
  readonly offset: number;
}

const BEHIND = 1;
const AHEAD = 2;

export function indexLiterals(literals: readonly Literal[]): LiteralIndex {
  const anchors = new Uint8Array(256);
  const pairs = new Uint8Array(65536);
  const behind = new Map<number, Placed[]>();
  const ahead = new Map<number, Placed[]>();
  for (const literal of [...literals].sort((a, b) => b.prefix.length - a.prefix.length)) {
    const bytes = Uint8Array.from(Buffer.from(literal.prefix, 'latin1'));
    const offset = anchorOf(bytes);
    anchors[bytes[offset]!] = 1;
    const pair = offset === 0 ? (bytes[0]! << 8) | bytes[1]! : (bytes[offset - 1]! << 8) | bytes[offset]!;
    pairs[pair] = pairs[pair]! | (offset === 0 ? AHEAD : BEHIND);
    const table = offset === 0 ? ahead : behind;
    table.set(pair, [...(table.get(pair) ?? []), { literal, bytes, offset }]);
  }
  return { anchors, behind, ahead, pairs };
}

/** Kinds of bytes, from what is rare in text to what is less so. */
const rarest: readonly ((byte: number) => boolean)[] = [
  (byte) => (flags[byte]! & UPPER) !== 0,
  (byte) => (flags[byte]! & ALNUM) === 0 && byte !== 0x2e && byte !== 0x2f,
  (byte) => (flags[byte]! & DIGIT) !== 0,
  (byte) => byte === 0x2e,
];

/** A first capital, else the first byte that is no lower-case letter. */
function anchorOf(bytes: Uint8Array): number {
  if (flags[bytes[0]!]! & UPPER) return 0;
  for (const isRare of rarest) {
    const offset = bytes.findIndex((byte, i) => i > 0 && isRare(byte));
    if (offset > 0) return offset;
  }
  throw new RangeError('a literal needs a byte that is no lower-case letter');
}

/** The literal that stands around the anchor at `at`, verified. */
export function findLiteral(index: LiteralIndex, text: Text, at: number): Found | undefined {
  const byte = text.bytes[at]!;
  const back = (byteAt(text, at - 1) << 8) | byte;
  const forth = (byte << 8) | byteAt(text, at + 1);
  if (index.pairs[back]! & BEHIND) {
    const found = tryAll(index.behind.get(back)!, text, at);
    if (found) return found;
  }
  return index.pairs[forth]! & AHEAD ? tryAll(index.ahead.get(forth)!, text, at) : undefined;
}

/** Longest first: `sk-ant-` before `sk-`. */
function tryAll(placed: readonly Placed[], text: Text, at: number): Found | undefined {
  for (const { literal, bytes, offset } of placed) {
    const start = at - offset;
    if (start < text.start || start + bytes.length > text.end || !standsAt(text.bytes, bytes, start))
      continue;
    const found = literal.find(text, start);
    if (found) return found;
  }
  return undefined;
}

function standsAt(text: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (text[start + i] !== bytes[i]) return false;
  return true;
}
