/**
 * A session's file: a line a recording. A body that grew out of an earlier one is told by what is new in it; another
 * big body without line breaks stands raw on a line of its own, because to quote a megabyte costs more than to write it.
 */
import { toUSVString } from 'node:util';
import { FcgateError } from '../errors.ts';
import type { Recording } from '../exchange.ts';
import type { Base } from './bases.ts';

/** `text` between the first `same` and the last `end` code units of the request body of recording `like`. */
interface Grown {
  readonly like: string;
  readonly same: number;
  readonly text: string;
  readonly end: number;
}

/** The next line, of this many code units. */
interface Raw {
  readonly raw: number;
}

type StoredBody = string | Grown | Raw;

const rawFrom = 8192;
const worthSharing = 256;

/** The lines of a recording, each without its line feed, and the base that it takes the place of. */
export const writeRecording = (
  recording: Recording,
  bases: readonly Base[],
): { lines: string[]; outgrown: string | undefined } => {
  const { request, response } = recording;
  const raw: string[] = [];
  const grown = grownFrom(bases, request.body);
  const stored = {
    ...recording,
    request: { ...request, body: grown ?? asRaw(request.body, raw) },
    ...(response && { response: { ...response, body: asRaw(response.body, raw) } }),
  };
  return { lines: [JSON.stringify(stored), ...raw], outgrown: outgrown(bases, grown) };
};

/** A base of which most lives on has no further use; one that shares but its tools belongs to another conversation. */
const outgrown = (bases: readonly Base[], grown: Grown | undefined): string | undefined =>
  bases.find(({ id, body }) => id === grown?.like && (grown.same + grown.end) * 4 > body.length * 3)?.id;

const asRaw = (body: string, raw: string[]): StoredBody => {
  if (body.length < rawFrom || body.includes('\n') || toUSVString(body) !== body) return body;
  raw.push(body);
  return { raw: body.length };
};

const grownFrom = (bases: readonly Base[], body: string): Grown | undefined => {
  let best: Grown | undefined;
  let shared = worthSharing;
  for (const base of bases) {
    const same = sharedStart(base.body, body);
    const end = sharedEnd(base.body, body, Math.min(base.body.length, body.length) - same);
    if (same + end <= shared) continue;
    shared = same + end;
    best = { like: base.id, same, text: body.slice(same, body.length - end), end };
  }
  return best;
};

/** Length of what two texts begin with: halving steps, since comparing slices is as fast as memory. */
const sharedStart = (a: string, b: string): number => {
  const limit = Math.min(a.length, b.length);
  let same = 0;
  for (let step = 65_536; step >= 1; step >>= 1) {
    while (same + step <= limit && a.slice(same, same + step) === b.slice(same, same + step)) same += step;
  }
  return same;
};

const sharedEnd = (a: string, b: string, limit: number): number => {
  let same = 0;
  const at = (text: string, length: number): string =>
    text.slice(text.length - same - length, text.length - same);
  for (let step = 65_536; step >= 1; step >>= 1) {
    while (same + step <= limit && at(a, step) === at(b, step)) same += step;
  }
  return same;
};

/** A recording as its lines tell it. */
export interface Stored {
  readonly recording: Omit<Recording, 'request' | 'response'> & {
    readonly request: Omit<Recording['request'], 'body'> & { readonly body: StoredBody };
    readonly response?: Omit<NonNullable<Recording['response']>, 'body'> & { readonly body: StoredBody };
  };
  readonly raw: readonly string[];
}

/** What a file's lines hold. A line that a killed process left torn is passed over: it was never told as recorded. */
export function* readStored(lines: Iterable<string>): Generator<Stored> {
  const iterator = lines[Symbol.iterator]();
  for (let line = iterator.next(); !line.done; line = iterator.next()) {
    const recording = parse(line.value);
    if (!recording) continue;
    const raw: string[] = [];
    for (const length of rawLengths(recording)) {
      const next = iterator.next();
      if (!next.done && next.value.length === length) raw.push(next.value);
    }
    if (raw.length === rawLengths(recording).length) yield { recording, raw };
  }
}

const parse = (line: string): Stored['recording'] | undefined => {
  try {
    const value = JSON.parse(line);
    return typeof value?.id === 'string' && value.request ? value : undefined;
  } catch {
    return undefined;
  }
};

const rawLengths = ({ request, response }: Stored['recording']): number[] =>
  [request.body, response?.body].flatMap((body) =>
    typeof body === 'object' && 'raw' in body ? body.raw : [],
  );

/** The recordings of a file, their bodies whole again. */
export const readRecordings = (lines: Iterable<string>): Recording[] => {
  const recordings = new Map<string, Recording>();
  for (const { recording, raw } of readStored(lines)) {
    const rest = [...raw];
    const { request, response } = recording;
    const whole = (body: StoredBody): string => {
      if (typeof body === 'string') return body;
      if ('raw' in body) return rest.shift()!;
      const base = recordings.get(body.like)?.request.body;
      if (base === undefined) throw damaged(recording.session, recording.id);
      return base.slice(0, body.same) + body.text + base.slice(base.length - body.end);
    };
    const found = { ...recording, request: { ...request, body: whole(request.body) } };
    recordings.set(
      recording.id,
      response ? { ...found, response: { ...response, body: whole(response.body) } } : (found as Recording),
    );
  }
  return [...recordings.values()];
};

const damaged = (session: string, id: string): FcgateError =>
  new FcgateError(
    'store_failed',
    `session ${session} is damaged: recording ${id} builds on one that is not there`,
  );
