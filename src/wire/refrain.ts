/** Most events of a stream are the one before but for their text: such an event adds to the same text, and is not parsed again. */
import type { Collector } from './collector.ts';
import { asBuffer, type Doc, endOf, kindOf, member, STRING, startOf } from './json.ts';
import type { TextSlot } from './slots.ts';
import type { StreamEvent } from './sse.ts';
import { isWordIn, plainText, type Text } from './units.ts';

type Data = NonNullable<StreamEvent['data']>;

/** Strings in which the next event may differ: its text, and words that say nothing. */
interface Hole {
  readonly from: number;
  readonly to: number;
  readonly kind: 'text' | 'word';
}

/** An event that went on with one text and did nothing else. */
interface Verse {
  readonly name: string;
  readonly data: Data;
  readonly slot: TextSlot;
  readonly holes: readonly Hole[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class Refrain {
  private last: Verse | undefined;
  private readonly to: Collector;
  private readonly texts: ReadonlySet<string>;
  private readonly words: readonly string[];

  /** `texts` are keys under which every string is text, whatever it says; under `words`, words are skipped. */
  constructor(to: Collector, texts: ReadonlySet<string>, words: readonly string[] = []) {
    this.to = to;
    this.texts = texts;
    this.words = words;
  }

  /** Adds the event's piece, where it differs from the event before in nothing that says anything else. */
  repeats(name: string, data: Data): boolean {
    const text = this.last && this.last.name === name ? pieceOf(data, this.last) : undefined;
    if (text) this.to.growing.goOn(this.last!.slot, text);
    return text !== undefined;
  }

  /** The event was parsed and read. */
  heard(name: string, data: Data, doc: Doc): void {
    const going = this.to.effects.take();
    const piece = going?.text.pieces[0];
    if (!going || piece?.below !== data.ground || !this.texts.has(going.slot.key)) {
      this.last = undefined;
      return;
    }
    const text: Hole = { from: piece.rawStart, to: piece.rawEnd, kind: 'text' };
    const holes = [text, ...this.words.flatMap((key) => wordUnder(doc, key))].sort((a, b) => a.from - b.from);
    this.last = { name, data, slot: going.slot, holes };
  }
}

function wordUnder(doc: Doc, key: string): Hole[] {
  const node = member(doc, 0, key);
  if (node === undefined || kindOf(doc, node) !== STRING) return [];
  return [{ from: startOf(doc, node) + 1, to: endOf(doc, node) - 1, kind: 'word' }];
}

/** The text of an event without escapes that has the very bytes of the last one around its holes. */
function pieceOf({ bytes, start, end, ground }: Data, { data, holes }: Verse): Text | undefined {
  let text: Text | undefined;
  let at = start;
  let before = data.start;
  for (const { from, to, kind } of holes) {
    const opened = at + from - before;
    if (opened > end || !isSame(bytes, at, opened, data.bytes, before, from)) return undefined;
    const closed = stringEnd(bytes, opened, end);
    if (closed < 0) return undefined;
    if (kind === 'word' ? !isWordIn(bytes, opened, closed) : closed === opened) return undefined;
    if (kind === 'text') text = plainText(bytes, opened, closed, ground);
    at = closed;
    before = to;
  }
  return isSame(bytes, at, end, data.bytes, before, data.end) ? text : undefined;
}

/** Where the string ends, which has no escapes; or -1. */
function stringEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) return -1;
  }
  return -1;
}

const isSame = (
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean => asBuffer(a).compare(b, bStart, bEnd, aStart, aEnd) === 0;
