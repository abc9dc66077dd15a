import type { Match } from '../exchange.ts';
import { findUnderKey } from './assigned.ts';
import type { Found, Kind, Text } from './bytes.ts';
import { type CustomDetector, type Customs, compileCustom, scanCustom } from './custom.ts';
import { openFrom } from './hold.ts';
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
}

/** A finding counts from this score on. */
export const THRESHOLD = 0.5;

/** The built-in entities. */
export const entities: readonly Kind[] = kinds;
/** Those that are looked for only where `names` is given. */
export const namedEntities: readonly Kind[] = namedKinds;

const groups: ReadonlyMap<string, string> = new Map(
  [...kinds, ...namedKinds].map(({ entity, group }) => [entity, group]),
);

/** Throws `policy_invalid`, naming the detector, where a pattern cannot run in linear time or an example disagrees. */
export function compileDetectors(custom: readonly CustomDetector[] = [], names?: Names): Detectors {
  return { customs: compileCustom(custom, groups, THRESHOLD), ...(names && { names }) };
}

/** What is known of a text from where it stands. */
export interface Hint {
  /** The JSON key it stands under. */
  readonly key?: string;
}

const textOf = (bytes: Uint8Array, start: number, end: number, hint?: Hint): Text => ({
  bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  start,
  end,
  key: hint?.key ?? '',
});

/** What the UTF-8 text between `start` and `end` holds; offsets count from `start`. */
export function detect(
  detectors: Detectors,
  bytes: Uint8Array,
  start: number,
  end: number,
  hint?: Hint,
): Match[] {
  const text = textOf(bytes, start, end, hint);
  const found = scan(text);
  const keyed = findUnderKey(text);
  if (keyed) found.push(keyed);
  if (detectors.customs.list.length > 0) found.push(...scanCustom(detectors.customs, text));
  if (detectors.names) found.push(...findNames(detectors.names, text));
  if (found.length === 0) return [];
  return resolve(found.filter(({ score }) => score >= THRESHOLD)).map((one) => relative(one, start));
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
  const text = textOf(bytes, start, end, hint);
  let hold = openFrom(text, detectors.customs, secrets);
  if (detectors.names && !secrets) hold = Math.min(hold, namesOpenFrom(text));
  const across = (match: Match): boolean => start + match.start < hold && start + match.end > hold;
  for (let match = found.find(across); match; match = found.find(across)) hold = start + match.start;
  return hold;
}

const relative = ({ inside: _, ...found }: Found, start: number): Match => ({
  ...found,
  start: found.start - start,
  end: found.end - start,
});

/** The group of a built-in or own entity. */
export const groupOf = (detectors: Detectors, entity: string): string | undefined =>
  groups.get(entity) ?? detectors.customs.list.find((one) => one.entity === entity)?.group;
