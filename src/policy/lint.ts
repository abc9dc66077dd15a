/** Names and nesting of a CEL expression, checked when the file loads: a typo is an error there, not a rule that never fires. */
import { bodyOf, type Comprehension, chainOf, type Expr, operandsOf, rangeOf, textIn } from './expression.ts';
import { compilePath } from './json-path.ts';
import { didYouMean } from './nearest.ts';
import { patternFault } from './patterns.ts';
import type { Amount } from './tally.ts';
import { typeFaults } from './typing.ts';
import { isVariable, type Variable, variables } from './variables.ts';

export interface Fault {
  readonly message: string;
  /** Of the node at fault. */
  readonly id: bigint;
}

export interface Linted {
  readonly reads: ReadonlySet<Variable>;
  /** It asks for calls that are counted, or for amounts that are summed. */
  readonly counts: boolean;
  readonly amounts: readonly Amount[];
  readonly faults: readonly Fault[];
}

const TYPES = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
]);

const FUNCTIONS = new Set(
  (
    'bool bytes contains double duration dyn endsWith getDate getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours ' +
    'getMilliseconds getMinutes getMonth getSeconds int matches size startsWith string timestamp type uint'
  ).split(' '),
);

const MACROS = ['has', 'all', 'exists', 'exists_one', 'map', 'filter'];

/** Loops within loops cost their product. */
const MAX_NESTING = 2;

/** What a name means where it stands: the variable whose items it runs over, or nothing that is known. */
type Bound = ReadonlyMap<string, Variable | undefined>;

export function lint(root: Expr): Linted {
  const reads = new Set<Variable>();
  const amounts: Amount[] = [];
  let counts = false;
  const faults: Fault[] = [];
  const fault = (expr: Expr, message: string): void => void faults.push({ id: expr.id, message });

  function visit(expr: Expr, bound: Bound, depth: number): void {
    const { exprKind } = expr;
    if (exprKind.case === 'comprehensionExpr') visitLoop(expr, exprKind.value, bound, depth);
    if (exprKind.case === 'identExpr') visitName(expr, exprKind.value.name, bound);
    if (exprKind.case === 'selectExpr') visitField(expr, bound);
    if (exprKind.case === 'callExpr') visitCall(expr, exprKind.value);
    if (exprKind.case === 'structExpr' && exprKind.value.messageName !== '') {
      fault(expr, `Messages cannot be made here; \`${exprKind.value.messageName}{…}\` is unknown.`);
      return;
    }
    for (const operand of operandsOf(expr)) visit(operand, bound, depth);
  }

  function visitLoop(expr: Expr, fold: Comprehension, bound: Bound, depth: number): void {
    if (depth >= MAX_NESTING) {
      fault(
        expr,
        `More than ${MAX_NESTING} loops (all, exists, map, filter) stand within each other; nest fewer.`,
      );
    }
    for (const each of rangeOf(fold)) visit(each, bound, depth);
    const chain = fold.iterRange && chainOf(fold.iterRange);
    const inside = new Map(bound).set(fold.iterVar, chain && itemsOf(chain)).set(fold.accuVar, undefined);
    for (const each of bodyOf(fold)) visit(each, inside, depth + 1);
  }

  function visitName(expr: Expr, name: string, bound: Bound): void {
    if (bound.has(name) || TYPES.has(name)) return;
    if (isVariable(name)) reads.add(name);
    else
      fault(
        expr,
        `Unknown variable "${name}".${didYouMean(name, Object.keys(variables)) || ` Known are ${Object.keys(variables).join(', ')}.`}`,
      );
  }

  function visitField(expr: Expr, bound: Bound): void {
    const [root, field, ...rest] = chainOf(expr) ?? [];
    if (root === undefined || field === undefined || rest.length > 0) return;
    const isItem = bound.has(root);
    const variable = isItem ? bound.get(root) : isVariable(root) ? root : undefined;
    if (variable === undefined) return;
    const { type } = variables[variable];
    const fields = Object.keys((isItem ? type.item?.fields : type.fields) ?? {});
    if (fields.length > 0 && !fields.includes(field)) {
      fault(
        expr,
        `${isItem ? 'A finding' : `\`${variable}\``} has no field "${field}".${didYouMean(field, fields) || ` It has ${fields.join(', ')}.`}`,
      );
    }
  }

  function visitCall(expr: Expr, { function: name, target, args }: Call): void {
    if (name === 'matches' && args.length > 0) visitPattern(args.at(-1)!);
    if (/^[@_!-]/.test(name) || FUNCTIONS.has(name)) return;
    if (target && chainOf(target)?.join('.') === 'session' && Object.hasOwn(COUNTING, name)) {
      visitCounting(expr, name as keyof typeof COUNTING, args);
      return;
    }
    const meant = didYouMean(name, [...FUNCTIONS, ...MACROS, ...Object.keys(COUNTING)]);
    fault(
      expr,
      MACROS.includes(name) ? `\`${name}\` is used wrongly.` : `Unknown function "${name}".${meant}`,
    );
  }

  function visitPattern(pattern: Expr): void {
    const message = patternFault(pattern);
    if (message !== undefined) fault(pattern, message);
  }

  function visitCounting(
    expr: Expr,
    name: keyof typeof COUNTING,
    [tool, path, ...rest]: readonly Expr[],
  ): void {
    counts = true;
    const given = [tool, path].filter((each) => each !== undefined).length + rest.length;
    if (given !== COUNTING[name].length)
      fault(expr, `Write it as session.${name}(${COUNTING[name].join(', ')}).`);
    if (given !== COUNTING[name].length || !path) return;
    const text = textIn(path);
    const query = text === undefined ? 'it is not written out' : compilePath(text);
    if (typeof query !== 'string') amounts.push({ path: text!, query });
    else
      fault(
        path,
        `This is no JSONPath that can be summed: ${query}. Write it as RFC 9535 has it: "$.amount"`,
      );
  }

  visit(root, new Map(), 0);
  return { reads, counts, amounts, faults: faults.length > 0 ? faults : typeFaults(root) };
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];

/** What is asked of the session's calls, and how. */
const COUNTING = { count: ['"refund_*"'], sum: ['"refund_*"', '"$.amount"'] } as const;

/** Items of `findings` and of `request.findings` are findings. */
const itemsOf = (chain: readonly string[]): Variable | undefined =>
  chain.at(-1) === 'findings' && (chain.length === 1 || (chain.length === 2 && chain[0] === 'request'))
    ? 'findings'
    : undefined;
