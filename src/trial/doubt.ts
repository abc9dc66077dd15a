/**
 * A policy asked of a recording in which values are masked. A condition that reads one of these cannot be evaluated on
 * what stands there: what the recording tells of it holds; where it tells nothing and the condition is new, it is in doubt.
 */
import type { Recording, Stage } from '../exchange.ts';
import { MARK } from '../flow/inspect.ts';
import { ANONYMOUS } from '../flow/law.ts';
import type { Clause } from '../policy/clause.ts';
import type { PlacedCondition, Verdict } from '../policy/condition.ts';
import { recordedVerdict } from '../policy/logic.ts';
import type { Policy } from '../policy/policy.ts';
import type { Scope } from '../policy/scope.ts';
import { valuesSeen } from '../policy/seen.ts';
import { directionOf } from '../policy/stages.ts';

/** A unit of which a policy cannot say what it would have done. */
export interface Doubt {
  readonly exchange: string;
  readonly stage: Stage;
  readonly path: string;
  readonly tool?: string;
  readonly rule: string;
}

export interface Doubting {
  readonly policy: Policy;
  /** Told before a recording is decided. */
  begin(recording: Recording): void;
  /** Those of that recording. */
  take(): Doubt[];
}

/** `other` is the policy that it is compared with: a condition that both have changes nothing. */
export function doubting(policy: Policy, other: Policy, masked: boolean): Doubting {
  const doubts = new Map<string, Doubt>();
  let recorded: Recorded | undefined;

  const evaluate = (clause: Clause, condition: PlacedCondition, isNew: boolean, scope: Scope): Verdict => {
    const own = condition.evaluate(scope);
    if (!recorded || !(masked ? recorded.hides(condition, scope) : readsMark(condition, scope))) return own;
    const { path } = scope;
    const stage = scope.stage as Stage;
    const { id, decisions } = recorded.recording;
    const then = decisions.find((each) => each.stage === stage && each.path === path);
    const verdict = recordedVerdict(condition, then?.outcomes ?? {});
    if (verdict !== undefined) return { ...own, matched: verdict !== 'false' };
    if (!isNew) return own;
    const { rule } = clause;
    const about = {
      exchange: id,
      stage,
      path,
      ...(then?.tool === undefined ? {} : { tool: then.tool }),
      rule,
    };
    doubts.set(JSON.stringify(about), about);
    return own;
  };
  const watched = (clauses: readonly Clause[], others: readonly Clause[]): Clause[] => {
    const there = new Set(others.map(saying));
    return clauses.map((clause) => {
      const { condition } = clause;
      if (!condition) return clause;
      const isNew = !there.has(saying(clause));
      return {
        ...clause,
        condition: { ...condition, evaluate: (scope) => evaluate(clause, condition, isNew, scope) },
      };
    });
  };
  return {
    take: () => [...doubts.values()],
    begin: (recording) => {
      doubts.clear();
      recorded = { recording, hides: hiding(recording) };
    },
    policy: withClauses(policy, other, watched),
  };
}

interface Recorded {
  readonly recording: Recording;
  /** Does a condition read something of a unit that is not told as it was? */
  hides(condition: PlacedCondition, scope: Scope): boolean;
}

type Watch = (clauses: readonly Clause[], others: readonly Clause[]) => Clause[];

function withClauses(policy: Policy, other: Policy, watched: Watch): Policy {
  const ofStage = (stage: Stage): Clause[] => watched(policy.rules[stage], other.rules[stage]);
  return {
    ...policy,
    rules: {
      prompt: ofStage('prompt'),
      tool_definition: ofStage('tool_definition'),
      past_call: ofStage('past_call'),
      tool_result: ofStage('tool_result'),
      response: ofStage('response'),
      tool_call: ofStage('tool_call'),
    },
    remoteRules: watched(policy.remoteRules, other.remoteRules),
    tools: (name) => {
      const row = policy.tools(name);
      return row && { ...row, clauses: watched(row.clauses, other.tools(name)?.clauses ?? []) };
    },
  };
}

/** What follows, and when. */
const saying = ({ effect, condition, demand }: Clause): string =>
  JSON.stringify([effect, condition?.text.trim(), demand]);

/** Of a caller that is known, recordings tell no more than these. */
const TOLD = /^caller\.(subject|groups)\b/;

/** Of results, the place within is not told apart. */
function hiding({ caller, findings, decisions }: Recording): Recorded['hides'] {
  const masked = [...findings, ...decisions.flatMap((each) => each.masked)].map(({ path }) => path);
  const isRequestMasked = [...findings, ...decisions.filter((each) => each.masked.length > 0)].some(
    ({ stage }) => directionOf(stage) === 'to_model',
  );
  const hidesValue = (chain: string, unit: string): boolean => {
    const [root, ...fields] = chain.split('.');
    const read = root === 'result' ? unit : [unit, ...fields].join('/');
    return masked.some((path) => `${path}/`.startsWith(`${read}/`) || `${read}/`.startsWith(`${path}/`));
  };
  return ({ chains }, { path }) =>
    chains.some((chain) => {
      if (/^(args|result)\b/.test(chain)) return hidesValue(chain, path);
      if (chain.startsWith('caller')) return caller !== ANONYMOUS.subject && !TOLD.test(chain);
      return isRequestMasked && (chain === 'request' || chain === 'request.bytes');
    });
}

/** In a fixture all values are meant as they stand, but for what nothing could be made up for. */
const readsMark = ({ text }: PlacedCondition, scope: Scope): boolean =>
  valuesSeen(text, scope).some(
    ({ name, value = '' }) => /^(args|result)\b/.test(name) && value.search(MARK) >= 0,
  );
