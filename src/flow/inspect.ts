/** What stands in the leaves of units: findings of the policy's detectors, and echoes of live surrogates. */
import type { Leaf, Match, Unit } from '../exchange.ts';
import type { Vault } from '../mask/vault.ts';
import { find } from '../policy/find.ts';
import { textOf } from '../policy/leaf.ts';
import type { Law, Session } from './law.ts';

/** Per unit and per leaf of it. */
export type Matches = readonly (readonly (readonly Match[])[])[];

const NONE: readonly Match[] = [];
/** No detector finds anything in less. */
const SHORTEST = 5;

/** `known` gives what was found in a unit before. */
export const inspect = (
  { law, described }: Pick<Session, 'law' | 'described'>,
  units: readonly Unit[],
  known?: (unit: Unit) => Matches[number] | undefined,
): Matches =>
  units.map(
    (unit) => known?.(unit) ?? unit.leaves.map((leaf) => inspectLeaf(law, leaf, described(unit, leaf))),
  );

/** What stands in one leaf, of which a schema may say something. */
export function inspectLeaf({ policy, recorded }: Law, leaf: Leaf, about?: string): readonly Match[] {
  if (leaf.end - leaf.start < SHORTEST) return NONE;
  const found = find(policy, leaf, about);
  return recorded ? withMarks(leaf, found) : found;
}

/** `[REDACTED:US_SSN]`, `[REDACTED:US_SSN:2]`, `[US_SSN_7Q2F]`, `[US_SSN:9f2c4e…]`: the mark of a value that was found. */
export const MARK =
  /\[(?:REDACTED:([A-Z][A-Z0-9_]*)(?::\d+)?|([A-Z][A-Z0-9_]*)(?:_[0-9A-HJKMNP-TV-Z]{4,16}|:[0-9a-f]{16}))\]/g;

const SHORTEST_MARK = 8;
/** Up to here a loop is cheaper than a view of the bytes. */
const LOOP = 128;

export function mayHoldMark({ bytes, start, end }: Leaf): boolean {
  if (end - start > LOOP) return bytes.subarray(start, end).includes(0x5b);
  for (let at = start; at <= end - SHORTEST_MARK; at++) if (bytes[at] === 0x5b) return true;
  return false;
}

/** What looks like the mark of a masked value. */
export function marksIn(leaf: Leaf): Match[] {
  if (!mayHoldMark(leaf)) return [];
  return [...latin1(leaf).matchAll(MARK)].map((mark) => ({
    entity: mark[1] ?? mark[2]!,
    start: mark.index,
    end: mark.index + mark[0].length,
    score: 1,
    detector: 'recorded',
  }));
}

/** In a recording, a mark counts as the finding that it stands for; a field's says nothing of what stood in it. */
function withMarks(leaf: Leaf, found: readonly Match[]): readonly Match[] {
  const marks = marksIn(leaf).filter(({ entity }) => entity !== 'FIELD');
  if (marks.length === 0) return found;
  const rest = found.filter((match) => !marks.some((mark) => overlaps(mark, match)));
  return [...rest, ...marks].sort((a, b) => a.start - b.start);
}

const latin1 = ({ bytes, start, end }: Leaf): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');

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
  const text = textOf(leaf);
  const found = vault.restore(text, { urls: options.urls, kind: leaf.kind });
  if (found.length === 0) return [];
  const ascii = text.length === leaf.end - leaf.start;
  const bytesTo = (index: number): number => (ascii ? index : Buffer.byteLength(text.slice(0, index)));
  return found.map(({ start, end, original, entity }) => ({
    start: bytesTo(start),
    end: bytesTo(end),
    original,
    entity,
  }));
}

/** Findings of an answer as the caller gets it: with what is restored in it, whatever form stands there on the way. */
export function withEchoes(
  matches: readonly (readonly Match[])[],
  echoes: readonly (readonly Echo[])[],
  restored: boolean,
): readonly (readonly Match[])[] {
  if (echoes.every((own) => own.length === 0)) return matches;
  return matches.map((found, leaf) => {
    const own = echoes[leaf]!;
    const rest = found.filter(
      (match) => match.detector !== 'recorded' || !own.some((echo) => overlaps(echo, match)),
    );
    if (!restored) return rest;
    const more = own.filter((echo) => !rest.some((match) => overlaps(echo, match)));
    return [...rest, ...more.map(restoredMatch)].sort((a, b) => a.start - b.start);
  });
}

const restoredMatch = ({ entity, start, end }: Echo): Match => ({
  entity,
  start,
  end,
  score: 1,
  detector: 'restored',
});

export const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end;
