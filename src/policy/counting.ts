/** `session.count(tool)` and `session.sum(tool, path)` in conditions: over the session's calls and those of this answer. */
import { type CelFunc, CelScalar, celMethod } from '@bufbuild/cel';
import type { Tally } from '../exchange.ts';
import type { Budget } from './bound.ts';
import { countOf, sumOf } from './tally.ts';

export const NO_NUMBER = 'session.sum met something that is no number';

/** `tallies` are those of the evaluation that runs. */
export function countingFunctions(spend: Budget['spend'], tallies: () => readonly Tally[]): CelFunc[] {
  const charged = (): readonly Tally[] => {
    const all = tallies();
    spend(1 + all.reduce((sum, { counts }) => sum + (counts.size >> 3), 0));
    return all;
  };
  return [
    celMethod('count', CelScalar.DYN, [CelScalar.STRING], CelScalar.INT, (tool) =>
      BigInt(countOf(charged(), tool)),
    ),
    celMethod('sum', CelScalar.DYN, [CelScalar.STRING, CelScalar.STRING], CelScalar.DYN, (tool, path) => {
      const sum = sumOf(charged(), tool, path);
      if (Number.isNaN(sum)) throw new Error(NO_NUMBER);
      return Number.isSafeInteger(sum) ? BigInt(sum) : sum;
    }),
  ];
}
