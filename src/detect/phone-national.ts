import { byteAt, flags, LETTER, latin } from './bytes.ts';
import { type Context, labelledOtherwise, labelledThing, speaksOf } from './context.ts';
import { callingCode, dial } from './dialling.ts';
import { runsOn } from './glued.ts';
import {
  aloneLength,
  digitCount,
  digitsOf,
  endsAt,
  type Group,
  isInRow,
  separatorOf,
  shapeOf,
  type Written,
} from './number.ts';
import { called, ends, type Reading } from './phone-reading.ts';
import { PHONE } from './subjects.ts';

/** (415) 555-0132, 415-555-0132, 415.555.0132, 1-415-555-0132; with spaces or bare only where the context says so. */
export function northAmerican(written: Written, lead: string): Reading | undefined {
  const { text, context } = written;
  const country = written.groups[0]!.length === 1 && byteAt(text, written.groups[0]!.start) === 0x31 ? 1 : 0;
  const [area, exchange, line] = written.groups.slice(country, country + 3);
  if (area?.length !== 3 || exchange?.length !== 3 || line?.length !== 4) return undefined;
  const groups = written.groups.slice(0, country + 3);
  const joined = (line.gap === '-' || line.gap === '.') && exchange.gap === line.gap;
  const isCalled = called(written, groups);
  if (!ends(written, groups) && !(joined && isCalled && runsOn(text, line.end))) return undefined;
  const start = groups[0]!.start - lead.length;
  const numbered = byteAt(text, area.start) > 0x31 && byteAt(text, exchange.start) > 0x31;
  if (!numbered) return isCalled ? { groups, start, score: 0.6 } : undefined;
  const bracketed = exchange.gap.startsWith(')') && (lead === '(' || area.gap.includes('('));
  if (bracketed || joined) return { groups, start, score: joinedScore(context, bracketed) };
  if (isCalled) return { groups, start, score: 0.85 };
  return { groups, start, score: labelledOtherwise(context) || line.gap === ' ' ? 0.4 : 0.6 };
}

/** Brackets are a phone number's alone; `646-477-0160` is a part's where that is said. */
function joinedScore(context: Context, bracketed: boolean): number {
  if (labelledThing(context) && !bracketed) return 0.4;
  return labelledOtherwise(context) ? 0.5 : 0.8;
}

/** A trunk zero and groups, as most countries write: 079 2718 1155, 01 42 68 53 00; or an area code in brackets. */
export function trunk(written: Written, lead: string): Reading | undefined {
  const first = written.groups[0]!;
  const zero =
    byteAt(written.text, first.start) === 0x30 &&
    first.length > 1 &&
    byteAt(written.text, first.start + 1) > 0x30;
  const bracketed = lead === '(' && first.length <= 5;
  if (!zero && !bracketed) return undefined;
  for (let count = Math.min(written.groups.length, 6); count > 1; count--) {
    const groups = written.groups.slice(0, count);
    const digits = digitCount(groups);
    if (digits < 9) return undefined;
    if (digits > 12 || !ends(written, groups)) continue;
    if (!bracketed && (count < 3 || separatorOf(groups) === '.' || hasSingle(groups))) continue;
    if (labelledOtherwise(written.context) || looksLikeDate(written, groups)) return undefined;
    if (called(written, groups)) return { groups, start: first.start - lead.length, score: 0.85 };
    if (!bracketed && separatorOf(groups) !== '-' && isInRow(written.text, first.start, groups.at(-1)!.end))
      return undefined;
    return { groups, start: first.start - lead.length, score: 0.6 };
  }
  return undefined;
}

/** 532-123-45-67: as numbers are grouped in Turkey and around Russia. */
export function eastern(written: Written): Reading | undefined {
  const groups = written.groups.slice(0, 4);
  const separator = separatorOf(groups);
  if (shapeOf(groups) !== '3-3-2-2' || (separator !== '-' && separator !== ' ')) return undefined;
  if (!ends(written, groups) || labelledOtherwise(written.context)) return undefined;
  const { start } = groups[0]!;
  if (called(written, groups)) return { groups, start, score: 0.85 };
  const mobile = /^[3-9]/.test(latin(written.text, start, start + 1));
  return mobile && separator === '-' ? { groups, start, score: 0.6 } : undefined;
}

/** How far back a number with its calling code tells whose plan one without it follows. */
const NEAR = 48;

/** `+63 917 123 4567, 09181234567`: a trunk zero, by the plan of the country whose number stands before. */
export function likeOneBefore({ text, groups, context }: Written): Reading | undefined {
  const { start, end, length } = groups[0]!;
  const zero = byteAt(text, start) === 0x30 && byteAt(text, start + 1) > 0x30;
  if (!zero || length < 9 || length > 12 || !endsAt(text, end, ' ') || labelledOtherwise(context))
    return undefined;
  const near = latin(text, Math.max(text.start, start - NEAR), start);
  const before = /\+(\d[\d ().-]{6,18}\d)\D*$/.exec(near)?.[1]?.replace(/\D/g, '');
  const code = before && dial(before) === 'valid' ? callingCode(before) : undefined;
  if (code === undefined || dial(code + latin(text, start + 1, end)) !== 'valid') return undefined;
  return { groups: groups.slice(0, 1), start, score: 0.65 };
}

/** 09171234567 in a text that is nothing else: ten or eleven digits from a trunk zero on. */
export function lone({ text, groups }: Written): Reading | undefined {
  const { start, length } = groups[0]!;
  if (groups.length > 1 || length < 10 || length > 11 || aloneLength(text, start) !== length)
    return undefined;
  const zero = byteAt(text, start) === 0x30 && byteAt(text, start + 1) > 0x30;
  return zero ? { groups, start, score: 0.55 } : undefined;
}

/** Any 7 to 13 digits that the text or the key calls a phone number. */
export function told(written: Written, lead: string): Reading | undefined {
  if (labelledOtherwise(written.context)) return undefined;
  const most = Math.min(written.groups.length, 6);
  const glued = (flags[byteAt(written.text, written.groups[0]!.start - 1)]! & LETTER) !== 0;
  // Where nothing before the number says so, a label behind it may: behind all of it.
  const least = speaksOf(written.context, PHONE) ? 1 : most;
  for (let count = most; count >= least; count--) {
    const groups = written.groups.slice(0, count);
    const digits = digitCount(groups);
    if (digits < (glued ? 9 : 7)) return undefined;
    if (digits > 13 || hasSingle(groups) || !called(written, groups) || !ends(written, groups)) continue;
    if (looksLikeDate(written, groups) || /^(\d)\1*$/.test(digitsOf(written.text, groups))) continue;
    return { groups, start: groups[0]!.start - (count > 1 ? lead.length : 0), score: 0.65 };
  }
  return undefined;
}

const hasSingle = (groups: readonly Group[]): boolean => groups.some(({ length }) => length < 2);

/** Year, month and day in either order. */
function looksLikeDate({ text }: Written, groups: readonly Group[]): boolean {
  if (groups.length < 3) return false;
  const [a, b, c] = groups.slice(0, 3).map(({ start, end }) => latin(text, start, end)) as [
    string,
    string,
    string,
  ];
  const isYear = (part: string): boolean => /^(?:19|20)\d\d$/.test(part);
  const inYear = a.length <= 2 && b.length <= 2 && (Number(a) <= 12 || Number(b) <= 12);
  return (isYear(a) && b.length <= 2 && Number(b) <= 12 && c.length <= 2) || (isYear(c) && inYear);
}
