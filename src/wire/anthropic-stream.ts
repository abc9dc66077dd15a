/** An Anthropic answer as it streams: each event is read as the part of the message that it brings. */
import { answer, block, ending } from './anthropic-blocks.ts';
import { addDelta, type Streamed, streamed } from './anthropic-deltas.ts';
import { type Block, blocksOf, refuseBlocks } from './anthropic-refuse.ts';
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Splice } from './edit.ts';
import type { Growth } from './growth.ts';
import { type Doc, kindOf, latin1, member, numberMember, OBJECT, repeatsKey, stringMember } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { Refrain } from './refrain.ts';
import { all, elsewhere, object, type Shape, skip, text } from './shape.ts';
import { rootOf, type Spot } from './spot.ts';
import type { StreamEvent } from './sse.ts';

const members = {
  ...all(['type', 'index', 'usage', 'context_management', 'input_transformations', 'request_id'], skip),
  error: object({ type: skip, message: text }),
};

/** Pings, errors, and what no reference names yet. */
const event = object(members);

/** An event without the part of the message that it brings. */
const around = {
  message: object({ ...members, message: elsewhere }),
  content_block: object({ ...members, content_block: elsewhere }),
  delta: object({ ...members, delta: elsewhere }),
};

const end = object(ending);

/** Under these keys a delta has what is said. */
const SAID = new Set(['text', 'thinking']);

export class MessageStream implements StreamReader {
  private readonly to: Collector;
  private readonly depth: number;
  private readonly blocks: (Block | Streamed)[] = [];
  /** Where the message says its id and why it ended. */
  private readonly heads: Spot[] = [];
  private phase: 'before' | 'within' | 'over' = 'before';
  private failed = false;
  private readonly refrain: Refrain;
  /** The block to which the last event added. */
  private added: Streamed | undefined;

  constructor({ depth, offered }: CodecOptions) {
    this.depth = depth;
    this.to = new Collector({ side: 'answer', depth, streamed: true, offered });
    this.refrain = new Refrain(this.to, SAID);
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    if (this.added && this.refrain.repeats(event.name, event.data)) {
      this.added.events.deltas.push(event);
      return true;
    }
    this.added = undefined;
    const { bytes, start, end, ground } = event.data;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    // Compatible servers add OpenAI's last word.
    if (!doc) return this.phase === 'over' && latin1(bytes, start, end).trim() === '[DONE]';
    // Readers would not agree on what an event with a key said twice adds to the message.
    if (kindOf(doc, 0) !== OBJECT || repeatsKey(doc, 0) || !this.read(doc, event)) return false;
    this.refrain.heard(event.name, event.data, doc);
    return true;
  }

  /** A block goes on until its own end, what is beside the blocks until the message's. */
  growth(): Growth {
    if (this.finished()) this.to.growing.settle(() => true);
    return this.to.growth();
  }

  finished(): boolean {
    return this.phase === 'over' || this.failed;
  }

  reading(): AnswerReading {
    const [first] = this.heads;
    const id = first && stringMember(first.doc, first.node, 'id');
    return { units: this.to.units(), omit: this.to.omitted, ...(id === undefined ? {} : { id }) };
  }

  refuse(refused: readonly RefusedCall[]): Splice[] {
    return refuseBlocks(refused, this.blocks, this.heads);
  }

  /** Events in another order than the reference's mean different messages to different readers. */
  private read(doc: Doc, event: StreamEvent): boolean {
    const type = stringMember(doc, 0, 'type');
    // Some readers go by the event's name, some by the type in its data.
    if (event.name !== '' && event.name !== type) return false;
    if (type === 'message_start')
      return this.phase === 'before' && this.begin(this.part(doc, 'message', ''), event);
    if (type === 'error') this.failed = true;
    if (!ORDERED.has(type ?? '')) return this.beside(doc);
    if (this.phase !== 'within') return false;
    if (type === 'content_block_start') return this.openBlock(doc, event);
    if (type === 'content_block_delta') return this.addTo(this.blockOf(doc), doc, event);
    if (type === 'content_block_stop') return this.closeBlock(this.blockOf(doc), doc);
    if (type === 'message_delta') return this.end(this.part(doc, 'delta', ''));
    this.phase = 'over';
    return this.beside(doc);
  }

  /** The part of the message that an event brings; the rest of the event is read. */
  private part(doc: Doc, name: keyof typeof around, path: string): Spot | undefined {
    around[name](rootOf(doc), this.to);
    const node = member(doc, 0, name);
    return node !== undefined && kindOf(doc, node) === OBJECT ? { doc, node, path, key: '' } : undefined;
  }

  private hear(spot: Spot, shape: Shape): true {
    shape(spot, this.to);
    return true;
  }

  private beside(doc: Doc): true {
    return this.hear(rootOf(doc), event);
  }

  private begin(message: Spot | undefined, event: StreamEvent): boolean {
    if (!message) return false;
    this.phase = 'within';
    this.heads.push(message);
    this.blocks.push(...blocksOf(message.doc, message.node, event));
    this.hear(message, answer);
    this.to.growing.settle(() => true);
    return true;
  }

  private openBlock(doc: Doc, event: StreamEvent): boolean {
    const index = this.blocks.length;
    const begun = this.part(doc, 'content_block', `/content/${index}`);
    if (!begun || numberMember(doc, 0, 'index') !== index) return false;
    this.blocks.push(streamed(begun, event));
    return this.hear(begun, block);
  }

  private blockOf(doc: Doc): Streamed | undefined {
    const found = this.blocks[numberMember(doc, 0, 'index') ?? -1];
    return found && 'open' in found && found.open ? found : undefined;
  }

  private addTo(block: Streamed | undefined, doc: Doc, event: StreamEvent): boolean {
    const delta = block && this.part(doc, 'delta', block.path);
    if (!delta || !addDelta(block, delta, this.to)) return false;
    block.events.deltas.push(event);
    this.added = block;
    return true;
  }

  private closeBlock(block: Streamed | undefined, doc: Doc): boolean {
    if (!block) return false;
    block.open = false;
    this.to.growing.settle((path) => path === block.path || path.startsWith(`${block.path}/`));
    return this.beside(doc);
  }

  private end(delta: Spot | undefined): boolean {
    if (!delta) return false;
    this.heads.push(delta);
    return this.hear(delta, end);
  }
}

/** Events that have their place between the message's beginning and its end. */
const ORDERED = new Set([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
]);
