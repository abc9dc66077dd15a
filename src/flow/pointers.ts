/** Pointers as the books tell them: a key in which something was found is told as the recording writes it. */
import type { Unit } from '../exchange.ts';
import { written } from './hidden.ts';
import type { Matches } from './inspect.ts';
import type { Session } from './law.ts';
import { type Change, changesByLeaf, maskedText } from './masking.ts';
import type { Treatment } from './treatment.ts';

export type Tell = (pointer: string) => string;

/** For all units of a request or of an answer. */
export function tellAll(
  session: Session,
  units: readonly Unit[],
  matches: Matches,
  treatments: readonly Treatment[],
): Tell {
  const changes = units.flatMap((unit, u) => {
    const named = unit.leaves.some((leaf, l) => leaf.kind === 'key' && (matches[u]?.[l]?.length ?? 0) > 0);
    return named ? [...treatments[u]!.changes, ...treatments[u]!.rest()] : [];
  });
  return tellWith(session, changes);
}

/** With these changes made. A recording has them already. */
export function tellWith(session: Session, changes: readonly Change[]): Tell {
  const inKeys = changes.filter(({ leaf }) => leaf.kind === 'key');
  if (inKeys.length === 0 || session.law.recorded) return (pointer) => pointer;
  const all = changesByLeaf(written(session, inKeys));
  const keys = new Map([...all].map(([leaf, own]) => [leaf.path, segment(maskedText(leaf, own))]));
  return (pointer) => {
    let told = '';
    for (let from = 0; from < pointer.length; ) {
      const next = pointer.indexOf('/', from + 1);
      const to = next < 0 ? pointer.length : next;
      const key = keys.get(pointer.slice(0, to));
      told += key === undefined ? pointer.slice(from, to) : `/${key}`;
      from = to;
    }
    return told;
  };
}

const segment = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
