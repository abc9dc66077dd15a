/**
 * Edits as splices into the provider's own bytes. A value may lie deep (JSON in a JSON string, in pieces over many
 * events): each layer carries an edit down to the one below, until it stands in a chunk.
 */
import type { Leaf } from '../exchange.ts';
import { type Escaped, encodeString, rawOffset } from './escape.ts';
import type { Doc } from './json.ts';

/** Stands for bytes that leave as one, a whole body or one event of a stream; it need not hold them. */
export type Chunk = object;

/** The chunk in which a document or a text begins. */
export function chunkOf(ground: Ground): Chunk | undefined {
  if ('chunk' in ground) return ground.chunk;
  const [first] = ground.pieces;
  return first && chunkOf(first.below);
}

/** Replace the chunk's bytes [start, end) by `text` (UTF-8). */
export interface Splice {
  readonly chunk: Chunk;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Where a document's bytes come from: a chunk's own bytes, or a text put together from pieces of layers below. */
export type Ground =
  | { readonly chunk: Chunk /** Where the document begins in the chunk. */; readonly offset?: number }
  | { readonly pieces: readonly Piece[] };

/** A stretch of a text, and the raw stretch of the document or chunk that it was decoded from. */
export interface Piece {
  /** Where the stretch begins and ends in the text. */
  readonly from: number;
  readonly to: number;
  /** Where it begins and ends below. */
  readonly rawStart: number;
  readonly rawEnd: number;
  readonly below: Ground;
  /** Present where escapes were decoded. */
  readonly escaped?: Escaped;
  /** Text put here is written as the inside of a JSON string, or as it is. */
  readonly encode: 'json' | 'none';
}

/** The way back that a leaf carries. */
export type Origin = (
  | { readonly pieces: readonly Piece[] }
  /** A whole token (a number, a value to be replaced): `start` and `end` in the document. */
  | { readonly ground: Ground; readonly start: number; readonly end: number }
) & {
  /** Where the provider says the very same again: an edit reaches each place. */
  readonly echoes?: readonly Origin[];
};

/** The leaf, which a chunk of its own says again as it is. */
export function echoedIn(leaf: Leaf, chunk: Chunk): Leaf {
  const origin = leaf.origin as Origin;
  const size = leaf.end - leaf.start;
  const piece: Piece = { from: 0, to: size, rawStart: 0, rawEnd: size, below: { chunk }, encode: 'none' };
  return { ...leaf, origin: { ...origin, echoes: [...(origin.echoes ?? []), { pieces: [piece] }] } };
}

/** Splices that put `text` in the place of the leaf's bytes [start, end), wherever the provider tells them. */
export function editLeaf(leaf: Leaf, start: number, end: number, text: string): Splice[] {
  const origin = leaf.origin as Origin;
  return [origin, ...(origin.echoes ?? [])].flatMap((each) => editOrigin(each, leaf, start, end, text));
}

function editOrigin(origin: Origin, leaf: Leaf, start: number, end: number, text: string): Splice[] {
  if ('pieces' in origin) return editPieces(origin.pieces, start, end, text);
  const whole = start === 0 && end === leaf.end - leaf.start;
  return editGround(origin.ground, origin.start + start, whole ? origin.end : origin.start + end, text);
}

/** Splices that put raw `text` in the place of a document's bytes [start, end). */
export const editDoc = (doc: Doc, start: number, end: number, text: string): Splice[] =>
  editGround(doc.ground, start, end, text);

function editGround(ground: Ground, start: number, end: number, text: string): Splice[] {
  if ('pieces' in ground) return editPieces(ground.pieces, start, end, text);
  const { chunk, offset = 0 } = ground;
  return [{ chunk, start: start + offset, end: end + offset, text }];
}

/** The first piece that the edit touches takes the text; the others only lose what they held of it. */
function editPieces(pieces: readonly Piece[], start: number, end: number, text: string): Splice[] {
  const splices: Splice[] = [];
  let rest = text;
  for (let i = pieceAt(pieces, start); i < pieces.length; i++) {
    const piece = pieces[i]!;
    if (piece.from > end || (piece.from === end && i > 0 && start < end)) break;
    const from = Math.max(start, piece.from) - piece.from;
    const to = Math.min(end, piece.to) - piece.from;
    if (to < from) continue;
    const rawFrom = rawIn(piece, from);
    const rawTo = to === piece.to - piece.from ? piece.rawEnd : rawIn(piece, to);
    splices.push(
      ...editGround(piece.below, rawFrom, rawTo, piece.encode === 'json' ? encodeString(rest) : rest),
    );
    rest = '';
    if (start === end) break;
  }
  return splices;
}

const rawIn = ({ escaped, rawStart, rawEnd }: Piece, offset: number): number =>
  escaped ? rawOffset(escaped, rawStart, rawEnd, offset) : rawStart + offset;

/** Index of the first piece that ends after `offset` (or the last one). */
function pieceAt(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.to > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

const insertsFirst = (a: Splice, b: Splice): number => Number(b.end === b.start) - Number(a.end === a.start);

/** The chunk's bytes with its splices made, as slices to be written in order. A splice inside a larger one is void; one that inserts before it is not. */
export function applySplices(
  chunk: { readonly bytes: Uint8Array },
  splices: readonly Splice[],
): Uint8Array[] {
  if (splices.length === 0) return [chunk.bytes];
  const sorted = [...splices].sort((a, b) => a.start - b.start || insertsFirst(a, b) || b.end - a.end);
  const out: Uint8Array[] = [];
  let at = 0;
  for (const splice of sorted) {
    if (splice.start < at) continue;
    if (splice.start > at) out.push(chunk.bytes.subarray(at, splice.start));
    if (splice.text !== '') out.push(Buffer.from(splice.text, 'utf8'));
    at = splice.end;
  }
  if (at < chunk.bytes.length) out.push(chunk.bytes.subarray(at));
  return out;
}
