/** What stands in the leaves of units: findings of the policy's detectors, and echoes of live surrogates. */
import type { Leaf, Match, Unit } from '../exchange.ts';
import type { Vault } from '../mask/vault.ts';
import { find } from '../policy/find.ts';
import type { Policy } from '../policy/policy.ts';

/** Per unit and per leaf of it. */
export type Matches = readonly (readonly (readonly Match[])[])[];

const NONE: readonly Match[] = [];
/** No detector finds anything in less. */
const SHORTEST = 5;

export const inspect = (policy: Policy, units: readonly Unit[]): Matches =>
  units.map((unit) =>
    unit.leaves.map((leaf) => (leaf.end - leaf.start < SHORTEST ? NONE : find(policy, leaf))),
  );

/** The text of a leaf, or of a place in it. */
export function leafText(leaf: Leaf, start = 0, end = leaf.end - leaf.start): string {
  const { bytes } = leaf;
  return Buffer.from(bytes.buffer, bytes.byteOffset + leaf.start + start, end - start).toString();
}

/** A live surrogate in a leaf, in byte offsets from its start, and the value it stands for. */
export interface Echo {
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly entity: string;
}

/** Where live surrogates stand in a leaf. */
export function echoes(vault: Vault, leaf: Leaf, options: { urls: boolean }): Echo[] {
  if (vault.size === 0 || leaf.end - leaf.start < SHORTEST) return [];
  const text = leafText(leaf);
  const ascii = text.length === leaf.end - leaf.start;
  const bytesTo = (index: number): number => (ascii ? index : Buffer.byteLength(text.slice(0, index)));
  return vault.restore(text, options).map(({ start, end, original, entity }) => ({
    start: bytesTo(start),
    end: bytesTo(end),
    original,
    entity,
  }));
}

export const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end;
