/** A CEL condition: checked and planned once when the file loads, evaluated within bounds. */
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import type { Tally } from '../exchange.ts';
import { chargeLoops, createBudget, OUT_OF_STEPS } from './bound.ts';
import { countingFunctions, NO_NUMBER } from './counting.ts';
import { belowOf, chainOf, type Expr, isDeeperThan, operandsOf, type Parsed } from './expression.ts';
import { lint } from './lint.ts';
import { patternEngine } from './patterns.ts';
import { markPoints } from './points.ts';
import type { Scope } from './scope.ts';
import type { Amount } from './tally.ts';
import { createTrace } from './trace.ts';
import { isVariable, type Variable } from './variables.ts';
import type { Path } from './yaml.ts';

export interface Verdict {
  readonly matched: boolean;
  /** Why it could not be evaluated; it then counts as matched. */
  readonly error?: string;
  /** What came of each point, by its index. */
  readonly seen: Uint8Array;
}

/** A boolean sub-expression. */
export interface Point {
  readonly text: string;
  /** Where in the condition's text. */
  readonly start: number;
  readonly end: number;
  /** It is asked of each item of a loop. */
  readonly looped: boolean;
  /** Recordings tell its outcome: by itself it says something of the unit, and its text holds nothing to be masked. */
  readonly told: boolean;
  /** What leaves the outcome to the other operands of the operator above. */
  readonly neutral?: boolean;
}

/** How the outcome follows from those of its points. */
export type Logic =
  | { readonly operator: 'and' | 'or' | 'not' | 'if'; readonly of: readonly Logic[] }
  | { readonly point: number }
  | { readonly always: boolean };

export interface Condition {
  readonly text: string;
  readonly reads: ReadonlySet<Variable>;
  /** The chains of fields that it reads from variables: `args.order.amount`. */
  readonly chains: readonly string[];
  /** It asks for calls that are counted. */
  readonly counts: boolean;
  readonly amounts: readonly Amount[];
  readonly points: readonly Point[];
  readonly logic: Logic;
  evaluate(scope: Scope): Verdict;
}

/** One that stands in a file. */
export interface PlacedCondition extends Condition {
  /** `file:line:column` of a character of its text. */
  at(offset: number): string;
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
export type CompileCondition = (text: string, path: Path) => PlacedCondition | undefined;

/** Conditions of one policy share an environment, which is dear to make. */
export function conditionCompiler(mayTell: (text: string) => boolean): (text: string) => Result {
  const budget = createBudget();
  const trace = createTrace();
  let tallies: readonly Tally[] = [];
  const counting = countingFunctions(budget.spend, () => tallies);
  const funcs = [...budget.functions, ...trace.functions, ...counting];
  const environment = celEnv({ funcs, re2: patternEngine(budget.spend) });
  return (text) => {
    const parsed = tryParse(text);
    if ('message' in parsed) return { ok: false, faults: [parsed] };
    const { reads, counts, amounts, faults } = lint(parsed.expr);
    if (faults.length > 0) {
      const offsetOf = (id: bigint): number => parsed.sourceInfo?.positions[String(id)] ?? 0;
      return { ok: false, faults: faults.map(({ message, id }) => ({ message, offset: offsetOf(id) })) };
    }
    const chains = chainsById(parsed.expr);
    chargeLoops(parsed.expr);
    const { points, logic, expr } = markPoints(parsed, text, mayTell);
    const run = plan(environment, expr) as (scope: object) => unknown;
    const evaluate = (scope: Scope): Verdict => {
      budget.refill();
      tallies = scope.tallies;
      const seen = trace.begin(points.length);
      return { ...verdictOf(run(scope), chains), seen };
    };
    return {
      ok: true,
      condition: { text, reads, counts, amounts, chains: chainsRead(chains), points, logic, evaluate },
    };
  };
}

/** What people write is far below these. */
const MOST_CHARACTERS = 16_384;
const MOST_LEVELS = 200;

function tryParse(text: string): Parsed | ConditionFault {
  if (text.length > MOST_CHARACTERS)
    return {
      message: `A condition has at most ${MOST_CHARACTERS} characters; make several rules of it.`,
      offset: 0,
    };
  try {
    const parsed = parse(text);
    if (!isDeeperThan(MOST_LEVELS, parsed.expr)) return parsed;
    return { message: `More than ${MOST_LEVELS} levels stand within each other; nest fewer.`, offset: 0 };
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

function verdictOf(value: unknown, chains: ReadonlyMap<bigint, string>): Omit<Verdict, 'seen'> {
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
  if (message.startsWith(NO_NUMBER)) return `${NO_NUMBER} (nor a text that is one)`;
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

const chainsRead = (chains: ReadonlyMap<bigint, string>): string[] =>
  [...new Set(chains.values())].filter((chain) => isVariable(chain.split('.')[0]!));

function markAll(expr: Expr, chain: string, chains: Map<bigint, string>): void {
  chains.set(expr.id, chain);
  for (const operand of operandsOf(expr)) markAll(operand, chain, chains);
}
