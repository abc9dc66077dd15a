/** The syntax tree of a CEL expression: walking it. */
import type { parse } from '@bufbuild/cel';

export type Parsed = ReturnType<typeof parse>;
export type Expr = Parsed['expr'];
export type Comprehension = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];

/** What stands directly below a node, comprehensions apart. */
export function operandsOf({ exprKind }: Expr): readonly Expr[] {
  switch (exprKind.case) {
    case 'selectExpr':
      return present([exprKind.value.operand]);
    case 'callExpr':
      return present([exprKind.value.target, ...exprKind.value.args]);
    case 'listExpr':
      return exprKind.value.elements;
    case 'structExpr':
      return exprKind.value.entries.flatMap(({ keyKind, value }) =>
        present([keyKind.case === 'mapKey' ? keyKind.value : undefined, value]),
      );
    default:
      return [];
  }
}

/** What a comprehension evaluates once, and what for each item. */
export const rangeOf = (fold: Comprehension): readonly Expr[] => present([fold.iterRange, fold.accuInit]);
export const bodyOf = (fold: Comprehension): readonly Expr[] =>
  present([fold.loopCondition, fold.loopStep, fold.result]);

/** Everything directly below a node. */
export const belowOf = (expr: Expr): readonly Expr[] =>
  expr.exprKind.case === 'comprehensionExpr'
    ? [...rangeOf(expr.exprKind.value), ...bodyOf(expr.exprKind.value)]
    : operandsOf(expr);

const present = (list: readonly (Expr | undefined)[]): Expr[] => list.filter((expr) => expr !== undefined);

/** A text that is written out, in one piece or in several that `+` joins; undefined where it is computed. */
export function textIn({ exprKind }: Expr): string | undefined {
  if (exprKind.case === 'constExpr') {
    const { constantKind } = exprKind.value;
    return constantKind.case === 'stringValue' ? constantKind.value : undefined;
  }
  if (exprKind.case !== 'callExpr' || exprKind.value.function !== '_+_') return undefined;
  const parts = exprKind.value.args.map(textIn);
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** Whether nodes stand within each other more than `most` deep; told without walking that deep. */
export function isDeeperThan(most: number, root: Expr): boolean {
  let level: readonly Expr[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === most) return true;
    level = level.flatMap(belowOf);
  }
  return false;
}

/** A call put into a tree, in the name of a node that is there. */
export const callTo = (id: bigint, name: string, args: Expr[]): Expr => ({
  $typeName: 'cel.expr.Expr',
  id,
  exprKind: { case: 'callExpr', value: { $typeName: 'cel.expr.Expr.Call', function: name, args } },
});

/** `args.order.amount`: the names from the root of a chain of fields; undefined where it is none. */
export function chainOf({ exprKind }: Expr): readonly string[] | undefined {
  if (exprKind.case === 'identExpr') return [exprKind.value.name];
  if (exprKind.case !== 'selectExpr' || !exprKind.value.operand) return undefined;
  const root = chainOf(exprKind.value.operand);
  return root && [...root, exprKind.value.field];
}
