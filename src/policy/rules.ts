/** `rules` of the file, compiled: conditions planned, stages known, names checked. */

import type { Detectors } from '../detect/detect.ts';
import type { Stage } from '../exchange.ts';
import type { Clause } from './clause.ts';
import { type CompileCondition, type Condition, conditionCompiler } from './condition.ts';
import { demandOf } from './demand.ts';
import { find } from './find.ts';
import { leafOf } from './leaf.ts';
import type { PolicyFile, Rule } from './policy.generated.ts';
import type { Report } from './report.ts';
import { type StageName, stages, stagesOf } from './stages.ts';
import type { Amount } from './tally.ts';
import { compileTools, type Tools } from './tools.ts';
import { variables } from './variables.ts';
import type { Path } from './yaml.ts';

export interface Rules extends Tools {
  readonly rules: Readonly<Record<Stage, readonly Clause[]>>;
  /** Rules for new calls that look at no arguments: they hold for tools that run at the provider as these are offered. */
  readonly remoteRules: readonly Clause[];
  /** The amounts that conditions sum; undefined where none counts calls. */
  readonly amounts: readonly Amount[] | undefined;
}

export function compileRules(file: PolicyFile, detectors: Detectors, report: Report): Rules {
  const compile = conditionCompiler((text) => find({ detectors }, leafOf(text)).length === 0);
  const amounts = new Map<string, Amount>();
  let counts = false;
  const condition: CompileCondition = (text, path) => {
    const result = compile(text);
    if (result.ok) {
      counts ||= result.condition.counts;
      for (const amount of result.condition.amounts) amounts.set(amount.path, amount);
      return { ...result.condition, at: (offset) => report.within(path, offset) };
    }
    for (const { offset, message } of result.faults) report.problemWithin(path, offset, message);
    return undefined;
  };
  const compiled = (file.rules ?? [])
    .map((rule, i) => compileRule(rule, ['rules', i], condition, report))
    .filter((rule) => rule !== undefined);
  const tools = compileTools(file.tools ?? {}, condition, report);
  const at = (stage: Stage): Clause[] =>
    compiled.filter((rule) => rule.stages.includes(stage)).map(({ clause }) => clause);
  return {
    rules: Object.fromEntries(stages.map((stage) => [stage, at(stage)])) as Record<Stage, Clause[]>,
    remoteRules: compiled.filter(holdsForOffers).map(({ clause }) => clause),
    ...tools,
    amounts: counts ? [...amounts.values()] : undefined,
  };
}

const holdsForOffers = ({ stages, clause }: StagedClause): boolean =>
  stages.includes('tool_call') &&
  !stages.includes('tool_definition') &&
  !clause.condition!.reads.has('args') &&
  !clause.condition!.counts;

interface StagedClause {
  readonly stages: readonly Stage[];
  readonly clause: Clause;
}

function compileRule(
  rule: Rule,
  path: Path,
  compile: CompileCondition,
  report: Report,
): StagedClause | undefined {
  if ((rule.deny === undefined) === (rule.approve === undefined)) {
    report.problem(path, `rules.${rule.id} needs either \`deny\` or \`approve\`.`);
  }
  const condition = compile(rule.when, [...path, 'when']);
  if (!condition) return undefined;
  const asks = rule.approve !== undefined;
  const held = stagesHeld(rule, condition, path, report);
  const approve = typeof rule.approve === 'object' ? rule.approve : {};
  const reason = asks ? approve.reason : typeof rule.deny === 'string' ? rule.deny : undefined;
  return {
    stages: asks ? held.filter((stage) => stage !== 'past_call') : held,
    clause: {
      rule: `rules.${rule.id}`,
      at: report.at(path),
      effect: asks ? 'approve' : 'deny',
      condition,
      ...(reason === undefined ? {} : { reason }),
      ...(rule.on_deny ? { onDeny: rule.on_deny } : {}),
      ...(asks ? { demand: demandOf(approve, [...path, 'approve'], report) } : {}),
    },
  };
}

/** The stages of a rule: as written, or by what it reads. Each must have what it reads. */
function stagesHeld(rule: Rule, { reads, counts }: Condition, path: Path, report: Report): readonly Stage[] {
  const names: readonly StageName[] = rule.stages ?? [
    reads.has('result')
      ? 'tool_result'
      : reads.has('args') || reads.has('tool') || counts
        ? 'tool_call'
        : 'all',
  ];
  const held = stages.filter((stage) => names.some((name) => stagesOf(name).includes(stage)));
  for (const variable of reads) {
    const missing = held.filter((stage) => !variables[variable].stages.includes(stage));
    if (missing.length === 0) continue;
    const remedy = rule.stages
      ? `Only ${variables[variable].stages.join(', ')} have it; name those in \`stages\`.`
      : 'Make two rules of it.';
    report.problem(
      [...path, 'when'],
      `rules.${rule.id} reads \`${variable}\`, which the stage ${missing.join(', ')} does not have. ${remedy}`,
    );
  }
  if (rule.approve !== undefined && names.includes('past_call')) {
    report.problem(
      [...path, 'stages'],
      `rules.${rule.id}: what was approved in history is not asked again; take past_call out, or use \`deny\`.`,
    );
  }
  return held;
}
