/** The one truth: what the policy says of each unit of an exchange. */
import type { Decision, Exchange, Facts, Masking, Risk, RuleHit, Unit } from '../exchange.ts';
import { type Clause, type Hit, hitOf, type Judgement, judge } from './clause.ts';
import { joinDemands } from './demand.ts';
import { masksOf } from './masks.ts';
import { once } from './once.ts';
import type { Policy } from './policy.ts';
import { NO_RISK, riskHits, riskOf } from './risk.ts';
import { type RequestFindings, type Scopes, scopesOf, surroundings } from './scope.ts';
import { addCall, type Kept, newTally } from './tally.ts';

/** An exchange; one that holds an answer alone brings the findings of its request along. */
export type Governed = Exchange & { readonly request: RequestFindings; readonly turn?: Turn };

/** The calls of an answer of which a part was decided before. */
export interface Turn {
  readonly tally: Kept;
  /** Was the call counted already? */
  knows(call: Unit): boolean;
  /** In which order the calls came; Infinity for those that come now. */
  rank(call: Unit): number;
}

/** What was decided, and what came of each row and rule that was asked, by unit. */
export interface Witnessed {
  readonly exchange: Governed;
  readonly decisions: readonly Decision[];
  readonly judgements: readonly (readonly Judgement[])[];
  readonly see: ((unit: number, text: string) => string) | undefined;
}

/** Gets to know everything, the values included: for tests and explanations, never for `serve`. */
export type Witness = (witnessed: Witnessed) => void;

/** One decision per unit. `see` gives conditions the values as the caller has them: surrogates restored. */
export function govern(
  exchange: Governed,
  policy: Policy,
  facts: Facts,
  see?: (unit: number, text: string) => string,
  witness?: Witness,
): Decision[] {
  const around = once(() => surroundings(exchange, facts));
  const decisions: Decision[] = [];
  const judged: (readonly Judgement[])[] = [];
  const counted = counting(exchange, policy, facts);
  for (const index of counted.order) {
    const unit = exchange.units[index]!;
    const sight = see && ((text: string) => see(index, text));
    const matches = exchange.matches[index] ?? [];
    const masks = masksOf(policy.masks, unit, matches, sight);
    if (hasSay(policy, unit)) {
      const risk = riskOf(policy.risk, unit, matches);
      const scopes = scopesOf({ unit, matches, risk, see: sight, tallies: counted.tallies }, around);
      const uncount = counted.count(unit);
      const judgements = judgementsOf(policy, unit, scopes);
      judged[index] = judgements;
      const hits = hitsOf(exchange, policy, unit, risk, judgements);
      const decision = withJudged(decide(index, unit, masks, risk, hits), judgements);
      if (decision.effect === 'deny') uncount();
      decisions[index] = decision;
    } else {
      judged[index] = NO_JUDGEMENTS;
      decisions[index] = decide(index, unit, masks, NO_RISK, NO_HITS);
    }
  }
  witness?.({ exchange, decisions, judgements: judged, see });
  return decisions;
}

/** How the calls of an exchange are counted: each before it is decided, and not where it is refused. */
function counting({ units, turn }: Governed, { amounts }: Policy, { session }: Facts) {
  const tally = turn?.tally ?? newTally();
  const natural = units.map((_, index) => index);
  const rank =
    turn && ((index: number): number => (units[index]!.stage === 'tool_call' ? turn.rank(units[index]!) : 0));
  return {
    order: rank && amounts ? natural.sort((a, b) => compare(rank(a), rank(b))) : natural,
    tallies: session.tally ? [session.tally, tally] : [tally],
    count: (unit: Unit): (() => void) =>
      amounts && unit.stage === 'tool_call' && !turn?.knows(unit) ? addCall(tally, unit, amounts) : NOTHING,
  };
}

const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
const NOTHING = (): void => {};

const NO_HITS: readonly Hit[] = [];
const NO_JUDGEMENTS: readonly Judgement[] = [];
const NO_RULES: readonly RuleHit[] = [];

/** Is there anything beside masks that could speak of this unit? */
export const hasSay = (policy: Policy, unit: Unit): boolean =>
  unit.stage === 'tool_call' ||
  policy.risk !== undefined ||
  policy.rules[unit.stage].length > 0 ||
  isRemoteOffer(unit);

/** A tool that runs at the provider is decided where it is offered: its calls are over before anyone sees them. */
export const isRemoteOffer = (unit: Unit): boolean =>
  unit.stage === 'tool_definition' && unit.remote === true;

function judgementsOf(policy: Policy, unit: Unit, scopes: Scopes): readonly Judgement[] {
  const isRemote = isRemoteOffer(unit);
  const rules = policy.rules[unit.stage];
  const clauses = [...rules, ...(isRemote ? policy.remoteRules : NO_CLAUSES)];
  const row = isRemote || unit.stage === 'tool_call' ? policy.tools(unit.tool?.name ?? '') : undefined;
  if (row) clauses.push(...row.clauses);
  return clauses.map((clause) => judge(clause, scopes));
}

const NO_CLAUSES: readonly Clause[] = [];

function hitsOf(
  exchange: Exchange,
  policy: Policy,
  unit: Unit,
  risk: Risk,
  judgements: readonly Judgement[],
): readonly Hit[] {
  const isCall = unit.stage === 'tool_call';
  const hits = judgements.map(hitOf).filter((hit) => hit !== undefined);
  if (isCall || isRemoteOffer(unit)) hits.push(...allowedBy(policy, unit, hits));
  if (isCall && isUnoffered(exchange, policy, unit)) hits.push(UNOFFERED);
  hits.push(...riskHits(policy.risk, risk, unit));
  return hits;
}

/** The row of a tool, where nothing that it says held. */
function allowedBy(policy: Policy, unit: Unit, hits: readonly Hit[]): Hit[] {
  const row = policy.tools(unit.tool?.name ?? '');
  if (!row || hits.some(({ told }) => told.rule === row.rule)) return [];
  return [{ told: { rule: row.rule, effect: 'allow', at: row.at } }];
}

/** What recordings tell of conditions; the order in which rules stand cannot matter here either. */
function withJudged(decision: Decision, judgements: readonly Judgement[]): Decision {
  const conditional = judgements.filter(({ clause }) => clause.condition !== undefined);
  if (conditional.length === 0) return decision;
  conditional.sort(({ clause: a }, { clause: b }) => (a.rule < b.rule ? -1 : Number(a.rule > b.rule)));
  const judged = conditional.map(({ clause, verdict }) => ({
    points: clause.condition!.points,
    seen: verdict.seen,
  }));
  return { ...decision, judged };
}

const UNOFFERED: Hit = {
  told: { rule: 'unoffered_tools', effect: 'deny', reason: 'The request did not offer this tool.' },
};

const isUnoffered = ({ offered }: Exchange, policy: Policy, unit: Unit): boolean =>
  policy.unofferedTools === 'deny' &&
  offered !== undefined &&
  !unit.remote &&
  !offered.has(unit.tool?.name ?? '');

function decide(
  index: number,
  unit: Unit,
  masks: readonly Masking[],
  risk: Risk,
  hits: readonly Hit[],
): Decision {
  const { stage, path, tool } = unit;
  const rules = hits.length === 0 ? NO_RULES : hits.map(({ told }) => told).sort(byWeight);
  const strongest = rules[0]?.effect ?? 'allow';
  const effect = strongest === 'allow' && masks.length > 0 ? 'mask' : strongest;
  const decision: Decision = tool
    ? { unit: index, stage, path, tool: tool.name, effect, rules, masks, risk }
    : { unit: index, stage, path, effect, rules, masks, risk };
  return strongest === 'allow' ? decision : { ...decision, ...consequences(strongest, hits) };
}

/** Who is asked, and how a refusal is told. */
function consequences(
  effect: 'approve' | 'deny',
  hits: readonly Hit[],
): Pick<Decision, 'approval' | 'onDeny'> {
  const telling = hits.map((hit) => hit.onDeny).filter((each) => each !== undefined);
  const onDeny = telling.includes('error') ? 'error' : telling[0];
  const demands = hits.map((hit) => hit.demand).filter((demand) => demand !== undefined);
  return {
    ...(effect === 'approve' ? { approval: joinDemands(demands) } : {}),
    ...(onDeny ? { onDeny } : {}),
  };
}

const weight = { deny: 0, approve: 1, allow: 2 } as const;

/** The strongest first, then by name: the order in which rules stand cannot matter. */
function byWeight(a: RuleHit, b: RuleHit): number {
  return weight[a.effect] - weight[b.effect] || (a.rule < b.rule ? -1 : Number(a.rule > b.rule));
}
