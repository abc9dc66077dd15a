import { checkedBy, elevenLess, isRun, luhn, sumOf } from './checksums.ts';
import { all, dayAt, id } from './id-row.ts';

/** Spain, Italy, Portugal and Greece. */
const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** The digits' rest by 23 as a letter; of foreigners X, Y and Z stand for 0, 1 and 2. */
const nif = (text: string): boolean => {
  const number = Number(text.slice(0, -1).replace(/^[XYZ]/, (first) => String('XYZ'.indexOf(first))));
  return letters[number % 23] === text.at(-1);
};

/** Companies: Luhn's sum as a digit, or as a letter where the kind of company asks for one. */
function cif(text: string): boolean {
  const body = text.slice(1, 8);
  const check = [...'0123456789'].findIndex((digit) => luhn(body + digit));
  return text[8] === String(check) || text[8] === 'JABCDEFGHI'[check];
}

/** Social security: province and number by 97. */
const seguridad = (text: string): boolean => {
  const number = Number(text.slice(2, 10)) < 1e7 ? text.slice(0, 2) + text.slice(3, 10) : text.slice(0, 10);
  return Number(number) % 97 === Number(text.slice(10));
};

/** What a sign on an odd place of a fiscal code counts. */
const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

function fiscal(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const code = text.charCodeAt(i);
    const value = code < 58 ? code - 48 : code - 65;
    sum += i % 2 === 0 ? odd[value]! : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15];
}

const person = /^[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/;

/** Portugal's citizens' card: Luhn's sum over letters as they are, from the left. */
function citizen(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 12; i++) {
    const value = Number.parseInt(text[i]!, 36);
    const twice = value * 2;
    sum += i % 2 !== 0 ? value : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

/** Cyprus counts the odd places as Italy does. */
export function cypriot(text: string): boolean {
  let sum = sumOf(text, [0, 1, 0, 1, 0, 1, 0, 1]);
  for (let i = 0; i < 8; i += 2) sum += odd[Number(text[i])]!;
  return String.fromCharCode(65 + (sum % 26)) === text[8];
}

export const portugueseTax = all(
  (text) => /^[1-35-9]/.test(text),
  checkedBy([9, 8, 7, 6, 5, 4, 3, 2], elevenLess(0)),
);
export const greekTax = all(
  (text) => !isRun(text),
  checkedBy([256, 128, 64, 32, 16, 8, 4, 2], (sum) => (sum % 11) % 10),
);
export const italianTax = (text: string): boolean =>
  luhn(text) && Number(text.slice(0, 7)) > 0 && /^\d{7}(?:0\d\d|100|120|121|888|999)/.test(text);

export const southEurope = [
  id('ES_NIF', 'dni', 'strong', '########@|########-@|##.###.###-@|##.###.###@', { check: nif }),
  id('ES_NIF', 'dni', 'fair', '#######@|#######-@|######## @|@#######@', {
    like: /^[\dKLM]/,
    check: (text) => nif(text.replace(/^[KLM]/, '')),
  }),
  id('ES_NIE', 'dni', 'strong', '@#######@|@-#######-@|@#######-@|@-#######@', {
    like: /^[XYZ]/,
    check: nif,
  }),
  id('ES_CIF', ['dni', 'vat'], 'weak', '@########|@#######@|@-########|@-#######-?', {
    like: /^[ABCDEFGHJNPQRSUVW]/,
    check: cif,
  }),
  id('ES_PASSPORT', ['passport', 'pasaporte'], 'fair', '@@@######'),
  id('ES_SOCIAL_SECURITY', 'spainSocial', 'likely', '############|## ######## ##|##/########/##', {
    like: /^(?:[0-4]\d|5[0-3])/,
    check: seguridad,
  }),
  id('IT_FISCAL_CODE', 'fiscal', 'strong', '@@@@@@##@##@###@|@@@@@@ ##@## @###@', {
    like: person,
    check: fiscal,
  }),
  id('IT_FISCAL_CODE', 'fiscal', 'fair', '@@@@@@##@##@???@|@@@@@@?#?##?????', { like: person }),
  id('IT_FISCAL_CODE', 'fiscal', 'weak', '###########', { check: italianTax }),
  id('IT_VAT_CODE', 'vat', 'fair', '###########', { check: italianTax }),
  id('IT_PASSPORT', ['passaporto', 'passport'], 'fair', '@@#######'),
  id('IT_IDENTITY_CARD', 'italianId', 'fair', '@@#####@@|#######@@'),
  id('IT_IDENTITY_CARD', 'italianId', 'weak', '@@#######|@@ #######'),
  id('IT_DRIVER_LICENSE', 'permit', 'fair', '@@#######@'),
  id('IT_DRIVER_LICENSE', 'permit', 'fair', 'U1???????@', { like: /^U1[B-DF-HJ-NPR-Z\d]{6,7}[A-Z]$/ }),
  id('IT_DRIVER_LICENSE', 'permit', 'fair', 'U1??????@', { like: /^U1[B-DF-HJ-NPR-Z\d]{6,7}[A-Z]$/ }),
  id('PT_NIF', ['portuguese', 'tax', 'vat'], 'weak', '#########|### ### ###', { check: portugueseTax }),
  id('PT_CC', 'portuguese', 'strong', '#########@@#|######## # @@#|######## # @##|######## # @@ #', {
    check: citizen,
  }),
  id('GR_AFM', ['greek', 'vat', 'tax'], 'weak', '#########', { check: greekTax }),
  id('GR_AMKA', 'greek', 'likely', '###########', { check: all(luhn, (text) => dayAt(text, 0, 'dmy')) }),
  id('CY_TIC', ['tax', 'vat'], 'weak', '########@', { check: cypriot }),
];
