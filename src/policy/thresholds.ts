/** From which score on a finding counts: a file may ask for less than its base does, and never for more. */
import type { PolicyFile } from './policy.generated.ts';
import type { Layer, Problem } from './yaml.ts';

type Thresholds = NonNullable<PolicyFile['thresholds']>;

/** What a file's base counts as a finding, the file cannot let pass. Layers come own file first. */
export function loosenedThresholds(layers: readonly Layer[], groupOf: (entity: string) => string): Problem[] {
  return layers.flatMap((layer, i) =>
    Object.entries(thresholdsOf(layer)).flatMap(([name, own]) => {
      const base = layers.slice(i + 1).find((each) => statedFor(name, thresholdsOf(each), groupOf) < own);
      if (!base) return [];
      const least = statedFor(name, thresholdsOf(base), groupOf);
      const message = `${base.file} counts ${name} from ${least} on, which this file cannot loosen; write ${least} or less, or take the line out.`;
      return [{ ...layer.place(['thresholds', name]), message }];
    }),
  );
}

const thresholdsOf = (layer: Layer): Thresholds => (layer.value as PolicyFile).thresholds ?? {};

/** Infinity where the file says nothing of it. */
const statedFor = (name: string, stated: Thresholds, groupOf: (entity: string) => string): number =>
  stated[name] ?? stated[groupOf(name)] ?? stated.all ?? Number.POSITIVE_INFINITY;
