/** A Chat Completions answer as it streams: each chunk brings pieces of the choices' messages. */
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector, type Spot } from './collector.ts';
import type { Growth } from './growth.ts';
import {
  ARRAY,
  type Doc,
  elements,
  kindOf,
  latin1,
  member,
  NULL,
  numberMember,
  repeatsKey,
  stringMember,
} from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { answer, spokenWith } from './openai-chat-messages.ts';
import { callPlaces, contentPlaces } from './openai-chat-places.ts';
import { refuseChatCalls } from './openai-chat-refuse.ts';
import type { StreamEvent } from './sse.ts';

function endedIn(doc: Doc): number[] {
  const choices = member(doc, 0, 'choices');
  if (choices === undefined || kindOf(doc, choices) !== ARRAY) return [];
  return elements(doc, choices).flatMap((choice, i) => {
    const reason = member(doc, choice, 'finish_reason');
    const ended = reason !== undefined && kindOf(doc, reason) !== NULL;
    return ended ? [numberMember(doc, choice, 'index') ?? i] : [];
  });
}

const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });

/** Chunks until `[DONE]`; pieces of a call are told apart by choice and index. */
export class ChatStream implements StreamReader {
  private readonly to: Collector;
  private readonly docs: Doc[] = [];
  private readonly depth: number;
  private readonly chunk = answer('delta', spokenWith(callPlaces(), contentPlaces()));
  private done = false;
  /** Choices that said why they ended. */
  private readonly ended = new Set<string>();

  constructor(options: CodecOptions) {
    this.depth = options.depth;
    this.to = new Collector({
      side: 'answer',
      depth: options.depth,
      streamed: true,
      offered: options.offered,
    });
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { bytes, start, end, ground } = event.data;
    if (end - start < 16 && latin1(bytes, start, end).trim() === '[DONE]') {
      this.done = true;
      return true;
    }
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    // Readers would not agree on what a chunk with a key said twice adds to the message.
    if (!doc || repeatsKey(doc, 0)) return false;
    this.docs.push(doc);
    this.chunk(rootOf(doc), this.to);
    for (const index of endedIn(doc)) this.ended.add(String(index));
    return true;
  }

  /** A choice goes on until it says why it ended; everything else is told in one. */
  growth(): Growth {
    this.to.settle(
      (path) => this.done || !path.startsWith('/choices/') || this.ended.has(path.split('/', 3)[2]!),
    );
    return this.to.growth();
  }

  finished(): boolean {
    return this.done;
  }

  reading(): AnswerReading {
    const [first] = this.docs;
    const id = first && stringMember(first, 0, 'id');
    return { units: this.to.units(), omit: this.to.omitted, ...(id === undefined ? {} : { id }) };
  }

  refuse(refused: readonly RefusedCall[]) {
    return refuseChatCalls(refused, this.docs, 'delta');
  }
}
