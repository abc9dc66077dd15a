/** How often tools were called, and what their amounts add up to: ten refunds of 400 are one of 4,000. */
import type { JSONPathQuery } from 'json-p3';
import type { JsonValue, Tally, Unit } from '../exchange.ts';
import { matchesGlob } from './glob.ts';
import { plain } from './json-path.ts';

/** A path whose amounts a policy's conditions ask for. */
export interface Amount {
  readonly path: string;
  readonly query: JSONPathQuery;
}

/** A tally that is being kept. */
export interface Kept extends Tally {
  readonly counts: Map<string, number>;
  readonly sums: Map<string, Map<string, number>>;
}

/** Models choose the names of their calls: beyond so many, the rest are one, which every pattern matches. */
const MOST_NAMES = 512;
const THE_REST = '';
const MOST_VALUES = 10_000;

export const newTally = (): Kept => ({ counts: new Map(), sums: new Map() });

export const copyOf = ({ counts, sums }: Tally): Kept => ({
  counts: new Map(counts),
  sums: new Map([...sums].map(([path, own]) => [path, new Map(own)])),
});

/** Counts a call, and gives the way to take it back. */
export function addCall(tally: Kept, { tool, values }: Unit, amounts: readonly Amount[]): () => void {
  const name = nameIn(tally, tool?.name ?? THE_REST);
  const readings = amounts.length > 0 ? (values?.() ?? []) : [];
  const undo = [add(tally.counts, name, 1)];
  for (const { path, query } of amounts) {
    const own = tally.sums.get(path) ?? new Map<string, number>();
    tally.sums.set(path, own);
    undo.push(add(own, name, amountIn(readings, query)));
  }
  return () => {
    for (const each of undo) each();
  };
}

function add(sums: Map<string, number>, name: string, amount: number): () => void {
  const before = sums.get(name) ?? 0;
  sums.set(name, before + amount);
  return () => void sums.set(name, before);
}

const nameIn = ({ counts }: Tally, name: string): string =>
  counts.has(name) || counts.size < MOST_NAMES ? name : THE_REST;

/** Where a key stands twice, the larger. Nothing takes a sum back down: a negative number counts by its size. */
function amountIn(readings: readonly JsonValue[], query: JSONPathQuery): number {
  return Math.max(0, ...readings.map((reading) => sumAt(reading, query)));
}

function sumAt(reading: JsonValue, query: JSONPathQuery): number {
  let sum = 0;
  let left = MOST_VALUES;
  try {
    for (const { value } of query.lazyQuery(plain(reading))) {
      if (--left < 0) return Number.NaN;
      sum += Math.abs(numberIn(value));
    }
  } catch {
    return Number.NaN;
  }
  return sum;
}

/** Money is often told in a text. */
const numberIn = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,30}(\.\d{1,30})?$/.test(value))
    ? Number(value)
    : Number.NaN;

export const countOf = (tallies: readonly Tally[], pattern: string): number =>
  total(
    tallies.map(({ counts }) => counts),
    pattern,
  );

/** NaN where something that was summed is no number. */
export const sumOf = (tallies: readonly Tally[], pattern: string, path: string): number =>
  total(
    tallies.map(({ sums }) => sums.get(path) ?? new Map()),
    pattern,
  );

function total(tables: readonly ReadonlyMap<string, number>[], pattern: string): number {
  let sum = 0;
  for (const table of tables)
    for (const [name, amount] of table) if (name === THE_REST || matchesGlob(pattern, name)) sum += amount;
  return sum;
}
