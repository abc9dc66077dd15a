/** Mutants of the risk table. */
import type { Merged } from '../policy/merge.ts';
import { type Break, type Mutant, renamed, widened } from './mutants.ts';
import { ofGroups } from './mutants-rule.ts';

export function riskMutants({ value: { risk } }: Merged, broken: Break): Mutant[] {
  if (!risk) return [];
  const { weights = {}, tools = {}, groups = [] } = risk;
  const step = [...Object.values(weights), ...Object.values(tools)].reduce(common, 0);
  return [
    ...Object.entries(weights).map(([name, weight]) =>
      broken('drop-weight', `risk.weights.${name}`, ['risk', 'weights', name], `${weight} → 0`, 0),
    ),
    ...Object.entries(tools).flatMap(([pattern, weight]) => ofTool(pattern, weight, tools, broken)),
    ...ofLimit('approve_at', risk.approve_at, step, broken),
    ...ofLimit('deny_at', risk.deny_at, step, broken),
    ...ofGroups('risk.groups', ['risk'], groups, broken),
  ];
}

function ofTool(pattern: string, weight: number, tools: Record<string, number>, broken: Break): Mutant[] {
  const name = `risk.tools[${JSON.stringify(pattern)}]`;
  const wider = widened(pattern, tools);
  const drop = broken('drop-weight', name, ['risk', 'tools', pattern], `${weight} → 0`, 0);
  if (wider === undefined) return [drop];
  const { file, line, column } = drop;
  const change = `"${pattern}" → "${wider}"`;
  const widen = broken('widen-glob', name, ['risk', 'tools'], change, renamed(tools, pattern, wider));
  return [drop, { ...widen, file, line, column }];
}

/** Sums are multiples of what all weights have in common: a smaller step would change nothing. */
function ofLimit(name: string, limit: number | undefined, step: number, broken: Break): Mutant[] {
  if (limit === undefined || step === 0) return [];
  const path = ['risk', name];
  return [
    broken('drop-limit', `risk.${name}`, path, 'dropped'),
    ...[limit - step, limit + step]
      .filter((other) => other >= 0 && other <= 100)
      .map((other) => broken('shift-bound', `risk.${name}`, path, `${limit} → ${other}`, other)),
  ];
}

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
