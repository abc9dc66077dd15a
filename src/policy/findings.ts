/** What was found in a unit, as conditions, reports and recordings tell it: never the value itself. */
import type { Finding, Leaf, Match, Unit } from '../exchange.ts';
import { textOf } from './leaf.ts';

export function findingsOf(unit: Unit, matches: readonly (readonly Match[])[]): Finding[] {
  return unit.leaves.flatMap((leaf, index) => {
    const own = matches[index];
    return own === undefined || own.length === 0 ? [] : findingsIn(unit, leaf, own);
  });
}

/** Matches count bytes, findings UTF-16 code units; they come in order, so that the text is counted once. */
function findingsIn({ stage }: Unit, leaf: Leaf, matches: readonly Match[]): Finding[] {
  let bytes = 0;
  let units = 0;
  return matches.map(({ entity, start, end, score, detector }) => {
    const from = start < bytes ? textOf(leaf, 0, start).length : units + textOf(leaf, bytes, start).length;
    bytes = start;
    units = from;
    const to = from + textOf(leaf, start, end).length;
    return { entity, stage, path: leaf.path, start: from, end: to, score, detector };
  });
}
