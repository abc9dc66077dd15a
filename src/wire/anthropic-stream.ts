/** An Anthropic answer as it streams: each event is read as the part of the message that it brings. */
import { answer, block, citation, ending, summary } from './anthropic-blocks.ts';
import { type Block, blocksOf, refuseBlocks } from './anthropic-refuse.ts';
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Splice } from './edit.ts';
import {
  ARRAY,
  type Doc,
  elements,
  endOf,
  kindOf,
  latin1,
  member,
  members,
  type Node,
  NULL,
  numberMember,
  OBJECT,
  repeatsKey,
  startOf,
  stringMember,
  tryParseJson,
} from './json.ts';
import { all, by, object, omit, type Shape, signed, skip, text } from './shape.ts';
import type { StreamEvent } from './sse.ts';

/** A block that streams, or has streamed. */
interface Streamed extends Block {
  readonly events: { readonly start: StreamEvent; readonly deltas: StreamEvent[] };
  open: boolean;
  citations: number;
}

const eventOf = (shapes: Readonly<Record<string, Shape>>): Shape =>
  object({
    ...all(['type', 'index', 'usage', 'context_management', 'input_transformations', 'request_id'], skip),
    ...shapes,
  });

/** A value read as it stands at `path` in the body. */
const at =
  (path: string, shape: Shape): Shape =>
  (spot, to) =>
    shape({ ...spot, path }, to);

const start = eventOf({ message: at('', answer) });
const end = eventOf({ delta: at('', object(ending)) });
/** Pings, errors, and what no reference names yet. */
const other = eventOf({ error: object({ type: skip, message: text }) });

/** A piece of a call's input. An empty one adds nothing. */
const input =
  (path: string): Shape =>
  (spot, to) => {
    const value = { ...spot, path: `${path}/input`, key: 'input' };
    if (endOf(spot.doc, spot.node) - startOf(spot.doc, spot.node) === 2) return;
    if (to.callAt(path)) to.call({ spot, path }, value);
    else to.text(value);
  };

/** What a delta adds to its block. Kinds that no reference names yet are text. */
const deltaOf = ({ path, doc, node, citations }: Streamed): Shape =>
  by(
    'type',
    {
      thinking_delta: object({ ...all(['type', 'estimated_tokens'], skip), thinking: signed }),
      signature_delta: object({ type: skip, signature: omit }),
      citations_delta: object({ type: skip, citation: at(`${path}/citations/${citations}`, citation) }),
      compaction_delta: object({
        type: skip,
        content: summary({ doc, node, path, key: '' }),
        encrypted_content: omit,
      }),
      input_json_delta: object({ type: skip, partial_json: input(path) }),
    },
    object({ type: skip }),
  );

export class MessageStream implements StreamReader {
  private readonly to: Collector;
  private readonly depth: number;
  private readonly blocks: (Block | Streamed)[] = [];
  private readonly ends: { doc: Doc; node: Node }[] = [];
  private phase: 'before' | 'within' | 'over' = 'before';
  private failed = false;

  constructor({ depth, offered }: CodecOptions) {
    this.depth = depth;
    this.to = new Collector({ side: 'answer', depth, streamed: true, offered });
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { bytes, start, end, ground } = event.data;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    // Compatible servers add OpenAI's last word.
    if (!doc) return this.phase === 'over' && latin1(bytes, start, end).trim() === '[DONE]';
    // Readers would not agree on what an event with a key said twice adds to the message.
    return kindOf(doc, 0) === OBJECT && !repeatsKey(doc, 0) && this.read(doc, event);
  }

  /** Events in another order than the reference's mean different messages to different readers. */
  private read(doc: Doc, event: StreamEvent): boolean {
    switch (stringMember(doc, 0, 'type')) {
      case 'message_start':
        return this.phase === 'before' && this.begin(doc);
      case 'content_block_start':
        return this.phase === 'within' && this.openBlock(doc, event);
      case 'content_block_delta':
        return this.phase === 'within' && this.addTo(this.blockOf(doc), doc, event);
      case 'content_block_stop':
        return this.phase === 'within' && this.closeBlock(this.blockOf(doc), doc);
      case 'message_delta':
        return this.phase === 'within' && this.end(doc);
      case 'message_stop':
        return this.phase === 'within' && this.finish(doc);
      case 'error':
        this.failed = true;
        return this.hear(doc, other);
      default:
        return this.hear(doc, other);
    }
  }

  finished(): boolean {
    return this.phase === 'over' || this.failed;
  }

  reading(): AnswerReading {
    const [first] = this.ends;
    const id = first && stringMember(first.doc, first.node, 'id');
    return { units: this.to.units(), omit: this.to.omitted, ...(id === undefined ? {} : { id }) };
  }

  refuse(refused: readonly RefusedCall[]): Splice[] {
    return refuseBlocks(refused, this.blocks, this.ends);
  }

  private hear(doc: Doc, shape: Shape): true {
    shape({ doc, node: 0, path: '', key: '' }, this.to);
    return true;
  }

  private begin(doc: Doc): boolean {
    const message = member(doc, 0, 'message');
    if (message === undefined || kindOf(doc, message) !== OBJECT) return false;
    this.phase = 'within';
    this.ends.push({ doc, node: message });
    this.blocks.push(...blocksOf(doc, message));
    return this.hear(doc, start);
  }

  private openBlock(doc: Doc, event: StreamEvent): boolean {
    const index = this.blocks.length;
    const node = member(doc, 0, 'content_block');
    if (numberMember(doc, 0, 'index') !== index || node === undefined) return false;
    const path = `/content/${index}`;
    const cited = member(doc, node, 'citations');
    const citations = cited !== undefined && kindOf(doc, cited) === ARRAY ? elements(doc, cited).length : 0;
    const streamed = { path, doc, node, events: { start: event, deltas: [] }, open: true, citations };
    this.blocks.push(streamed);
    return this.hear(doc, eventOf({ content_block: at(path, block) }));
  }

  private blockOf(doc: Doc): Streamed | undefined {
    const found = this.blocks[numberMember(doc, 0, 'index') ?? -1];
    return found && 'open' in found && found.open ? found : undefined;
  }

  private addTo(streamed: Streamed | undefined, doc: Doc, event: StreamEvent): boolean {
    const delta = member(doc, 0, 'delta');
    if (!streamed || delta === undefined) return false;
    const type = stringMember(doc, delta, 'type');
    if (type === 'input_json_delta') {
      const piece = stringMember(doc, delta, 'partial_json');
      if (piece === undefined || (piece !== '' && hasInput(streamed))) return false;
    }
    streamed.events.deltas.push(event);
    this.hear(doc, eventOf({ delta: at(streamed.path, deltaOf(streamed)) }));
    if (type === 'citations_delta') streamed.citations++;
    return true;
  }

  private closeBlock(streamed: Streamed | undefined, doc: Doc): boolean {
    if (!streamed) return false;
    streamed.open = false;
    return this.hear(doc, other);
  }

  private end(doc: Doc): boolean {
    const delta = member(doc, 0, 'delta');
    if (delta !== undefined) this.ends.push({ doc, node: delta });
    return this.hear(doc, end);
  }

  private finish(doc: Doc): boolean {
    this.phase = 'over';
    return this.hear(doc, other);
  }
}

/** Did the block begin with an input? Pieces of another one would contradict it. */
function hasInput({ doc, node }: Block): boolean {
  const whole = member(doc, node, 'input');
  if (whole === undefined || kindOf(doc, whole) === NULL) return false;
  return kindOf(doc, whole) !== OBJECT || members(doc, whole).length > 0;
}
