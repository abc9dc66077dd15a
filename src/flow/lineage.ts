/**
 * Which conversation a request belongs to: by the session header, by the provider's own reference, or by its own
 * history, which contains what the conversation sent before. Each has one vault, for one caller. Memory only.
 */
import type { Facts } from '../exchange.ts';
import type { KeyedHash } from '../mask/mask.ts';
import { Vault } from '../mask/vault.ts';
import type { Reading } from '../wire/codec.ts';

export interface Lineage {
  readonly session: string;
  readonly label?: string;
  readonly caller: string;
  readonly vault: Vault;
  /** Exchanges and names of called tools so far. */
  calls: number;
  readonly tools: string[];
  /** The bytes of the turns that were sent last. */
  last: Uint8Array;
  /** When it was last used, milliseconds. */
  used: number;
  /** The keys under which `Memory` finds it. */
  readonly keys: Set<string>;
}

export interface Arrival {
  readonly caller: string;
  readonly connection: string;
  readonly label: string | undefined;
  readonly reading: Reading | undefined;
  readonly body: Uint8Array | undefined;
  readonly now: number;
}

export interface MemoryOptions {
  readonly hash: KeyedHash;
  newId(): string;
}

/** A conversation that rests so long is over. */
const REST_MS = 6 * 60 * 60 * 1000;
const MOST_LINEAGES = 512;
const MOST_BYTES = 64 * 1024 * 1024;
/** So much of the first turns tells conversations apart cheaply; the whole history is compared after. */
const OPENING = 512;

/** The lineages of a gateway. The oldest are forgotten: their surrogates are then no longer restored. */
export class Memory {
  private readonly byKey = new Map<string, Lineage[]>();
  private readonly all = new Set<Lineage>();
  private readonly options: MemoryOptions;
  private bytes = 0;

  constructor(options: MemoryOptions) {
    this.options = options;
  }

  /** The lineage that this request goes on with, or a new one. */
  open(arrival: Arrival): Lineage {
    const turns = turnsOf(arrival);
    const keys = keysOf(arrival, turns);
    const known = keys.flatMap((key) => this.byKey.get(key) ?? []);
    const lineage = known.find((each) => this.continues(each, arrival, turns)) ?? this.begin(arrival);
    for (const key of keys) this.remember(key, lineage);
    this.bytes += turns.length - lineage.last.length;
    lineage.last = turns;
    lineage.used = arrival.now;
    this.all.delete(lineage);
    this.all.add(lineage);
    this.forget();
    return lineage;
  }

  /** The provider's id of an answer, by which a later request may go on. */
  answered(lineage: Lineage, connection: string, id: string): void {
    this.remember(`id ${lineage.caller} ${connection} ${id}`, lineage);
  }

  private continues(lineage: Lineage, { now, label, reading }: Arrival, turns: Uint8Array): boolean {
    if (label !== undefined || reading?.previous !== undefined) return true;
    if (now - lineage.used > REST_MS || lineage.label !== undefined) return false;
    const { last } = lineage;
    return (
      last.length > 0 &&
      last.length <= turns.length &&
      Buffer.compare(last, turns.subarray(0, last.length)) === 0
    );
  }

  private begin({ caller, label, now }: Arrival): Lineage {
    return {
      session: this.options.newId(),
      ...(label === undefined ? {} : { label }),
      caller,
      vault: new Vault(caller, this.options.hash),
      calls: 0,
      tools: [],
      last: new Uint8Array(0),
      used: now,
      keys: new Set(),
    };
  }

  private remember(key: string, lineage: Lineage): void {
    if (lineage.keys.has(key)) return;
    lineage.keys.add(key);
    const there = this.byKey.get(key);
    if (there) there.unshift(lineage);
    else this.byKey.set(key, [lineage]);
  }

  private forget(): void {
    for (const oldest of this.all) {
      if (this.all.size <= MOST_LINEAGES && this.bytes <= MOST_BYTES) return;
      this.all.delete(oldest);
      this.bytes -= oldest.last.length;
      for (const key of oldest.keys) this.drop(key, oldest);
    }
  }

  private drop(key: string, lineage: Lineage): void {
    const rest = (this.byKey.get(key) ?? []).filter((each) => each !== lineage);
    if (rest.length > 0) this.byKey.set(key, rest);
    else this.byKey.delete(key);
  }
}

/** From the first turn's first byte to the last turn's last: how a history is compared. */
function turnsOf({ reading, body }: Arrival): Uint8Array {
  const first = reading?.turns[0];
  const last = reading?.turns.at(-1);
  return first && last && body ? body.subarray(first.start, last.end) : new Uint8Array(0);
}

/** A header's word is final; then the provider's reference; then the history's opening. */
function keysOf({ caller, connection, label, reading }: Arrival, turns: Uint8Array): string[] {
  if (label !== undefined) return [`label ${caller} ${label}`];
  if (reading?.previous !== undefined) return [`id ${caller} ${connection} ${reading.previous}`];
  if (turns.length === 0) return [];
  return [`turns ${caller} ${connection} ${Buffer.from(turns.subarray(0, OPENING)).toString('latin1')}`];
}

export const sessionFacts = (lineage: Lineage): Facts['session'] => ({
  id: lineage.session,
  calls: lineage.calls,
  tools: lineage.tools,
});
