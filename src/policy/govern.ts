/** The one truth: what the policy says of each unit of an exchange. */
import type { Decision, Exchange, Facts, Masking, Risk, RuleHit, Unit } from '../exchange.ts';
import { type Hit, judge } from './clause.ts';
import { joinDemands } from './demand.ts';
import { masksOf } from './masks.ts';
import { once } from './once.ts';
import type { Policy } from './policy.ts';
import { NO_RISK, riskHits, riskOf } from './risk.ts';
import { type RequestFindings, type Scopes, scopesOf, surroundings } from './scope.ts';

/** An exchange; one that holds an answer alone brings the findings of its request along. */
export type Governed = Exchange & { readonly request: RequestFindings };

/** One decision per unit. `see` gives conditions the values as the caller has them: surrogates restored. */
export function govern(
  exchange: Governed,
  policy: Policy,
  facts: Facts,
  see?: (unit: number, text: string) => string,
): Decision[] {
  const around = once(() => surroundings(exchange, facts));
  const decisions: Decision[] = [];
  for (let index = 0; index < exchange.units.length; index++) {
    const unit = exchange.units[index]!;
    const sight = see && ((text: string) => see(index, text));
    const matches = exchange.matches[index] ?? [];
    const masks = masksOf(policy.masks, unit, matches, sight);
    if (hasSay(policy, unit)) {
      const risk = riskOf(policy.risk, unit, matches);
      const scopes = scopesOf({ unit, matches, risk, see: sight }, around);
      decisions.push(decide(index, unit, masks, risk, hitsOf(exchange, policy, unit, risk, scopes)));
    } else {
      decisions.push(decide(index, unit, masks, NO_RISK, NO_HITS));
    }
  }
  return decisions;
}

const NO_HITS: readonly Hit[] = [];
const NO_RULES: readonly RuleHit[] = [];

/** Is there anything beside masks that could speak of this unit? */
const hasSay = (policy: Policy, unit: Unit): boolean =>
  unit.stage === 'tool_call' ||
  policy.risk !== undefined ||
  policy.rules[unit.stage].length > 0 ||
  isRemoteOffer(unit);

/** A tool that runs at the provider is decided where it is offered: its calls are over before anyone sees them. */
const isRemoteOffer = (unit: Unit): boolean => unit.stage === 'tool_definition' && unit.remote === true;

function hitsOf(exchange: Exchange, policy: Policy, unit: Unit, risk: Risk, scopes: Scopes): readonly Hit[] {
  const isCall = unit.stage === 'tool_call';
  const isRemote = isRemoteOffer(unit);
  const rules = policy.rules[unit.stage];
  const clauses = isRemote ? [...rules, ...policy.remoteRules] : rules;
  const hits = clauses.map((clause) => judge(clause, scopes)).filter((hit) => hit !== undefined);
  if (isCall || isRemote) hits.push(...tableHits(policy, unit, scopes));
  if (isCall && isUnoffered(exchange, policy, unit)) hits.push(UNOFFERED);
  hits.push(...riskHits(policy.risk, risk, unit));
  return hits;
}

function tableHits(policy: Policy, unit: Unit, scopes: Scopes): Hit[] {
  const row = policy.tools(unit.tool?.name ?? '');
  if (!row) return [];
  const hits = row.clauses.map((clause) => judge(clause, scopes)).filter((hit) => hit !== undefined);
  return hits.length > 0 ? hits : [{ told: { rule: row.rule, effect: 'allow', at: row.at } }];
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
