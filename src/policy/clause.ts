/** One thing that a row or a rule says: refuse, or ask, perhaps under a condition. */
import type { ApprovalDemand, RuleHit } from '../exchange.ts';
import type { PlacedCondition, Verdict } from './condition.ts';
import type { Scope, Scopes } from './scope.ts';
import { joined } from './trace.ts';

export interface Clause {
  readonly rule: string;
  /** `file:line:column`. */
  readonly at: string;
  readonly effect: 'approve' | 'deny';
  readonly condition?: PlacedCondition;
  readonly reason?: string;
  readonly onDeny?: 'answer' | 'error';
  /** Of an `approve`. */
  readonly demand?: ApprovalDemand;
}

/** A clause that holds, and what follows from it. */
export interface Hit {
  readonly told: RuleHit;
  readonly onDeny?: 'answer' | 'error';
  readonly demand?: ApprovalDemand;
}

/** What came of a clause that has a condition, or whose turn it was without one. */
export interface Judgement {
  readonly clause: Clause;
  /** Under any reading of the values. */
  readonly verdict: Verdict;
  /** What its condition read from, for each reading. */
  readonly scopes: readonly Scope[];
}

/** A clause holds where it does under any reading of the values. */
export function judge(clause: Clause, scopes: Scopes): Judgement {
  const { condition } = clause;
  if (!condition) return { clause, verdict: MATCHED, scopes: [] };
  const readsValues = condition.reads.has('args') || condition.reads.has('result');
  const readings = readsValues ? scopes.each() : [scopes.bare()];
  return { clause, verdict: strictest(readings.map((scope) => condition.evaluate(scope))), scopes: readings };
}

/** Undefined where the clause does not hold. */
export function hitOf({ clause, verdict }: Judgement): Hit | undefined {
  if (!verdict.matched) return undefined;
  const { rule, effect, reason, at, onDeny, demand } = clause;
  return {
    told: {
      rule,
      effect,
      ...(reason === undefined ? {} : { reason }),
      ...(verdict.error === undefined ? {} : { error: verdict.error }),
      at,
    },
    ...(onDeny ? { onDeny } : {}),
    ...(demand ? { demand } : {}),
  };
}

const MATCHED: Verdict = { matched: true, seen: new Uint8Array(0) };

function strictest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 1) return verdicts[0]!;
  const matched = verdicts.filter((verdict) => verdict.matched);
  const strict = matched.find((verdict) => verdict.error === undefined) ?? matched[0] ?? verdicts[0]!;
  return { ...strict, seen: joined(verdicts.map(({ seen }) => seen)) };
}
