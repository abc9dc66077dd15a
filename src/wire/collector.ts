/**
 * Gathers the units of one body, or of a stream: what arrives again under the same path is a further piece of the
 * same unit, so that a stream folds into the units of the body that it would have been.
 */
import type { Leaf, Stage, Unit } from '../exchange.ts';
import {
  type Alike,
  type ArgumentsForm,
  type CallHead,
  type CallSlot,
  callOnce,
  closeCall,
  openCall,
  refuseHidden,
  resultUnit,
} from './calls.ts';
import type { Turn } from './codec.ts';
import { foldCopies } from './copies.ts';
import { Effects } from './effects.ts';
import { Growing, type Growth, type Slot } from './growth.ts';
import { ARRAY, endOf, extract, isEmpty, kindOf, OBJECT, STRING, startOf } from './json.ts';
import {
  beginText,
  type KeySlot,
  keyUnit,
  type Shadow,
  type TextSlot,
  textUnit,
  withShadows,
} from './slots.ts';
import type { Spot } from './spot.ts';
import { type Care, leavesOf, sizeOf, type Text, textOf, tokenLeaf } from './units.ts';

export interface CollectorOptions {
  readonly side: 'request' | 'answer';
  readonly depth: number;
  readonly streamed?: boolean;
  /** Names that the request offered: a tool of that name is no hidden wrapper. */
  readonly offered?: ReadonlySet<string> | undefined;
  /** Turns that were read before, by where they start. */
  readonly turns?: ReadonlyMap<number, Turn> | undefined;
}

export class Collector {
  readonly side: 'request' | 'answer';
  readonly depth: number;
  /** Names of calls by id, so that a result knows its tool. */
  readonly names = new Map<string, string>();
  readonly offered = new Set<string>();
  /** What came to these two, in order. */
  private readonly named: [id: string, name: string][] = [];
  private readonly offers: string[] = [];
  /** Something offered brings tools along whose names the request does not say. */
  offersMore = false;
  readonly omitted: Leaf[] = [];
  readonly turns: Turn[] = [];
  private readonly readBefore: ReadonlyMap<number, Turn> | undefined;
  private readonly streamed: boolean;
  /** Does what comes under a known path belong to what came there? */
  private folding: boolean;
  private repeats = false;
  private readonly known: ReadonlySet<string> | undefined;
  private readonly slots: Slot[] = [];
  private readonly byPath = new Map<string, TextSlot | CallSlot>();
  private readonly keys = new Map<string, KeySlot>();
  private readonly byIndex = new Map<string, Alike>();
  private readonly sealed = new Set<string>();
  private readonly shadows: Shadow[] = [];
  readonly growing = new Growing();
  readonly effects = new Effects();
  private answered: { readonly name: string | undefined; readonly callId: string | undefined } | undefined;

  constructor(options: CollectorOptions) {
    this.side = options.side;
    this.depth = options.depth;
    this.streamed = options.streamed ?? false;
    this.folding = this.streamed;
    this.known = options.offered;
    this.readBefore = options.turns;
  }

  /** The stage of plain text here. */
  get stage(): Stage {
    if (this.answered) return 'tool_result';
    return this.side === 'request' ? 'prompt' : 'response';
  }

  /** A turn of the conversation: what was read before, at this place and of these bytes, is not read again. */
  turn(spot: Spot, read: (own: Spot) => void): void {
    const start = startOf(spot.doc, spot.node);
    const turn = this.readBefore?.get(start) ?? this.readTurn(spot, read);
    this.turns.push(turn);
    for (const unit of turn.units) this.slots.push(unit);
    this.omitted.push(...turn.omit);
    for (const [id, name] of turn.names) this.names.set(id, name);
    for (const name of turn.offered) this.offered.add(name);
    this.offersMore ||= turn.offersMore;
  }

  offer(name: string): void {
    this.offered.add(name);
    this.offers.push(name);
  }

  private readTurn(spot: Spot, read: (own: Spot) => void): Turn {
    const { slots, omitted, named, offers } = this;
    const before = [slots.length, omitted.length, named.length, offers.length] as const;
    const outside = this.offersMore;
    this.offersMore = false;
    // Of a conversation that begins all turns are new: they are kept with the body, rather than each on its own.
    read(this.readBefore?.size ? { ...spot, ...extract(spot.doc, spot.node) } : spot);
    const turn = {
      start: startOf(spot.doc, spot.node),
      end: endOf(spot.doc, spot.node),
      units: slots.splice(before[0]).flatMap((slot) => this.told(slot)),
      omit: omitted.splice(before[1]),
      names: named.slice(before[2]),
      offered: offers.slice(before[3]),
      offersMore: this.offersMore,
    };
    this.offersMore = outside;
    return turn;
  }

  /** A text: a string is one leaf, anything else is walked. */
  text(spot: Spot, stage: Stage = this.stage, care?: Care): void {
    const kind = kindOf(spot.doc, spot.node);
    if (this.answered && stage === 'tool_result' && [STRING, ARRAY, OBJECT].includes(kind))
      this.result(spot, this.answered.name, this.answered.callId, care);
    else if (kind === STRING) this.piece(stage, spot.path, spot.key, textOf(spot.doc, spot.node));
    else {
      if (stage === 'response') refuseHidden(spot);
      this.walk(spot, stage, care);
    }
  }

  /** A text that a signature covers: decided on, never altered. Or that one may cover which comes after it. */
  signed(spot: Spot, is: 'signed' | 'signable' = 'signed'): void {
    const { doc, node, path, key } = spot;
    if (kindOf(doc, node) === STRING) this.piece(this.stage, path, key, textOf(doc, node), is);
    else if (is === 'signed') this.walk(spot, this.stage);
    else this.text(spot);
  }

  /** A signature covers the text at `path`, which may come before it or after. */
  seal(path: string): void {
    this.sealed.add(path);
  }

  /** A further piece of the text at `path`. */
  piece(stage: Stage, path: string, key: string, text: Text, is?: 'signed' | 'signable'): void {
    const slot = this.folding ? this.byPath.get(path) : undefined;
    if (slot?.kind === 'text') {
      this.effects.add({ slot, text });
      this.growing.goOn(slot, text);
    } else this.add(path, beginText(stage, path, key, text, is));
  }

  /** Every string, number and key below a node, as one unit. */
  walk(spot: Spot, stage: Stage, care: Care = { numbers: true }): void {
    const leaves = leavesOf(spot.doc, spot.node, spot.path, care, spot.key === '' ? undefined : spot.key);
    if (leaves.length > 0) this.put({ stage, path: spot.path, leaves });
  }

  /** An object key that no reference names. */
  key({ doc, node, path }: Spot): void {
    const known = this.streamed ? this.keys.get(path) : undefined;
    this.effects.add();
    const slot = known ?? { kind: 'key', stage: this.stage, path, texts: [] };
    const text = textOf(doc, node);
    slot.texts.push(text);
    if (known) this.growing.add({ ...slot, texts: [text] });
    else {
      this.keys.set(path, slot);
      this.put(slot);
    }
  }

  /** Never altered, never recorded. */
  omit(spot: Spot): void {
    this.effects.add();
    this.omitted.push(tokenLeaf(spot.doc, spot.node, spot.path, spot.key));
  }

  /** Emptied when any text below `under` is altered. Most providers say with each piece that there is none. */
  shadow(under: string, { doc, node, path }: Spot): void {
    if (isEmpty(doc, node)) return;
    this.effects.add();
    this.shadows.push({ under: `${under}/`, leaf: tokenLeaf(doc, node, path) });
  }

  /** A call, or a further piece of one; `input` is its arguments, where this piece has any. */
  call(head: CallHead, input?: Spot, form: ArgumentsForm = 'json'): void {
    this.effects.add();
    const slot = this.callSlot(head, head.stretch && input ? input.path : head.path);
    slot.spots.push(head.spot);
    callOnce(slot, head.name);
    slot.id ??= head.id;
    if (head.remote) slot.remote = true;
    if (input) {
      slot.argumentsPath = input.path;
      if (kindOf(input.doc, input.node) !== STRING) slot.objects.push(input);
      else slot.texts.push(textOf(input.doc, input.node));
      slot.form = form;
    }
    if (slot.id === undefined || slot.name === '' || this.names.get(slot.id) === slot.name) return;
    this.names.set(slot.id, slot.name);
    this.named.push([slot.id, slot.name]);
  }

  /** Is a call with this path known, and under which id? */
  callAt(path: string): Pick<CallSlot, 'id' | 'name' | 'remote'> | undefined {
    const slot = this.byPath.get(path);
    return slot?.kind === 'call' ? slot : undefined;
  }

  /** What `read` meets is told whole, perhaps for the second time: no further piece of anything. */
  again(read: () => void): void {
    this.repeats = true;
    this.folding = false;
    read();
    this.folding = this.streamed;
  }

  /** Another value begins at `path`: what comes is no piece of what came there. */
  begin(path: string): void {
    this.effects.add();
    for (const known of this.byPath.keys())
      if (known === path || known.startsWith(`${path}/`)) this.byPath.delete(known);
  }

  /** All text that `read` meets is the result of a call: each text a unit of its own. */
  resultOf(name: string | undefined, callId: string | undefined, read: () => void): void {
    const outer = this.answered;
    this.answered = { name, callId };
    read();
    this.answered = outer;
  }

  /** A tool's result: text (perhaps with JSON in it), or structure. */
  result(spot: Spot, name: string | undefined, callId: string | undefined, care?: Care): void {
    this.put(resultUnit(spot, { name, callId }, this.depth, care));
  }

  unit(unit: Unit): void {
    this.put(unit);
  }

  /** A unit that comes in pieces of its own kind: told anew each time that units are asked for. */
  later(path: string, spots: readonly Spot[], tell: () => Unit): void {
    this.put({ kind: 'later', path, spots, tell });
  }

  /** What has come since the last look. */
  growth(): Growth {
    return this.growing.take((slot) => this.told(slot), this.shadows.length > 0);
  }

  /** All units in the order in which they first came. */
  units(): Unit[] {
    const told = this.slots.flatMap((slot) => this.told(slot));
    const units = this.repeats ? foldCopies(told) : told;
    return this.shadows.length === 0 ? units : withShadows(units, this.shadows);
  }

  private told(slot: Slot): readonly Unit[] {
    if (!('kind' in slot)) return [slot];
    if (slot.kind === 'key') return [keyUnit(slot)];
    if (slot.kind === 'call') return closeCall(slot, this.side, this.depth, this.known);
    if (slot.kind === 'later') return [slot.tell()];
    return textUnit(slot, slot.signed || this.sealed.has(slot.path));
  }

  private callSlot({ path, index }: CallHead, place: string): CallSlot {
    const known = this.folding ? this.byPath.get(place) : undefined;
    if (known?.kind === 'call') {
      this.growing.tell(known);
      return known;
    }
    const alike = (this.folding && index !== undefined && this.byIndex.get(index)) || { calls: [] };
    if (index !== undefined) this.byIndex.set(index, alike);
    const slot = openCall(path, this.folding, alike);
    this.add(place, slot);
    return slot;
  }

  private put(slot: Slot): void {
    this.effects.add();
    this.slots.push(slot);
    if (this.streamed) this.growing.add(slot);
  }

  private add(place: string, slot: TextSlot | CallSlot): void {
    this.put(slot);
    if (this.streamed && !this.folding) this.growing.end(slot);
    else if (this.streamed && (slot.kind === 'call' || sizeOf(slot.joined.text()) > 0))
      this.growing.tell(slot);
    if (this.folding || !this.streamed) this.byPath.set(place, slot);
  }
}
