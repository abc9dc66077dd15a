/** How much is masked: values, and the bytes that they take up in what was recorded. */
import type { RecordedDecision } from '../exchange.ts';
import type { Witness } from '../policy/govern.ts';

export interface Masked {
  readonly values: number;
  readonly bytes: number;
}

export const sumOf = (all: readonly Masked[]): Masked => ({
  values: all.reduce((sum, { values }) => sum + values, 0),
  bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
});

interface Mask {
  /** Of the value, as far as it says which mask it is. */
  readonly key: string;
  readonly bytes: number;
}

/** A stream decides its units in parts, and then as a whole: that counts. */
export function openScales() {
  const units = new Map<string, Mask[]>();
  const witness: Witness = ({ exchange, decisions }) => {
    for (const { unit, stage, path, masks } of decisions) {
      const { leaves } = exchange.units[unit]!;
      const all = masks.map(({ leaf, start, end, ...mask }) => ({
        key: keyOf({ ...mask, path: leaves[leaf]!.path }),
        bytes: end - start,
      }));
      units.set(`${stage} ${path}`, all);
    }
  };
  return {
    witness,
    /** What was weighed since, of the masks of decisions that are `wanted`. */
    take(decisions: readonly RecordedDecision[]): (wanted: Wanted) => Masked {
      const weighed = decisions.flatMap((decision) => {
        const own = units.get(`${decision.stage} ${decision.path}`) ?? [];
        return decision.masked.map((mask) => ({ decision, rule: mask.rule, ...weightOf(keyOf(mask), own) }));
      });
      units.clear();
      return (wanted) => sumOf(weighed.filter(({ decision, rule }) => wanted(decision, rule)));
    },
  };
}

type Wanted = (decision: RecordedDecision, rule: string) => boolean;

const keyOf = ({ path, entity, form, rule }: RecordedDecision['masked'][number]): string =>
  `${form} ${rule} ${entity} ${path}`;

/** Of several alike the first that is left. A mask that the policy knows nothing of, a foreign surrogate's, weighs nothing. */
function weightOf(key: string, masks: Mask[]): Masked {
  const index = masks.findIndex((each) => each.key === key);
  return { values: 1, bytes: index < 0 ? 0 : masks.splice(index, 1)[0]!.bytes };
}
