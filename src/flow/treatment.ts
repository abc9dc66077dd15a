/** What is done to a unit: the changes that leave with it, and those that only its recording has. */
import type { Leaf, Masking, Match, Unit } from '../exchange.ts';
import { editLeaf, type Splice } from '../wire/edit.ts';
import { hideRest, written } from './hidden.ts';
import { type Echo, inspectLeaf } from './inspect.ts';
import type { Session } from './law.ts';
import { type Change, maskedText, maskUnit } from './masking.ts';

export interface Treatment {
  /** Made to what leaves. */
  readonly changes: readonly Change[];
  /** Made to the recording alone, beside them: worked out when it is written, since nobody waits for that. */
  rest(): readonly Change[];
  /** Known from an earlier request of the conversation: told and recorded then. */
  readonly repeated: boolean;
}

/** `echoes` are the places that hold surrogates already, per leaf. */
export function treat(
  session: Session,
  unit: Unit,
  matches: readonly (readonly Match[])[],
  masks: readonly Masking[],
  echoes?: readonly (readonly Echo[])[],
): Treatment {
  const changes = maskUnit(unit, masks, session);
  let rest: readonly Change[] | undefined;
  return {
    changes,
    rest: () => (rest ??= hideRest(session, unit, matches, masks, echoes)),
    repeated: false,
  };
}

/** Every splice that the recording of a unit needs; a leaf in which a finding is left all the same is hidden whole. */
export function recordedSplices(session: Session, { changes, rest, repeated }: Treatment): Splice[] {
  const all = written(session, [...changes, ...rest()]);
  const unsafe = repeated
    ? []
    : [...new Set(all.map(({ leaf }) => leaf))].filter((leaf) => isUnsafe(session, leaf, all));
  return all
    .flatMap(({ leaf, start, end, text }) => (unsafe.includes(leaf) ? [] : editLeaf(leaf, start, end, text)))
    .concat(
      unsafe.flatMap((leaf) =>
        editLeaf(leaf, 0, leaf.end - leaf.start, leaf.kind === 'number' ? '0' : '[REDACTED:ALL]'),
      ),
    );
}

/** Does the masked text hold a finding that no mask put there? */
function isUnsafe(session: Session, leaf: Leaf, changes: readonly Change[]): boolean {
  const bytes = Buffer.from(maskedText(leaf, changes));
  const masked = { ...leaf, bytes, start: 0, end: bytes.length };
  const stands = changes.filter((change) => change.leaf === leaf).map(({ text }) => text);
  return inspectLeaf(session.law, masked).some(({ start, end, detector }) => {
    const text = bytes.subarray(start, end).toString();
    if (detector === 'recorded' || session.lineage.vault.isLive(text)) return false;
    return !stands.some((each) => text.includes(each) || each.includes(text));
  });
}

/** What is never recorded leaves a word of its size. */
export const omitted = (leaves: readonly Leaf[]): Splice[] =>
  leaves.flatMap((leaf) =>
    editLeaf(leaf, 0, leaf.end - leaf.start, JSON.stringify(`[omitted: ${leaf.end - leaf.start} bytes]`)),
  );
