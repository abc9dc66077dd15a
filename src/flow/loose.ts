/** Values outside the body: query parameters and headers are somebody's text too, unless they are the provider's key. */
import type { Unit } from '../exchange.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
import { credentialHeaders, credentialParameters, plainHeaders } from '../wire/loose.ts';
import { textLeaf } from '../wire/units.ts';
import type { Law } from './law.ts';
import { redactText } from './scan.ts';
import type { RequestHead } from './steps.ts';

/** A value outside the body, as a unit of its own chunk. */
interface Loose {
  /** A header's name, or which of the query's pairs it is. */
  readonly name: string | number;
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

export function looseValues(law: Law, head: RequestHead): LooseValues {
  const query = head.path.includes('?') ? head.path.slice(head.path.indexOf('?') + 1) : '';
  const parameters = pairsOf(query).flatMap(({ name, value, secret }, i) =>
    secret || value === undefined ? [] : [loose(i, `?${redactText(law, name)}`, decoded(value))],
  );
  const headers = Object.entries(head.headers)
    .filter(([name]) => !credentialHeaders.has(name) && !plainHeaders.has(name))
    .map(([name, value]) => loose(name, `:${redactText(law, name)}`, value));
  const all = [...parameters, ...headers];
  return {
    parameters,
    headers,
    units: all.map(({ unit }) => unit),
    chunks: new Set(all.map(({ chunk }) => chunk)),
  };
}

function loose(name: string | number, path: string, value: string): Loose {
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
  const masked = new Map(
    values.parameters.flatMap(({ name, bytes, chunk }) => {
      const own = changed.get(chunk);
      return own ? [[name, Buffer.concat(applySplices({ bytes }, own)).toString()] as const] : [];
    }),
  );
  const path = withPairs(head.path, ({ written, value }, i) => {
    const text = masked.get(i);
    return text === undefined ? written : `${written.slice(0, -value!.length)}${encodeURIComponent(text)}`;
  });
  return { ...head, path, headers };
}

/** One `name=value` of a query. */
interface Pair {
  /** As it stands there. */
  readonly written: string;
  /** Decoded. */
  readonly name: string;
  /** As it stands there; undefined where there is none to look at. */
  readonly value: string | undefined;
  /** It carries the provider's key. */
  readonly secret: boolean;
}

const pairsOf = (query: string): Pair[] =>
  query.split('&').map((written) => {
    const at = written.indexOf('=');
    const name = decoded(at < 0 ? written : written.slice(0, at));
    const value = at < 0 ? '' : written.slice(at + 1);
    return { written, name, value: value || undefined, secret: credentialParameters.has(name.toLowerCase()) };
  });

function withPairs(path: string, write: (pair: Pair, index: number) => string): string {
  const at = path.indexOf('?');
  return at < 0
    ? path
    : `${path.slice(0, at)}?${pairsOf(path.slice(at + 1))
        .map(write)
        .join('&')}`;
}

/** The path as it is recorded, its values masked before: without the provider's key and without findings in names. */
export function recordedPath(law: Law, path: string): string {
  const bare = withPairs(path, ({ written, name, value, secret }) => {
    const plain = redactText(law, name);
    const said =
      plain === name
        ? written.slice(0, written.length - (value?.length ?? 0))
        : `${encodeURIComponent(plain)}=`;
    return secret && value ? `${said}OMITTED` : `${said}${value ?? ''}`;
  });
  const at = bare.indexOf('?');
  return at < 0 ? redactPath(law, bare) : redactPath(law, bare.slice(0, at)) + bare.slice(at);
}

/** Segments in which something is found are written again. */
export const redactPath = (law: Law, path: string): string =>
  path
    .split('/')
    .map((segment) => {
      const plain = redactText(law, decoded(segment));
      return plain === decoded(segment) ? segment : encodeURIComponent(plain);
    })
    .join('/');
