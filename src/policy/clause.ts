/** One thing that a row or a rule says: refuse, or ask, perhaps under a condition. */
import type { ApprovalDemand, RuleHit } from '../exchange.ts';
import type { Condition, Verdict } from './condition.ts';
import type { Scopes } from './scope.ts';

export interface Clause {
  readonly rule: string;
  /** `file:line:column`. */
  readonly at: string;
  readonly effect: 'approve' | 'deny';
  readonly condition?: Condition;
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

/** The hit of a clause that holds under any reading of the values; undefined where it holds under none. */
export function judge(clause: Clause, scopes: Scopes): Hit | undefined {
  const { condition, rule, effect, reason, at, onDeny, demand } = clause;
  const verdict = condition ? judgeCondition(condition, scopes) : MATCHED;
  if (!verdict.matched) return undefined;
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

const MATCHED: Verdict = { matched: true };

function judgeCondition(condition: Condition, scopes: Scopes): Verdict {
  const readsValues = condition.reads.has('args') || condition.reads.has('result');
  if (!readsValues) return condition.evaluate(scopes.bare());
  return strictest(scopes.each().map((scope) => condition.evaluate(scope)));
}

function strictest(verdicts: readonly Verdict[]): Verdict {
  const matched = verdicts.filter((verdict) => verdict.matched);
  return matched.find((verdict) => verdict.error === undefined) ?? matched[0] ?? { matched: false };
}
