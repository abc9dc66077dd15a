import { checkedBy, elevenLess, isRun, luhn, sumOf, verhoeff, weighted } from './checksums.ts';
import { all, dayAt, id } from './id-row.ts';

/** Australia and New Zealand, Africa, Turkey and Israel. */

/** Weights 10, 1, 3 … with one taken from the first digit: 89 divides the sum. */
const abn = (text: string): boolean =>
  /^[1-9]/.test(text) &&
  (sumOf(text, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0 &&
  !isRun(text);
const acn = checkedBy([8, 7, 6, 5, 4, 3, 2, 1], (sum) => (10 - (sum % 10)) % 10);
const tfn = all((text) => !isRun(text), weighted([1, 4, 3, 7, 5, 8, 6, 9, 10], 11));
const medicare = checkedBy([1, 3, 7, 9, 1, 3, 7, 9], (sum) => sum % 10);

/** Where the first weights give ten the second are taken. */
function ird(text: string): boolean {
  const digits = text.padStart(9, '0');
  const first = elevenLess()(sumOf(digits, [3, 2, 7, 6, 5, 4, 3, 2]));
  const digit = first < 10 ? first : elevenLess()(sumOf(digits, [7, 4, 3, 2, 5, 2, 7, 6]));
  return digit === Number(digits[8]) && Number(digits) > 1e7 && Number(digits) < 1.5e8;
}

const southAfrican = all((text) => dayAt(text, 0, 'ymd') && /^.{10}[0-2]/.test(text), luhn);

/** Sums of the odd and even places, then of all. */
function turkish(text: string): boolean {
  const odd = sumOf(text, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = sumOf(text, [0, 1, 0, 1, 0, 1, 0, 1, 0]);
  return (
    (odd * 7 + 10 * even - even) % 10 === Number(text[9]) &&
    (odd + even + Number(text[9])) % 10 === Number(text[10])
  );
}

function vkn(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 9; i++) {
    const shifted = (Number(text[i]) + 9 - i) % 10;
    const part = (shifted * 2 ** (9 - i)) % 9;
    sum += shifted !== 0 && part === 0 ? 9 : part;
  }
  return (10 - (sum % 10)) % 10 === Number(text[9]);
}

export const south = [
  id('AU_ABN', 'abn', 'strong', '## ### ### ###', { check: abn }),
  id('AU_ABN', 'abn', 'likely', '###########|##-###-###-###', { check: abn }),
  id('AU_ACN', 'abn', 'fair', '### ### ###|#########', { check: acn }),
  id('AU_TFN', 'tfn', 'weak', '### ### ###|#########|###-###-###', { check: tfn }),
  id('AU_MEDICARE', 'medicare', 'fair', '#### ##### #|##########|#### ##### ##', {
    like: /^[2-6]/,
    check: medicare,
  }),
  id('NZ_IRD', ['ird', 'tax'], 'weak', '#########|########|##-###-###|###-###-###|#######-#', { check: ird }),
  id(
    'ZA_ID_NUMBER',
    ['southAfrican', 'identity'],
    'strong',
    '#############|###### #### ###|###### #### # # #',
    { check: southAfrican },
  ),
  id('NG_NIN', ['nigerian', 'nino'], 'fair', '###########|#### #### ###', {
    check: all((text) => !isRun(text), verhoeff),
  }),
  id('NG_VEHICLE_REGISTRATION', 'plate', 'fair', '@@@-###@@|@@@ ###@@|@@@###@@|@@@-### @@'),
  id('KE_PIN', ['kenyan', 'tax'], 'fair', '@#########@', { like: /^[AP]/ }),
  id('EG_NATIONAL_ID', 'identity', 'weak', '##############', {
    like: /^[23]/,
    check: (text) => dayAt(text, 1, 'ymd'),
  }),
  id('MU_NID', 'identity', 'fair', '@#############|@############@', {
    check: (text) => dayAt(text, 1, 'dmy'),
  }),
  id('TR_NATIONAL_ID', ['turkish', 'identity'], 'likely', '###########', { like: /^[1-9]/, check: turkish }),
  id('TR_TAX_NUMBER', 'turkish', 'weak', '##########', { check: vkn }),
  id(
    'TR_LICENSE_PLATE',
    'plate',
    'fair',
    '## @ ####|## @ ###|## @ ##|## @@ ###|## @@ ####|## @@@ ##|## @@@ ###|## @@@ ####',
    { like: /^(?:0[1-9]|[1-7]\d|8[01])/ },
  ),
  id('TR_LICENSE_PLATE', 'plate', 'fair', '##@####|##@@###|##@@####|##@@@##|##@@@###|##@@@####|##@@@####', {
    like: /^(?:0[1-9]|[1-7]\d|8[01])/,
  }),
  id('IL_ID', ['israeli', 'identity'], 'weak', '#########|########-#', { check: luhn }),
];
