import type { Found, Kind } from './bytes.ts';
import { before, labelledOtherwise } from './context.ts';
import { digitsOf, endsAt, separatorOf, shapeOf, type Written } from './number.ts';

/** United States social security numbers: 3-2-4 with one kind of separator, or nine digits that are called one. */
export const socialSecurity: readonly Kind[] = [{ entity: 'US_SSN', group: 'pii', longest: 11 }];

const ssnWords = /\bssns?\b|social.{0,3}sec|\bssid\b|soc sec|\btax ?(?:payer)? ?id/;

export function findSsn({ text, groups }: Written): Found | undefined {
  const grouped = shapeOf(groups.slice(0, 3)) === '3-2-4';
  const parts = grouped ? groups.slice(0, 3) : groups.slice(0, 1);
  const separator = separatorOf(parts);
  const digits = digitsOf(parts);
  if (digits.length !== 9 || separator === undefined || !/^[-. ]?$/.test(separator)) return undefined;
  const start = parts[0]!.start;
  const end = parts.at(-1)!.end;
  if (!endsAt(text, end, separator)) return undefined;
  const context = before(text, start);
  const said = ssnWords.test(context);
  const score = said ? (issued(digits) ? 0.95 : 0.6) : unsaid(digits, separator, context);
  return { entity: 'US_SSN', start, end, score, detector: 'us-ssn' };
}

/** Dashes as on the card tell most; a number never given out needs to be called one. */
function unsaid(digits: string, separator: string, context: string): number {
  if (separator === '' || !issued(digits)) return 0.2;
  if (separator === '-') return 0.7;
  return labelledOtherwise(context) ? 0.3 : 0.5;
}

const issued = (digits: string): boolean =>
  !/^(?:000|666|9)|^...00|0000$/.test(digits) && !/^(\d)\1*$/.test(digits);
