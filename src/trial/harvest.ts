/** Recorded traffic becomes a fixture: what was decided then, by people too, is what is expected from now on. */
import type { RecordedDecision, Recording } from '../exchange.ts';
import type { Case, Expectation, Fixture } from '../fixture.ts';
import { filler } from '../flow/fill.ts';
import { strictestOf } from './compare.ts';
import type { Court } from './decide.ts';

export interface Harvest {
  readonly fixture: Fixture;
  /** Entities whose masked values stay marks: nothing could be made up for them. */
  readonly left: readonly string[];
}

export function harvest(recordings: readonly Recording[], court: Court): Harvest {
  const { fill, left } = filler(court);
  const filled = recordings.map((each) => fill({ ...each, findings: [] }));
  return { fixture: { version: 1, recordings: filled, cases: filled.map(caseOf) }, left: [...left].sort() };
}

function caseOf(recording: Recording): Case {
  const { id, at, groups, request } = recording;
  return {
    name: `${id}: ${request.method} ${request.path.split('?')[0]} at ${at}`,
    recording: id,
    ...(groups ? { caller: { groups } } : {}),
    expect: expectationOf(recording),
  };
}

/** Of what was new in it: what a conversation repeats was told, and is expected, where it was new. */
function expectationOf({ decisions, refused }: Recording): Expectation {
  const code = refused?.code ?? decisions.find((each) => each.refused)?.refused?.code;
  const rules = unique(decisions.flatMap((each) => each.rules.filter(({ effect }) => effect !== 'allow')));
  const approvers = [...new Set(decisions.flatMap(({ approval }) => approval?.groups ?? []))].sort();
  const asked = decisions.some(({ approval }) => approval);
  return {
    decisions: Object.fromEntries(
      [...byPath(decisions)].map(([path, own]) => [path, strictestOf(own)] as const),
    ),
    ...(rules.length > 0 ? { rules } : {}),
    ...(decisions.some(({ masked }) => masked.length > 0) ? { masked: maskedIn(decisions) } : {}),
    ...(asked ? { approvers } : {}),
    ...(code ? { code } : {}),
  };
}

const unique = (hits: RecordedDecision['rules']): string[] => [...new Set(hits.map(({ rule }) => rule))];

function byPath(decisions: readonly RecordedDecision[]): Map<string, RecordedDecision[]> {
  const all = new Map<string, RecordedDecision[]>();
  for (const each of decisions) all.set(each.path, [...(all.get(each.path) ?? []), each]);
  return all;
}

function maskedIn(decisions: readonly RecordedDecision[]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const { path, entity } of decisions.flatMap(({ masked }) => masked))
    all[path] = [...new Set([...(all[path] ?? []), entity])].sort();
  return all;
}
