import { kinds } from '../detect/kinds.ts';
import type { KeyedHash } from './draw.ts';
import { Finder, reachOf } from './finder.ts';
import { candidates, isRestorable, isTelling, type MaskInput, maskValue, nothing } from './mask.ts';
import { isNumber } from './number.ts';
import { digitsOf } from './shape.ts';
import { otherSpellings } from './spelling.ts';
import { makerOf } from './surrogate.ts';
import { openUrl, urlsIn } from './url.ts';

/** What was drawn first for values of callers, for all vaults of a gateway: drawing costs more than anything else here. */
export type Drawn = Pick<Map<string, Live>, 'get' | 'set'>;

/** A surrogate that stands for a value, and the other ways in which it may be written. */
interface Live {
  readonly key: string;
  readonly surrogate: string;
  readonly original: string;
  readonly entity: string;
  /** What it has in common with other spellings of the same value, which may share its digits. */
  readonly canonical: string;
  /** Empty where the surrogate is no number in groups. */
  readonly numbers: readonly string[];
  /** Not looked for in texts: it says too little to be told from what stands there by chance. */
  readonly whole: boolean;
}

export interface Restoration {
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly entity: string;
}

export interface RestoreOptions {
  /** Also inside http(s) URLs. */
  readonly urls: boolean;
  readonly kind?: MaskInput['kind'];
}

export interface VaultInput extends Omit<MaskInput, 'caller'> {
  /** A secret of the policy's own detectors; of the built-in ones it is known. It is masked and forgotten. */
  readonly secret?: boolean;
}

const secrets = new Set(kinds.filter(({ group }) => group === 'secret').map(({ entity }) => entity));

const mostValues = 20_000;
const mostCharacters = 8 * 1024 * 1024;
/** Past a surrogate two characters more may show that it goes on. */
const lookahead = 2;

/**
 * The live surrogates of one caller and one lineage. Originals are only ever in memory, at most 20,000 of them or
 * 8 million characters; the least recently masked go first, and their surrogates are then no longer restored.
 */
export class Vault {
  private readonly caller: string;
  private readonly hash: KeyedHash;
  private readonly drawn: Drawn;
  /** Least recently masked first. */
  private readonly lives = new Map<string, Live>();
  private readonly originals = new Map<string, number>();
  private readonly finder = new Finder<Live>();
  private readonly wholes = new Map<string, Live>();
  private readonly reaches = new Map<number, number>();
  private characters = 0;

  constructor(caller: string, hash: KeyedHash, drawn: Drawn = new Map()) {
    this.caller = caller;
    this.hash = hash;
    this.drawn = drawn;
  }

  get size(): number {
    return this.lives.size;
  }

  /** How much of a text must be seen to know whether a live surrogate begins it: what a stream holds back. */
  get longestSurrogate(): number {
    return this.lives.size === 0 ? 0 : Math.max(0, ...this.reaches.keys()) + lookahead;
  }

  /** Masks a value, and remembers the way back where the form has one. */
  mask({ secret = false, ...value }: VaultInput): string {
    const input: MaskInput = { ...value, caller: this.caller };
    if (secret || secrets.has(input.entity) || !isRestorable(input.form))
      return maskValue(input, this.hash).replacement;
    const key = JSON.stringify([input.form, input.kind === 'number', input.entity, input.value]);
    const known = this.lives.get(key);
    if (known) {
      this.lives.delete(key);
      this.lives.set(key, known);
      return known.surrogate;
    }
    const live = this.draw(key, input);
    if (!live) return nothing(input);
    this.keep(live);
    return live.surrogate;
  }

  /** The first that is free. What is drawn first depends on nothing else: others may have drawn it before. */
  private draw(key: string, input: MaskInput): Live | undefined {
    const own = JSON.stringify([this.caller, key]);
    const first = this.drawn.get(own);
    if (first && !this.isTaken(first)) return first;
    let attempt = 0;
    for (const surrogate of candidates(input, this.hash)) {
      const live = liveOf(key, surrogate, input);
      if (attempt++ === 0) this.drawn.set(own, live);
      if (!this.isTaken(live)) return live;
    }
    return undefined;
  }

  isLive(text: string): boolean {
    return this.wholly(text) !== undefined;
  }

  /** What the whole text stands for. As a number: the original's digits, undefined where it is no JSON number. */
  original(text: string, kind: MaskInput['kind'] = 'string'): string | undefined {
    const original = this.wholly(text)?.original ?? this.wholes.get(text)?.original;
    return original === undefined || kind !== 'number' ? original : numberOf(original);
  }

  /** The places where live surrogates stand, with what belongs there. A number is one only as a whole. */
  restore(text: string, { urls, kind = 'string' }: RestoreOptions): Restoration[] {
    if (this.lives.size === 0) return [];
    if (kind === 'number') return this.restoreNumber(text);
    const forbidden = urls ? [] : urlsIn(text);
    let next = 0;
    const inUrl = (start: number, end: number): boolean => {
      while (next < forbidden.length && forbidden[next]!.end <= start) next++;
      return next < forbidden.length && forbidden[next]!.start < end;
    };
    return Array.from(this.finder.all(text, inUrl), ({ start, end, items }) => {
      const written = text.slice(start, end);
      const { original, entity } = items.find(({ surrogate }) => surrogate === written) ?? items[0]!;
      return { start, end, original, entity };
    });
  }

  /** Of a text that goes on: the first place from which what `restore` says of it may still change. */
  openFrom(text: string, { urls }: Pick<RestoreOptions, 'urls'>): number {
    if (this.lives.size === 0) return text.length;
    return Math.min(this.finder.openFrom(text, this.longestSurrogate), urls ? text.length : openUrl(text));
  }

  private restoreNumber(text: string): Restoration[] {
    const original = this.original(text, 'number');
    const entity = (this.wholly(text) ?? this.wholes.get(text))?.entity;
    return original === undefined || entity === undefined
      ? []
      : [{ start: 0, end: text.length, original, entity }];
  }

  private wholly(text: string): Live | undefined {
    const written = this.finder.writtenAs(text);
    const exact = written.find(({ surrogate }) => surrogate === text) ?? written[0];
    if (exact) return exact;
    const [place] = this.finder.all(text, () => false);
    return place?.start === 0 && place.end === text.length ? place.items[0] : undefined;
  }

  /** Whether the surrogate would be taken for another value's, or is itself a value that was masked. */
  private isTaken(mine: Live): boolean {
    const { surrogate, original, numbers, whole } = mine;
    const other = (live: Live): boolean => live.original !== original;
    if (this.originals.has(surrogate.toLowerCase())) return true;
    if (whole) return other(this.wholes.get(surrogate) ?? mine);
    const otherNumber = (live: Live): boolean => live.canonical !== mine.canonical;
    return (
      this.finder.writtenAs(surrogate).some(other) ||
      numbers.some((number) => this.finder.numbered(number).some(otherNumber))
    );
  }

  private keep(live: Live): void {
    this.lives.set(live.key, live);
    const { surrogate, original, numbers, whole } = live;
    if (whole) this.wholes.set(surrogate, live);
    else {
      this.finder.addText(surrogate, live);
      for (const number of numbers) this.finder.addNumber(number, live);
      count(this.reaches, reach(live), 1);
    }
    count(this.originals, original.toLowerCase(), 1);
    this.characters += original.length;
    for (const [, oldest] of this.lives) {
      if (this.lives.size <= mostValues && this.characters <= mostCharacters) break;
      this.forget(oldest);
    }
  }

  private forget(live: Live): void {
    this.lives.delete(live.key);
    const { surrogate, original, numbers, whole } = live;
    if (whole) {
      if (this.wholes.get(surrogate) === live) this.wholes.delete(surrogate);
    } else {
      this.finder.removeText(surrogate, live);
      for (const number of numbers) this.finder.removeNumber(number, live);
      count(this.reaches, reach(live), -1);
    }
    count(this.originals, original.toLowerCase(), -1);
    this.characters -= original.length;
  }
}

function liveOf(key: string, surrogate: string, { entity, value, kind }: MaskInput): Live {
  const whole = kind === 'number' && !isTelling(surrogate);
  return {
    key,
    surrogate,
    original: value,
    entity,
    canonical: makerOf(entity, value).canonical,
    numbers: whole ? [] : otherSpellings(entity, surrogate),
    whole,
  };
}

const reach = ({ surrogate, numbers }: Live): number =>
  Math.max(surrogate.length, ...numbers.map((number) => reachOf(number.length)));

function numberOf(original: string): string | undefined {
  if (isNumber(original)) return original;
  return isNumber(digitsOf(original)) && !/\p{L}/u.test(original) ? digitsOf(original) : undefined;
}

function count<K>(counts: Map<K, number>, key: K, by: 1 | -1): void {
  const left = (counts.get(key) ?? 0) + by;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
