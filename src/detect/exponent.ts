import { ALNUM, byteAt, DIGIT, flags, latin, runEnd, type Text } from './bytes.ts';

/** A whole number in exponent form, as some writers of JSON spell long ones: `4.111111111111111e15`. */
export interface Exponent {
  readonly end: number;
  /** The number's digits. */
  readonly digits: Buffer;
}

const MOST_DIGITS = 24;

/** From the one digit before the point. */
export function exponentAt(text: Text, at: number): Exponent | undefined {
  const pointed = runEnd(text, at + 2, DIGIT, MOST_DIGITS);
  if (pointed - at < 8 || (byteAt(text, pointed) | 0x20) !== 0x65) return undefined;
  const told = /^e\+?(\d{1,2})/i.exec(latin(text, pointed, pointed + 4));
  const end = pointed + (told?.[0].length ?? 0);
  const zeros = Number(told?.[1]) - (pointed - at - 2);
  if (!(zeros >= 0 && zeros < MOST_DIGITS) || (flags[byteAt(text, end)]! & ALNUM) !== 0) return undefined;
  const digits = latin(text, at, at + 1) + latin(text, at + 2, pointed) + '0'.repeat(zeros);
  return { end, digits: Buffer.from(digits) };
}
