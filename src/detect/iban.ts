import {
  ALNUM,
  byteAt,
  DIGIT,
  type Found,
  flags,
  type Kind,
  LETTER,
  latin,
  runEnd,
  startsWord,
  type Text,
} from './bytes.ts';
import { iban } from './checksums.ts';
import { contextOf, speaksOf } from './context.ts';
import { isGlued } from './glued.ts';
import { ACCOUNT } from './subjects.ts';

/** International bank account numbers: the country's length and mod 97, in one run or in groups of four. */
export const accounts: readonly Kind[] = [{ entity: 'IBAN_CODE', group: 'financial', longest: 42 }];

/** Length of an account number by country (the registry, and the countries that use the form without being in it). */
const lengths = new Map(
  (
    'AD24AE23AL28AO25AT20AZ28BA20BE16BF28BG22BH22BI27BJ28BR29BY28CF27CG27CH21CI28CM27CR22CV25CY28CZ24DE22DJ27DK18DO28DZ26' +
    'EE20EG29ES24FI18FK18FO18FR27GA27GB22GE22GI23GL18GN25GQ27GR27GT28GW25HN28HR21HU28IE22IL23IQ23IR26IS26IT27JO30KM27KW30' +
    'KZ20LB28LC32LI21LT20LU20LV21LY25MA28MC27MD24ME22MG27MK19ML28MN20MR27MT31MU30MZ25NE28NI28NL18NO15OM23PK24PL28PS29PT25' +
    'QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SN28ST25SV28TD27TG28TL23TN24TR26UA29VA22VG24XK20YE30'
  )
    .match(/.{4}/g)!
    .map((row) => [row.slice(0, 2), Number(row.slice(2))]),
);

const LONGEST = 42;

/** From the first of the two letters of a country, which two digits follow. */
export function findIban(text: Text, at: number): Found | undefined {
  const length = lengths.get(latin(text, at, at + 2).toUpperCase());
  if (length === undefined || !begins(text, at)) return undefined;
  const end = endOf(text, at, length);
  if (end === undefined) return undefined;
  const written = latin(text, at, end).replace(/[ -]/g, '');
  // Upper or lower case throughout; a mixture is a random token.
  if (written !== written.toUpperCase() && written !== written.toLowerCase()) return undefined;
  const right = iban(written.toUpperCase());
  const said = right || speaksOf(contextOf(text, at), ACCOUNT);
  if (!said && text.least > 0) return undefined;
  return { entity: 'IBAN_CODE', start: at, end, score: right ? 0.95 : said ? 0.55 : 0, detector: 'iban' };
}

/** Where exactly `length` letters and digits end, at the end of a group; groups are parted by one space or dash. */
function endOf(text: Text, at: number, length: number): number | undefined {
  let i = at;
  let left = length;
  let groups = 0;
  while (i - at <= LONGEST) {
    const end = runEnd(text, i, ALNUM, left + 1);
    left -= end - i;
    if (left < 0 || end === i || (left > 0 && groups === 0 && end - i !== 4)) return undefined;
    if (left === 0) return byteAt(text, end) === 0x5f ? undefined : end;
    if (end - i !== 4) return undefined;
    const gap = byteAt(text, end);
    if (gap !== 0x20 && gap !== 0x2d) return undefined;
    i = end + 1;
    groups++;
  }
  return undefined;
}

const begins = (text: Text, at: number): boolean => startsWord(text, at) || isGlued(text, at);

/** Whether exactly two letters stand before the digit at `at`, and a second digit behind it. */
export function afterCountry(text: Text, at: number): boolean {
  const start = at - 2;
  if (start < text.start || (flags[text.bytes[start]!]! & LETTER) === 0) return false;
  return (flags[byteAt(text, at + 1)]! & DIGIT) !== 0 && begins(text, start);
}
