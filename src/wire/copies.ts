/**
 * A stream tells much of its content several times (in pieces, then whole, then whole once more). What it repeats to
 * the letter is one unit, whose edits reach every place; what it repeats differently is a unit of its own.
 */
import type { JsonValue, Leaf, Unit } from '../exchange.ts';
import type { CallOrigin } from './calls.ts';
import type { Origin } from './edit.ts';

/** How many different tellings of one place are compared with a new one: real streams have no more than two. */
const COMPARED = 8;

/** The units, each said once, in the order in which they first came. */
export function foldCopies(units: readonly Unit[]): Unit[] {
  const kept: (Unit | undefined)[] = [];
  const places = new Map<string, number[]>();
  for (const unit of units) {
    const near = nearby(unit, places);
    const home = near.find((i) => holds(kept[i], unit));
    if (home !== undefined) {
      kept[home] = absorb(kept[home]!, unit);
      continue;
    }
    const parts = near.filter((i) => kept[i] && holds(unit, kept[i]));
    const index = parts[0] ?? kept.length;
    const whole = parts.reduce((larger, i) => absorb(larger, kept[i]!), unit);
    for (const i of parts) kept[i] = undefined;
    kept[index] = whole;
    for (const place of placesOf(whole)) {
      const there = places.get(place);
      if (!there) places.set(place, [index]);
      else if (there.at(-1) !== index) there.push(index);
    }
  }
  return kept.filter((unit) => unit !== undefined);
}

const placesOf = (unit: Unit): string[] =>
  [unit.path, callPath(unit) ?? unit.path, ...unit.leaves.map((leaf) => leaf.path)].map(
    (place) => `${unit.stage} ${place}`,
  );

const callPath = (unit: Unit): string | undefined => (unit.origin as CallOrigin | undefined)?.path;

/** Units that speak of some place that this one speaks of, earliest first. */
function nearby(unit: Unit, places: ReadonlyMap<string, readonly number[]>): number[] {
  const near = new Set<number>();
  for (const place of placesOf(unit))
    for (const index of places.get(place)?.slice(-COMPARED) ?? []) near.add(index);
  return [...near].sort((a, b) => a - b);
}

/** Does `large` say all that `small` says? */
function holds(large: Unit | undefined, small: Unit): large is Unit {
  if (!large || large.stage !== small.stage || !sameCall(large, small)) return false;
  if (isBare(small)) return (callPath(small) ?? small.path) === (callPath(large) ?? large.path);
  const inside = small.path !== large.path;
  if (inside && !small.path.startsWith(`${large.path}/`)) return false;
  return pair(large.leaves, small.leaves) !== undefined && (inside || sameValues(large, small));
}

/** A call, or a result, that was named before anything of it was known. */
const isBare = ({ leaves, values }: Unit): boolean =>
  leaves.length === 0 && values !== undefined && values().every(isNothing);

function sameCall(large: Unit, small: Unit): boolean {
  const name = small.tool?.name || large.tool?.name;
  return (
    name === large.tool?.name &&
    (small.callId ?? large.callId) === large.callId &&
    (small.remote ?? false) === (large.remote ?? false)
  );
}

function sameValues(large: Unit, small: Unit): boolean {
  const [own = [], values = []] = [small.values?.(), large.values?.()];
  const agree = (small.origin as CallOrigin | undefined)?.early ? begins : same;
  return own.length <= values.length && own.every((value, i) => agree(value, values[i]!));
}

const isNothing = (value: JsonValue): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/** Is `early` what was known of the value when it was first named? */
const begins = (early: JsonValue, value: JsonValue): boolean =>
  isNothing(early) || early === value || (entries(early) <= entries(value) && fits(early, value, begins));

const same = (one: JsonValue, other: JsonValue): boolean =>
  one === other || (entries(one) === entries(other) && fits(one, other, same));

const entries = (value: JsonValue): number =>
  typeof value === 'object' && value !== null ? Object.keys(value).length : -1;

/** Two lists, or two objects, of which one has all that the other has. */
function fits(some: JsonValue, all: JsonValue, agree: (a: JsonValue, b: JsonValue) => boolean): boolean {
  if (typeof some !== 'object' || some === null || typeof all !== 'object' || all === null) return false;
  if (Array.isArray(some) !== Array.isArray(all)) return false;
  const values = new Map(Object.entries(all));
  return Object.entries(some).every(([key, each]) => values.has(key) && agree(each, values.get(key)!));
}

/** For each small leaf, which of the large ones says the same; undefined where one has no such. */
function pair(large: readonly Leaf[], small: readonly Leaf[]): number[] | undefined {
  const free = new Map<string, number[]>();
  large.forEach(({ kind, path }, i) => {
    const place = `${kind} ${path}`;
    free.set(place, [...(free.get(place) ?? []), i]);
  });
  const found: number[] = [];
  for (const leaf of small) {
    const own = free.get(`${leaf.kind} ${leaf.path}`) ?? [];
    const match = own.findIndex((i) => sameText(large[i]!, leaf));
    if (match < 0) return undefined;
    found.push(...own.splice(match, 1));
  }
  return found;
}

const sameText = (a: Leaf, b: Leaf): boolean =>
  a.end - a.start === b.end - b.start &&
  Buffer.compare(a.bytes.subarray(a.start, a.end), b.bytes.subarray(b.start, b.end)) === 0;

/** The larger unit, which now stands wherever the smaller one stood too. */
function absorb(large: Unit, small: Unit): Unit {
  const leaves = [...large.leaves];
  pair(large.leaves, small.leaves)!.forEach((index, i) => {
    leaves[index] = echoed(leaves[index]!, small.leaves[i]!.origin as Origin);
  });
  const [own, other] = [large.origin, small.origin] as (CallOrigin | undefined)[];
  const origin = own && other ? { ...own, spots: [...own.spots, ...other.spots] } : own;
  const scalars = joinScalars(large, small);
  return { ...large, leaves, ...(origin ? { origin } : {}), ...(scalars ? { scalars } : {}) };
}

/** Each in every telling. */
function joinScalars({ scalars: own }: Unit, { scalars: other }: Unit): Unit['scalars'] {
  return own && other ? () => [...own(), ...other()] : (own ?? other);
}

function echoed(leaf: Leaf, { echoes: theirs = [], ...place }: Origin): Leaf {
  const origin = leaf.origin as Origin;
  const echoes = (origin.echoes ?? []) as Origin[];
  echoes.push(place as Origin, ...theirs);
  return origin.echoes ? leaf : { ...leaf, origin: { ...origin, echoes } };
}
