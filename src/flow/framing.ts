/** How an answer's bytes are to be read: one JSON text, a stream of events, or plain words of an error. */
import { isUtf8 } from 'node:buffer';
import { FcgateError, httpStatus } from '../errors.ts';
import type { Code, Leaf, Unit } from '../exchange.ts';
import type { AnswerReading, CodecOptions, RefusedCall } from '../wire/codec.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
import type { Growth } from '../wire/growth.ts';
import { repeatsKey } from '../wire/json.ts';
import { jsonArraySplitter } from '../wire/json-array.ts';
import { parseJson } from '../wire/json-parse.ts';
import { ndjsonSplitter } from '../wire/ndjson.ts';
import { type Span, type Splitter, type StreamEvent, sseSplitter } from '../wire/sse.ts';
import { textLeaf } from '../wire/units.ts';
import type { Session } from './law.ts';
import type { AnswerHead } from './steps.ts';

/** What of a session says how its answer is to be read. */
export type Dialect = Pick<Session, 'codec' | 'head' | 'reading'> & {
  readonly connection?: Pick<Session['connection'], 'uninspectable'>;
  readonly law: { readonly policy: { readonly limits: Pick<Session['law']['policy']['limits'], 'depth'> } };
};

/** An answer that was read, and how to write it again. */
export interface Framed {
  readonly head: AnswerHead;
  readonly reading: AnswerReading;
  /** Let through as it came, unread, as its connection says. */
  readonly uninspected?: true;
  refuse(calls: readonly RefusedCall[]): readonly Splice[];
  /** What is still to be written; `all` writes again what went on before. */
  write(splices: readonly Splice[], all?: true): Uint8Array[];
}

export function frame(session: Dialect, head: AnswerHead, bytes: Uint8Array): Framed {
  const type = (head.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (bytes.length === 0) return whole(head, bytes, { units: [], omit: [] });
  const stream = openStreaming(session, head, bytes);
  if (stream) return readAll(stream, bytes);
  const isJson = type.includes('json') || type === '';
  if (!isJson && session.connection?.uninspectable === 'pass')
    return { ...whole(head, bytes, { units: [], omit: [] }), uninspected: true };
  if (!isUtf8(bytes)) throw unreadable('it is not valid UTF-8');
  if (isJson) return json(session, head, bytes);
  if (head.status >= 400 && type.startsWith('text/')) return words(head, bytes);
  throw new FcgateError(
    'unreadable_answer',
    `the upstream answered ${head.status} with content type "${type}", which cannot be read`,
  );
}

function readAll(stream: Streaming, bytes: Uint8Array): Framed {
  for (const _event of stream.push(bytes));
  for (const _event of stream.end());
  return stream.framed();
}

/** Gemini streams one JSON array where the request did not ask for events. */
const isStreamedArray = ({ head }: Dialect, bytes: Uint8Array): boolean =>
  head.path.includes(':streamGenerateContent') &&
  /^\s*\[/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));

const optionsOf = ({ law, reading }: Dialect): CodecOptions => ({
  depth: law.policy.limits.depth,
  offered: reading?.offered,
  asked: reading?.asked,
});

function json(session: Dialect, head: AnswerHead, bytes: Uint8Array): Framed {
  const { codec } = session;
  const options = optionsOf(session);
  try {
    const doc = parseJson(bytes, { chunk: {} }, options);
    // Some readers hear the first, some the last.
    if (codec.provider !== 'generic' && repeatsKey(doc, 0, VALUES)) throw unreadable('it says a key twice');
    return {
      ...whole(head, bytes, codec.readAnswer(doc, options)),
      refuse: (calls) => codec.refuseCalls(doc, calls),
    };
  } catch (error) {
    if (head.status >= 400) return words(head, bytes);
    throw error instanceof FcgateError && error.code === 'invalid_body' ? unreadable(error.message) : error;
  }
}

/** Arguments: each of their readings is governed. */
const VALUES: ReadonlySet<string> = new Set(['args', 'arguments', 'input']);

export const unreadable = (why: string): FcgateError =>
  new FcgateError('unreadable_answer', `the upstream's answer cannot be read: ${why}`);

function whole(head: AnswerHead, bytes: Uint8Array, reading: AnswerReading): Framed {
  return {
    head,
    reading,
    refuse: () => [],
    write: (splices) => applySplices({ bytes }, splices),
  };
}

/** Plain text of an error page: one text. */
function words(head: AnswerHead, bytes: Uint8Array): Framed {
  const leaf = plainLeaf({ bytes }, { start: 0, end: bytes.length });
  return whole(head, bytes, { units: [{ stage: 'response', path: '', leaves: [leaf] }], omit: [] });
}

/** Comments of a stream and the like: decided on and hidden in the recording, but no line of a stream is written anew. */
const asidesOf = (event: StreamEvent): Unit[] =>
  (event.asides ?? []).map((span) => ({
    stage: 'response',
    path: '/events',
    leaves: [{ ...plainLeaf(event, span), fixed: true }],
  }));

function plainLeaf(chunk: { readonly bytes: Uint8Array }, { start, end }: Span): Leaf {
  const piece = {
    from: 0,
    to: end - start,
    rawStart: start,
    rawEnd: end,
    below: { chunk },
    encode: 'none' as const,
  };
  return textLeaf({ bytes: chunk.bytes, start, end, pieces: [piece] }, '');
}

/** A stream that is read as it comes. */
export interface Streaming {
  /** Reads each event that these bytes complete, and tells it. Throws `unreadable_answer`. */
  push(bytes: Uint8Array): Iterable<StreamEvent>;
  /** The events that only the end shows to be whole. */
  end(): Iterable<StreamEvent>;
  /** What the last event brought; undefined where the codec cannot say. */
  growth(): Growth | undefined;
  /** All of it, once it has ended; the first `from` events are written already. */
  framed(from?: number): Framed;
  /** What tells the app in the middle of the stream that it goes wrong. */
  error(code: Code, message: string): string;
}

/** A stream by its head and its first bytes; undefined where it is none. */
export function openStreaming(session: Dialect, head: AnswerHead, first: Uint8Array): Streaming | undefined {
  const type = (head.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const { codec } = session;
  if (type === 'text/event-stream')
    return streaming(session, head, sseSplitter(), (code, message) =>
      codec.errorEvent(code, message, session.reading?.asked),
    );
  const body = (code: Code, message: string): string => codec.errorBody(code, httpStatus[code], message);
  if (type.includes('ndjson') || type.includes('jsonl'))
    return streaming(session, head, ndjsonSplitter(), (code, message) => `${body(code, message)}\n`);
  if (type.includes('json') && isStreamedArray(session, first))
    return streaming(session, head, jsonArraySplitter(), (code, message) => `,\n${body(code, message)}]`);
  return undefined;
}

function streaming(
  session: Dialect,
  head: AnswerHead,
  splitter: Splitter,
  error: Streaming['error'],
): Streaming {
  const stream = session.codec.openStream(optionsOf(session));
  const events: StreamEvent[] = [];
  function* take(more: readonly StreamEvent[]): Iterable<StreamEvent> {
    for (const event of more) {
      if (!isUtf8(event.bytes)) throw unreadable('it is not valid UTF-8');
      if (event.unfinished || event.foreign || !stream.push(event))
        throw unreadable('the stream broke off or holds an event that is none');
      events.push(event);
      yield event;
    }
  }
  return {
    push: (bytes) => take(splitter.push(bytes)),
    end: () => take(splitter.end()),
    growth: () => stream.growth?.(),
    framed(from = 0) {
      const told = stream.reading();
      return {
        head,
        reading: { ...told, units: [...told.units, ...events.flatMap(asidesOf)] },
        refuse(calls) {
          const splices = stream.refuse(calls);
          const gone = new Set<Chunk>(events.slice(0, from));
          if (splices.some(({ chunk }) => gone.has(chunk)))
            throw unreadable('a refused call can no longer be taken out of it');
          return splices;
        },
        write: (splices, all) => writeEvents(all ? events : events.slice(from), splices),
      };
    },
    error: (code, message) => stream.errorEvent?.(code, message) ?? error(code, message),
  };
}

function writeEvents(events: readonly StreamEvent[], splices: readonly Splice[]): Uint8Array[] {
  const own = new Map<Chunk, Splice[]>();
  for (const splice of splices) {
    const there = own.get(splice.chunk);
    if (there) there.push(splice);
    else own.set(splice.chunk, [splice]);
  }
  return events.flatMap((event) => applySplices(event, own.get(event) ?? []));
}
