/** Values outside the body: query parameters and headers are somebody's text too, unless they are the provider's key. */
import type { Unit } from '../exchange.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
import { credentialHeaders, credentialParameters, plainHeaders } from '../wire/paths.ts';
import { textLeaf } from '../wire/units.ts';
import type { RequestHead } from './steps.ts';

/** A value outside the body, as a unit of its own chunk. */
interface Loose {
  readonly name: string;
  readonly unit: Unit;
  readonly bytes: Uint8Array;
  readonly chunk: Chunk;
}

export interface LooseValues {
  readonly parameters: readonly Loose[];
  readonly headers: readonly Loose[];
  readonly units: readonly Unit[];
  readonly chunks: ReadonlySet<Chunk>;
}

export function looseValues(head: RequestHead): LooseValues {
  const query = head.path.includes('?') ? head.path.slice(head.path.indexOf('?') + 1) : '';
  const parameters = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('='))
    .filter(([name]) => !credentialParameters.has(decoded(name!).toLowerCase()))
    .map(([name, ...value]) => loose(name!, `?${decoded(name!)}`, decoded(value.join('='))));
  const headers = Object.entries(head.headers)
    .filter(([name]) => !credentialHeaders.has(name) && !plainHeaders.has(name))
    .map(([name, value]) => loose(name, `:${name}`, value));
  const all = [...parameters, ...headers];
  return {
    parameters,
    headers,
    units: all.map(({ unit }) => unit),
    chunks: new Set(all.map(({ chunk }) => chunk)),
  };
}

function loose(name: string, path: string, value: string): Loose {
  const bytes = Buffer.from(value);
  const chunk = {};
  const ground = { chunk };
  const piece = {
    from: 0,
    to: bytes.length,
    rawStart: 0,
    rawEnd: bytes.length,
    below: ground,
    encode: 'none' as const,
  };
  const leaf = textLeaf({ bytes, start: 0, end: bytes.length, pieces: [piece] }, path);
  return { name, bytes, chunk, unit: { stage: 'prompt', path, leaves: [leaf] } };
}

/** Percent-decoded as a form does; what is no valid encoding stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Path and headers with the splices made: a parameter is written again, a header that held a finding is dropped. */
export function editLoose(head: RequestHead, values: LooseValues, splices: readonly Splice[]): RequestHead {
  const changed = new Map<Chunk, Splice[]>();
  for (const splice of splices)
    if (values.chunks.has(splice.chunk))
      changed.set(splice.chunk, [...(changed.get(splice.chunk) ?? []), splice]);
  if (changed.size === 0) return head;
  const headers = Object.fromEntries(
    Object.entries(head.headers).filter(([name]) => {
      const own = values.headers.find((each) => each.name === name);
      return !own || !changed.has(own.chunk);
    }),
  );
  let { path } = head;
  for (const { name, bytes, chunk } of values.parameters) {
    const own = changed.get(chunk);
    if (own) path = withParameter(path, name, Buffer.concat(applySplices({ bytes }, own)).toString());
  }
  return { ...head, path, headers };
}

function withParameter(path: string, name: string, value: string): string {
  const at = path.indexOf('?');
  const pairs = path.slice(at + 1).split('&');
  const edited = pairs.map((pair) =>
    pair.split('=')[0] === name ? `${name}=${encodeURIComponent(value)}` : pair,
  );
  return `${path.slice(0, at)}?${edited.join('&')}`;
}

/** The path as it is recorded: without the provider's key. */
export function withoutCredentials(path: string): string {
  const at = path.indexOf('?');
  if (at < 0) return path;
  const pairs = path.slice(at + 1).split('&');
  const kept = pairs.map((pair) =>
    credentialParameters.has(decoded(pair.split('=')[0]!).toLowerCase())
      ? `${pair.split('=')[0]}=OMITTED`
      : pair,
  );
  return `${path.slice(0, at)}?${kept.join('&')}`;
}
