import type { Match } from '../exchange.ts';
import { findUnderKey } from './assigned.ts';
import type { Found, Kind, Text } from './bytes.ts';
import { type CustomDetector, type Customs, compileCustom, scanCustom } from './custom.ts';
import { isHeldBy, openFrom } from './hold.ts';
import { kinds } from './kinds.ts';
import { findNames, type Names, namedKinds, namesOpenFrom } from './names.ts';
import { resolve } from './resolve.ts';
import { scan } from './scan.ts';

export type { CustomDetector } from './custom.ts';
export { readGazetteer } from './gazetteer.ts';
export type { Names } from './names.ts';

/** The built-in detectors and a policy's own, compiled. */
export interface Detectors {
  readonly customs: Customs;
  readonly names?: Names;
  /** From which score on a finding of an entity counts. */
  thresholdOf(entity: string): number;
  /** The least of all thresholds. */
  readonly least: number;
}

/** A finding counts from this score on, where a policy does not say otherwise. */
export const THRESHOLD = 0.5;

interface Wishes {
  readonly names?: Names | undefined;
  /** By entity, group or `all`. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

/** The built-in entities. */
export const entities: readonly Kind[] = kinds;
/** Those that are looked for only where `names` is given. */
export const namedEntities: readonly Kind[] = namedKinds;

const groups: ReadonlyMap<string, string> = new Map(
  [...kinds, ...namedKinds].map(({ entity, group }) => [entity, group]),
);

/** Throws `policy_invalid`, naming the detector, where a pattern cannot run in linear time or an example disagrees. */
export function compileDetectors(
  custom: readonly CustomDetector[] = [],
  { names, thresholds = {} }: Wishes = {},
): Detectors {
  const thresholdOf = (entity: string, group: string): number =>
    thresholds[entity] ?? thresholds[group] ?? thresholds.all ?? THRESHOLD;
  const customs = compileCustom(custom, groups, thresholdOf);
  const all = [...kinds, ...namedKinds, ...customs.list];
  const known = new Map(all.map(({ entity, group }) => [entity, thresholdOf(entity, group)]));
  return {
    customs,
    ...(names && { names }),
    thresholdOf: (entity) => known.get(entity) ?? THRESHOLD,
    least: Math.min(...known.values()),
  };
}

/** What is known of a text from where it stands. */
export interface Hint {
  /** The JSON key it stands under. */
  readonly key?: string | undefined;
  /** What a schema says of what stands there. */
  readonly about?: string | undefined;
}

export const textOf = (least: number, bytes: Uint8Array, start: number, end: number, hint?: Hint): Text => ({
  bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  start,
  end,
  key: hint?.key ?? '',
  about: hint?.about ?? '',
  least,
});

const NOTHING: readonly Match[] = [];

/** What the UTF-8 text between `start` and `end` holds; offsets count from `start`. */
export function detect(
  detectors: Detectors,
  bytes: Uint8Array,
  start: number,
  end: number,
  hint?: Hint,
): readonly Match[] {
  const text = textOf(detectors.least, bytes, start, end, hint);
  const found = findingsIn(detectors, text);
  return found.length === 0 ? NOTHING : found.map((one) => relative(one, start));
}

/** What counts, with what it lies within and beside sorted out. */
export function findingsIn(detectors: Detectors, text: Text): Found[] {
  const found = candidatesIn(detectors, text);
  if (found.length === 0) return found;
  return resolve(found.filter(({ entity, score }) => score >= detectors.thresholdOf(entity)));
}

/** All that may be something, in no order and with overlaps. */
export function candidatesIn({ customs, names }: Detectors, text: Text): Found[] {
  const found = scan(text);
  const keyed = findUnderKey(text);
  if (keyed) found.push(keyed);
  const own = customs.list.length > 0 ? found.concat(scanCustom(customs, text)) : found;
  return names ? own.concat(findNames(names, text)) : own;
}

/**
 * Of a text that may go on: the first byte (as `start` counts) before which nothing can still begin or grow. What
 * `detect` finds before it is what it would find there in the whole text; no match lies across it. With `secrets`, that
 * holds for secrets alone, and less has to wait.
 */
export function holdFrom(
  detectors: Detectors,
  bytes: Uint8Array,
  start: number,
  end: number,
  hint?: Hint,
  found: readonly Match[] = detect(detectors, bytes, start, end, hint),
  secrets = false,
): number {
  const text = textOf(detectors.least, bytes, start, end, hint);
  let hold = openFrom(text, detectors.customs, secrets);
  if (detectors.names && !secrets) hold = Math.min(hold, namesOpenFrom(text));
  const across = (match: Match): boolean => start + match.start < hold && start + match.end > hold;
  for (let match = found.find(across); match; match = found.find(across)) hold = start + match.start;
  return hold;
}

/** Does what stands under this key wait to its end? `holdFrom` says so each time that it is asked with the key. */
export const isHeld = ({ customs }: Detectors, key: string): boolean => isHeldBy(key, customs);

export const relative = ({ inside: _, ...found }: Found, start: number): Match => ({
  ...found,
  start: found.start - start,
  end: found.end - start,
});

/** The group of a built-in or own entity. */
export const groupOf = (detectors: Detectors, entity: string): string | undefined =>
  groups.get(entity) ?? detectors.customs.list.find((one) => one.entity === entity)?.group;
