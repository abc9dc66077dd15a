import { describe, expect, it } from 'vitest';
import { compileDetectors, detect, entities, groupOf } from '../../src/detect/detect.ts';
import { commonSecrets, secretSources, textSources } from './labels.mjs';
import {
  finder,
  measure,
  missing,
  precisionOf,
  readCorpus,
  recallOf,
  type Tally,
  tally,
  total,
} from './measure.mjs';

/** Recall and precision on labelled texts of other projects. */

const detectors = compileDetectors();
const find = finder(
  (bytes, key) => detect(detectors, bytes, 0, bytes.length, key === undefined ? undefined : { key }),
  (entity) => groupOf(detectors, entity),
);
const known = new Set(entities.map(({ entity }) => entity));

const tallies = (sources: readonly string[], type = /(?:)/): Map<string, Tally> => {
  const texts = sources.flatMap(readCorpus).filter((one) => type.test(one.type));
  const found = texts.map(({ text }) => find(text));
  return measure(texts, known, found);
};

describe.skipIf(missing)('labelled texts (skipped where ../shared/corpora is missing)', () => {
  it('structured entities', () => {
    const all = [...tallies(textSources)].filter(([entity]) => known.has(entity));
    const sum = total(all.map(([, one]) => one));
    const weak = all.map(
      ([entity, { hit, missed, wrong }]) => `${entity} ${hit}/${hit + missed} ${wrong} wrong`,
    );
    // A floor, below what is measured; what is aimed at is 0.97.
    expect(recallOf(sum), weak.join('\n')).toBeGreaterThanOrEqual(0.85);
    expect(precisionOf(sum), weak.join('\n')).toBeGreaterThanOrEqual(0.95);
  });

  it('secrets of the common services', () => {
    const all = Object.entries(commonSecrets).map(
      ([service, type]) => [service, tallies(secretSources, type).get('SECRET') ?? tally()] as const,
    );
    const sum = total(all.map(([, one]) => one));
    const weak = all.map(
      ([service, { hit, missed, wrong }]) => `${service} ${hit}/${hit + missed} ${wrong} wrong`,
    );
    expect(recallOf(sum), weak.join('\n')).toBeGreaterThanOrEqual(0.89);
  });
});
