/**
 * Finds many texts in one pass: a place is looked at only where a word begins and the next three characters begin
 * something that is looked for. What it costs depends on the text's length, not on how many texts there are.
 */

import { BEHIND, markOf, Shelf } from './shelf.ts';

export interface Hit<T> {
  readonly start: number;
  readonly end: number;
  readonly items: readonly T[];
}

/** So many characters may stand between two of a number that is written in groups. */
const widestGap = 3;
const separator = /[\s()\-./+\u00ad\u2010-\u2015\u200b\u2060\ufeff]/;

export class Finder<T> {
  private readonly texts = new Shelf<T>();
  private readonly numbers = new Shelf<T>();
  /** The first characters of numbers so far. */
  private readonly numberBegins = new Uint8Array(128);

  /** Looked for as it is written, in either letter case. */
  addText(text: string, item: T): void {
    this.texts.add(fold(text), item);
  }

  /** Looked for by its letters and digits, however they are grouped. */
  addNumber(characters: string, item: T): void {
    this.numberBegins[characters.charCodeAt(0)] = 1;
    this.numbers.add(characters, item);
  }

  removeText(text: string, item: T): void {
    this.texts.remove(fold(text), item);
  }

  removeNumber(characters: string, item: T): void {
    this.numbers.remove(characters, item);
  }

  writtenAs(text: string): readonly T[] {
    return this.texts.byText.get(fold(text)) ?? [];
  }

  numbered(characters: string): readonly T[] {
    return this.numbers.byText.get(characters) ?? [];
  }

  /** The longest text that stands at each place, from left to right, apart. `taken` says what may not be used. */
  *all(text: string, taken: (start: number, end: number) => boolean): Generator<Hit<T>> {
    const folded = fold(text);
    let before = 0;
    for (let at = this.candidate(folded, 0); at < folded.length; at = this.candidate(folded, at)) {
      const hit = this.at(folded, at, before);
      if (hit === undefined || taken(hit.start, hit.end)) at++;
      else {
        yield hit;
        before = at = hit.end;
      }
    }
  }

  /** Of a text that goes on: the first place, within `reach` of its end, where something may begin that is not seen whole. */
  openFrom(text: string, reach: number): number {
    const folded = fold(text);
    const end = folded.length;
    for (let at = Math.max(0, end - reach); at < end; at++) {
      const code = folded.charCodeAt(at);
      if (!isBeginning(folded, at, code) || !this.mayReach(folded, at, end)) continue;
      let start = at;
      while (start > 0 && (folded[start - 1] === '+' || folded[start - 1] === '(')) start--;
      return start;
    }
    return end;
  }

  /** May what begins at `at` go on to the text's end, or show only behind it that it has ended? */
  private mayReach(folded: string, at: number, end: number): boolean {
    const text = end - at < 3 ? this.texts.marked(folded.charCodeAt(at)) : this.texts.mayGrow(folded, at);
    return text || this.mayBeNumber(folded, at);
  }

  private mayBeNumber(folded: string, at: number): boolean {
    if (this.numberBegins[folded.charCodeAt(at)] !== 1) return false;
    const first = ungroup(folded, at, 3);
    if (first.characters.length < 3) return first.isOpen;
    const lengths = this.numbers.lengthsAt(first.characters, 0);
    if (!lengths) return false;
    const { characters, ends, isOpen } = ungroup(folded, at, Math.max(...lengths));
    if (isOpen && this.numbers.mayGrow(characters, 0)) return true;
    return ends.some(
      (end, i) => end + BEHIND > folded.length && this.numbers.byText.has(characters.slice(0, i + 1)),
    );
  }

  /** The next place where something may begin: most of a text is passed over here. */
  private candidate(folded: string, from: number): number {
    const { marks } = this.texts;
    const { numberBegins } = this;
    const end = folded.length;
    let a = from < end ? folded.charCodeAt(from) : 0;
    let b = from + 1 < end ? folded.charCodeAt(from + 1) : 0;
    for (let at = from; at < end; at++) {
      const c = at + 2 < end ? folded.charCodeAt(at + 2) : 0;
      if ((marks[markOf(a, b, c)] === 1 || numberBegins[a] === 1) && isBeginning(folded, at, a)) return at;
      a = b;
      b = c;
    }
    return end;
  }

  private at(folded: string, at: number, before: number): Hit<T> | undefined {
    const written = this.textAt(folded, at);
    const number =
      this.numberBegins[folded.charCodeAt(at)] === 1 ? this.numberAt(folded, at, before) : undefined;
    return number !== undefined && number.end > (written?.end ?? 0) && !this.endsWithText(folded, number)
      ? number
      : written;
  }

  /** `15:00 +1 302…` is no `00 1 302…`: what is written within a number, up to its end, goes before its spellings. */
  private endsWithText(folded: string, { start, end, items }: Hit<T>): boolean {
    for (let at = start + 1; at < end; at++) {
      if (!isBeginning(folded, at, folded.charCodeAt(at))) continue;
      const written = this.textAt(folded, at);
      if (written?.end === end && written.items.some((item) => items.includes(item))) return true;
    }
    return false;
  }

  private textAt(folded: string, at: number): Hit<T> | undefined {
    let best: Hit<T> | undefined;
    for (const length of this.texts.lengthsAt(folded, at) ?? []) {
      const end = at + length;
      if (end <= (best?.end ?? 0) || !endsAt(folded, end)) continue;
      const text = folded.slice(at, end);
      const items = this.texts.byText.get(text);
      if (items && !(isAddress(text) && isJoined(folded, at, end))) best = { start: at, end, items };
    }
    return best;
  }

  private numberAt(folded: string, at: number, before: number): Hit<T> | undefined {
    const lengths = this.numbers.lengthsAt(ungroup(folded, at, 3).characters, 0);
    if (!lengths) return undefined;
    const all = [...lengths];
    const { characters, ends } = ungroup(folded, at, Math.max(...all));
    let best: Hit<T> | undefined;
    for (const length of all) {
      const end = ends[length - 1];
      if (end === undefined || end <= (best?.end ?? 0) || !endsAt(folded, end) || end - at > reachOf(length))
        continue;
      const items = this.numbers.byText.get(characters.slice(0, length));
      if (items) best = { start: openedAt(folded, at, end, before), end, items };
    }
    return best;
  }
}

/** How far a number of so many characters may stretch, its groups apart. */
export const reachOf = (characters: number): number => characters * 2 + 4;

interface Ungrouped {
  readonly characters: string;
  /** Where each of them ends. */
  readonly ends: readonly number[];
  /** More of them may follow where the text goes on. */
  readonly isOpen: boolean;
}

/** Letters and digits from `at` on, so many at most, up to a gap too wide for one number. */
function ungroup(folded: string, at: number, count: number): Ungrouped {
  let characters = '';
  const ends: number[] = [];
  let i = at;
  for (let gap = 0; i < folded.length && ends.length < count; i++) {
    if (isAlphanumeric(folded.charCodeAt(i))) {
      characters += folded[i];
      ends.push(i + 1);
      gap = 0;
    } else if (separator.test(folded[i]!)) gap++;
    else return { characters, ends, isOpen: false };
    if (gap > widestGap) return { characters, ends, isOpen: false };
  }
  return { characters, ends, isOpen: ends.length < count };
}

/** A number's own `+` and an opening bracket that closes within it go with it. */
function openedAt(folded: string, at: number, end: number, before: number): number {
  const number = folded.slice(at, end);
  let start = at;
  if (folded[start - 1] === '(' && /^[^(]*\)/.test(number)) start--;
  if (folded[start - 1] === '+') start--;
  return Math.max(start, before);
}

/** ASCII capitals made small; the places of all characters stay. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

const isAlphanumeric = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 97 && code <= 122);

/** Letters of scripts that put spaces between words. */
const isWord = (code: number): boolean =>
  isAlphanumeric(code) || (code >= 0xc0 && code <= 0x24f) || (code >= 0x370 && code <= 0x52f);

const isBeginning = (folded: string, at: number, code: number): boolean =>
  at === 0 || !isWord(code) || !isWord(folded.charCodeAt(at - 1));

const endsAt = (folded: string, end: number): boolean =>
  end <= folded.length &&
  !(end < folded.length && isWord(folded.charCodeAt(end)) && isWord(folded.charCodeAt(end - 1)));

/** Mail and IP addresses: what is joined to them by a dot or a dash makes another address of them. */
const isAddress = (text: string): boolean => /@|^\d+(?:\.\d+){3}$|^2001:db8:/.test(text);

function isJoined(folded: string, start: number, end: number): boolean {
  const before =
    /[.%+\-_]/.test(folded[start - 1] ?? '') && start > 1 && isWord(folded.charCodeAt(start - 2));
  const after =
    /[.\-@]/.test(folded[end] ?? '') && end + 1 < folded.length && isWord(folded.charCodeAt(end + 1));
  return before || after;
}
