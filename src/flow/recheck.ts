/** A last look at what is about to be written: a finding that no mask put there is hidden too, or nothing is written. */
import { FcgateError } from '../errors.ts';
import type { Unit } from '../exchange.ts';
import type { Splice } from '../wire/edit.ts';
import { inspect, leafText } from './inspect.ts';
import type { Session } from './law.ts';
import { hideRest, splicesOf } from './masking.ts';

/** A text that is about to be recorded: its units, and how to write it with edits made. */
export interface Draft {
  readonly units: readonly Unit[];
  write(splices: readonly Splice[]): Uint8Array;
}

/** Masking one value may uncover another beside it; more rounds than this mean that something is wrong. */
const ROUNDS = 3;

/** The bytes once no finding is left but those that `stands` for masked values. */
export function recheck(
  session: Session,
  bytes: Uint8Array,
  stands: ReadonlySet<string>,
  read: (bytes: Uint8Array) => Draft,
): Uint8Array {
  const known = new Set(stands);
  let current = bytes;
  for (let round = 0; round < ROUNDS; round++) {
    const draft = read(current);
    const changes = uncovered(session, draft.units, known);
    if (changes.length === 0) return current;
    for (const { text } of changes) known.add(text);
    current = draft.write(splicesOf(changes));
  }
  throw new FcgateError(
    'record_failed',
    'a value that was found could not be hidden in the recording; nothing was written',
  );
}

function uncovered(session: Session, units: readonly Unit[], known: ReadonlySet<string>) {
  return inspect(session.law, units).flatMap((matches, u) => {
    const unit = units[u]!;
    const left = unit.leaves.map((leaf, l) =>
      (matches[l] ?? []).filter(({ start, end, detector }) => {
        return detector !== 'recorded' && !stands(session, known, leafText(leaf, start, end));
      }),
    );
    return left.some((own) => own.length > 0) ? hideRest(unit, left, [], session) : [];
  });
}

function stands({ lineage }: Session, known: ReadonlySet<string>, text: string): boolean {
  if (known.has(text) || lineage.vault.isLive(text)) return true;
  for (const each of known) if (text.includes(each) || each.includes(text)) return true;
  return false;
}
