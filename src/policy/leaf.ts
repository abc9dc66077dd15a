import type { Leaf } from '../exchange.ts';

/** The text of a place in a leaf. */
export function textOf(leaf: Leaf, start = 0, end = leaf.end - leaf.start): string {
  const { bytes } = leaf;
  return Buffer.from(bytes.buffer, bytes.byteOffset + leaf.start + start, end - start).toString();
}
