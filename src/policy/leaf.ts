import type { Leaf, Match } from '../exchange.ts';

/** A text that stands nowhere, as a leaf. */
export function leafOf(text: string): Leaf {
  const bytes = Buffer.from(text);
  return { path: '', kind: 'string', bytes, start: 0, end: bytes.length, origin: undefined };
}

/** The text of a place in a leaf. */
export function textOf(leaf: Leaf, start = 0, end = leaf.end - leaf.start): string {
  const { bytes } = leaf;
  return Buffer.from(bytes.buffer, bytes.byteOffset + leaf.start + start, end - start).toString();
}

/** What stands in a place of a leaf as it reads without its escapes, where it is written with any. */
export const spelledOf = (
  leaf: Leaf,
  { start, end, value }: Pick<Match, 'start' | 'end' | 'value'>,
): string => value ?? textOf(leaf, start, end);
