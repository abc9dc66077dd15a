/** The parts of a policy file that can be covered, each with its place. What is built in is nobody's to test. */
import type { Clause } from '../policy/clause.ts';
import { fieldRule } from '../policy/fields.ts';
import type { Merged } from '../policy/merge.ts';
import type { Policy } from '../policy/policy.ts';
import { stages } from '../policy/stages.ts';
import type { Path } from '../policy/yaml.ts';

/** `reached` is all that a row can be; a condition comes out true, and false. */
export type Way = 'reached' | 'true' | 'false';

export interface Item {
  readonly kind: 'rule' | 'condition' | 'row' | 'mask' | 'except' | 'risk';
  /** Of the rule or row: `rules.no-keys`, `mask.to_model.pii`. */
  readonly name: string;
  /** Apart from all others. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** A sub-expression's. */
  readonly text?: string;
  readonly ways: readonly Way[];
}

export const pointKey = (rule: string, effect: Clause['effect'], start: number, end: number): string =>
  `${rule} ${effect} ${start} ${end}`;

export function itemsOf(policy: Policy, merged: Merged): Item[] {
  return [...ruleItems(policy), ...maskItems(merged), ...riskItems(merged)]
    .filter(({ file }) => file !== 'built-in')
    .sort(
      (a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)) || a.line - b.line || a.column - b.column,
    );
}

const BOTH = ['true', 'false'] as const;
const REACHED = ['reached'] as const;

function ruleItems(policy: Policy): Item[] {
  const rules = new Set([...Object.values(policy.rules).flat(), ...policy.remoteRules]);
  const rows = policy.toolRows.flatMap(({ rule, at, clauses }): Item[] => [
    { kind: 'row', name: rule, key: rule, ...placeOf(at), ways: REACHED },
    ...clauses.flatMap(clauseItems),
  ]);
  return [...[...rules].flatMap(clauseItems), ...rows];
}

/** Of a condition that is all one comparison, the whole says it. */
function clauseItems({ rule, effect, at, condition }: Clause): Item[] {
  if (!condition) return [];
  const { points } = condition;
  const parts = points.length === 1 && points[0]!.text === condition.text.trim() ? [] : points;
  return [
    { kind: 'rule', name: rule, key: `${rule} ${effect}`, ...placeOf(at), ways: BOTH },
    ...parts.map(
      ({ text, start, end }): Item => ({
        kind: 'condition',
        name: rule,
        key: pointKey(rule, effect, start, end),
        ...placeOf(condition.at(start)),
        text,
        ways: BOTH,
      }),
    ),
  ];
}

function maskItems(merged: Merged): Item[] {
  const { mask = {} } = merged.value;
  const tables = (['all', 'to_model', 'to_app', ...stages] as const).flatMap((table) =>
    Object.keys(mask[table] ?? {}).map((name) =>
      reached('mask', `mask.${table}.${name}`, merged, ['mask', table, name]),
    ),
  );
  const fields = Object.entries(mask.fields ?? {}).flatMap(([tool, rows]) =>
    Object.keys(rows).map((path) =>
      reached('mask', fieldRule(tool, path), merged, ['mask', 'fields', tool, path]),
    ),
  );
  const excepted = (mask.except ?? []).map((entry, i) =>
    reached('except', `mask.except ${entry}`, merged, ['mask', 'except', i]),
  );
  return [...tables, ...fields, ...excepted];
}

function riskItems(merged: Merged): Item[] {
  const { weights = {}, tools = {}, approve_at, deny_at } = merged.value.risk ?? {};
  const item = (name: string, ...path: string[]): Item => reached('risk', name, merged, ['risk', ...path]);
  return [
    ...Object.keys(weights).map((name) => item(`risk.weights.${name}`, 'weights', name)),
    ...Object.keys(tools).map((name) => item(`risk.tools[${JSON.stringify(name)}]`, 'tools', name)),
    ...(approve_at === undefined ? [] : [item('risk.approve_at', 'approve_at')]),
    ...(deny_at === undefined ? [] : [item('risk.deny_at', 'deny_at')]),
  ];
}

const reached = (kind: Item['kind'], name: string, merged: Merged, path: Path): Item => ({
  kind,
  name,
  key: name,
  ...merged.keyPlace(path),
  ways: REACHED,
});

function placeOf(at: string): Pick<Item, 'file' | 'line' | 'column'> {
  const [, file, line, column] = /^(.*):(\d+):(\d+)$/s.exec(at)!;
  return { file: file!, line: Number(line), column: Number(column) };
}
