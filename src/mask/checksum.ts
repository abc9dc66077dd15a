/** The sums that tell a mistyped number from a right one; each answers whether the digits add up. */

/** The body and those check digits that make it right, or undefined where none do. */
export function withCheckDigits(
  body: string,
  count: number,
  right: (digits: string) => boolean,
): string | undefined {
  for (let check = 0; check < 10 ** count; check++) {
    const digits = body + String(check).padStart(count, '0');
    if (right(digits)) return digits;
  }
  return undefined;
}

/** ISO 7064 MOD 97-10 of letters and digits: 1 where the check digits are right. */
export function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** ISO 7064 MOD 11,10 (German tax number, Croatian OIB). */
export function mod11And10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) product = (((product + Number(digit)) % 10 || 10) * 2) % 11;
  return (product + Number(digits.at(-1))) % 10 === 1;
}

/** The weighted sum of all digits leaves no rest. */
export const weighted =
  (weights: readonly number[], modulus: number) =>
  (digits: string): boolean =>
    digits.length === weights.length &&
    weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % modulus === 0;

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
  (length: number, highest: number) =>
  (digits: string): boolean =>
    digits.length === length &&
    [length - 2, length - 1].every((place) => {
      let sum = 0;
      for (let i = 0; i < place; i++) sum += Number(digits[i]) * (2 + ((place - 1 - i) % (highest - 1)));
      return Number(digits[place]) === (sum % 11 < 2 ? 0 : 11 - (sum % 11));
    });
