/** Most events of a stream are the one before but for their text: such an event adds to the same text, and is not parsed again. */
import type { Collector } from './collector.ts';
import { asBuffer } from './json.ts';
import type { TextSlot } from './slots.ts';
import type { StreamEvent } from './sse.ts';
import type { Text } from './units.ts';

type Data = NonNullable<StreamEvent['data']>;

/** An event that went on with one text and did nothing else, and where in its data the piece stands. */
interface Verse {
  readonly name: string;
  readonly data: Data;
  readonly slot: TextSlot;
  readonly from: number;
  readonly to: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class Refrain {
  private last: Verse | undefined;
  private readonly to: Collector;
  private readonly keys: ReadonlySet<string>;

  /** `keys` are those under which every string is text, whatever it says. */
  constructor(to: Collector, keys: ReadonlySet<string>) {
    this.to = to;
    this.keys = keys;
  }

  /** Adds the event's piece, where it differs from the event before in that alone. */
  repeats(name: string, data: Data): boolean {
    const text = this.last && this.last.name === name ? pieceOf(data, this.last) : undefined;
    if (text) this.to.growing.goOn(this.last!.slot, text);
    return text !== undefined;
  }

  /** The event was parsed and read. */
  heard(name: string, data: Data): void {
    const going = this.to.effects.take();
    const piece = going?.text.pieces[0];
    this.last =
      going && piece?.below === data.ground && this.keys.has(going.slot.key)
        ? { name, data, slot: going.slot, from: piece.rawStart, to: piece.rawEnd }
        : undefined;
  }
}

/** A text without escapes between the very bytes that stood around the last one. */
function pieceOf({ bytes, start, end, ground }: Data, { data, from, to }: Verse): Text | undefined {
  const rawStart = start + from - data.start;
  const rawEnd = end - (data.end - to);
  if (rawStart >= rawEnd || !isSame(bytes, start, rawStart, data.bytes, data.start, from)) return undefined;
  if (!isSame(bytes, rawEnd, end, data.bytes, to, data.end)) return undefined;
  for (let at = rawStart; at < rawEnd; at++)
    if (bytes[at] === QUOTE || bytes[at] === BACKSLASH) return undefined;
  const piece = { from: 0, to: rawEnd - rawStart, rawStart, rawEnd, below: ground, encode: 'json' as const };
  return { bytes, start: rawStart, end: rawEnd, pieces: [piece] };
}

const isSame = (
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean => asBuffer(a).compare(b, bStart, bEnd, aStart, aEnd) === 0;
