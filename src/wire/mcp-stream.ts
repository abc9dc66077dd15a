/** A server's messages as they stream: one or several in each event. */
import type { AnswerReading, CodecOptions, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Growth } from './growth.ts';
import { ARRAY, elements, kindOf, member, OBJECT, repeatsKey } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { readMessage } from './mcp-messages.ts';
import type { StreamEvent } from './sse.ts';

/** Values of any shape, in which keys may be said twice. */
const VALUES = new Set(['structuredContent', 'data']);

export class McpStream implements StreamReader {
  private readonly options: CodecOptions;
  private readonly to: Collector;
  private answers = 0;
  private others = 0;

  constructor(options: CodecOptions) {
    this.options = options;
    this.to = new Collector({ side: 'answer', depth: options.depth, streamed: true });
  }

  push({ data }: StreamEvent): boolean {
    // An event without data tells how to resume the stream.
    if (!data || data.start === data.end) return true;
    const { bytes, start, end, ground } = data;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.options.depth });
    if (!doc || repeatsKey(doc, 0, VALUES)) return false;
    const messages = kindOf(doc, 0) === ARRAY ? elements(doc, 0) : [0];
    if (messages.some((node) => kindOf(doc, node) !== OBJECT)) return false;
    for (const node of messages) {
      const answers = member(doc, node, 'method') === undefined;
      const path = answers ? this.placeOfAnswer() : `/messages/${this.others++}`;
      readMessage({ doc, node, path, key: '' }, this.to, this.options.asked);
      this.to.begin('');
    }
    return true;
  }

  /** A message comes whole. */
  growth(): Growth {
    this.to.growing.settle(() => true);
    return this.to.growth();
  }

  /** A server may end a stream at any time: its client asks for the rest. */
  finished(): boolean {
    return true;
  }

  reading(): AnswerReading {
    return { units: this.to.units(), omit: this.to.omitted };
  }

  /** A server's answer holds no calls. */
  refuse(): [] {
    return [];
  }

  /** Of one request the answer is the body; of a batch, an element of it. */
  private placeOfAnswer(): string {
    const place = this.answers++;
    return place > 0 || (this.options.asked?.size ?? 0) > 1 ? `/${place}` : '';
  }
}
