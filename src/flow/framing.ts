/** How an answer's bytes are to be read: one JSON text, a stream of events, or plain words of an error. */
import { FcgateError } from '../errors.ts';
import type { AnswerReading, RefusedCall } from '../wire/codec.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
import { parseJson } from '../wire/json.ts';
import { jsonArraySplitter } from '../wire/json-array.ts';
import { ndjsonSplitter } from '../wire/ndjson.ts';
import { type Splitter, sseSplitter } from '../wire/sse.ts';
import { chunkGround, textLeaf } from '../wire/units.ts';
import type { Session } from './law.ts';
import type { AnswerHead } from './steps.ts';

/** What of a session says how its answer is to be read. */
export type Dialect = Pick<Session, 'codec' | 'head' | 'reading'> & {
  readonly law: { readonly policy: Pick<Session['law']['policy'], 'limits'> };
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

function json(session: Dialect, head: AnswerHead, bytes: Uint8Array): Framed {
  const { codec, law, reading } = session;
  const options = { depth: law.policy.limits.depth, offered: reading?.offered };
  try {
    const doc = parseJson(bytes, { chunk: {} }, options);
    return {
      ...whole(head, bytes, codec.readAnswer(doc, options)),
      refuse: (calls) => codec.refuseCalls(doc, calls),
    };
  } catch (error) {
    if (head.status >= 400) return words(head, bytes);
    throw error instanceof FcgateError
      ? new FcgateError('unreadable_answer', `the upstream's answer cannot be read: ${error.message}`)
      : error;
  }
}

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
  const ground = chunkGround(bytes);
  const piece = {
    from: 0,
    to: bytes.length,
    rawStart: 0,
    rawEnd: bytes.length,
    below: ground,
    encode: 'none' as const,
  };
  const leaf = textLeaf({ bytes, start: 0, end: bytes.length, pieces: [piece] }, '');
  return whole(head, bytes, { units: [{ stage: 'response', path: '', leaves: [leaf] }], omit: [] });
}

function streamed(session: Dialect, head: AnswerHead, bytes: Uint8Array, splitter: Splitter): Framed {
  const { codec, law, reading } = session;
  const stream = codec.openStream({ depth: law.policy.limits.depth, offered: reading?.offered });
  const events = [...splitter.push(bytes), ...splitter.end()];
  for (const event of events) {
    if (event.unfinished || !stream.push(event)) {
      throw new FcgateError(
        'unreadable_answer',
        "the upstream's stream broke off or holds an event that cannot be read",
      );
    }
  }
  return {
    head,
    reading: stream.reading(),
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
