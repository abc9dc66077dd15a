/**
 * What came of each marked sub-expression in an evaluation. The mark of one is two calls around it, `@leave(@enter(n), x)`:
 * the library evaluates arguments in order and gives up at the first that fails, so one that was entered and not left
 * has failed.
 */
import { type CelFunc, CelScalar, celFunc } from '@bufbuild/cel';
import type { Judged, Seen } from '../exchange.ts';
import { callTo, type Expr } from './expression.ts';

const ENTER = '@enter';
const LEAVE = '@leave';

/** Bits of a sub-expression; in a loop, those of all turns. */
const TRUE = 1;
const FALSE = 2;
const FAILED = 4;
const ENTERED = 8;

export interface Trace {
  readonly functions: CelFunc[];
  /** Where the marks of the evaluation to come are kept. */
  begin(points: number): Uint8Array;
}

export function createTrace(): Trace {
  let seen = new Uint8Array(0);
  return {
    functions: [
      celFunc(ENTER, [CelScalar.DYN], CelScalar.DYN, (point) => {
        const index = Number(point);
        const before = seen[index]!;
        seen[index] = (before & ENTERED ? before | FAILED : before) | ENTERED;
        return point as bigint;
      }),
      celFunc(LEAVE, [CelScalar.DYN, CelScalar.DYN], CelScalar.DYN, (point, value) => {
        const index = Number(point);
        const came = value === true ? TRUE : value === false ? FALSE : FAILED;
        seen[index] = (seen[index]! & ~ENTERED) | came;
        return value as boolean;
      }),
    ],
    begin(points) {
      seen = new Uint8Array(points);
      return seen;
    },
  };
}

/** Undefined where it was not reached. */
export function seenOf(bits: number): Seen | undefined {
  if (bits & (FAILED | ENTERED)) return 'error';
  return bits === (TRUE | FALSE) ? 'both' : bits & TRUE ? 'true' : bits & FALSE ? 'false' : undefined;
}

/** Which of true and false came, failures apart. */
export const waysOf = (bits: number): ('true' | 'false')[] => [
  ...(bits & TRUE ? (['true'] as const) : []),
  ...(bits & FALSE ? (['false'] as const) : []),
];

/** What came of the same sub-expressions in several evaluations. */
export const joined = (all: readonly Uint8Array[]): Uint8Array =>
  all.length === 1 ? all[0]! : all[0]!.map((_, i) => all.reduce((bits, each) => bits | each[i]!, 0));

/** The outcomes that recordings tell, by text: the same text says the same of one unit wherever it stands. */
export function outcomesOf(judged: readonly Judged[]): Record<string, Seen> {
  const bits = new Map<string, number>();
  for (const { points, seen } of judged)
    for (const [i, { text, told }] of points.entries())
      if (told && seen[i] !== 0) bits.set(text, (bits.get(text) ?? 0) | seen[i]!);
  return Object.fromEntries([...bits].map(([text, each]) => [text, seenOf(each)!]));
}

export const marked = (expr: Expr, point: number): Expr =>
  callTo(expr.id, LEAVE, [callTo(expr.id, ENTER, [constant(expr.id, point)]), expr]);

const constant = (id: bigint, value: number): Expr => ({
  $typeName: 'cel.expr.Expr',
  id,
  exprKind: {
    case: 'constExpr',
    value: { $typeName: 'cel.expr.Constant', constantKind: { case: 'int64Value', value: BigInt(value) } },
  },
});
