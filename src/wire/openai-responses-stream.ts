/**
 * The stream of Responses (API reference: Streaming events): each event is read at the place that its content has in
 * the response that ends it. Added and delta events bring pieces; done events and responses say it all again.
 */
import type { Code } from '../exchange.ts';
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Splice } from './edit.ts';
import { responsesErrorEvent } from './errors.ts';
import type { Growth } from './growth.ts';
import { type Doc, kindOf, latin1, member, numberMember, OBJECT, repeatsKey, stringMember } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { hear } from './openai-responses-events.ts';
import { refuseInStream, type Told } from './openai-responses-refuse.ts';
import type { StreamEvent } from './sse.ts';

const FINAL = new Set(['response.completed', 'response.failed', 'response.incomplete', 'error']);

/** So often another item takes an index that was taken: each costs by what was told before. */
const MOST_AGAIN = 128;

export class ResponsesStream implements StreamReader {
  private readonly to: Collector;
  private readonly depth: number;
  private readonly told: Told[] = [];
  /** Index of each item by its id, for events that do not say the index. */
  private readonly indices = new Map<string, number>();
  private readonly begun = new Set<number>();
  private again = 0;
  private id: string | undefined;
  private over = false;

  constructor({ depth, offered }: CodecOptions) {
    this.depth = depth;
    this.to = new Collector({ side: 'answer', depth, streamed: true, offered });
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { bytes, start, end, ground } = event.data;
    if (end - start < 16 && latin1(bytes, start, end).trim() === '[DONE]') return true;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    // Readers would not agree on what an event with a key said twice adds to the response.
    if (!doc || kindOf(doc, 0) !== OBJECT || repeatsKey(doc, 0)) return false;
    const kind = stringMember(doc, 0, 'type') ?? event.name;
    // Some readers go by the event's name, some by the type in its data.
    if (event.name !== '' && event.name !== kind) return false;
    const item = this.indexOf(doc);
    this.told.push({ event, doc, item });
    if (kind === 'response.output_item.added' && item !== undefined && !this.begin(doc, item)) return false;
    hear({ doc, node: 0, path: '', key: '' }, kind, item, this.to);
    if (this.id === undefined) this.id = responseId(doc);
    this.over ||= FINAL.has(kind);
    if (/\.done$/.test(kind) && item !== undefined) this.end(doc, kind, `/output/${item}`);
    return true;
  }

  growth(): Growth {
    if (this.over) this.to.growing.settle(() => true);
    return this.to.growth();
  }

  finished(): boolean {
    return this.over;
  }

  reading(): AnswerReading {
    return {
      units: this.to.units(),
      omit: this.to.omitted,
      ...(this.id === undefined ? {} : { id: this.id }),
    };
  }

  refuse(refused: readonly RefusedCall[]): Splice[] {
    return refuseInStream(this.told, refused);
  }

  /** Counted on: numbers must grow, whether or not all that were read have gone on. */
  errorEvent(code: Code, message: string): string {
    const numbers = this.told.map(({ doc }) => numberMember(doc, 0, 'sequence_number'));
    return responsesErrorEvent(code, message, (numbers.findLast((each) => each !== undefined) ?? -1) + 1);
  }

  /** Ids may change between an item's events: where an event says the index, that holds. */
  private indexOf(doc: Doc): number | undefined {
    return numberMember(doc, 0, 'output_index') ?? this.indices.get(stringMember(doc, 0, 'item_id') ?? '');
  }

  /** An item ends all that is in it; a part of it only itself. */
  private end(doc: Doc, kind: string, item: string): void {
    const part = numberMember(doc, 0, 'content_index');
    const done =
      kind === 'response.output_item.done'
        ? item
        : part === undefined
          ? undefined
          : `${item}/content/${part}`;
    if (done !== undefined) this.to.growing.settle((path) => path === done || path.startsWith(`${done}/`));
  }

  private begin(doc: Doc, index: number): boolean {
    const item = member(doc, 0, 'item');
    const id = item === undefined ? undefined : stringMember(doc, item, 'id');
    if (id !== undefined) this.indices.set(id, index);
    if (this.begun.has(index)) {
      if (++this.again > MOST_AGAIN) return false;
      this.to.begin(`/output/${index}`);
    }
    this.begun.add(index);
    return true;
  }
}

function responseId(doc: Doc): string | undefined {
  const response = member(doc, 0, 'response');
  return response === undefined ? undefined : stringMember(doc, response, 'id');
}
