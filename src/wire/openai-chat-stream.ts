/** A Chat Completions answer as it streams: each chunk brings pieces of the choices' messages. */
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Growth } from './growth.ts';
import { type Doc, latin1, repeatsKey, stringMember } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { answer, spokenWith } from './openai-chat-messages.ts';
import { callPlaces, contentPlaces } from './openai-chat-places.ts';
import { refuseChatCalls } from './openai-chat-refuse.ts';
import { Refrain } from './refrain.ts';
import type { Shape } from './shape.ts';
import { rootOf } from './spot.ts';
import type { StreamEvent } from './sse.ts';

/** The choice whose message says this. */
const choiceOf = (path: string): string | undefined => SPOKEN.exec(path)?.[1];
const SPOKEN = /^(\/choices\/\d+)\/message\/(?:content|reasoning|refusal|tool_calls|function_call)/;

/** Under these keys stands what is said. */
const SAID = new Set(['content', 'reasoning_content', 'reasoning', 'refusal', 'text']);

/** Under these, words of any length that hide how long the text is. */
const PADDING = ['obfuscation', 'p'];

type Data = NonNullable<StreamEvent['data']>;

/** Chunks until `[DONE]`; pieces of a call are told apart by choice and index. */
export class ChatStream implements StreamReader {
  private readonly to: Collector;
  /** What was read; of what only went on with a text, the data. */
  private readonly chunks: (Doc | Data)[] = [];
  private readonly depth: number;
  private readonly chunk: Shape;
  private readonly refrain: Refrain;
  private done = false;

  /** `chunk` reads an event, which is one of Chat Completions unless another is given. */
  constructor(options: CodecOptions, chunk = answer('delta', spokenWith(callPlaces(), contentPlaces()))) {
    this.depth = options.depth;
    this.chunk = chunk;
    this.to = new Collector({
      side: 'answer',
      depth: options.depth,
      streamed: true,
      offered: options.offered,
    });
    this.refrain = new Refrain(this.to, SAID, PADDING);
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { name, data } = event;
    if (this.refrain.repeats(name, data)) {
      this.chunks.push(data);
      return true;
    }
    const { bytes, start, end } = data;
    if (end - start < 16 && latin1(bytes, start, end).trim() === '[DONE]') {
      this.done = true;
      return true;
    }
    const doc = this.parse(data);
    // Readers would not agree on what a chunk with a key said twice adds to the message.
    if (!doc || repeatsKey(doc, 0)) return false;
    this.chunks.push(doc);
    this.chunk(rootOf(doc), this.to);
    this.refrain.heard(name, data, doc);
    return true;
  }

  /** A choice goes on until the stream has ended: some servers add to it after they said why it ended. */
  growth(): Growth {
    if (this.done) this.to.growing.settle(() => true);
    this.to.growing.pause(choiceOf);
    return this.to.growth();
  }

  finished(): boolean {
    return this.done;
  }

  reading(): AnswerReading {
    const [first] = this.chunks;
    const id = first && 'tape' in first ? stringMember(first, 0, 'id') : undefined;
    return { units: this.to.units(), omit: this.to.omitted, ...(id === undefined ? {} : { id }) };
  }

  refuse(refused: readonly RefusedCall[]) {
    const docs = this.chunks.map((chunk) => ('tape' in chunk ? chunk : this.parse(chunk)!));
    return refuseChatCalls(refused, docs, 'delta');
  }

  private parse({ bytes, start, end, ground }: Data): Doc | undefined {
    return tryParseJson(bytes, ground, { start, end, depth: this.depth });
  }
}
