/** Payment cards and bank accounts: check sums right, issuers that issue nothing. */
import { luhn, mod97 } from '../detect/checksums.ts';
import { withCheckDigits } from './checksum.ts';
import type { Draw } from './draw.ts';
import { digitsOf, type Maker, pour, reshape } from './shape.ts';

/** A brand's first digits, and the start of its published test numbers, which no bank gives out. */
const testRanges: readonly [RegExp, string][] = [
  [/^4/, '400000'],
  [/^5[1-5]/, '555555'],
  [/^2[2-7]/, '222300'],
  [/^34/, '343434'],
  [/^37/, '378282'],
  [/^6(?:011|4[4-9]|5)/, '601111'],
  [/^35/, '353011'],
  [/^36/, '362272'],
  [/^38/, '385200'],
  [/^30/, '305693'],
  [/^62/, '620000'],
];

export const card: Maker = {
  canonical(value) {
    const digits = digitsOf(value);
    return digits.length >= 12 && digits.length <= 19 ? digits : undefined;
  },
  make(value, draw) {
    const digits = digitsOf(value);
    const range = testRanges.find(([brand]) => brand.test(digits))?.[1] ?? `${digits.slice(0, 2)}0000`;
    const body = range + draw.digits(digits.length - range.length - 1);
    return pour(value, withCheckDigits(body, 1, luhn)!);
  },
};

const ibanShape = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

export const iban: Maker = {
  canonical(value) {
    const compact = compactIban(value);
    return ibanShape.test(compact) ? compact : undefined;
  },
  make(value, draw) {
    const compact = compactIban(value);
    const country = compact.slice(0, 2);
    const account = accountLike(compact.slice(4), draw);
    const check = String(98 - mod97(`${account}${country}00`)).padStart(2, '0');
    return rewrite(value, country + check + account);
  },
};

const compactIban = (value: string): string =>
  value
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');

/** Bank codes of all nines are given to no bank. */
function accountLike(account: string, draw: Draw): string {
  let nines = 3;
  return reshape.make(account, draw).replace(/\d/g, (digit) => (nines-- > 0 ? '9' : digit));
}

/** Sets the letters and digits of the template to those given, in the template's letter case. */
function rewrite(template: string, characters: string): string {
  let next = 0;
  return template.replace(/[\p{L}\p{N}]/gu, (old) => {
    const character = characters[next++]!;
    return /\p{Ll}/u.test(old) ? character.toLowerCase() : character;
  });
}
