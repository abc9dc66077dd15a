import type { Found, Kind } from './bytes.ts';
import { luhn } from './checksums.ts';
import { speaksOf } from './context.ts';
import { digitCount, digitsOf, endsAt, type Group, separatorOf, shapeOf, type Written } from './number.ts';
import { CARD } from './subjects.ts';

/** Payment cards: issuer, length and Luhn; a wrong check digit counts where the text says that it is a card. */
export const cards: readonly Kind[] = [{ entity: 'CREDIT_CARD', group: 'financial', longest: 24 }];

/** Issuers: prefix and the lengths that they give out. */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|2(?:2(?:2[1-9]|[3-9])|[3-6]|7(?:[01]|20)))/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|095|[689])/, [14, 16, 19]],
  [/^(?:2131|1800)/, [15]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^(?:62|8[12])/, [16, 17, 18, 19]],
  [/^220[0-5]/, [16, 17, 18, 19]],
  [/^(?:50[0-9]|5[6-9]|6[0-9])/, [12, 13, 14, 15, 16, 17, 18, 19]],
];

/** How cards are grouped when they are grouped. */
const shapes = new Set([
  '4-4-4-4-3',
  '4-4-4-4',
  '4-6-5',
  '4-6-4',
  '4-3-3-3',
  '4-4-4-1',
  '6-13',
  '8-8',
  '4-4-5',
  '4-4-4-3',
]);

export function findCard(written: Written): Found | undefined {
  const first = written.groups[0]!.length;
  if (first < 4 || (first > 8 && first < 12)) return undefined;
  for (let count = first >= 12 ? 1 : Math.min(5, written.groups.length); count > 0; count--) {
    const found = judge(written, written.groups.slice(0, count));
    if (found) return found;
  }
  return undefined;
}

function judge({ text, context }: Written, groups: readonly Group[]): Found | undefined {
  const count = digitCount(groups);
  if (count < 12 || count > 19) return undefined;
  const separator = separatorOf(groups);
  if (separator !== '' && separator !== ' ' && separator !== '-') return undefined;
  if (separator !== '' && !shapes.has(shapeOf(groups))) return undefined;
  const start = groups[0]!.start;
  const end = groups[groups.length - 1]!.end;
  if (!endsAt(text, end, separator)) return undefined;
  const digits = digitsOf(text, groups);
  const score = scoreOf(digits, separator !== '', speaksOf(context, CARD), text.key !== '');
  if (score === 0 && (text.least > 0 || !isIssued(digits))) return undefined;
  return { entity: 'CREDIT_CARD', start, end, score, detector: 'card' };
}

const isIssued = (digits: string): boolean =>
  issuers.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits));

/** A field that is called a card, or grouped digits that are, tell more than their check digit. */
function scoreOf(digits: string, grouped: boolean, said: boolean, inField: boolean): number {
  if (!luhn(digits)) return said && (grouped || inField) ? 0.55 : 0;
  const issued = isIssued(digits);
  if (said) return issued ? 1 : 0.7;
  if (!issued) return 0;
  // Maestro's prefixes are a sixth of all numbers, and 13, 14 and 19 digits are more often something else.
  if (digits.length < 13 || rarelyIssued.test(digits)) return 0.4;
  return grouped || digits.length === 16 || digits.length === 15 ? 0.85 : 0.6;
}

const rarelyIssued = /^(?:5[6-9]|6(?!2|5|011|4[4-9]|759|76[1-3]|304))/;
