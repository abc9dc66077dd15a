/**
 * Bounds what a CEL expression may cost. The library has no limit of its own, so the syntax tree is given one: each turn
 * of a loop, whatever a loop hands to a function, and the texts that dear functions take are charged to a budget; an
 * evaluation that runs out of it fails.
 */
import { type CelFunc, CelScalar, type CelValue, celFunc, celList, isCelList, isCelMap } from '@bufbuild/cel';
import { bodyOf, callTo, type Expr, operandsOf, rangeOf } from './expression.ts';

const TURN = '@turn';
const CHARGE = '@charge';
const APPEND = '@append';

/** Steps of one evaluation: some tens of milliseconds. */
const STEPS = 50_000;

/** Operators that look at no more than their operands' outermost value. */
const CHEAP = new Set(['_&&_', '_||_', '!_', '_?_:_', '_[_]', '-_', '@not_strictly_false']);

/** Functions that are charged outside of loops, too: they take more than a glance at each character. */
const DEAR = new Set(['int', 'uint']);

export const OUT_OF_STEPS = 'it took too many steps';

export interface Budget {
  readonly functions: CelFunc[];
  /** Throws where it runs out. */
  spend(steps: number): void;
  refill(): void;
}

export function createBudget(): Budget {
  let left = STEPS;
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0) throw new Error(OUT_OF_STEPS);
  };
  const charge = (value: CelValue): void => {
    if (typeof value === 'string') spend(value.length >> 6);
    else if (isCelList(value)) chargeAll(value);
    else if (isCelMap(value)) chargeAll(value.values());
  };
  const chargeAll = (items: Iterable<CelValue>): void => {
    for (const item of items) {
      spend(1);
      charge(item);
    }
  };
  return {
    functions: [
      celFunc(TURN, [], CelScalar.BOOL, () => {
        spend(1);
        return true;
      }),
      celFunc(CHARGE, [CelScalar.DYN], CelScalar.DYN, (value) => {
        charge(value as CelValue);
        return value as CelValue;
      }),
      appending(),
    ],
    spend,
    refill: () => {
      left = STEPS;
    },
  };
}

/**
 * Grows the list that a `map` or `filter` builds. The library adds a list of one to a list each turn, and walking what
 * comes of that takes time by the square. Nobody else holds the list while the loop runs, so it grows in place.
 */
function appending(): CelFunc {
  const grown = new WeakMap<object, CelValue[]>();
  return celFunc(APPEND, [CelScalar.DYN, CelScalar.DYN], CelScalar.DYN, (list, item) => {
    const items = grown.get(list as object);
    if (items) {
      items.push(item as CelValue);
      return list as CelValue;
    }
    const first = [item as CelValue];
    const fresh = celList(first);
    grown.set(fresh, first);
    return fresh;
  });
}

/** Puts the charges in, in place. */
export function chargeLoops(expr: Expr, looping = false): void {
  const { exprKind } = expr;
  if (exprKind.case === 'comprehensionExpr') {
    const fold = exprKind.value;
    for (const each of rangeOf(fold)) chargeLoops(each, looping);
    for (const each of bodyOf(fold)) chargeLoops(each, true);
    fold.loopCondition = callTo(expr.id, '_&&_', [callTo(expr.id, TURN, []), fold.loopCondition!]);
    return;
  }
  for (const operand of operandsOf(expr)) chargeLoops(operand, looping);
  if (exprKind.case !== 'callExpr' || CHEAP.has(exprKind.value.function)) return;
  if (!looping && !DEAR.has(exprKind.value.function)) return;
  const { value } = exprKind;
  const [list, added] = value.args;
  if (value.function === '_+_' && isResult(list!) && added?.exprKind.case === 'listExpr') {
    value.function = APPEND;
    value.args = [list!, added.exprKind.value.elements[0]!];
    return;
  }
  value.args = value.args.map(charged);
  if (value.target) value.target = charged(value.target);
}

/** What the author wrote out is short, and a loop's own result grows by one item each turn, which has been charged. */
function charged(expr: Expr): Expr {
  return isConstant(expr) || isResult(expr) ? expr : callTo(expr.id, CHARGE, [expr]);
}

const isConstant = ({ exprKind }: Expr): boolean =>
  exprKind.case === 'constExpr' ||
  (exprKind.case === 'listExpr' && exprKind.value.elements.every(isConstant));

const isResult = ({ exprKind }: Expr): boolean =>
  exprKind.case === 'identExpr' && exprKind.value.name.startsWith('@');
