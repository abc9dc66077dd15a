import {
  type Check,
  checkedBy,
  elevenLess,
  isRun,
  luhn,
  mod11And10,
  mod97,
  sumOf,
  weighted,
} from './checksums.ts';
import { type IdRow, id } from './id-row.ts';
import { bulgarian, czechCompany, hungarian, latvian, nip, romanian } from './ids-east-europe.ts';
import { belgianVat, danishCompany, dutch, finnishCompany, norwegianCompany } from './ids-north-europe.ts';
import { cypriot, greekTax, italianTax, portugueseTax } from './ids-south-europe.ts';

/** Value added tax numbers: a country's letters, then a number of that country's own. */
const austrian: Check = (digits) => {
  let sum = 4;
  for (let i = 0; i < 7; i++) {
    const product = Number(digits[i]) * (i % 2 === 0 ? 1 : 2);
    sum += product > 9 ? product - 9 : product;
  }
  return (10 - (sum % 10)) % 10 === Number(digits[7]);
};

/** The company's number and twelve, by 97; some have letters in place of that. */
const french: Check = (text) =>
  !/^\d\d/.test(text) || (Number(text.slice(2)) * 100 + 12) % 97 === Number(text.slice(0, 2));

const british: Check = (digits) => {
  const sum = sumOf(digits, [8, 7, 6, 5, 4, 3, 2]) + Number(digits.slice(7, 9));
  return sum % 97 === 0 || (sum + 55) % 97 === 0;
};

const mod89 = (text: string): boolean => Number(text.slice(0, 6)) % 89 === Number(text.slice(6));

/** Country, forms behind its letters, and the check of what stands there. */
const countries: readonly (readonly [country: string, forms: string, check?: Check])[] = [
  ['AT', 'U########', (text) => austrian(text.slice(1))],
  ['BE', '##########|####.###.###|#########', (text) => belgianVat(text.padStart(10, '0'))],
  ['BG', '#########|##########|### ### ###', (text) => text.length === 9 || bulgarian(text)],
  ['CY', '########@', cypriot],
  ['CZ', '########|#########|##########', (text) => text.length !== 8 || czechCompany(text)],
  ['DE', '#########|### ### ###|###-###-###|###.###.###|###-###.###', mod11And10],
  ['DK', '########|## ## ## ##', danishCompany],
  ['EE', '#########', weighted([3, 7, 1, 3, 7, 1, 3, 7, 1], 10)],
  ['EL', '#########', greekTax],
  ['GR', '#########|########', (text) => greekTax(text.padStart(9, '0'))],
  ['ES', '@########|@#######@|########@'],
  ['FI', '########', finnishCompany],
  ['FR', '###########|## ### ### ###|@##########|#@#########|@@#########|## #########', french],
  ['GB', '#########|### #### ##|############|### #### ## ###', british],
  ['HR', '###########', mod11And10],
  ['HU', '########|########-#-##', hungarian],
  ['IE', '#######@|#######@@|#@#####@'],
  ['IT', '###########', italianTax],
  ['LT', '#########|############'],
  ['LU', '########|### ### ##', mod89],
  ['LV', '###########', (text) => /^[4-9]/.test(text) || latvian(text)],
  ['MT', '########|####-####', weighted([3, 4, 6, 7, 8, 9, 10, 1], 37)],
  ['NL', '#########B##|#### ## ### B##', (text) => dutch(text.slice(0, 9)) || mod97(`NL${text}`) === 1],
  ['PL', '##########|###-###-##-##|### ### ## ##', nip],
  ['PT', '#########|### ### ###', portugueseTax],
  ['RO', '########|#########|##########|#######|######|### ### ##', romanian],
  ['SE', '##########01|############', (text) => luhn(text.slice(0, 10))],
  ['SI', '########|#### ####', checkedBy([8, 7, 6, 5, 4, 3, 2], elevenLess(0))],
  ['SK', '##########', (text) => Number(text) % 11 === 0],
  ['XI', '#########|### #### ##', british],
  ['NO', '#########MVA|### ### ### MVA', norwegianCompany],
  ['RU', '##########|############'],
  ['UA', '############|##########'],
];

/** The prefix and a check digit together are rare enough; where there is no digit, words must help. */
const rowsOf = ([country, forms, check]: (typeof countries)[number]): IdRow[] => {
  const entity = country === 'DE' ? 'DE_VAT_ID' : country === 'IT' ? 'IT_VAT_CODE' : 'VAT_ID';
  const written = forms
    .split('|')
    .flatMap((form) => [country + form, `${country} ${form}`, `${country}-${form}`]);
  const further = check ? { check: (text: string) => !isRun(text.slice(2)) && check(text.slice(2)) } : {};
  return [id(entity, ['vat', 'tax'], check ? 'strong' : 'fair', written.join('|'), further)];
};

export const vats: readonly IdRow[] = countries.flatMap(rowsOf);
