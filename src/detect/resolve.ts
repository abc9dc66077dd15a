import type { Found } from './bytes.ts';

/**
 * Of matches of one span, or one within another, the best stays: highest score, then longest; of one entity the
 * longest. Matches that overlap in part both stay: each covers bytes that the other does not.
 */
export function resolve(found: readonly Found[]): Found[] {
  if (found.length < 2) return [...found];
  const byStart = [...found].sort((a, b) => a.start - b.start || b.end - a.end || b.score - a.score);
  const kept: Found[] = [];
  for (const one of byStart) if (!isWithinBetter(kept, one)) kept.push(one);
  return kept;
}

/** Whether a match around this one is better; a worse one around it goes. */
function isWithinBetter(kept: Found[], one: Found): boolean {
  for (let i = kept.length - 1; i >= Math.max(0, kept.length - NEAREST); i--) {
    const other = kept[i]!;
    if (other.end < one.end || isBeside(other, one)) continue;
    if (other.entity === one.entity || other.score >= one.score) return true;
    kept.splice(i, 1);
  }
  return false;
}

/** Two things in one run that is masked as a whole: each counts. */
const isBeside = (other: Found, one: Found): boolean =>
  one.inside === true && other.inside === true && one.entity !== other.entity;

/** What stands around a match begins only a few matches before it, as those in between were dropped. */
const NEAREST = 8;
