/** What a provider's dialect must offer: pointing at units in its own bytes, and taking calls out of an answer. */
import type { Code, Leaf, Provider, Unit } from '../exchange.ts';
import type { Splice } from './edit.ts';
import type { Growth } from './growth.ts';
import type { Doc } from './json.ts';
import type { StreamEvent } from './sse.ts';

/** A turn of the conversation: its span in the body's bytes, and all that was read in it. */
export interface Turn {
  readonly start: number;
  readonly end: number;
  readonly units: readonly Unit[];
  readonly omit: readonly Leaf[];
  /** Names of its calls by id, so that a later result knows its tool. */
  readonly names: readonly (readonly [id: string, name: string])[];
  readonly offered: readonly string[];
  /** It offers tools whose names it does not say. */
  readonly offersMore: boolean;
}

/** What a message asks of a server, where a request is made of messages (JSON-RPC). */
export interface Asked {
  readonly method: string;
  /** The tool that it calls. */
  readonly tool?: string;
}

/** By the message's id, as it stands in the body. */
export type AskedById = ReadonlyMap<string, Asked>;

/** A request as its codec reads it. */
export interface Reading {
  /** '' where the body names none. */
  readonly model: string;
  readonly stream: boolean;
  readonly turns: readonly Turn[];
  /** Names of the offered tools; undefined where the request refers to state at the provider that may offer more. */
  readonly offered: ReadonlySet<string> | undefined;
  /** The provider's id of an earlier answer or conversation that this request goes on from. */
  readonly previous?: string;
  /** It begins a session of the provider's, which has no name yet. */
  readonly begins?: true;
  /** The messages that want an answer each. */
  readonly asked?: AskedById;
  readonly units: readonly Unit[];
  /** Never altered and never recorded: credentials, signatures, encrypted content, media. */
  readonly omit: readonly Leaf[];
}

/** An answer, whole or folded from its stream. */
export interface AnswerReading {
  /** The provider's id, by which a later request may go on from it. */
  readonly id?: string;
  readonly units: readonly Unit[];
  readonly omit: readonly Leaf[];
}

/** A call that does not go on, and the text that stands in its place. */
export interface RefusedCall {
  readonly unit: Unit;
  readonly text: string;
}

export interface CodecOptions {
  /** The request's path, where some dialects tell the model and the stream. */
  readonly path?: string;
  /** The request's headers, where some dialects say the body again. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Deepest nesting of JSON allowed. */
  readonly depth: number;
  /** Names that the request offered: a tool of that name is no hidden wrapper. */
  readonly offered?: ReadonlySet<string> | undefined;
  /** What the request asked, for reading its answer. */
  readonly asked?: AskedById | undefined;
  /** Turns that were read before, by where they start; `parseJson` passed over them. */
  readonly turns?: ReadonlyMap<number, Turn> | undefined;
}

/** Folds a stream's events into units, as the body that it would have been. Feed events in order. */
export interface StreamReader {
  /** False where the event cannot be read: nothing of the stream may then be released. */
  push(event: StreamEvent): boolean;
  /** Did the stream say that it is over, in its provider's own way? Unset where the provider has no such word. */
  finished(): boolean;
  /** What came since it was last asked, and what may still go on. Unset where answers are held to their end. */
  growth?(): Growth;
  /** The units of all events so far. */
  reading(): AnswerReading;
  /** Edits that take refused calls out and put their texts in, in the provider's own event grammar. */
  refuse(refused: readonly RefusedCall[]): Splice[];
  /** As the codec's, where it depends on what was said before. */
  errorEvent?(code: Code, message: string): string;
}

/**
 * One dialect. Frames that are no text would come by a splitter of their own, as `StreamEvent`s whose `data` is the
 * JSON inside and whose bytes a splice writes anew; messages in both directions would have an `openStream` for each, of
 * which the one towards the provider tells `Reading`s. Laws: what no edit touches leaves as it came; a stream gives the units of the body that it would have
 * been; every string that is not known to be an enumeration, an id or opaque is a leaf of some unit.
 */
export interface Codec {
  readonly name: string;
  readonly provider: Provider;
  readRequest(doc: Doc, options: CodecOptions): Reading;
  readAnswer(doc: Doc, options: CodecOptions): AnswerReading;
  /** As `StreamReader.refuse`, for a whole JSON answer. */
  refuseCalls(doc: Doc, refused: readonly RefusedCall[]): Splice[];
  openStream(options: CodecOptions): StreamReader;
  /** The provider's own name of the session, where requests and answers say it in a header. */
  sessionOf?(headers: Readonly<Record<string, string>>): string | undefined;
  /** The body of the provider's own error for a refused request. */
  errorBody(code: Code, status: number, message: string, asked?: AskedById): string;
  /** The event that ends a stream with the provider's own error. */
  errorEvent(code: Code, message: string, asked?: AskedById): string;
}
