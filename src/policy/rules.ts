/** `rules` and `tools` of the file, compiled: conditions planned, stages known, names checked. */
import type { ApprovalDemand, Stage } from '../exchange.ts';
import { ANYBODY, type Clause } from './clause.ts';
import { type Condition, conditionCompiler } from './condition.ts';
import { lookup } from './glob.ts';
import type { PolicyFile, Row, Rule } from './policy.generated.ts';
import { milliseconds } from './quantity.ts';
import type { Report } from './report.ts';
import { type StageName, stages, stagesOf } from './stages.ts';
import { type Variable, variables } from './variables.ts';
import type { Path } from './yaml.ts';

export interface ToolRow {
  /** `tools["refund_*"]`. */
  readonly rule: string;
  readonly at: string;
  readonly clauses: readonly Clause[];
}

export interface Rules {
  readonly rules: Readonly<Record<Stage, readonly Clause[]>>;
  /** Rules for new calls that look at no arguments: they hold for tools that run at the provider as these are offered. */
  readonly remoteRules: readonly Clause[];
  readonly tools: (name: string) => ToolRow | undefined;
}

type CompileCondition = (text: string, path: Path) => Condition | undefined;

export function compileRules(file: PolicyFile, report: Report): Rules {
  const compile = conditionCompiler();
  const condition: CompileCondition = (text, path) => {
    const result = compile(text);
    if (result.ok) return result.condition;
    for (const { offset, message } of result.faults) report.problemWithin(path, offset, message);
    return undefined;
  };
  const compiled = (file.rules ?? []).map((rule, i) => compileRule(rule, ['rules', i], condition, report));
  const whole = compiled.filter((rule) => rule !== undefined);
  const at = (stage: Stage): Clause[] =>
    whole.filter((rule) => rule.stages.includes(stage)).map(({ clause }) => clause);
  const remote = whole.filter(
    ({ stages, clause }) =>
      stages.includes('tool_call') &&
      !stages.includes('tool_definition') &&
      !clause.condition!.reads.has('args'),
  );
  return {
    rules: Object.fromEntries(stages.map((stage) => [stage, at(stage)])) as Record<Stage, Clause[]>,
    remoteRules: remote.map(({ clause }) => clause),
    tools: lookup(
      Object.entries(file.tools ?? {}).map(([name, row]) => [name, compileRow(name, row, condition, report)]),
    ),
  };
}

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
  const held = stagesHeld(rule, condition.reads, path, report);
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
function stagesHeld(rule: Rule, reads: ReadonlySet<Variable>, path: Path, report: Report): readonly Stage[] {
  const names: readonly StageName[] = rule.stages ?? [
    reads.has('result') ? 'tool_result' : reads.has('args') || reads.has('tool') ? 'tool_call' : 'all',
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

function compileRow(name: string, row: Row, compile: CompileCondition, report: Report): ToolRow {
  const path = ['tools', name];
  const rule = `tools[${JSON.stringify(name)}]`;
  const at = report.at(path);
  const told =
    typeof row === 'string'
      ? { [row]: true }
      : (row as { deny?: Deny; approve?: Approve; on_deny?: 'answer' | 'error' });
  const { deny, approve, on_deny } = told as { deny?: Deny; approve?: Approve; on_deny?: 'answer' | 'error' };
  const clause = (effect: Clause['effect'], said: { if?: string; reason?: string }): Clause => {
    const condition =
      said.if === undefined ? undefined : toolCondition(said.if, [...path, effect, 'if'], compile, report);
    return {
      rule,
      at,
      effect,
      ...(condition ? { condition } : {}),
      ...(said.reason === undefined ? {} : { reason: said.reason }),
      ...(on_deny ? { onDeny: on_deny } : {}),
    };
  };
  const clauses: Clause[] = [];
  if (deny !== undefined)
    clauses.push(
      clause('deny', typeof deny === 'string' ? { reason: deny } : deny === true ? {} : (deny as Said)),
    );
  if (approve !== undefined) {
    const said = (approve === true ? {} : approve) as Asked;
    clauses.push({ ...clause('approve', said), demand: demandOf(said, [...path, 'approve'], report) });
  }
  if (typeof row === 'object' && clauses.length === 0)
    report.problem(path, `${rule} needs \`deny\` or \`approve\`; write \`allow\` to allow it.`);
  return { rule, at, clauses };
}

type Said = { if?: string; reason?: string };
type Asked = Said &
  Partial<Pick<ApprovalDemand, 'min' | 'self'>> & { groups?: string[]; users?: string[]; within?: string };
type Deny = string | boolean | Said;
type Approve = boolean | Asked;

/** The condition of a row speaks of new calls. */
function toolCondition(
  text: string,
  path: Path,
  compile: CompileCondition,
  report: Report,
): Condition | undefined {
  const condition = compile(text, path);
  if (condition?.reads.has('result'))
    report.problem(path, 'A new call has no `result` yet; write a rule for the stage tool_result.');
  return condition;
}

function demandOf(asked: Asked, path: Path, report: Report): ApprovalDemand {
  const {
    groups = ANYBODY.groups,
    users = ANYBODY.users,
    min = ANYBODY.min,
    self = ANYBODY.self,
    within,
  } = asked;
  if (min > 1 && groups.length + users.length === 0) {
    report.problem(
      [...path, 'min'],
      `min: ${min} needs \`groups\` or \`users\`: one person sits at the gateway's terminal.`,
    );
  }
  return { groups, users, min, self, ...(within === undefined ? {} : { within: milliseconds(within) }) };
}
