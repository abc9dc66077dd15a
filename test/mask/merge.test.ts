import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Masking } from '../../src/exchange.ts';
import { mergeMasks } from '../../src/mask/mask.ts';

const order = ['surrogate', 'placeholder', 'partial', 'hash', 'redact'] as const;
const masking: fc.Arbitrary<Masking> = fc
  .record({
    start: fc.nat(40),
    length: fc.integer({ min: 1, max: 12 }),
    form: fc.constantFrom(...order),
    entity: fc.constantFrom('A', 'B'),
    rule: fc.constantFrom('mask.to_model.pii', 'mask.to_model.A'),
  })
  .map(({ start, length, ...rest }) => ({ leaf: 0, start, end: start + length, ...rest }));
const maskings = fc.array(masking, { maxLength: 12 });

const covered = (masks: readonly Masking[]): Set<number> =>
  new Set(masks.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));

describe('maskings of one leaf, merged', () => {
  it('are in order and apart, and cover what they covered', () => {
    fc.assert(
      fc.property(maskings, (masks) => {
        const merged = mergeMasks(masks);
        for (const [i, mask] of merged.slice(1).entries())
          expect(mask.start).toBeGreaterThanOrEqual(merged[i]!.end);
        expect(covered(merged)).toEqual(covered(masks));
      }),
    );
  });

  it('hold the strongest form that stood anywhere in each', () => {
    fc.assert(
      fc.property(maskings, (masks) => {
        for (const mask of mergeMasks(masks)) {
          const within = masks.filter(({ start, end }) => start < mask.end && mask.start < end);
          expect(order.indexOf(mask.form)).toBe(Math.max(...within.map(({ form }) => order.indexOf(form))));
        }
      }),
    );
  });

  it('are the same in any order, and when merged again', () => {
    fc.assert(
      fc.property(
        maskings.chain((masks) =>
          fc.tuple(fc.constant(masks), fc.shuffledSubarray(masks, { minLength: masks.length })),
        ),
        ([masks, shuffled]) => {
          expect(mergeMasks(shuffled)).toEqual(mergeMasks(masks));
          expect(mergeMasks(mergeMasks(masks))).toEqual(mergeMasks(masks));
        },
      ),
    );
  });
});
