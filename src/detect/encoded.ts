import {
  ALNUM,
  byteAt,
  DIGIT,
  type Found,
  flags,
  LETTER,
  type Place,
  runEnd,
  type Text,
  textIn,
} from './bytes.ts';
import { escapeAt } from './escapes.ts';
import { foldAt, lengthOf } from './fold.ts';
import { below, decode, isInEscape, type View } from './view.ts';

/**
 * Values in disguise. Where the pass meets an escape, it leaves a mark; what stands around marks is read without
 * escapes and passed over again, up to three times, so that the cost stays linear.
 */

const DEEPEST = 3;
/** Of the text on either side of a mark: a value's longest part, and its context. */
const AROUND = 384;
/** So near behind a mark, its escape may be context. */
const NEAR = 128;
/** A value that goes on past that is followed to its end. */
const FURTHER = 72 * 1024;

/** A pass over a text at some depth; `found` is in that text's places. */
export type Pass = (text: Text, depth: number) => Found[];

/** Puts what is found behind escapes in the place of what was found in spite of them. */
export function throughMarks(
  text: Text,
  marks: readonly number[],
  found: Found[],
  pass: Pass,
  depth: number,
): Found[] {
  if (depth >= DEEPEST) return found;
  const rest = inOrder(found);
  const all: Found[] = [];
  let done = 0;
  for (let i = 0; i < marks.length; ) {
    const first = marks[i]!;
    let to = first;
    let last = first;
    for (; i < marks.length && marks[i]! <= to + AROUND; i++) {
      last = marks[i]!;
      to = endOf(text, last, to);
    }
    const view = decode(text, Math.max(text.start, first - AROUND), to);
    const seen = behind(view, pass(view.text, depth + 1), first, last + NEAR);
    const from = done;
    while (done < rest.length && rest[done]!.start < to) done++;
    for (const one of unlessVoid(rest.slice(from, done), view, seen)) all.push(one);
    for (const one of seen) all.push(one);
  }
  return all.concat(rest.slice(done));
}

/** Where a word ends, some way behind a mark; `known` is the end for the mark before. */
function endOf({ bytes, end }: Text, mark: number, known: number): number {
  const stop = Math.min(end, mark + FURTHER);
  let to = Math.max(known, Math.min(end, mark + AROUND));
  while (to < stop && bytes[to]! > 0x20) to++;
  return to;
}

const inOrder = (found: readonly Found[]): Found[] => [...found].sort((a, b) => a.start - b.start);

/** What an escape may have a part in, in order; the rest was found without. */
const behind = (view: View, found: readonly Found[], first: number, last: number): Found[] =>
  inOrder(found.map((one) => below(view, one)).filter(({ start, end }) => end > first && start < last));

/** What begins or ends in the middle of an escape goes where something was found in its place. */
function unlessVoid(found: readonly Found[], view: View, seen: readonly Found[]): Found[] {
  let next = 0;
  return found.filter(({ start, end }) => {
    while (next < seen.length && seen[next]!.end <= start) next++;
    const replaced = next < seen.length && seen[next]!.start < end;
    return !(replaced && (isInEscape(view, start) || isInEscape(view, end)));
  });
}

/** What a run holds that is wholly in code; whatever is found in it stands for all of the run. */
export function within(decoded: Buffer, place: Place, pass: Pass, depth: number): Found[] {
  if (depth >= DEEPEST) return [];
  return pass(textIn(place, decoded), depth + 1).map(({ value, ...found }) =>
    found.start === 0 && found.end === decoded.length
      ? { ...found, value: value ?? decoded.toString() }
      : { ...found, inside: true },
  );
}

/** Whether a value may hold this escape or begin behind it: most line breaks of code stand before a plain word. */
export function isTellingEscape(text: Text, at: number): boolean {
  const escaped = escapeAt(text, at);
  if (!escaped) return false;
  if (escaped.bytes[0]! >= 0x20) return true;
  const next = runEnd(text, escaped.end, LETTER, 40);
  return byteAt(text, next) > 0x20 && !/[\\"',;)]/.test(String.fromCharCode(byteAt(text, next)));
}

/** A wide letter or a foreign digit always; a gap between digits; nothing at all where it stands in ASCII. */
export function isTellingFold(text: Text, at: number): boolean {
  const fold = foldAt(text.bytes, at, text.end);
  if (!fold || fold.stand === 'sign') return fold !== undefined;
  const [before, behind] = [byteAt(text, at - 1), byteAt(text, at + lengthOf(text.bytes[at]!))];
  if (fold.stand === 'nothing') return isGraphic(before) || isGraphic(behind);
  return ((flags[before]! | flags[behind]!) & DIGIT) !== 0 && isJoint(before) && isJoint(behind);
}

const isGraphic = (byte: number): boolean => byte > 0x20 && byte < 0x7f;
const isJoint = (byte: number): boolean => (flags[byte]! & ALNUM) !== 0 || (byte >= 0x28 && byte <= 0x2b);
