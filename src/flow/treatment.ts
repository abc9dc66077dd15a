/** What is done to a unit: the changes that leave with it, and those that only its recording has. */
import type { Leaf, Masking, Match, Unit } from '../exchange.ts';
import { once } from '../policy/once.ts';
import { editLeaf, type Splice } from '../wire/edit.ts';
import { hideRest, written } from './hidden.ts';
import { type Echo, inspectLeaf, mayHoldMark } from './inspect.ts';
import type { Session } from './law.ts';
import type { Lineage } from './lineage.ts';
import { type Change, changesByLeaf, maskedText, maskUnit } from './masking.ts';

/** What of a session says how a unit is treated; no more of it is kept with a unit that a conversation repeats. */
export type Hider = Pick<Session, 'law' | 'facts'> & { readonly lineage: Pick<Lineage, 'vault'> };

export interface Treatment {
  /** Made to what leaves. */
  readonly changes: readonly Change[];
  /** What only the recording hides beside them. */
  rest(): readonly Change[];
  /** All that the recording needs: worked out when it is written, since nobody waits for that. */
  recorded(): readonly Splice[];
  /** Known from an earlier request of the conversation: told then. */
  readonly repeated: boolean;
}

/** `echoes` are the places that hold surrogates already, per leaf. */
export function treat(
  { law, lineage, facts }: Hider,
  unit: Unit,
  matches: readonly (readonly Match[])[],
  masks: readonly Masking[],
  echoes?: readonly (readonly Echo[])[],
): Treatment {
  if (masks.length === 0 && isPlain(unit, matches)) return UNTOUCHED;
  const hider = { law, lineage: { vault: lineage.vault }, facts };
  const changes = maskUnit(unit, masks, hider);
  const rest = once(() => hideRest(hider, unit, matches, masks, echoes));
  const recorded = once(() => recordedSplices(hider, [...changes, ...rest()]));
  return { changes, rest, recorded, repeated: false };
}

const NONE: readonly never[] = [];
const none = (): readonly never[] => NONE;
const UNTOUCHED: Treatment = { changes: NONE, rest: none, recorded: none, repeated: false };

/** Nothing in it has to be hidden: as most units are. */
function isPlain({ leaves }: Unit, matches: readonly (readonly Match[])[]): boolean {
  for (let i = 0; i < leaves.length; i++)
    if ((matches[i]?.length ?? 0) > 0 || mayHoldMark(leaves[i]!)) return false;
  return true;
}

/** A leaf in which a finding is left all the same is hidden whole. */
function recordedSplices(hider: Hider, changes: readonly Change[]): Splice[] {
  return [...changesByLeaf(written(hider, changes))].flatMap(([leaf, own]) =>
    isUnsafe(hider, leaf, own)
      ? editLeaf(leaf, 0, leaf.end - leaf.start, leaf.kind === 'number' ? '0' : '[REDACTED:ALL]')
      : own.flatMap(({ start, end, text }) => editLeaf(leaf, start, end, text)),
  );
}

/** Does the masked text hold a finding that no mask put there? */
function isUnsafe({ law, lineage }: Hider, leaf: Leaf, changes: readonly Change[]): boolean {
  const bytes = Buffer.from(maskedText(leaf, changes));
  const masked = { ...leaf, bytes, start: 0, end: bytes.length };
  const stands = new Set(changes.map(({ text }) => text));
  return inspectLeaf(law, masked).some(({ start, end, detector }) => {
    const text = bytes.subarray(start, end).toString();
    if (detector === 'recorded' || lineage.vault.isLive(text)) return false;
    return !stands.has(text) && ![...stands].some((each) => text.includes(each) || each.includes(text));
  });
}

/** What is never recorded leaves a word of its size. */
export const omitted = (leaves: readonly Leaf[]): Splice[] =>
  leaves.flatMap((leaf) =>
    editLeaf(leaf, 0, leaf.end - leaf.start, JSON.stringify(`[omitted: ${leaf.end - leaf.start} bytes]`)),
  );
