/**
 * A Gemini answer as it streams: each event is a response with the next parts. Text of a kind goes on in the part
 * before it, anything else is a part of its own; a call comes whole, or in pieces until it says that it is over.
 */
import type { AnswerReading, CodecOptions, RefusedCall, StreamReader } from './codec.ts';
import { Collector } from './collector.ts';
import type { Splice } from './edit.ts';
import { answerOf } from './gemini-answer.ts';
import { PartialCall } from './gemini-partial.ts';
import { functionCall, members, partOf, type Reads, stringOf } from './gemini-parts.ts';
import { refuseParts } from './gemini-refuse.ts';
import type { Growth } from './growth.ts';
import {
  ARRAY,
  type Doc,
  elements,
  FALSE,
  kindOf,
  member,
  members as membersOf,
  type Node,
  NULL,
  OBJECT,
  repeatsKey,
  STRING,
  TRUE,
} from './json.ts';
import { tryParseJson } from './json-parse.ts';
import { all, each, elsewhere, type Shape, skip } from './shape.ts';
import type { Spot } from './spot.ts';
import type { StreamEvent } from './sse.ts';
import { pointer } from './units.ts';

/** What a candidate has said so far. */
interface Said {
  parts: number;
  kind: 'text' | 'thought' | 'other';
  open: PartialCall | undefined;
}

/** Values of any shape, in which keys may be said twice. */
const VALUES = new Set(['args', 'response']);

export class GeminiStream implements StreamReader {
  private readonly to: Collector;
  private readonly depth: number;
  private readonly docs: Doc[] = [];
  private readonly candidates = new Map<string, Said>();
  private readonly chunk: Shape;
  private readable = true;
  private over = false;

  constructor({ depth, offered }: CodecOptions) {
    this.depth = depth;
    this.to = new Collector({ side: 'answer', depth, streamed: true, offered });
    const once: Reads['once'] = (shape) => (spot, to) => to.again(() => shape(spot, to));
    const part = partOf({ once, call: (spot) => this.call(spot) });
    const parts = each((spot, to) => part({ ...spot, path: this.place(spot) }, to));
    this.chunk = answerOf({ once }, members({ role: skip, parts }));
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { bytes, start, end, ground } = event.data;
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    // Readers would not agree on what an event with a key said twice adds to the answer.
    if (!doc || kindOf(doc, 0) !== OBJECT || repeatsKey(doc, 0, VALUES)) return false;
    this.docs.push(doc);
    this.chunk({ doc, node: 0, path: '', key: '' }, this.to);
    this.over ||= ends(doc);
    return this.readable;
  }

  /** A part goes on until another begins, a call in pieces until it says so, what is beside them until the end. */
  growth(): Growth {
    if (this.over) this.to.growing.settle(() => true);
    for (const [parts, { open, kind, parts: count }] of this.candidates) {
      const going = !open && kind === 'other' ? undefined : `${parts}/${count - 1}`;
      const isGoing = (path: string): boolean => path === going || path.startsWith(`${going}/`);
      this.to.growing.settle((path) => path.startsWith(`${parts}/`) && !isGoing(path));
    }
    return this.to.growth();
  }

  finished(): boolean {
    return this.over;
  }

  reading(): AnswerReading {
    return { units: this.to.units(), omit: this.to.omitted };
  }

  refuse(refused: readonly RefusedCall[]): Splice[] {
    return refuseParts(this.docs, refused);
  }

  private saidBy(path: string): Said {
    const parts = path.slice(0, path.lastIndexOf('/'));
    const said = this.candidates.get(parts) ?? { parts: 0, kind: 'other', open: undefined };
    this.candidates.set(parts, said);
    return said;
  }

  /** The path that a part has in the body. */
  private place(spot: Spot): string {
    const said = this.saidBy(spot.path);
    const kind = kindOfPart(spot);
    const goesOn = kind === 'other' ? said.open && isNameless(spot) : kind === said.kind;
    if (!goesOn) said.parts++;
    said.kind = kind;
    return pointer(spot.path.slice(0, spot.path.lastIndexOf('/')), said.parts - 1);
  }

  /** A call that comes whole, or a piece of one. */
  private call(spot: Spot): void {
    const { doc, node, path } = spot;
    const said = this.saidBy(path.slice(0, path.lastIndexOf('/')));
    const name = stringOf(spot, 'name');
    const pieces = member(doc, node, 'partialArgs');
    const willContinue = isTrue(doc, node, 'willContinue');
    if (name !== undefined) said.open = undefined;
    if (name !== undefined && (pieces !== undefined || willContinue)) {
      const begun = new PartialCall({ spot, path, name, id: stringOf(spot, 'id') });
      said.open = begun;
      this.to.later(path, begun.spots, () => begun.unit());
    }
    const { open } = said;
    if (!open) {
      functionCall(spot, this.to);
      return;
    }
    open.at(spot);
    piece(spot, this.to);
    const added = pieces === undefined || kindOf(doc, pieces) !== ARRAY ? [] : elements(doc, pieces);
    if (!added.every((piece) => open.add(doc, piece)) || member(doc, node, 'args') !== undefined)
      this.readable = false;
    if (!willContinue && !added.some((piece) => isTrue(doc, piece, 'willContinue'))) said.open = undefined;
  }
}

/** What a piece of a call says beside the name and the arguments. */
const piece = members({
  ...all(['name', 'id', 'willContinue'], skip),
  args: elsewhere,
  partialArgs: each(
    members({
      ...all(['jsonPath', 'stringValue', 'numberValue', 'boolValue'], elsewhere),
      ...all(['nullValue', 'willContinue'], skip),
    }),
  ),
});

const isTrue = (doc: Doc, node: Node, name: string): boolean => {
  const found = member(doc, node, name);
  return found !== undefined && kindOf(doc, found) === TRUE;
};

/** Members of which each is a part by itself; what else stands beside a text goes on with it. */
const OTHER =
  /^(?:function_?(?:call|response)|tool_?(?:call|response)|executable_?code|code_?execution_?result|(?:inline|file)_?data)$/i;

function kindOfPart({ doc, node }: Spot): Said['kind'] {
  if (kindOf(doc, node) !== OBJECT) return 'other';
  const own = membersOf(doc, node);
  const text = own.find(({ key }) => key === 'text');
  if (!text || kindOf(doc, text.value) !== STRING || own.some(({ key }) => OTHER.test(key))) return 'other';
  return isTrue(doc, node, 'thought') ? 'thought' : 'text';
}

/** A piece of the call before it. */
function isNameless({ doc, node }: Spot): boolean {
  const call = member(doc, node, 'functionCall');
  return call !== undefined && kindOf(doc, call) === OBJECT && member(doc, call, 'name') === undefined;
}

/** A candidate says why it ended; a refused prompt and an error are the end as well. */
function ends(doc: Doc): boolean {
  const candidates = member(doc, 0, 'candidates');
  const said = candidates !== undefined && kindOf(doc, candidates) === ARRAY ? elements(doc, candidates) : [];
  const told = said.some((each) => isTold(doc, member(doc, each, 'finishReason')));
  return told || isTold(doc, member(doc, 0, 'promptFeedback')) || isTold(doc, member(doc, 0, 'error'));
}

const isTold = (doc: Doc, node: Node | undefined): boolean =>
  node !== undefined && kindOf(doc, node) !== NULL && kindOf(doc, node) !== FALSE;
