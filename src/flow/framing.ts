/** How an answer's bytes are to be read: one JSON text, a stream of events, or plain words of an error. */
import { isUtf8 } from 'node:buffer';
import { FcgateError } from '../errors.ts';
import type { Leaf, Unit } from '../exchange.ts';
import type { AnswerReading, CodecOptions, RefusedCall } from '../wire/codec.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
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
  readonly law: { readonly policy: { readonly limits: Pick<Session['law']['policy']['limits'], 'depth'> } };
};

/** An answer that was read, and how to write it again. */
export interface Framed {
  readonly head: AnswerHead;
  readonly reading: AnswerReading;
  refuse(calls: readonly RefusedCall[]): readonly Splice[];
  write(splices: readonly Splice[]): Uint8Array[];
}

export function frame(session: Dialect, head: AnswerHead, bytes: Uint8Array): Framed {
  const type = (head.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (bytes.length === 0) return whole(head, bytes, { units: [], omit: [] });
  if (!isUtf8(bytes)) throw unreadable('it is not valid UTF-8');
  if (type === 'text/event-stream') return streamed(session, head, bytes, sseSplitter());
  if (type.includes('ndjson') || type.includes('jsonl'))
    return streamed(session, head, bytes, ndjsonSplitter());
  if (type.includes('json') && isStreamedArray(session, bytes))
    return streamed(session, head, bytes, jsonArraySplitter());
  if (type.includes('json') || type === '') return json(session, head, bytes);
  if (head.status >= 400 && type.startsWith('text/')) return words(head, bytes);
  throw new FcgateError(
    'unreadable_answer',
    `the upstream answered ${head.status} with content type "${type}", which cannot be read`,
  );
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

const unreadable = (why: string): FcgateError =>
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

function streamed(session: Dialect, head: AnswerHead, bytes: Uint8Array, splitter: Splitter): Framed {
  const stream = session.codec.openStream(optionsOf(session));
  const events = [...splitter.push(bytes), ...splitter.end()];
  for (const event of events) {
    if (event.unfinished || event.foreign || !stream.push(event)) {
      throw new FcgateError(
        'unreadable_answer',
        "the upstream's stream broke off or holds an event that cannot be read",
      );
    }
  }
  const told = stream.reading();
  return {
    head,
    reading: { ...told, units: [...told.units, ...events.flatMap(asidesOf)] },
    refuse: (calls) => stream.refuse(calls),
    write: (splices) => {
      const own = new Map<Chunk, Splice[]>();
      for (const splice of splices) {
        const there = own.get(splice.chunk);
        if (there) there.push(splice);
        else own.set(splice.chunk, [splice]);
      }
      return events.flatMap((event) => applySplices(event, own.get(event) ?? []));
    },
  };
}
