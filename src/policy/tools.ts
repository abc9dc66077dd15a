/** `tools` of the file: what becomes of new calls, by tool. */
import type { Clause } from './clause.ts';
import type { CompileCondition, PlacedCondition } from './condition.ts';
import { demandOf } from './demand.ts';
import { lookup } from './glob.ts';
import type { PolicyFile, Row } from './policy.generated.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml.ts';

export interface ToolRow {
  /** `tools["refund_*"]`. */
  readonly rule: string;
  readonly at: string;
  readonly clauses: readonly Clause[];
}

export interface Tools {
  /** The row that holds for a tool; none allows it. */
  readonly tools: (name: string) => ToolRow | undefined;
  readonly toolRows: readonly ToolRow[];
}

export const compileTools = (
  table: NonNullable<PolicyFile['tools']>,
  compile: CompileCondition,
  report: Report,
): Tools => {
  const rows = Object.entries(table).map(
    ([name, row]) => [name, compileRow(name, row, compile, report)] as const,
  );
  return { tools: lookup(rows), toolRows: rows.map(([, row]) => row) };
};

type Statement = Exclude<Row, string>;

function compileRow(name: string, row: Row, compile: CompileCondition, report: Report): ToolRow {
  const path = ['tools', name];
  const head = { rule: `tools[${JSON.stringify(name)}]`, at: report.at(path) };
  const { deny, approve, on_deny }: Statement = typeof row === 'string' ? { [row]: true } : row;
  const clause = (effect: Clause['effect'], said: { if?: string; reason?: string }): Clause => {
    const condition =
      said.if === undefined ? undefined : callCondition(said.if, [...path, effect, 'if'], compile, report);
    return {
      ...head,
      effect,
      ...(condition ? { condition } : {}),
      ...(said.reason === undefined ? {} : { reason: said.reason }),
      ...(on_deny ? { onDeny: on_deny } : {}),
    };
  };
  const clauses: Clause[] = [];
  if (deny !== undefined)
    clauses.push(clause('deny', typeof deny === 'string' ? { reason: deny } : saidIn(deny)));
  if (approve !== undefined) {
    const asked = saidIn(approve);
    clauses.push({ ...clause('approve', asked), demand: demandOf(asked, [...path, 'approve'], report) });
  }
  if (typeof row !== 'string' && clauses.length === 0) {
    report.problem(path, `${head.rule} needs \`deny\` or \`approve\`; write \`allow\` to allow it.`);
  }
  return { ...head, clauses };
}

/** `true` says nothing further. */
const saidIn = <T extends object>(said: T | boolean): Partial<T> => (typeof said === 'object' ? said : {});

/** The condition of a row speaks of new calls. */
function callCondition(
  text: string,
  path: Path,
  compile: CompileCondition,
  report: Report,
): PlacedCondition | undefined {
  const condition = compile(text, path);
  if (condition?.reads.has('result')) {
    report.problem(path, 'A new call has no `result` yet; write a rule for the stage tool_result.');
  }
  return condition;
}
