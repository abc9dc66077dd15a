/** What a stream has brought so far and what of it may still change: so that it can go on before its end is there. */
import type { Unit } from '../exchange.ts';
import type { CallSlot } from './calls.ts';
import type { Piece } from './edit.ts';
import type { KeySlot, LaterSlot, TextSlot } from './slots.ts';
import type { Spot } from './spot.ts';
import { sizeOf, type Text, textLeaf } from './units.ts';

/** Something of which more may come. */
export type Open =
  | { readonly kind: 'call'; readonly began: Spot }
  /** A text as far as it was told; `signable` where a signature may still come that covers it. */
  | { readonly kind: 'text'; readonly unit: Unit; readonly text: object; readonly signable: boolean };

/** Units that are whole; `text` is the open text that they end, or `pauses` where it may go on behind others. */
export interface Done {
  readonly units: readonly Unit[];
  readonly text?: object;
  readonly pauses?: true;
}

export interface Growth {
  /** Whole since the last look: each is told once. */
  readonly done: readonly Done[];
  readonly open: readonly Open[];
  /** Something went on that had been told as whole. */
  readonly reopened: boolean;
  /** Something repeats a text in another form (log probabilities): it is known to be harmless only with all of the text. */
  readonly shadowed: boolean;
}

/** A text that is joined as its pieces come: each byte is copied a constant number of times. */
export interface Joined {
  add(text: Text): void;
  /** What was handed out stays as it was, but for the pieces that come behind it. */
  text(): Text;
}

export function joined(): Joined {
  let only: Text | undefined;
  let room: Uint8Array = new Uint8Array(0);
  let size = 0;
  const pieces: Piece[] = [];

  const append = ({ bytes, start, end, pieces: own }: Text): void => {
    if (size + end - start > room.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(256, (size + end - start) * 2));
      larger.set(room.subarray(0, size));
      room = larger;
    }
    room.set(bytes.subarray(start, end), size);
    for (const piece of own) pieces.push({ ...piece, from: piece.from + size, to: piece.to + size });
    size += end - start;
  };

  return {
    add(text) {
      if (!only && size === 0 && pieces.length === 0) only = text;
      else {
        if (only) append(only);
        only = undefined;
        append(text);
      }
    },
    text: () => only ?? { bytes: room, start: 0, end: size, pieces },
  };
}

export type Slot = TextSlot | KeySlot | CallSlot | LaterSlot | Unit;

/** The slots of a stream that were not told as whole yet. */
export class Growing {
  private readonly waiting = new Set<Slot>();
  /** Those of them of which more may come: kept apart, since of a stream that is held nobody asks for the others. */
  private readonly open = new Set<Slot>();
  private readonly paused = new Set<Slot>();
  /** Texts and calls of which something came since the last look. */
  private readonly fresh = new Set<TextSlot | CallSlot>();
  private reopened = false;

  add(slot: Slot): void {
    this.waiting.add(slot);
    if ('kind' in slot && slot.kind !== 'key') this.open.add(slot);
  }

  /** It was told whole, in one. */
  end(slot: Slot): void {
    this.open.delete(slot);
  }

  /** Something has come of it; perhaps after it had paused. */
  tell(slot: TextSlot | CallSlot): void {
    if (!this.waiting.has(slot) && this.paused.delete(slot)) this.add(slot);
    if (!this.open.has(slot)) this.reopened = true;
    this.fresh.add(slot);
  }

  /** A further piece of a text. */
  goOn(slot: TextSlot, text: Text): void {
    if (sizeOf(text) > 0) this.tell(slot);
    slot.joined.add(text);
  }

  /** Where something else is told in the folder of a text, it is whole, unless it goes on later. */
  pause(folderOf: (path: string) => string | undefined): void {
    const going = new Set([...this.fresh].map(({ path }) => folderOf(path)));
    going.delete(undefined);
    if (going.size === 0) return;
    for (const slot of this.open)
      if ('kind' in slot && slot.kind === 'text' && !this.fresh.has(slot) && going.has(folderOf(slot.path))) {
        this.paused.add(slot);
        this.open.delete(slot);
      }
  }

  /** Nothing more comes of the slots at and below these paths. */
  settle(done: (path: string) => boolean): void {
    for (const slot of this.open) if (done(slot.path)) this.open.delete(slot);
  }

  /** `close` makes the unit of a slot. Literals, since a stream asks with each event. */
  take(close: (slot: Slot) => readonly Unit[], shadowed: boolean): Growth {
    this.fresh.clear();
    const done: Done[] = [];
    const open: Open[] = [];
    for (const slot of this.waiting) {
      if (!('kind' in slot) || slot.kind === 'key' || !this.open.has(slot)) {
        this.waiting.delete(slot);
        const units = close(slot);
        if (!('kind' in slot) || slot.kind !== 'text') done.push({ units });
        else done.push(this.paused.has(slot) ? { units, text: slot, pauses: true } : { units, text: slot });
      } else if (slot.kind === 'text') open.push(openText(slot));
      else open.push({ kind: 'call', began: slot.spots[0]! });
    }
    return { done, open, reopened: this.reopened, shadowed };
  }
}

function openText(slot: TextSlot): Open {
  const { stage, path, key, joined, signable } = slot;
  const leaf = textLeaf(joined.text(), path, key === '' ? undefined : key);
  const unit: Unit = { stage, path, leaves: [leaf] };
  return { kind: 'text', unit, text: slot, signable };
}
