import { ALNUM, byteAt, DIGIT, flags, runEnd, type Text } from './bytes.ts';

/** A number as it is written: groups of digits, and what stands between them. */
export interface Written {
  readonly text: Text;
  readonly groups: readonly Group[];
}

export interface Group {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  /** What stands between the group before and this one. */
  readonly gap: string;
}

const MOST_GROUPS = 9;
const MOST_DIGITS = 24;
/** Space, `-`, `.`, `(`, `)`: never a line break, a tab, a comma or a bar, which part cells and lists. */
const isGap = (byte: number): boolean =>
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
    groups.push({ start, end, digits: text.bytes.toString('latin1', start, end), gap });
    let next = end;
    while (next < end + 3 && isGap(byteAt(text, next))) next++;
    if (next === end) break;
    gap = text.bytes.toString('latin1', end, next);
    start = next;
  }
  return { text, groups };
}

export const digitsOf = (groups: readonly Group[]): string => {
  let digits = '';
  for (const group of groups) digits += group.digits;
  return digits;
};

/** `4-4-4-4`: the lengths of the groups. */
export const shapeOf = (groups: readonly Group[]): string =>
  groups.map((group) => group.digits.length).join('-');

/** The one separator that stands in every gap, or undefined where they differ; '' for a single group. */
export function separatorOf(groups: readonly Group[]): string | undefined {
  const gap = groups[1]?.gap ?? '';
  for (let i = 2; i < groups.length; i++) if (groups[i]!.gap !== gap) return undefined;
  return gap;
}

/** Whether a number may begin at `at`: not inside a word, a decimal fraction, a UUID or a path of numbers. */
export function beginsAt(text: Text, at: number): boolean {
  const previous = byteAt(text, at - 1);
  const further = flags[byteAt(text, at - 2)]!;
  if (previous === 0x5f || (flags[previous]! & ALNUM) !== 0) return false;
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
