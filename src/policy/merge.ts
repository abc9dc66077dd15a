/** A policy and what it extends as one: maps merge, lists append, the same id (or the same tool) replaces. */
import type { PolicyFile } from './policy.generated.ts';
import type { Layer, Path, Place } from './yaml.ts';

export interface Merged {
  readonly value: PolicyFile;
  /** Where the value at a path was written, whichever file it came from. */
  place(path: Path): Place;
  keyPlace(path: Path): Place;
  placeWithin(path: Path, offset: number): Place;
}

interface Origin {
  readonly layer: Layer;
  readonly path: Path;
}

type Origins = Map<string, Origin>;

/** Layers come base first. Their values have passed the schema. */
export function merge(layers: readonly Layer[]): Merged {
  const origins: Origins = new Map();
  let value: unknown = Object.create(null);
  for (const layer of layers) value = join(value, layer.value, [], { layer, path: [] }, origins);
  const origin = (path: Path): Origin => origins.get(key(path)) ?? { layer: layers.at(-1)!, path };
  return {
    value: value as PolicyFile,
    place: (path) => origin(path).layer.place(origin(path).path),
    keyPlace: (path) => origin(path).layer.keyPlace(origin(path).path),
    placeWithin: (path, offset) => origin(path).layer.placeWithin(origin(path).path, offset),
  };
}

function join(base: unknown, own: unknown, at: Path, from: Origin, origins: Origins): unknown {
  if (isList(base) && isList(own)) return append(base, own, at, from, origins);
  const merges = isRecord(base) && isRecord(own) && !standsAlone(at);
  if (!isRecord(own)) {
    origins.set(key(at), from);
    return isList(own) ? append([], own, at, from, origins) : own;
  }
  if (!merges || !origins.has(key(at))) origins.set(key(at), from);
  const out = Object.assign(Object.create(null), merges ? base : {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(own)) {
    out[name] = join(out[name], value, [...at, name], below(from, name), origins);
  }
  return out;
}

function append(
  base: readonly unknown[],
  own: readonly unknown[],
  at: Path,
  from: Origin,
  origins: Origins,
): unknown[] {
  const out = [...base];
  for (const [i, item] of own.entries()) {
    const id = idOf(item);
    const same = id === undefined ? -1 : out.findIndex((each) => idOf(each) === id);
    const index = same < 0 ? out.length : same;
    out[index] = join(undefined, item, [...at, index], below(from, i), origins);
  }
  return out;
}

/** A row of the tools table is one statement: another file's row for the same pattern replaces it. */
const standsAlone = (at: Path): boolean => at.length === 2 && at[0] === 'tools';

const key = (path: Path): string => JSON.stringify(path);
const below = ({ layer, path }: Origin, step: string | number): Origin => ({ layer, path: [...path, step] });
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const idOf = (item: unknown): unknown => (isRecord(item) ? item.id : undefined);
