/** What a policy's detectors find, for those who may not ask the detectors themselves. */
import { detect, holdFrom, isHeld } from '../detect/detect.ts';
import { type Explained, explain } from '../detect/explain.ts';
import type { Leaf, Match, Stage } from '../exchange.ts';
import type { Policy } from './policy.ts';

export type { Explained } from '../detect/explain.ts';
export { readableFrom } from '../detect/runs.ts';

/** Offsets are bytes from the leaf's start; `about` is what a schema says of what stands under a key. */
export const find = (
  policy: Pick<Policy, 'detectors'>,
  { bytes, start, end, key }: Leaf,
  about?: string,
): readonly Match[] =>
  detect(policy.detectors, bytes, start, end, key === undefined ? undefined : { key, about });

/** Is a leaf whose text goes on open from its first byte, since its key says what stands there? */
export const isOpen = ({ detectors }: Pick<Policy, 'detectors'>, { key = '' }: Leaf): boolean =>
  isHeld(detectors, key);

/** Of any other leaf whose text goes on, with what was found in it: the first byte from which on what is masked may still change. */
export function openFrom(
  policy: Pick<Policy, 'detectors' | 'masks'>,
  stage: Stage,
  { bytes, start, end }: Leaf,
  found: readonly Match[],
): number {
  const secrets = policy.masks.secretsOnly(stage);
  const wanted = secrets ? found.filter(({ entity }) => groupOf(policy, entity) === 'secret') : found;
  return holdFrom(policy.detectors, bytes, start, end, undefined, wanted, secrets) - start;
}

/** Findings and near misses with what made their scores. */
export const findWhy = (
  { detectors }: Pick<Policy, 'detectors'>,
  { bytes, start, end, key }: Leaf,
  about?: string,
): readonly Explained[] => explain(detectors, bytes, start, end, { key, about });

/** The check sum that values of an entity of the policy's own pass. */
export const checkOf = (
  { detectors }: Pick<Policy, 'detectors'>,
  entity: string,
): ((value: string) => boolean) | undefined =>
  detectors.customs.list.find((one) => one.entity === entity && one.check)?.check;

/** `pii`, `financial`, `secret`, `network` or a group of the file's own; '' for an entity that nobody defined. */
export const groupOf = (policy: Pick<Policy, 'masks'>, entity: string): string =>
  policy.masks.groupOf(entity);
