import { ALNUM, byteAt, DIGIT, flags, LETTER, latin, runEnd, type Text } from './bytes.ts';
import { type Context, contextOf } from './context.ts';
import { isGlued } from './glued.ts';

/** A number as it is written: groups of digits, what stands between them, and what is said before. */
export interface Written {
  readonly text: Text;
  readonly groups: readonly Group[];
  readonly context: Context;
}

export interface Group {
  readonly start: number;
  readonly end: number;
  readonly length: number;
  /** What stands between the group before and this one. */
  readonly gap: string;
}

const MOST_GROUPS = 9;
const MOST_DIGITS = 24;

/** Space, `-`, `.`, `(`, `)`: never a line break, a tab, a comma or a bar, which part cells and lists. */
export const isGap = (byte: number): boolean =>
  byte === 0x20 || byte === 0x2d || byte === 0x2e || byte === 0x28 || byte === 0x29;

/** Whether enough digits follow to be any number worth reading: most digits in a text are not. */
export function hasDigits(text: Text, at: number, least: number): boolean {
  const stop = Math.min(text.end, at + 24);
  let digits = 0;
  for (let i = at; i < stop; i++) {
    const byte = text.bytes[i]!;
    if ((flags[byte]! & DIGIT) !== 0) {
      if (++digits >= least) return true;
    } else if (!isGap(byte)) return false;
  }
  return false;
}

/** `1 2 3`: single digits are a list, unless a sign or bracket before them says otherwise. */
export function isSpelled(text: Text, at: number): boolean {
  const single = (i: number): boolean => (flags[byteAt(text, i + 1)]! & DIGIT) === 0;
  if (!single(at) || (flags[byteAt(text, at + 2)]! & DIGIT) === 0 || !single(at + 2)) return false;
  return byteAt(text, at - 1) !== 0x2b && byteAt(text, at - 1) !== 0x28;
}

/** Behind `2025-11-22` or `2025-11-22T10:11:12.345`, the numbers that stand everywhere; 0 where there is none. */
export function dateEnd(text: Text, at: number): number {
  const { bytes } = text;
  if (at + 10 > text.end || bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return 0;
  const century = bytes[at]! * 10 + bytes[at + 1]! - 528;
  if ((century !== 19 && century !== 20) || bytes[at + 5]! > 0x31 || bytes[at + 8]! > 0x33) return 0;
  if (bytes[at + 5]! < 0x30 || bytes[at + 8]! < 0x30) return 0;
  if ((flags[byteAt(text, at + 10)]! & DIGIT) !== 0) return 0;
  const timed =
    byteAt(text, at + 10) === 0x54 && byteAt(text, at + 13) === 0x3a && byteAt(text, at + 16) === 0x3a;
  return timed ? runEnd(text, at + 17, DIGIT, 2) : at + 10;
}

/** Behind the groups that dashes and stops join to the digits that end at `at`: none begins a number, unless letters go on. */
export function joinedEnd(text: Text, at: number): number {
  let end = at;
  for (;;) {
    const joint = byteAt(text, end);
    const next = joint === 0x2e || joint === 0x2d ? runEnd(text, end + 1, DIGIT, text.end) : end + 1;
    if (next === end + 1 || (flags[byteAt(text, next)]! & LETTER) !== 0) return end;
    end = next;
  }
}

/** Reads the groups of digits from `at` on, which is the first digit of a group. */
export function readNumber(text: Text, at: number): Written {
  const groups: Group[] = [];
  let start = at;
  let gap = '';
  let digits = 0;
  while (groups.length < MOST_GROUPS) {
    const end = runEnd(text, start, DIGIT, MOST_DIGITS);
    digits += end - start;
    if (end === start || digits > MOST_DIGITS) break;
    groups.push({ start, end, length: end - start, gap });
    let next = end;
    while (next < end + 3 && isGap(byteAt(text, next))) next++;
    if (next === end) break;
    gap = gapOf(text, end, next);
    start = next;
  }
  return { text, groups, context: contextOf(text, at) };
}

function gapOf(text: Text, from: number, to: number): string {
  const byte = text.bytes[from];
  if (to - from === 1) {
    if (byte === 0x20) return ' ';
    if (byte === 0x2d) return '-';
    if (byte === 0x2e) return '.';
  }
  return latin(text, from, to);
}

export const digitCount = (groups: readonly Group[]): number => {
  let count = 0;
  for (const group of groups) count += group.length;
  return count;
};

export const digitsOf = (text: Text, groups: readonly Group[]): string => {
  let digits = '';
  for (const group of groups) digits += latin(text, group.start, group.end);
  return digits;
};

/** `4-4-4-4`: the lengths of the groups. */
export const shapeOf = (groups: readonly Group[]): string => groups.map((group) => group.length).join('-');

/** The one separator that stands in every gap, or undefined where they differ; '' for a single group. */
export function separatorOf(groups: readonly Group[]): string | undefined {
  const gap = groups[1]?.gap ?? '';
  for (let i = 2; i < groups.length; i++) if (groups[i]!.gap !== gap) return undefined;
  return gap;
}

/**
 * Whether a number may begin at `at`: not inside a word that nothing is glued to, a decimal fraction, a UUID or a path of
 * numbers.
 */
export function beginsAt(text: Text, at: number): boolean {
  const previous = byteAt(text, at - 1);
  const further = flags[byteAt(text, at - 2)]!;
  if ((flags[previous]! & LETTER) !== 0) return isGlued(text, at);
  if (previous === 0x5f || (flags[previous]! & DIGIT) !== 0) return false;
  // Decimals, thousands, times, fractions: `0.4111`, `1,415`, `10:30`, `1/2`.
  if (previous === 0x2e || previous === 0x2c || previous === 0x3a || previous === 0x2f)
    return (further & DIGIT) === 0;
  return previous !== 0x2d || (further & ALNUM) === 0;
}

/** Whether a number may end at `at`: no digit, letter or decimals follow, nor, after a dash, another group. */
export function endsAt(text: Text, at: number, separator: string): boolean {
  const next = byteAt(text, at);
  if (next === 0x5f || (flags[next]! & ALNUM) !== 0) return false;
  const digitFollows = (flags[byteAt(text, at + 1)]! & DIGIT) !== 0;
  if (next === 0x2e && digitFollows) return false;
  return !(next === 0x2d && separator !== ' ' && digitFollows);
}

/** Whether more digits stand before or behind a space: one of a row of numbers, not groups of one. */
export const isInRow = (text: Text, start: number, end: number): boolean =>
  (byteAt(text, start - 1) === 0x20 && (flags[byteAt(text, start - 2)]! & DIGIT) !== 0) ||
  (byteAt(text, end) === 0x20 && (flags[byteAt(text, end + 1)]! & DIGIT) !== 0);

/** No text is longer that is nothing but one number. */
const LONGEST_ALONE = 44;

/** Whether a text may be nothing else. */
export const isBrief = ({ start, end }: Text): boolean => end - start <= LONGEST_ALONE;

const shapeOfWord = (word: string): string => word.replace(/\d/g, '#').replace(/[A-Za-z]/g, '@');

/** How long the word at `at` is where a text is a list of words with letters and digits at the same places. */
function alikeLength(whole: string, at: number): number {
  const words = whole.trim().split(/ and |[,;] ?| /);
  const shape = shapeOfWord(words[0]!);
  const alike = /@.*#|#.*@/.test(shape) && words.every((word) => shapeOfWord(word) === shape);
  return alike && words.some((word) => whole.startsWith(word, at)) ? shape.length : 0;
}

/**
 * How long a text is that is nothing but what begins at `start`, and that no key names; 0 for any other. Seconds and
 * milliseconds since 1970 are no one's number.
 */
export function aloneLength(text: Text, start: number): number {
  if (text.key !== '' || !isBrief(text)) return 0;
  const whole = latin(text, text.start, text.end);
  const first = whole.slice(0, start - text.start).replaceAll(' ', '') === '';
  if (!first || / and |[,;]/.test(whole)) return alikeLength(whole, start - text.start);
  const trimmed = whole.replace(/^ +| +$/g, '');
  return /^1[4-9]\d{8}(?:\d{3})?$/.test(trimmed) ? 0 : trimmed.length;
}
