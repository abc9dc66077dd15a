import { byteAt, flags, LETTER, latin } from './bytes.ts';
import { speaksOf } from './context.ts';
import { digitCount, endsAt, type Group, separatorOf, type Written } from './number.ts';
import { PHONE } from './subjects.ts';

/** Digits read as a phone number: which groups of those written, and how surely. */
export interface Reading {
  readonly groups: readonly Group[];
  readonly start: number;
  readonly score: number;
}

const endOf = (groups: readonly Group[]): number => groups[groups.length - 1]!.end;

export const ends = (written: Written, groups: readonly Group[]): boolean =>
  endsAt(written.text, endOf(groups), separatorOf(groups) ?? ' ') ||
  extensionEnd(written, endOf(groups)) > endOf(groups);

const extension = /^ ?(?:x|ext\.?|extension) ?\d{1,5}(?![0-9A-Za-z])/i;

/** What may stand behind a number: ` (office)`, `-Fax`. Read within the bytes that `longest` promises. */
const label = /^[ -]{0,2}\(?(?:office|fax|mobile|cell|phone|tel|home|work|landline)\b/i;

/** Behind `x123`, ` ext. 123`; at the number's own end where there is none. */
export function extensionEnd({ text }: Written, at: number): number {
  const next = byteAt(text, at);
  if (next !== 0x20 && (flags[next]! & LETTER) === 0) return at;
  const follows = extension.exec(latin(text, at, at + 18));
  return follows ? at + follows[0].length : at;
}

/** Whether the text around a number calls it one to be called. */
export function called(written: Written, groups: readonly Group[]): boolean {
  if (speaksOf(written.context, PHONE)) return true;
  const { text } = written;
  const end = endOf(groups);
  const next = byteAt(text, end);
  if (next !== 0x20 && next !== 0x2d && next !== 0x28 && (flags[next]! & LETTER) === 0) return false;
  const behind = latin(text, end, end + 18);
  return label.test(behind) || (digitCount(groups) >= 10 && extension.test(behind));
}
