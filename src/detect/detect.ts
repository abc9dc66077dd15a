import type { Match } from '../exchange.ts';
import type { Found, Kind, Text } from './bytes.ts';
import { type CustomDetector, type Customs, compileCustom, scanCustom } from './custom.ts';
import { findUnderKey } from './keyed.ts';
import { kinds } from './kinds.ts';
import { resolve } from './resolve.ts';
import { scan } from './scan.ts';

export type { CustomDetector } from './custom.ts';

/** The built-in detectors and a policy's own, compiled. */
export interface Detectors {
  readonly customs: Customs;
}

/** A finding counts from this score on. */
export const THRESHOLD = 0.5;

/** The built-in entities. */
export const entities: readonly Kind[] = kinds;

const groups: ReadonlyMap<string, string> = new Map(kinds.map(({ entity, group }) => [entity, group]));

/** Throws `policy_invalid`, naming the detector, where a pattern cannot run in linear time or an example disagrees. */
export function compileDetectors(custom: readonly CustomDetector[] = []): Detectors {
  return { customs: compileCustom(custom, groups, THRESHOLD) };
}

/** What the UTF-8 text between `start` and `end` holds; offsets count from `start`. */
export function detect(
  detectors: Detectors,
  bytes: Uint8Array,
  start: number,
  end: number,
  hint?: { key?: string },
): Match[] {
  const text: Text = {
    bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    start,
    end,
    key: hint?.key ?? '',
  };
  const found = scan(text);
  const keyed = findUnderKey(text);
  if (keyed) found.push(keyed);
  if (detectors.customs.list.length > 0) found.push(...scanCustom(detectors.customs, text));
  if (found.length === 0) return [];
  return resolve(found.filter(({ score }) => score >= THRESHOLD)).map((one) => relative(one, start));
}

const relative = (found: Found, start: number): Match => ({
  ...found,
  start: found.start - start,
  end: found.end - start,
});

/** The group of a built-in or own entity. */
export const groupOf = (detectors: Detectors, entity: string): string | undefined =>
  groups.get(entity) ?? detectors.customs.list.find((one) => one.entity === entity)?.group;
