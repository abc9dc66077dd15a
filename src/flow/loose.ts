/** Values outside the body: path, query and headers are somebody's text too, unless they are the provider's key. */
import type { Unit } from '../exchange.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
import { credentialHeaders, credentialParameters, plainAnswerHeaders, plainHeaders } from '../wire/loose.ts';
import { textLeaf } from '../wire/units.ts';
import { inspectLeaf } from './inspect.ts';
import type { Law } from './law.ts';
import { editMirrors, type Mirror } from './mirrored.ts';
import { redactText } from './scan.ts';
import type { AnswerHead, RequestHead } from './steps.ts';

/** A value outside the body, as a unit of its own chunk. */
interface Loose {
  /** A header's name, or which of the query's pairs or of the path's segments it is. */
  readonly name: string | number;
  readonly unit: Unit;
  readonly bytes: Uint8Array;
  readonly chunk: Chunk;
}

export interface LooseValues {
  readonly segments: readonly Loose[];
  /** Names of the query's parameters. */
  readonly names: readonly Loose[];
  readonly parameters: readonly Loose[];
  readonly headers: readonly Loose[];
  /** Headers that say again what the body says. */
  readonly mirrors: readonly Mirror[];
  readonly units: readonly Unit[];
  readonly chunks: ReadonlySet<Chunk>;
}

export type LooseAnswer = Pick<LooseValues, 'headers' | 'units' | 'chunks'>;

export function looseValues(law: Law, head: RequestHead, mirrors: readonly Mirror[] = []): LooseValues {
  const [path, query] = halves(head.path);
  const segments = path
    .split('/')
    .flatMap((segment, i) => ifFound(law, loose(i, `:path/${i}`, unescaped(segment))));
  const pairs = pairsOf(query);
  const names = pairs.flatMap(({ name }, i) => ifFound(law, loose(i, `?${i}`, name)));
  const parameters = pairs.flatMap(({ name, value, secret }, i) =>
    secret || value === undefined ? [] : [loose(i, `?${redactText(law, name)}`, decoded(value))],
  );
  const headers = headersOf(law, head).filter(({ name }) => !mirrors.some((each) => each.name === name));
  const all = [...segments, ...names, ...parameters, ...headers];
  const units = all.map(({ unit }) => unit);
  return { segments, names, parameters, headers, mirrors, units, chunks: chunksOf([...all, ...mirrors]) };
}

const chunksOf = (all: readonly Pick<Loose, 'chunk'>[]): ReadonlySet<Chunk> =>
  new Set(all.map(({ chunk }) => chunk));

/** Most requests say the same of themselves: that is a unit only where something is found in it. */
const ifFound = (law: Law, value: Loose): Loose[] =>
  value.unit.leaves.some((leaf) => inspectLeaf(law, leaf).length > 0) ? [value] : [];

/** HTTP's own words about the app; anybody may write anything into them. */
const SELF = new Set(['user-agent', 'accept', 'accept-language']);

const headersOf = (law: Law, head: RequestHead): Loose[] =>
  Object.entries(head.headers)
    .filter(([name]) => !credentialHeaders.has(name) && !plainHeaders.has(name))
    .flatMap(([name, value]) => {
      const own = loose(name, `:${redactText(law, name)}`, value);
      return SELF.has(name) ? ifFound(law, own) : [own];
    });

/** Values of an answer's headers in which something is found. */
export function looseAnswer(law: Law, head: AnswerHead): LooseAnswer {
  const headers = Object.entries(head.headers)
    .filter(([name]) => !plainAnswerHeaders.has(name))
    .flatMap(([name, value]) => ifFound(law, loose(name, `:${redactText(law, name)}`, value)))
    .map((each) => ({ ...each, unit: { ...each.unit, stage: 'response' as const } }));
  return { headers, units: headers.map(({ unit }) => unit), chunks: chunksOf(headers) };
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
const decoded = (text: string): string => unescaped(text.replaceAll('+', ' '), text);

function unescaped(text: string, otherwise = text): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return otherwise;
  }
}

/** Path and headers with the splices made: what stands in a path is written again, a header that held a finding is dropped. */
export function editLoose(head: RequestHead, values: LooseValues, splices: readonly Splice[]): RequestHead {
  const changed = changedIn(values.chunks, splices);
  if (changed.size === 0) return head;
  const [segments, names, parameters] = [values.segments, values.names, values.parameters].map((each) =>
    masked(each, changed),
  );
  const [path, query] = halves(head.path);
  const written = path.split('/').map((segment, i) => segments!.get(i) ?? segment);
  const pairs = pairsOf(query).map(({ written, value = '' }, i) => {
    const name = names!.get(i) ?? written.slice(0, written.length - value.length).replace(/=$/, '');
    const mark = written.includes('=') ? '=' : '';
    return `${name}${mark}${parameters!.get(i) ?? value}`;
  });
  const asked = head.path.includes('?') ? `?${pairs.join('&')}` : '';
  return {
    ...head,
    path: written.join('/') + asked,
    headers: editMirrors(withoutChanged(head.headers, values.headers, changed), values.mirrors, changed),
  };
}

/** An answer's headers, without those that are not to reach the app. */
export const editAnswer = (
  head: AnswerHead,
  { headers, chunks }: LooseAnswer,
  splices: readonly Splice[],
): AnswerHead => ({ ...head, headers: withoutChanged(head.headers, headers, changedIn(chunks, splices)) });

type Changed = ReadonlyMap<Chunk, readonly Splice[]>;

function changedIn(chunks: ReadonlySet<Chunk>, splices: readonly Splice[]): Changed {
  const changed = new Map<Chunk, Splice[]>();
  for (const splice of splices)
    if (chunks.has(splice.chunk)) changed.set(splice.chunk, [...(changed.get(splice.chunk) ?? []), splice]);
  return changed;
}

/** Changed values by their place, as a path writes them. */
const masked = (values: readonly Loose[], changed: Changed): ReadonlyMap<string | number, string> =>
  new Map(
    values.flatMap(({ name, bytes, chunk }) => {
      const own = changed.get(chunk);
      return own
        ? [[name, encodeURIComponent(Buffer.concat(applySplices({ bytes }, own)).toString())] as const]
        : [];
    }),
  );

function withoutChanged(
  headers: AnswerHead['headers'],
  values: readonly Loose[],
  changed: Changed,
): AnswerHead['headers'] {
  const gone = new Set(values.flatMap(({ name, chunk }) => (changed.has(chunk) ? [name] : [])));
  return gone.size === 0
    ? headers
    : Object.fromEntries(Object.entries(headers).filter(([name]) => !gone.has(name)));
}

/** What stands before the question mark, and after it. */
function halves(path: string): [path: string, query: string] {
  const at = path.indexOf('?');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
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
      const plain = redactText(law, unescaped(segment));
      return plain === unescaped(segment) ? segment : encodeURIComponent(plain);
    })
    .join('/');
