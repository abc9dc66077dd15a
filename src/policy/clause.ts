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

/**
 * One demand that answers all: those who may answer every one of them, or, where no one group may, as many people as all
 * of them ask for together.
 */
export function joinDemands(demands: readonly ApprovalDemand[]): ApprovalDemand {
  const bounded = demands.filter((demand) => principals(demand).length > 0);
  const shared = bounded
    .map(principals)
    .reduce((a, b) => a.filter((each) => b.includes(each)), principals(bounded[0] ?? ANYBODY));
  const apart = bounded.length > 1 && shared.length === 0;
  const who = apart ? [...new Set(bounded.flatMap(principals))] : shared;
  const within = demands.map((demand) => demand.within).filter((ms) => ms !== undefined);
  return {
    groups: named(who, 'g:'),
    users: named(who, 'u:'),
    min: apart
      ? bounded.reduce((sum, { min }) => sum + min, 0)
      : Math.max(1, ...demands.map(({ min }) => min)),
    self: demands.every(({ self }) => self),
    ...(within.length > 0 ? { within: Math.min(...within) } : {}),
  };
}

/** Whoever sits at the gateway's terminal. */
export const ANYBODY: ApprovalDemand = { groups: [], users: [], min: 1, self: false };

const principals = ({ groups, users }: ApprovalDemand): string[] => [
  ...groups.map((name) => `g:${name}`),
  ...users.map((name) => `u:${name}`),
];

const named = (who: readonly string[], kind: string): string[] =>
  who
    .filter((each) => each.startsWith(kind))
    .map((each) => each.slice(kind.length))
    .sort();
