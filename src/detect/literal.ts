import {
  ALNUM,
  byteAt,
  DIGIT,
  type Found,
  flags,
  LETTER,
  LOWER,
  runEnd,
  startsWord,
  type Text,
  UPPER,
} from './bytes.ts';

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
  /** Further law on what follows the prefix; with a lead, on the whole. */
  readonly shape?: RegExp;
  /** So many bytes before the prefix belong to the token. */
  readonly lead?: number;
}

/** A token in a table: entity, prefix, what follows, how much, a further law, and how much of it stands before the prefix. */
export type Row = readonly [
  entity: string,
  prefix: string,
  run: number,
  min: number,
  max: number,
  shape?: RegExp | undefined,
  lead?: number,
];

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
      if (shape && !shape.test(lead > 0 ? text.bytes.toString('latin1', start, end) : rest)) return undefined;
      return { entity, start, end, score: isPlaceholder(rest) ? 0.3 : 0.95, detector };
    },
  };
}

/** `xxxxxxxx`, `****`, `your-key-here`, `EXAMPLEEXAMPLE`: mostly x, or words that say it. */
const isPlaceholder = (rest: string): boolean =>
  (rest.match(/[xX*]/g)?.length ?? 0) * 10 > rest.length * 7 ||
  /your[-_]|[-_]here\b|(?:EXAMPLE){3}/i.test(rest);

/** Where a literal is looked for: at its two bytes that are rarest in text. */
export interface Placed {
  readonly literal: Literal;
  readonly bytes: Uint8Array;
  /** Of the second of the two bytes. */
  readonly offset: number;
}

/** The literals by `first << 8 | second` of their two rarest bytes, longest first: `sk-ant-` before `sk-`. */
export function placeLiterals(literals: readonly Literal[]): Map<number, Placed[]> {
  const placed = new Map<number, Placed[]>();
  for (const literal of [...literals].sort((a, b) => b.prefix.length - a.prefix.length)) {
    const bytes = Uint8Array.from(Buffer.from(literal.prefix, 'latin1'));
    const offset = rarestPair(bytes);
    const pair = (bytes[offset - 1]! << 8) | bytes[offset]!;
    placed.set(pair, [...(placed.get(pair) ?? []), { literal, bytes, offset }]);
  }
  return placed;
}

/** The second byte of a pair is never one that the scan stops at for other reasons: a digit, `:`, `/`, `@`. */
function rarestPair(bytes: Uint8Array): number {
  let best = 0;
  for (let i = 1; i < bytes.length; i++) {
    const taken = (flags[bytes[i]!]! & DIGIT) !== 0 || /[:/@]/.test(String.fromCharCode(bytes[i]!));
    if (!taken && (best === 0 || oftenness(bytes, i) < oftenness(bytes, best))) best = i;
  }
  if (best === 0) throw new RangeError('a literal needs two bytes, the second no digit');
  return best;
}

/** How often two bytes follow each other in text and code, by and large; letters seek each other's company. */
function oftenness(bytes: Uint8Array, i: number): number {
  const [first, second] = [bytes[i - 1]!, bytes[i]!];
  const word = (flags[first]! & flags[second]! & LOWER) !== 0;
  return often(first) * often(second) * (word ? 6 : 1);
}

function often(byte: number): number {
  if (byte === 0x20) return 0.15;
  if (byte === 0x5f || byte === 0x2d || byte === 0x2e) return 0.03;
  const rank = 'etaoinshrdlcumwfgypbvkjxqz'.indexOf(String.fromCharCode(byte | 0x20));
  if (rank < 0 || (flags[byte]! & LETTER) === 0) return 0.005;
  return (0.12 / (1 + rank * rank * 0.04)) * ((flags[byte]! & UPPER) !== 0 ? 0.05 : 1);
}

/** By bucket and byte: which of a bucket's literals have that byte before their two rarest, and which behind them; one bit each. */
export interface Neighbours {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
}

export function neighboursOf(buckets: readonly (readonly Placed[])[]): Neighbours {
  const before = new Uint8Array(buckets.length << 8);
  const behind = new Uint8Array(buckets.length << 8);
  const mark = (table: Uint8Array, bucket: number, byte: number | undefined, bit: number): void => {
    if (byte !== undefined) table[(bucket << 8) | byte]! |= bit;
    else for (let any = 0; any < 256; any++) table[(bucket << 8) | any]! |= bit;
  };
  buckets.forEach((placed, bucket) => {
    placed.forEach(({ bytes, offset }, i) => {
      mark(before, bucket, bytes[offset - 2], 1 << (i & 7));
      mark(behind, bucket, bytes[offset + 1], 1 << (i & 7));
    });
  });
  return { before, behind };
}

/** Whether one of a bucket's literals may stand around `at`, by a byte on either side. */
export const mayStand = ({ before, behind }: Neighbours, bucket: number, text: Text, at: number): boolean =>
  (before[(bucket << 8) | byteAt(text, at - 2)]! & behind[(bucket << 8) | byteAt(text, at + 1)]!) !== 0;

/** The first of the literals around the byte at `at` that stands there and is verified. */
export function findLiteral(placed: readonly Placed[], text: Text, at: number): Found | undefined {
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
