/**
 * The boolean sub-expressions of a condition: the comparisons, calls and loops between its logical operators, and what
 * those operators join. Each is marked in the syntax tree, so that an evaluation leaves its outcome behind.
 */
import type { Logic, Point } from './condition.ts';
import { bodyOf, type Comprehension, type Expr, operandsOf, type Parsed, rangeOf } from './expression.ts';
import { createText, type TextRange } from './expression-text.ts';
import { marked } from './trace.ts';

const OPERATORS = { '_&&_': 'and', '_||_': 'or', '!_': 'not', '_?_:_': 'if' } as const;
type Operator = (typeof OPERATORS)[keyof typeof OPERATORS];

export interface Marked {
  readonly points: readonly Point[];
  readonly logic: Logic;
  /** The tree to plan. */
  readonly expr: Expr;
}

/** The operator above a sub-expression, if one is, and what would leave the outcome to its other operands. */
interface Above {
  readonly looped: boolean;
  readonly within?: Operator;
  readonly neutral?: boolean | undefined;
}

interface Found {
  readonly expr: Expr;
  readonly logic: Logic;
  readonly range: TextRange | undefined;
}

/** Marks the tree in place. */
export function markPoints(
  { expr: root, sourceInfo }: Parsed,
  text: string,
  mayTell: (text: string) => boolean,
): Marked {
  const points: Point[] = [];
  const source = createText(text);

  const add = (expr: Expr, range: TextRange, above: Above, joins = false): Found => {
    const { looped, neutral } = above;
    const own = text.slice(range.start, range.end);
    const told = !looped && !joins && mayTell(own);
    const point =
      points.push({ text: own, ...range, looped, told, ...(neutral === undefined ? {} : { neutral }) }) - 1;
    return { expr: marked(expr, point), logic: { point }, range };
  };

  /** What stands where true or false is asked for. */
  function mark(expr: Expr, above: Above): Found {
    const { looped, within } = above;
    const operator = operatorOf(expr);
    if (operator === undefined) {
      const always = constantOf(expr);
      if (always !== undefined) return { expr, logic: { always }, range: undefined };
      visit(expr, looped);
      return add(expr, source.around(sourceInfo?.positions[String(expr.id)] ?? 0), above);
    }
    const args = argsOf(expr);
    const below = { looped, within: operator, neutral: neutralOf(operator, above.neutral) };
    const found = args.map((arg) => mark(arg, below));
    found.forEach((each, i) => {
      args[i] = each.expr;
    });
    const logic: Logic = { operator, of: found.map((each) => each.logic) };
    const range = source.joined(found.flatMap((each) => each.range ?? []));
    if (!range || !within || within === operator || operator === 'not') return { expr, logic, range };
    return { ...add(expr, range, above, true), logic };
  }

  /** What stands where any value may. */
  function visit(expr: Expr, looped: boolean): void {
    const operator = operatorOf(expr);
    if (operator !== undefined) visitOperator(expr, operator, looped);
    else if (expr.exprKind.case === 'comprehensionExpr') visitLoop(expr.exprKind.value, looped);
    else for (const each of operandsOf(expr)) visit(each, looped);
  }

  function visitOperator(expr: Expr, operator: Operator, looped: boolean): void {
    const args = argsOf(expr);
    args.forEach((arg, i) => {
      if (isMacroResult(arg)) return;
      if (operator === 'if' && i > 0) visit(arg, looped);
      else args[i] = mark(arg, { looped }).expr;
    });
  }

  /** Of what a macro is made of, only what its author wrote: the range, and what is asked of each item. */
  function visitLoop(loop: Comprehension, looped: boolean): void {
    for (const each of rangeOf(loop)) visit(each, looped);
    const [, step] = bodyOf(loop);
    if (step) visit(step, true);
  }

  const { expr, logic } = mark(root, { looped: false });
  return { points, logic, expr };
}

function neutralOf(operator: Operator, above: boolean | undefined): boolean | undefined {
  if (operator === 'not') return above === undefined ? undefined : !above;
  return operator === 'if' ? undefined : operator === 'and';
}

function operatorOf({ exprKind }: Expr): Operator | undefined {
  if (exprKind.case !== 'callExpr') return undefined;
  const name = exprKind.value.function;
  return Object.hasOwn(OPERATORS, name) ? OPERATORS[name as keyof typeof OPERATORS] : undefined;
}

const argsOf = ({ exprKind }: Expr): Expr[] => (exprKind.case === 'callExpr' ? exprKind.value.args : []);

const isMacroResult = ({ exprKind }: Expr): boolean =>
  exprKind.case === 'identExpr' && exprKind.value.name.startsWith('@');

function constantOf({ exprKind }: Expr): boolean | undefined {
  const kind = exprKind.case === 'constExpr' ? exprKind.value.constantKind : undefined;
  return kind?.case === 'boolValue' ? kind.value : undefined;
}
