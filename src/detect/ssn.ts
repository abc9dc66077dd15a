import type { Found, Kind } from './bytes.ts';
import { type Context, labelledOtherwise, speaksOf } from './context.ts';
import { digitsOf, endsAt, isInRow, separatorOf, type Written } from './number.ts';
import { SSN } from './subjects.ts';

/** United States social security numbers: 3-2-4 with one kind of separator, or nine digits that are called one. */
export const socialSecurity: readonly Kind[] = [{ entity: 'US_SSN', group: 'pii', longest: 11 }];

export function findSsn({ text, groups, context }: Written): Found | undefined {
  const [a, b, c] = groups;
  const said = speaksOf(context, SSN);
  const grouped = a!.length === 3 && b?.length === 2 && c?.length === 4;
  const halved = said && b !== undefined && a!.length + b.length === 9 && /^[35]$/.test(String(a!.length));
  if (!grouped && !halved && a!.length !== 9) return undefined;
  const parts = groups.slice(0, grouped ? 3 : halved ? 2 : 1);
  const separator = separatorOf(parts);
  if (separator === undefined || !/^[-. ]?$/.test(separator) || (separator === '' && !said)) return undefined;
  const start = a!.start;
  const end = parts[parts.length - 1]!.end;
  if (!endsAt(text, end, separator)) return undefined;
  const valid = issued(digitsOf(text, parts));
  const score = said
    ? valid
      ? 0.95
      : 0.6
    : valid
      ? unsaid(separator, context, isInRow(text, start, end))
      : 0.2;
  return { entity: 'US_SSN', start, end, score, detector: 'us-ssn' };
}

/** Dashes as on the card tell most. */
function unsaid(separator: string, context: Context, inRow: boolean): number {
  if (separator === '-') return 0.7;
  return labelledOtherwise(context) || inRow ? 0.3 : 0.65;
}

const issued = (digits: string): boolean =>
  !/^(?:000|666|9)|^...00|0000$/.test(digits) && !/^(\d)\1*$/.test(digits);
