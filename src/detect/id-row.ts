import type { Check } from './checksums.ts';
import type { Topic } from './topics.ts';

/**
 * How much a right form and check digit tell alone: `strong` is found anywhere (less than one in a thousand numbers
 * looks so by chance), `likely` (one in a hundred) and `fair` where a text is nothing else, `weak` only where words
 * or the key say what it is.
 */
export type Strength = 'strong' | 'likely' | 'fair' | 'weak';

/** One way to write one kind of number. */
export interface IdRow {
  readonly entity: string;
  readonly group: 'pii' | 'financial';
  readonly topics: readonly Topic[];
  readonly strength: Strength;
  /** `#` a digit, `@` a letter, `?` either; anything else stands for itself, in either case. */
  readonly forms: readonly string[];
  /** What its letters and digits must be beyond that; letters in upper case, without what parts the groups. */
  readonly like: RegExp | undefined;
  /** Of the same. */
  readonly check: Check | undefined;
}

interface Further {
  readonly like?: RegExp;
  readonly check?: Check;
  readonly group?: 'financial';
}

/** A row of the tables: topics parted by spaces, forms by bars. */
export const id = (
  entity: string,
  topics: Topic | readonly Topic[],
  strength: Strength,
  forms: string,
  { like, check, group }: Further = {},
): IdRow => ({
  entity,
  group: group ?? 'pii',
  topics: typeof topics === 'string' ? [topics] : topics,
  strength,
  forms: forms.split('|'),
  like,
  check,
});

/** Whether such a day exists, whatever the century. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  if (month === 2) return day <= (year % 4 === 0 ? 29 : 28);
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** Whether a day in the order that is said stands at `at`: `ymd`, `dmy`, or with a year of four digits `Ymd`. */
export function dayAt(text: string, at: number, order: 'ymd' | 'dmy' | 'Ymd' | 'dmY'): boolean {
  let from = at;
  let [year, month, day] = [0, 0, 0];
  for (const part of order) {
    const length = part === 'Y' ? 4 : 2;
    const value = Number(text.slice(from, from + length));
    from += length;
    if (part === 'm') month = value;
    else if (part === 'd') day = value;
    else year = value;
  }
  if (order.includes('Y') && (year < 1850 || year > 2100)) return false;
  return isDay(year, month, day);
}

export const all =
  (...checks: readonly Check[]): Check =>
  (text) =>
    checks.every((check) => check(text));
