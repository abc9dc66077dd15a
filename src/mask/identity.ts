/** National numbers of people: the form kept, check digits right, out of never-issued ranges where one is known. */
import { luhn } from '../detect/card.ts';
import { brazilian, mod11And10, verhoeff, weighted, withCheckDigits } from './checksum.ts';
import { digitsOf, type Maker, pour, reshape } from './shape.ts';

/** Areas 900 and up were never given out as SSN; groups 10 to 49 keep clear of the ITIN's and ATIN's. */
const ssn: Maker = {
  canonical: (value) => (digitsOf(value).length === 9 && !/\p{L}/u.test(value) ? digitsOf(value) : undefined),
  make: (value, draw) =>
    pour(value, `9${draw.digits(2)}${10 + draw.below(40)}${String(1 + draw.below(9999)).padStart(4, '0')}`),
};

/** A number whose last digits check the others. */
const checked = (right: (digits: string) => boolean, checkDigits = 1): Maker => ({
  canonical: (value) => (/\p{L}/u.test(value) ? undefined : digitsOf(value)),
  make(value, draw) {
    for (let attempt = 0; attempt < 16; attempt++) {
      const body = digitsOf(reshape.make(value, draw)).slice(0, -checkDigits);
      const digits = withCheckDigits(body, checkDigits, right);
      if (digits !== undefined) return pour(value, digits);
    }
    return reshape.make(value, draw);
  },
});

export const identityNumbers: Readonly<Record<string, Maker>> = {
  US_SSN: ssn,
  AU_TFN: checked(weighted([1, 4, 3, 7, 5, 8, 6, 9, 10], 11)),
  BR_CNPJ: checked(brazilian(14, 9), 2),
  BR_CPF: checked(brazilian(11, 11), 2),
  CA_SIN: checked(luhn),
  DE_TAX_ID: checked(mod11And10),
  IN_AADHAAR: checked(verhoeff),
  NL_BSN: checked(weighted([9, 8, 7, 6, 5, 4, 3, 2, -1], 11)),
  PL_PESEL: checked(weighted([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10)),
  SE_PERSONNUMMER: checked((digits) => luhn(digits.slice(-10))),
  UK_NHS: checked(weighted([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11)),
  US_NPI: checked((digits) => luhn(`80840${digits}`)),
};
