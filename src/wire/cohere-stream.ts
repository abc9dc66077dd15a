/** A Cohere answer as it streams: each event begins, goes on with or ends one part of the message. */
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { citation, part } from './cohere-messages.ts';
import { refuseCohereEvents, type StreamedCall } from './cohere-refuse.ts';
import { Collector } from './collector.ts';
import type { Splice } from './edit.ts';
import type { Growth } from './growth.ts';
import { type Doc, kindOf, latin1, numberMember, OBJECT, repeatsKey, stringMember } from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { call } from './openai-chat-messages.ts';
import { all, each, object, type Shape, skip, text } from './shape.ts';
import type { StreamEvent } from './sse.ts';
import { pointer } from './units.ts';

/** What is told with a beginning, pieces and an end, each by its index. */
type Kind = 'content' | 'tool-call' | 'citation';

const PATHS: Readonly<Record<Kind, string>> = {
  content: '/message/content',
  'tool-call': '/message/tool_calls',
  citation: '/message/citations',
};

const TYPE = /^(content|tool-call|citation)-(start|delta|end)$/;

export class CohereStream implements StreamReader {
  private readonly to: Collector;
  private readonly depth: number;
  /** How many of each kind have begun; those that go on. */
  private readonly begun: Record<Kind, number> = { content: 0, 'tool-call': 0, citation: 0 };
  private readonly open = new Map<string, number>();
  private readonly calls: StreamedCall[] = [];
  private readonly ends: Doc[] = [];
  private phase: 'before' | 'within' | 'over' = 'before';
  /** Where the part that an event tells of stands in its list. */
  private place = 0;
  private readonly event = eventWith(() => this.place);

  constructor({ depth, offered }: CodecOptions) {
    this.depth = depth;
    this.to = new Collector({ side: 'answer', depth, streamed: true, offered });
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { bytes, start, end, ground } = event.data;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    if (!doc) return this.phase === 'over' && latin1(bytes, start, end).trim() === '[DONE]';
    // Readers would not agree on what an event with a key said twice adds to the message.
    if (kindOf(doc, 0) !== OBJECT || repeatsKey(doc, 0)) return false;
    return this.read(doc, event);
  }

  /** A part goes on until its own end, what is beside them until the message's. */
  growth(): Growth {
    if (this.phase === 'over') this.to.growing.settle(() => true);
    this.to.growing.pause((path) => (path.startsWith('/message/citations/') ? undefined : ''));
    return this.to.growth();
  }

  finished(): boolean {
    return this.phase === 'over';
  }

  reading(): AnswerReading {
    return { units: this.to.units(), omit: this.to.omitted };
  }

  refuse(refused: readonly RefusedCall[]): Splice[] {
    return refuseCohereEvents(refused, this.calls, this.begun.content, this.ends);
  }

  /** Events in another order than the reference's mean different messages to different readers. */
  private read(doc: Doc, event: StreamEvent): boolean {
    const type = stringMember(doc, 0, 'type') ?? '';
    // Some readers go by the event's name, some by the type in its data.
    if (event.name !== '' && event.name !== type) return false;
    if (this.phase === 'over') return false;
    const [, kind, step] = TYPE.exec(type) ?? [];
    this.place = 0;
    if (kind && !this.follows(kind as Kind, step!, doc, event)) return false;
    if (type === 'message-start') {
      if (this.phase !== 'before') return false;
      this.phase = 'within';
    }
    if (type === 'message-end') {
      this.phase = 'over';
      this.ends.push(doc);
    }
    this.event({ doc, node: 0, path: '', key: '' }, this.to);
    if (step === 'end') {
      const part = pointer(PATHS[kind as Kind], this.place);
      this.to.growing.settle((path) => path === part || path.startsWith(`${part}/`));
    }
    return true;
  }

  /** What goes on or ends must have begun. Some servers give the next part an index that was used before. */
  private follows(kind: Kind, step: string, doc: Doc, event: StreamEvent): boolean {
    const index = numberMember(doc, 0, 'index') ?? -1;
    const name = `${kind} ${index}`;
    if (step === 'start') {
      if (this.open.has(name)) return false;
      const begun = this.begun[kind]++;
      this.open.set(name, begun);
      if (kind === 'tool-call') this.calls.push({ path: pointer(PATHS[kind], begun), events: [] });
    }
    const place = this.open.get(name);
    if (place === undefined) return false;
    this.place = place;
    if (kind === 'tool-call') this.calls[place]!.events.push({ event, doc });
    if (step === 'end') this.open.delete(name);
    return true;
  }
}

/** One event, whose part of the message stands at `index` in its list. */
function eventWith(index: () => number): Shape {
  const at =
    (shape: Shape): Shape =>
    (spot, to) =>
      kindOf(spot.doc, spot.node) === OBJECT
        ? shape({ ...spot, path: pointer(spot.path, index()), key: '' }, to)
        : each(shape)(spot, to);
  const message = object({
    role: skip,
    tool_plan: text,
    content: at(part),
    tool_calls: at(call),
    citations: at(citation),
  });
  const delta = object({ ...all(['finish_reason', 'usage'], skip), error: text, message });
  return object({
    ...all(['id', 'type', 'index'], skip),
    delta: (spot, to) => delta({ ...spot, path: '' }, to),
    logprobs: (spot, to) => to.shadow('', spot),
  });
}
