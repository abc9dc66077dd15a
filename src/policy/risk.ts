/** The risk of a unit: an explained sum of its distinct findings and, for a new call, its tool. */
import type { ApprovalDemand, Match, Risk, Unit } from '../exchange.ts';
import type { Hit } from './clause.ts';
import { ANYBODY } from './demand.ts';
import { lookup } from './glob.ts';
import { spelledOf } from './leaf.ts';
import type { Names } from './names.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Report } from './report.ts';

export interface RiskTable {
  weight(entity: string): number;
  tool(name: string): { readonly pattern: string; readonly weight: number } | undefined;
  readonly approveAt: RiskLimit | undefined;
  readonly denyAt: RiskLimit | undefined;
  readonly demand: ApprovalDemand;
}

export interface RiskLimit {
  readonly total: number;
  readonly at: string;
}

export function compileRisk(risk: NonNullable<PolicyFile['risk']>, names: Names, report: Report): RiskTable {
  const weights = risk.weights ?? {};
  for (const name of Object.keys(weights)) names.check(name, ['risk', 'weights', name]);
  const tools = Object.entries(risk.tools ?? {}).map(
    ([pattern, weight]) => [pattern, { pattern, weight }] as const,
  );
  const limit = (name: 'approve_at' | 'deny_at'): RiskLimit | undefined =>
    risk[name] === undefined ? undefined : { total: risk[name], at: report.at(['risk', name]) };
  return {
    weight: (entity) => weights[entity] ?? weights[names.groupOf(entity)] ?? weights.all ?? 0,
    tool: lookup(tools),
    approveAt: limit('approve_at'),
    denyAt: limit('deny_at'),
    demand: { ...ANYBODY, groups: risk.groups ?? [] },
  };
}

export const NO_RISK: Risk = { total: 0, lines: [] };

export function riskOf(
  table: RiskTable | undefined,
  unit: Unit,
  matches: readonly (readonly Match[])[],
): Risk {
  if (!table) return NO_RISK;
  const values = new Map<string, Set<string>>();
  for (const [index, leaf] of unit.leaves.entries()) {
    for (const match of matches[index] ?? []) {
      const { entity } = match;
      if (table.weight(entity) === 0) continue;
      const texts = values.get(entity) ?? new Set();
      values.set(entity, texts.add(spelledOf(leaf, match)));
    }
  }
  const lines = [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([entity, { size }]) => ({
      what: size > 1 ? `${entity} × ${size}` : entity,
      weight: table.weight(entity) * size,
    }));
  const tool = unit.stage === 'tool_call' && unit.tool ? table.tool(unit.tool.name) : undefined;
  if (tool && tool.weight > 0)
    lines.push({ what: `tools[${JSON.stringify(tool.pattern)}]`, weight: tool.weight });
  return {
    total: Math.min(
      100,
      lines.reduce((sum, line) => sum + line.weight, 0),
    ),
    lines,
  };
}

/** The limit that a risk reaches. What is in the past is not asked about again. */
export function riskHits(table: RiskTable | undefined, { total, lines }: Risk, unit: Unit): Hit[] {
  const hits: Hit[] = [];
  const sum = lines.map(({ what, weight }) => `${what}: ${weight}`).join(', ');
  const told = (name: 'approve' | 'deny', limit: RiskLimit) => ({
    rule: `risk.${name}_at`,
    effect: name,
    reason: `The risk is ${total} of 100 (${sum}); the limit is ${limit.total}.`,
    at: limit.at,
  });
  if (table?.denyAt && total >= table.denyAt.total) hits.push({ told: told('deny', table.denyAt) });
  if (table?.approveAt && total >= table.approveAt.total && unit.stage !== 'past_call') {
    hits.push({ told: told('approve', table.approveAt), demand: table.demand });
  }
  return hits;
}
