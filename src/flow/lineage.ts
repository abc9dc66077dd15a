/**
 * Which conversation a request belongs to: by the session header, by the provider's own reference, or by its own
 * history, which contains what the conversation sent before. Each has one vault, for one caller. Memory only.
 */
import type { Facts, Tally, Unit } from '../exchange.ts';
import type { KeyedHash } from '../mask/mask.ts';
import { type Drawn, Vault } from '../mask/vault.ts';
import type { Reading, Turn } from '../wire/codec.ts';
import type { Counted } from './counted.ts';
import type { Matches } from './inspect.ts';
import { type Address, bodyKey, idKey, keysOf } from './lineage-keys.ts';
import { commonPrefix, same, saysTheSame } from './same.ts';
import type { Treatment } from './treatment.ts';

/** What was made of a unit before, under which policy. */
export interface Seen {
  readonly policy: string;
  readonly matches: Matches[number];
  readonly treatment: Treatment;
}

export interface Lineage {
  readonly session: string;
  readonly label?: string;
  readonly caller: string;
  readonly vault: Vault;
  /** Exchanges and names of called tools so far. */
  calls: number;
  readonly tools: string[];
  /** What its calls add up to; undefined while no policy counts them. */
  counted?: Counted;
  /** Names of the tools that a server listed in this session; undefined where it listed none yet. */
  listed?: Set<string>;
  /** The body that was sent last, and its turns as a codec of that name read them. */
  body: Uint8Array;
  turns: readonly Turn[];
  codec: string;
  /** What was made of the units of its turns. */
  seen: ReadonlyMap<Unit, Seen>;
  /** Of one that branched off from another: what was made there of the turns that both have. */
  branched?: ReadonlyMap<Unit, Seen> | undefined;
  /** When it was last used, milliseconds. */
  used: number;
  /** The keys under which `Memory` finds it, the one used last at the end. */
  readonly keys: Set<string>;
}

export interface Arrival extends Address {
  readonly codec: string;
  readonly reading: Reading | undefined;
  readonly body: Uint8Array | undefined;
  /** The conversation that its first turns were known from. */
  readonly near: Lineage | undefined;
  readonly now: number;
}

/** Turns that are known, by where they begin, and the conversation that they were known from. */
export interface Recalled {
  readonly turns: ReadonlyMap<number, Turn>;
  readonly near: Lineage | undefined;
}

export interface MemoryOptions {
  readonly hash: KeyedHash;
  newId(): string;
}

/** A conversation that rests so long is over. */
const REST_MS = 6 * 60 * 60 * 1000;
const MOST_LINEAGES = 512;
/** Of bodies: what was made of them takes some five times as much. */
const MOST_BYTES = 40 * 1024 * 1024;
const MOST_STAND_INS = 4096;
/** So much of a conversation's end tells it from others that begin as it does. */
const ENDING = 128;
/** So many keys lead to one: those of its last turns. */
const MOST_KEYS = 256;
/** So many of its last calls are known each, and so many tools that were called before those. */
const MOST_TOOLS = 512;
const MOST_LISTED = 4096;
/** So many conversations that begin alike are compared. */
const MOST_ALIKE = 4;

const EMPTY = new Uint8Array(0);

/** A map that begins anew when it is full. */
class Bounded<T> extends Map<string, T> {
  private readonly most: number;

  constructor(most: number) {
    super();
    this.most = most;
  }

  override set(key: string, value: T): this {
    if (this.size >= this.most) this.clear();
    return super.set(key, value);
  }
}

/** The lineages of a gateway. The oldest are forgotten: their surrogates are then no longer restored. */
export class Memory {
  private readonly byKey = new Map<string, Lineage[]>();
  private readonly all = new Set<Lineage>();
  private readonly standIns = new Bounded<string>(MOST_STAND_INS);
  private readonly drawn: Drawn = new Bounded(MOST_STAND_INS);
  private readonly options: MemoryOptions;
  private bytes = 0;

  constructor(options: MemoryOptions) {
    this.options = options;
  }

  /** Turns of an earlier request that stand in this body too: the same bytes at the same place, read as the same. */
  recall(caller: string, connection: string, codec: string, body: Uint8Array): Recalled {
    const begun = this.byKey.get(bodyKey(caller, connection, body)) ?? [];
    const alike = begun.filter((lineage) => lineage.codec === codec);
    const before = alike.filter((lineage) => endsWithin(lineage, body));
    let common = 0;
    let near: Lineage | undefined;
    for (const lineage of (before.length > 0 ? before : alike).slice(0, MOST_ALIKE)) {
      const shared = commonPrefix(lineage.body, body);
      if (shared <= common) continue;
      common = shared;
      near = lineage;
    }
    const known = (near?.turns ?? []).filter(({ end }) => end <= common);
    return { turns: new Map(known.map((turn) => [turn.start, turn])), near };
  }

  /** The lineage that this request goes on with, or a new one. */
  open(arrival: Arrival): Lineage {
    const { reading, body = EMPTY, caller, connection } = arrival;
    const turns = reading?.turns ?? [];
    const keys = keysOf(arrival, body, turns);
    const known = keys.flatMap((key) => this.byKey.get(key) ?? []);
    const lineage = known.find((each) => continues(each, arrival)) ?? this.begin(arrival);
    if (keys[0] !== undefined) this.remember(keys[0], lineage);
    if (turns.length > 0) this.remember(bodyKey(caller, connection, body), lineage);
    this.bytes += body.length - lineage.body.length;
    lineage.body = body;
    lineage.turns = turns;
    lineage.codec = arrival.codec;
    lineage.used = arrival.now;
    this.all.delete(lineage);
    this.all.add(lineage);
    this.forget();
    return lineage;
  }

  /** What recordings write for a value: a conversation tells the same ones again and again. */
  standIn(key: string, make: () => string): string {
    const known = this.standIns.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.standIns.set(key, made);
    return made;
  }

  /** The provider's id of an answer, by which a later request may go on. */
  answered(lineage: Lineage, connection: string, id: string): void {
    this.remember(idKey(lineage.caller, connection, id), lineage);
  }

  private begin({ caller, codec, label, near, now }: Arrival): Lineage {
    return {
      session: this.options.newId(),
      ...(label === undefined ? {} : { label }),
      caller,
      vault: new Vault(caller, this.options.hash, this.drawn),
      calls: 0,
      tools: [],
      body: EMPTY,
      turns: [],
      codec,
      seen: new Map(),
      branched: near?.seen,
      used: now,
      keys: new Set(),
    };
  }

  private remember(key: string, lineage: Lineage): void {
    if (lineage.keys.delete(key)) {
      lineage.keys.add(key);
      return;
    }
    lineage.keys.add(key);
    if (lineage.keys.size > MOST_KEYS) {
      const [oldest = ''] = lineage.keys;
      lineage.keys.delete(oldest);
      this.drop(oldest, lineage);
    }
    const there = this.byKey.get(key);
    if (there) there.unshift(lineage);
    else this.byKey.set(key, [lineage]);
  }

  private forget(): void {
    for (const oldest of this.all) {
      if (this.all.size <= MOST_LINEAGES && this.bytes <= MOST_BYTES) return;
      this.all.delete(oldest);
      this.bytes -= oldest.body.length;
      for (const key of oldest.keys) this.drop(key, oldest);
    }
  }

  private drop(key: string, lineage: Lineage): void {
    const rest = (this.byKey.get(key) ?? []).filter((each) => each !== lineage);
    if (rest.length > 0) this.byKey.set(key, rest);
    else this.byKey.delete(key);
  }
}

/** Where this body goes on from another, the last that was said there stands here too; where they only begin alike, hardly ever. */
function endsWithin({ turns, body }: Lineage, next: Uint8Array): boolean {
  const end = turns.at(-1)?.end ?? 0;
  const start = Math.max(0, end - ENDING);
  return end <= next.length && same(body.subarray(start, end), next.subarray(start, end));
}

/** A tool was called. Of a long session's calls the last are kept, and before those each tool once. */
export function rememberCall({ tools }: Lineage, name: string): void {
  tools.push(name);
  if (tools.length <= 3 * MOST_TOOLS) return;
  const last = tools.slice(-MOST_TOOLS);
  const before = new Set(tools.slice(0, -MOST_TOOLS));
  for (const each of last) before.delete(each);
  tools.splice(0, tools.length, ...[...before].slice(-MOST_TOOLS), ...last);
}

/** A tool that a server listed: so many of them are known, the last ones. */
export function rememberListed(lineage: Lineage, name: string): void {
  lineage.listed ??= new Set();
  const { listed } = lineage;
  listed.delete(name);
  listed.add(name);
  const [oldest] = listed;
  if (listed.size > MOST_LISTED) listed.delete(oldest!);
}

/** A label or the provider's own reference is final; a history goes on where it begins with all that was sent before. */
function continues(lineage: Lineage, { now, label, previous, reading, body = EMPTY }: Arrival): boolean {
  if (label !== undefined || previous !== undefined) return true;
  if (now - lineage.used > REST_MS || lineage.label !== undefined) return false;
  const { turns: before } = lineage;
  const after = reading?.turns ?? [];
  return (
    before.length > 0 &&
    before.length <= after.length &&
    before.every((turn, i) => saysTheSame(turn, lineage.body, after[i]!, body))
  );
}

export const sessionFacts = (lineage: Lineage, tally?: Tally): Facts['session'] => ({
  id: lineage.session,
  calls: lineage.calls,
  tools: [...lineage.tools],
  ...(tally ? { tally } : {}),
});
