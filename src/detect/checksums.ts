/** The sums that tell a mistyped number from a right one; each answers whether the characters add up. */
export type Check = (text: string) => boolean;

const valueAt = (text: string, i: number): number => text.charCodeAt(i) - 48;

/** Luhn's sum; a run of one digit is no number. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = valueAt(digits, digits.length - 1 - i);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0 && !isRun(digits);
}

export const isRun = (digits: string): boolean => /^(\d)\1*$/.test(digits);

/** Letters as the numbers from 10 on. */
const spelled = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));

/** ISO 7064 MOD 97-10 of letters and digits: 1 where the check digits are right. */
export function mod97(text: string): number {
  let rest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    rest = code < 58 ? (rest * 10 + code - 48) % 97 : (rest * 100 + code - 55) % 97;
  }
  return rest;
}

export const iban: Check = (text) => mod97(text.slice(4) + text.slice(0, 4)) === 1;

/** ISO 7064 MOD 11,10 (German tax id, Croatian OIB). */
export function mod11And10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) product = (((product + Number(digit)) % 10 || 10) * 2) % 11;
  return (product + Number(digits.at(-1))) % 10 === 1;
}

/** ISO 7064 MOD 11-2, its last character X for ten (Chinese resident's id). */
export function mod11And2(text: string): boolean {
  let rest = 0;
  for (let i = 0; i < text.length - 1; i++) rest = ((rest + valueAt(text, i)) * 2) % 11;
  return (rest + (text.endsWith('X') ? 10 : Number(text.at(-1)))) % 11 === 1;
}

/** The sum of the first digits, each by its weight. */
export function sumOf(text: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * valueAt(text, i);
  return sum;
}

/** The weighted sum of all digits leaves no rest. */
export const weighted =
  (weights: readonly number[], modulus: number): Check =>
  (digits) =>
    digits.length === weights.length && sumOf(digits, weights) % modulus === 0;

/** The digit behind those that are weighted is what `digitOf` makes of the sum. */
export const checkedBy =
  (weights: readonly number[], digitOf: (sum: number) => number): Check =>
  (digits) =>
    valueAt(digits, weights.length) === digitOf(sumOf(digits, weights));

/** Eleven less the sum's rest: zero stands for eleven, and for ten what is said, which is nothing by itself. */
export const elevenLess =
  (ten = 10) =>
  (sum: number): number => {
    const digit = 11 - (sum % 11);
    return digit === 11 ? 0 : digit === 10 ? ten : digit;
  };

const dihedral = (a: number, b: number): number =>
  a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5;
const turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Verhoeff's sum in the dihedral group of the pentagon (Aadhaar). */
export function verhoeff(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    for (let turns = i % 8; turns > 0; turns--) digit = turn[digit]!;
    sum = dihedral(sum, digit);
  }
  return sum === 0;
}

/** Brazil's two check digits, each mod 11 over all before it (CPF; CNPJ with weights that start again at 9). */
export const brazilian =
  (length: number, highest: number): Check =>
  (text) =>
    text.length === length &&
    !isRun(text) &&
    [length - 2, length - 1].every((place) => {
      let sum = 0;
      for (let i = 0; i < place; i++) sum += valueAt(text, i) * (2 + ((place - 1 - i) % (highest - 1)));
      return Number(text[place]) === (sum % 11 < 2 ? 0 : 11 - (sum % 11));
    });

/** Nine digits, the bank's district first. */
export const aba: Check = (digits) =>
  /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(digits) &&
  !isRun(digits) &&
  weighted([3, 7, 1, 3, 7, 1, 3, 7, 1], 10)(digits);

/** Luhn's with the prefix of health in the United States. */
export const npi: Check = (digits) => /^[12]/.test(digits) && luhn(`80840${digits}`);

export const nhs: Check = (digits) => !isRun(digits) && weighted([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11)(digits);

/** Luhn's over letters too. */
export const isin: Check = (text) => luhn(spelled(text));

/** Each letter stands where its value is the last digit of its place. */
const vinValues = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';
const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** A vehicle's ninth character, as North America and China check it. */
export function vin(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (vinValues.indexOf(text[i] ?? '.') % 10) * vinWeights[i]!;
  return text.length === 17 && '0123456789X'[sum % 11] === text[8];
}

/** Goods and books (ISBN-13): threes and ones. */
export function ean(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++)
    sum += valueAt(digits, digits.length - 1 - i) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

/** Ten characters, the last X for ten. */
const isbn10: Check = (text) =>
  text.length === 10 &&
  (sumOf(text, [10, 9, 8, 7, 6, 5, 4, 3, 2]) + (text.endsWith('X') ? 10 : Number(text.at(-1)))) % 11 === 0;

const ofDigits =
  (check: Check): Check =>
  (written) => {
    const digits = written.replace(/\D/g, '');
    return digits !== '' && check(digits);
  };

/** Letters in upper case. */
const ofCharacters =
  (check: Check): Check =>
  (written) => {
    const characters = written.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
    return characters !== '' && check(characters);
  };

/** By the names that a policy's own detectors call them: of a value as it is written. */
export const validators = {
  luhn: ofDigits(luhn),
  mod97: ofCharacters((text) => mod97(text) === 1),
  mod11_10: ofDigits(mod11And10),
  mod11_2: ofCharacters(mod11And2),
  verhoeff: ofDigits(verhoeff),
  iban: ofCharacters(iban),
  aba: ofDigits(aba),
  npi: ofDigits(npi),
  nhs: ofDigits(nhs),
  isin: ofCharacters(isin),
  vin: ofCharacters(vin),
  ean: ofDigits(ean),
  isbn10: ofCharacters(isbn10),
  cpf: ofDigits(brazilian(11, 11)),
  cnpj: ofDigits(brazilian(14, 9)),
} as const satisfies Readonly<Record<string, Check>>;

export type Validator = keyof typeof validators;
