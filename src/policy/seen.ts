/** The values that a condition saw, each by the name under which it reads it: `args.amount`, `caller.groups`. */
import { parse } from '@bufbuild/cel';
import { belowOf, chainOf, type Expr } from './expression.ts';
import type { Scope } from './scope.ts';
import { isVariable } from './variables.ts';

export interface Seen {
  readonly name: string;
  /** As JSON; undefined where it is not there. */
  readonly value: string | undefined;
}

export function valuesSeen(condition: string, scope: Scope): Seen[] {
  const names = new Map<string, readonly string[]>();
  collect(parse(condition).expr, names);
  return [...names].map(([name, chain]) => ({ name, value: written(valueAt(scope, chain)) }));
}

function collect(expr: Expr, names: Map<string, readonly string[]>): void {
  const chain = chainOf(expr);
  if (!chain) for (const each of belowOf(expr)) collect(each, names);
  else if (isVariable(chain[0]!)) names.set(chain.join('.'), chain);
}

function valueAt(scope: Scope, [variable, ...fields]: readonly string[]): unknown {
  let value: unknown = scope[variable as keyof Scope];
  for (const field of fields) value = value instanceof Map ? value.get(field) : undefined;
  return value;
}

/** Of findings, what was found; of a time, its second. */
function written(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return Number(each);
    if (isTime(each)) return new Date(Number(each.seconds) * 1000).toISOString();
    if (!(each instanceof Map)) return each;
    return each.has('entity') && each.has('detector') ? each.get('entity') : Object.fromEntries(each);
  });
}

const isTime = (value: unknown): value is { seconds: bigint } =>
  typeof value === 'object' && value !== null && 'seconds' in value && typeof value.seconds === 'bigint';
