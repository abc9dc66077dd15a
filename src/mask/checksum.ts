import type { Check } from '../detect/checksums.ts';

/** The body and those check digits that make it right, or undefined where none do. */
export function withCheckDigits(body: string, count: number, right: Check): string | undefined {
  for (let check = 0; check < 10 ** count; check++) {
    const digits = body + String(check).padStart(count, '0');
    if (right(digits)) return digits;
  }
  return undefined;
}
