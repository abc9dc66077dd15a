/** What was found in a unit, as conditions, reports and recordings tell it: never the value itself. */
import type { Finding, Leaf, Match, Unit } from '../exchange.ts';
import { textOf } from './leaf.ts';

export function findingsOf(unit: Unit, matches: readonly (readonly Match[])[]): Finding[] {
  return unit.leaves.flatMap((leaf, index) =>
    (matches[index] ?? []).map((match) => findingOf(unit, leaf, match)),
  );
}

/** Matches count bytes, findings UTF-16 code units. */
function findingOf({ stage }: Unit, leaf: Leaf, { entity, start, end, score, detector }: Match): Finding {
  const from = textOf(leaf, 0, start).length;
  const to = from + textOf(leaf, start, end).length;
  return { entity, stage, path: leaf.path, start: from, end: to, score, detector };
}
