/** Why a case failed: the conditions that were asked, what they saw, and what they said. */
import type { Stage, Unit } from '../exchange.ts';
import { redactText } from '../flow/scan.ts';
import type { Clause, Judgement } from '../policy/clause.ts';
import type { Witness } from '../policy/govern.ts';
import { type Seen, valuesSeen } from '../policy/seen.ts';
import { type Failure, standsAt } from './compare.ts';
import type { Court } from './decide.ts';

/** One clause that was asked about one unit. Values are masked. */
export interface Testimony {
  readonly rule: string;
  readonly effect: Clause['effect'];
  /** `file:line:column`. */
  readonly at: string;
  readonly stage: Stage;
  readonly tool?: string;
  readonly condition: string;
  readonly holds: boolean;
  readonly error?: string;
  readonly saw: readonly Seen[];
}

/** Tells each condition that is evaluated, under each reading of the values. */
export const heardBy =
  (court: Court, tell: (testimony: Testimony) => void): Witness =>
  ({ exchange, judgements }) => {
    for (const [i, unit] of exchange.units.entries())
      for (const each of testimoniesAbout(unit, judgements[i] ?? [], court)) tell(each);
  };

/** What the conditions that were asked about a unit said. */
export const testimoniesAbout = (
  { stage, tool }: Unit,
  judgements: readonly Judgement[],
  court: Court,
): Testimony[] =>
  judgements
    .flatMap((judgement) => testimoniesOf(judgement, court))
    .map((each) => ({ stage, ...(tool ? { tool: tool.name } : {}), ...each }));

function testimoniesOf({ clause, verdict, scopes }: Judgement, court: Court) {
  const { condition, rule, effect, at } = clause;
  if (!condition) return [];
  return scopes.map((scope) => ({
    rule,
    effect,
    at,
    condition: condition.text,
    holds: verdict.matched,
    ...(verdict.error === undefined ? {} : { error: verdict.error }),
    saw: valuesSeen(condition.text, scope).map(({ name, value }) => ({
      name,
      value: value === undefined ? undefined : redactText(court, value),
    })),
  }));
}

/** Those that say something of a failure, each once. */
export function testimonyOf(failure: Failure, heard: readonly Testimony[]): Testimony[] {
  const { what, place, rule } = failure;
  const speaks = (testimony: Testimony): boolean => {
    if (rule !== undefined) return testimony.rule === rule;
    if (what.startsWith('masked')) return false;
    if (place !== undefined) return place.startsWith('/') || standsAt(place)(testimony);
    return what === 'approvers' ? testimony.effect === 'approve' : !what.startsWith('leaves');
  };
  return [...new Map(heard.filter(speaks).map((each) => [JSON.stringify(each), each])).values()];
}
