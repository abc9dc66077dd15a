/** A CEL condition: checked and planned once when the file loads, evaluated within bounds. */
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { type Budget, chargeLoops, createBudget, OUT_OF_STEPS } from './bound.ts';
import { belowOf, chainOf, type Expr, operandsOf, type Parsed } from './expression.ts';
import { lint } from './lint.ts';
import type { Scope } from './scope.ts';
import type { Variable } from './variables.ts';
import type { Path } from './yaml.ts';

export interface Verdict {
  readonly matched: boolean;
  /** Why it could not be evaluated; it then counts as matched. */
  readonly error?: string;
}

export interface Condition {
  readonly text: string;
  readonly reads: ReadonlySet<Variable>;
  evaluate(scope: Scope): Verdict;
}

export interface ConditionFault {
  readonly message: string;
  /** Where in the text. */
  readonly offset: number;
}

type Result =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly faults: ConditionFault[] };

/** Undefined where the text at that path is no condition, which was reported. */
export type CompileCondition = (text: string, path: Path) => Condition | undefined;

/** Conditions of one policy share an environment, which is dear to make. */
export function conditionCompiler(): (text: string) => Result {
  const budget = createBudget();
  const environment = celEnv({ funcs: budget.functions });
  return (text) => {
    const parsed = tryParse(text);
    if ('message' in parsed) return { ok: false, faults: [parsed] };
    const { reads, faults } = lint(parsed.expr);
    if (faults.length > 0) {
      const offsetOf = (id: bigint): number => parsed.sourceInfo?.positions[String(id)] ?? 0;
      return { ok: false, faults: faults.map(({ message, id }) => ({ message, offset: offsetOf(id) })) };
    }
    const chains = chainsById(parsed.expr);
    chargeLoops(parsed.expr);
    const run = plan(environment, parsed.expr) as (scope: object) => unknown;
    return {
      ok: true,
      condition: { text, reads, evaluate: (scope) => evaluate(run, scope, budget, chains) },
    };
  };
}

function tryParse(text: string): Parsed | ConditionFault {
  try {
    return parse(text);
  } catch (error) {
    const { location, rawMessage } = error as {
      location?: { start?: { offset?: number } };
      rawMessage?: string;
    };
    return {
      message: `This is no CEL that can be read: ${rawMessage ?? 'syntax error'}.`,
      offset: location?.start?.offset ?? 0,
    };
  }
}

function evaluate(
  run: (scope: object) => unknown,
  scope: Scope,
  budget: Budget,
  chains: ReadonlyMap<bigint, string>,
): Verdict {
  budget.refill();
  const value = run(scope);
  if (typeof value === 'boolean') return { matched: value };
  if (!isCelError(value)) return { matched: true, error: 'its value is neither true nor false' };
  return { matched: true, error: explain(value.message, chains.get(value.exprId ?? -1n)) };
}

/** The library's messages may quote values, so they are told again in our own words. */
function explain(message: string, chain: string | undefined): string {
  if (message.startsWith(OUT_OF_STEPS)) return `${OUT_OF_STEPS}; loop over less`;
  if (message.startsWith('field not found') || message.startsWith('unresolved attribute')) {
    return chain?.includes('.')
      ? `\`${chain}\` is not there; guard it: \`has(${chain}) && …\``
      : `${chain ? `\`${chain}\`` : 'a value that it reads'} is not there; guard it with has(…)`;
  }
  if (message.startsWith('found no matching overload')) {
    return `an operator does not fit its operands' types${chain ? ` at \`${chain}\`` : ''}; guard it: \`type(…) == int && …\``;
  }
  return 'it could not be evaluated';
}

/** The chains of fields, `args.order.amount`, by the ids of all their nodes: an error names any of these. */
function chainsById(root: Expr): Map<bigint, string> {
  const chains = new Map<bigint, string>();
  const visit = (expr: Expr): void => {
    const chain = chainOf(expr);
    if (chain) markAll(expr, chain.join('.'), chains);
    else for (const each of belowOf(expr)) visit(each);
  };
  visit(root);
  return chains;
}

function markAll(expr: Expr, chain: string, chains: Map<bigint, string>): void {
  chains.set(expr.id, chain);
  for (const operand of operandsOf(expr)) markAll(operand, chain, chains);
}
