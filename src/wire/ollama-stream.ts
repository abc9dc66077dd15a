/** An Ollama answer as it streams: a line is an answer with the next piece of its texts, or with whole calls. */
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Splice } from './edit.ts';
import type { Growth } from './growth.ts';
import { type Doc, kindOf, member, OBJECT, repeatsKey, TRUE } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { answerOf, call } from './ollama-messages.ts';
import { refuseOllamaCalls } from './ollama-refuse.ts';
import { each } from './shape.ts';
import type { StreamEvent } from './sse.ts';

/** Values of any shape, in which keys may be said twice. */
const VALUES = new Set(['arguments']);

export class OllamaStream implements StreamReader {
  private readonly to: Collector;
  private readonly depth: number;
  private readonly docs: Doc[] = [];
  private calls = 0;
  private over = false;
  private readonly line = answerOf(each(call, () => this.calls++));

  constructor({ depth, offered }: CodecOptions) {
    this.depth = depth;
    this.to = new Collector({ side: 'answer', depth, streamed: true, offered });
  }

  push({ data }: StreamEvent): boolean {
    if (!data) return true;
    const { bytes, start, end, ground } = data;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    // Readers stop at the last line, or they do not: nothing may follow it. Nor would they agree on a key said twice.
    if (!doc || this.over || kindOf(doc, 0) !== OBJECT || repeatsKey(doc, 0, VALUES)) return false;
    this.docs.push(doc);
    this.line({ doc, node: 0, path: '', key: '' }, this.to);
    const done = member(doc, 0, 'done');
    this.over = (done !== undefined && kindOf(doc, done) === TRUE) || member(doc, 0, 'error') !== undefined;
    return true;
  }

  /** A call comes whole, a text goes on until the end or until another goes on. */
  growth(): Growth {
    this.to.growing.settle((path) => this.over || path.startsWith('/message/tool_calls'));
    this.to.growing.pause(() => '');
    return this.to.growth();
  }

  finished(): boolean {
    return this.over;
  }

  reading(): AnswerReading {
    return { units: this.to.units(), omit: this.to.omitted };
  }

  refuse(refused: readonly RefusedCall[]): Splice[] {
    return refuseOllamaCalls(this.docs, refused);
  }
}
