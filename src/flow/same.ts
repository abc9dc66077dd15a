/** Whether two tellings say the same: bodies, turns of conversations, units. */
import type { Leaf, Unit } from '../exchange.ts';
import type { Turn } from '../wire/codec.ts';

/** Byte for byte, or in all that is read of it: apps move the mark of what is to be cached from turn to turn. */
export const saysTheSame = (a: Turn, aBody: Uint8Array, b: Turn, bBody: Uint8Array): boolean =>
  a === b ||
  same(aBody.subarray(a.start, a.end), bBody.subarray(b.start, b.end)) ||
  (a.units.length === b.units.length &&
    a.units.every((unit, i) => sameContent(unit, b.units[i]!)) &&
    sameLeaves(a.omit, b.omit));

/** Do two units say the same in the same place? */
export const sameContent = (a: Unit, b: Unit): boolean =>
  a.stage === b.stage && a.path === b.path && a.tool?.name === b.tool?.name && sameLeaves(a.leaves, b.leaves);

const sameLeaves = (a: readonly Leaf[], b: readonly Leaf[]): boolean =>
  a.length === b.length && a.every((leaf, i) => sameLeaf(leaf, b[i]!));

const sameLeaf = (a: Leaf, b: Leaf): boolean =>
  a.path === b.path && same(a.bytes.subarray(a.start, a.end), b.bytes.subarray(b.start, b.end));

export const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0;

/** How many bytes two texts begin with in common: halved, so that memory is compared and not bytes. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  if (same(a.subarray(0, high), b.subarray(0, high))) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (same(a.subarray(low, middle), b.subarray(low, middle))) low = middle;
    else high = middle;
  }
  return low;
}
