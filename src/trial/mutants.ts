/** Mutants: the policy broken by one small step, each by one of the operators of docs/mutation.md. */
import type { Merged } from '../policy/merge.ts';
import type { Policy } from '../policy/policy.ts';
import type { Path, Place } from '../policy/yaml.ts';
import { conditionMutants } from './mutants-condition.ts';
import { maskMutants } from './mutants-mask.ts';
import { riskMutants } from './mutants-risk.ts';
import { ruleMutants } from './mutants-rule.ts';

export interface Mutant extends Place {
  /** `drop-rule`, `flip-comparison` … */
  readonly operator: string;
  /** The rule or row that is broken. */
  readonly name: string;
  readonly change: string;
  readonly merged: Merged;
}

/** Makes one. Without a value, what stands at the path is taken out. */
export type Break = (
  operator: string,
  name: string,
  path: Path,
  change: string,
  value?: unknown,
  place?: Place,
) => Mutant;

/** What is built in is nobody's to test. */
export function mutantsOf(policy: Policy, merged: Merged): Mutant[] {
  const broken: Break = (operator, name, path, change, value, place = merged.keyPlace(path)) => ({
    operator,
    name,
    change,
    ...place,
    merged: { ...merged, value: changed(merged.value, path, value) as Merged['value'] },
  });
  return [
    ...ruleMutants(merged, broken),
    ...conditionMutants(policy, merged, broken),
    ...maskMutants(merged, broken),
    ...riskMutants(merged, broken),
  ]
    .filter(({ file }) => file !== 'built-in')
    .sort(
      (a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)) || a.line - b.line || a.column - b.column,
    );
}

/** A copy with another value at a path, or with none there. */
function changed(at: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(at)) {
    const below = changed(at[Number(step)], rest, value);
    return at.flatMap((each, i) => (i !== step ? [each] : below === undefined ? [] : [below]));
  }
  const { [step]: before, ...others } = at as Record<string, unknown>;
  const below = changed(before, rest, value);
  return below === undefined ? others : { ...others, [step]: below };
}

/** A table with a row under another name. */
export const renamed = (
  table: Readonly<Record<string, unknown>>,
  from: string,
  to: string,
): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(table).filter(([name]) => name !== from)),
  [to]: table[from],
});

/** `refund_*` → `*`, `send_email` → `send_*`; undefined where nothing is wider, or another row says something of it. */
export function widened(pattern: string, table: Readonly<Record<string, unknown>>): string | undefined {
  const shorter = pattern.replace(/\*+$/, '').replace(/[_.-]+$/, '');
  const cut = Math.max(...['_', '.', '-'].map((mark) => shorter.lastIndexOf(mark)));
  const wider = cut < 0 ? '*' : `${shorter.slice(0, cut + 1)}*`;
  const isTaken = Object.hasOwn(table, wider) && table[wider] !== 'allow';
  return wider === pattern || isTaken ? undefined : wider;
}
