import { saidBehind } from './behind.ts';
import { ALNUM, byteAt, DIGIT, type Found, flags, LETTER, LOWER, latin, type Text, UPPER } from './bytes.ts';
import { type Context, contextOf } from './context.ts';
import { isGlued } from './glued.ts';
import type { IdRow, Strength } from './id-row.ts';
import { AFTER_GAP, behind, END, idRows, MOST_DIGITS, type Slot, slotOf, table } from './id-table.ts';
import { aloneLength, beginsAt, endsAt, hasDigits, isBrief, isInRow, type Written } from './number.ts';
import { countryOf } from './subjects.ts';
import type { Topic } from './topics.ts';

/** Verifies what the table of ids says could stand around digits. */

/** No form is longer, nor has more before its first digit. */
const LONGEST = 40;
const MOST_BEFORE = 12;
/** What people type from a document is no longer. */
const LONGEST_TYPED = 16;
/** Capitals before the digits of an id that is glued to a word. */
const MOST_GLUED = 4;

/** What has letters or strokes in it, or before it: at the first digit of a run that ends at `end`. */
export function findLettered(text: Text, at: number, end: number): Found | undefined {
  const before = lettersBefore(text, at);
  if (before < 0) return undefined;
  const next = byteAt(text, end);
  const worded = (flags[next]! & LETTER) !== 0;
  const run = end - at;
  if (before > 0) return findAmong(text, at, before, run, wordEnd(text, at, before));
  const word = worded ? wordEnd(text, at, 0) : end;
  const follows = flags[byteAt(text, end + 1)]!;
  const stroke = (next === 0x2f || next === 0x2b) && (follows & DIGIT) !== 0;
  const goesOn = worded || stroke || (behind[next] !== undefined && (follows & UPPER) !== 0);
  const one = goesOn ? findAmong(text, at, 0, run, word) : undefined;
  return isBehindGap(text, at, end) ? better(one, findAmong(text, at, AFTER_GAP, run, word)) : one;
}

/** The surer, else the longer: what is longer was less likely to be right by chance. */
function better(a: Found | undefined, b: Found | undefined): Found | undefined {
  if (!a || !b) return a ?? b;
  const sooner = b.score - a.score || b.end - b.start - (a.end - a.start);
  return sooner > 0 ? b : a;
}

/** `1980-03-12`, which is no number for anybody else. */
export const findDate = (text: Text, at: number): Found | undefined => findAmong(text, at, 0, 4, at + 4);

/** What begins with digits: as `readNumber` has read it. */
export function findNumber({ text, groups, context }: Written): Found | undefined {
  const { start, end } = groups[0]!;
  return findAmong(text, start, 0, end - start, end, context);
}

/** Where the word around the digits ends; -1 where it is none of a number, as most that mix small letters and capitals. */
function wordEnd(text: Text, at: number, before: number): number {
  let seen = 0;
  let i = at - before;
  for (; i < text.end && i - at < 32; i++) {
    const flag = flags[text.bytes[i]!]!;
    if ((flag & ALNUM) === 0) break;
    seen |= flag;
  }
  if (i - at >= 32) return -1;
  const mixed = (seen & LETTER) === LETTER;
  return mixed && aloneLength(text, at - before) === 0 && !isSpokenOf(text, at - before, i) ? -1 : i;
}

/** Whether the words near by speak of a number: then somebody typed its letters as they came. */
const isSpokenOf = (text: Text, start: number, end: number): boolean =>
  end - start <= LONGEST_TYPED && contextOf(text, start).topics.length > 0;

/** -1 where more stand there than in any form, or a digit, whose word was looked at. */
function lettersBefore(text: Text, at: number): number {
  const glued = gluedBefore(text, at);
  if (glued >= 0) return glued;
  let start = at;
  while (start > at - AFTER_GAP && (flags[byteAt(text, start - 1)]! & LETTER) !== 0) start--;
  const previous = byteAt(text, start - 1);
  return at - start === AFTER_GAP || previous === 0x5f || (flags[previous]! & ALNUM) !== 0 ? -1 : at - start;
}

/** How many capitals stand between the digit and a word that they are glued to; -1 where none are. */
function gluedBefore(text: Text, at: number): number {
  let start = at;
  while (start > at - MOST_GLUED && (flags[byteAt(text, start - 1)]! & UPPER) !== 0) start--;
  if ((flags[byteAt(text, start - 1)]! & LOWER) === 0 || (start === at && !hasDigits(text, at, 6))) return -1;
  return isGlued(text, start) ? at - start : -1;
}

function isBehindGap(text: Text, at: number, end: number): boolean {
  const previous = byteAt(text, at - 1);
  if (previous !== 0x20 && previous !== 0x2d && previous !== 0x2e) return false;
  const small = isBrief(text) || isDayOfMonth(text, end);
  return (flags[byteAt(text, at - 2)]! & (small ? LETTER : UPPER)) !== 0;
}

/** `March 12, 1980`: a comma, and a year. */
const isDayOfMonth = (text: Text, end: number): boolean =>
  byteAt(text, end) === 0x2c &&
  byteAt(text, end + 1) === 0x20 &&
  (flags[byteAt(text, end + 2)]! & DIGIT) !== 0;

/** The forms that end with the word, and those that go on as the text does. */
function findAmong(
  text: Text,
  at: number,
  before: number,
  run: number,
  word: number,
  context?: Context,
): Found | undefined {
  if (word < 0 || before < 0 || run > MOST_DIGITS || word - at > 31) return undefined;
  const after = behind[byteAt(text, word)] ?? END;
  const closed = table[slotOf(before, run, word - at, END)];
  const open = after === END ? undefined : table[slotOf(before, run, word - at, after)];
  const whole = closed && findBest(text, at, closed, context);
  return open && goesOn(text, word) ? better(whole, findBest(text, at, open, context)) : whole;
}

/** Behind a gap stands more of a number, where a digit or a letter follows. */
const goesOn = (text: Text, word: number): boolean => (flags[byteAt(text, word + 1)]! & ALNUM) !== 0;

function findBest(text: Text, at: number, { forms, strong }: Slot, context?: Context): Found | undefined {
  const from = Math.max(text.start, at - MOST_BEFORE);
  let window: string | undefined;
  let best: Found | undefined;
  let around: Around | undefined = context && aroundOf(text, at, at, context);
  if (
    around &&
    !strong &&
    !around.alone &&
    around.context.said === 0 &&
    around.context.topics.length === 0 &&
    text.least > unsaid.likely
  )
    return undefined;
  for (const { row, offset, pattern } of forms) {
    const start = at - offset;
    if (start < from || !beginsAt(text, start) || !mayStand(text, start, row)) continue;
    if (around?.start === start && !isWorthwhile(around, row, text.least)) continue;
    window ??= latin(text, from, at + LONGEST);
    const written = pattern
      ? writtenAt(pattern, window, start - from)
      : /^\d+/.exec(window.slice(start - from))?.[0];
    if (written === undefined || !endsHere(text, start + written.length)) continue;
    if (around?.start !== start) around = aroundOf(text, start, at, contextOf(text, start));
    const score = isWorthwhile(around, row, text.least) ? scoreOf(around, written, row) : 0;
    if (score > 0 && score < SAID && /^\d+ /.test(written) && isInRow(text, start, start + written.length))
      continue;
    const failed =
      score === 0 && text.least === 0 && speaks(around.context.topics, row) && isLike(row, written);
    if (score > 0 || failed) best = better(best, foundBy(row, start, written, score));
  }
  return best;
}

/** Glued to a word stands only what its own form or check digit tells. */
const mayStand = (text: Text, start: number, { strength, check }: IdRow): boolean =>
  strength === 'strong' || check !== undefined || (flags[byteAt(text, start - 1)]! & LETTER) === 0;

function writtenAt(pattern: RegExp, window: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(window)?.[0];
}

/** What goes on with `@` is the name in a mail address. */
const endsHere = (text: Text, at: number): boolean => byteAt(text, at) !== 0x40 && endsAt(text, at, '');

/** Whether the row could be found at all. */
const isWorthwhile = ({ context, alone }: Around, row: IdRow, least: number): boolean =>
  row.strength === 'strong' || alone > 0 || unsaid[row.strength] >= least || isSaid(context, row);

/** What stands around a candidate. */
interface Around {
  readonly start: number;
  readonly context: Context;
  /** How long the text is that is nothing but the candidate, and that no key names; 0 for any other. */
  readonly alone: number;
}

/** Of what begins at `start`, and has its first digit at `at`. */
function aroundOf(text: Text, start: number, at: number, context: Context): Around {
  const behind = context.topics.length > 0 ? context.topics : saidBehind(text, at);
  const all = behind === context.topics ? context : { ...context, topics: behind };
  return { start, context: all, alone: aloneLength(text, start) };
}

const foundBy = ({ entity }: IdRow, start: number, written: string, score: number): Found => ({
  entity,
  start,
  end: start + written.length,
  score,
  detector: entity.toLowerCase().replaceAll('_', '-'),
});

const alone: Readonly<Record<Strength, number>> = { strong: 0.65, likely: 0.6, fair: 0.55, weak: 0.3 };
const unsaid: Readonly<Record<Strength, number>> = { strong: 0.65, likely: 0.45, fair: 0.4, weak: 0.2 };
const said: Readonly<Record<Strength, number>> = { strong: 0.95, likely: 0.9, fair: 0.85, weak: 0.65 };

/** What is said of it scores more; most, where its country is named. */
const SAID = 0.8;
const OF_COUNTRY = 0.96;

function scoreOf({ context, alone: length }: Around, written: string, row: IdRow): number {
  const compact = compactOf(written);
  if (!isLike(row, written)) return 0;
  // A field that is called so tells more than its check digit.
  if (row.check && !row.check(compact)) return speaks(context.labels, row) ? 0.55 : 0;
  if (isOf(context, row) && isSaid(context, row)) return OF_COUNTRY;
  if (speaks(context.topics, row)) return said[row.strength];
  return (length === written.length ? alone : unsaid)[row.strength];
}

const isLike = ({ like }: IdRow, written: string): boolean => !like || like.test(compactOf(written));

/** Whether the check digits of a number are right; undefined where its kind has none. */
export function hasRightDigits(entity: string, written: string): boolean | undefined {
  const { length } = compactOf(written);
  const lengthOf = (form: string): number => form.replace(/[^A-Z0-9#@?]/g, '').length;
  const checked = idRows.filter(
    (row) =>
      row.entity === entity &&
      row.check &&
      isLike(row, written) &&
      row.forms.some((form) => lengthOf(form) === length),
  );
  return checked.length === 0 ? undefined : checked.some((row) => row.check!(compactOf(written)));
}

const homes: ReadonlyMap<string, number> = new Map(idRows.map(({ entity }) => [entity, countryOf(entity)]));

/** Whether a word near by says that it is of the country: `Polish`. */
const isOf = (context: Context, { entity }: IdRow): boolean => (context.said & homes.get(entity)!) !== 0;

/** Whether words say that it may be of the row: of what kind it is; or whose, where its check digit seldom is right by chance. */
const isSaid = (context: Context, row: IdRow): boolean =>
  speaks(context.topics, row) || (row.strength === 'likely' && isOf(context, row));

const speaks = (topics: readonly Topic[], row: IdRow): boolean =>
  topics.length > 0 && row.topics.some((topic) => topics.includes(topic));

/** The letters and digits alone, letters in upper case. */
export const compactOf = (written: string): string => written.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
