import { checkedBy, elevenLess, isRun, luhn, verhoeff, weighted } from './checksums.ts';
import { all, dayAt, id, isDay } from './id-row.ts';

/** France, the Low Countries, and the North. */

/** Thirteen signs and what is left to 97; Corsica's departments have letters. */
function nir(text: string): boolean {
  const digits = text.replace(/^(.{5})2A/, '$119').replace(/^(.{5})2B/, '$118');
  const month = Number(digits.slice(3, 5));
  return (month <= 12 || month >= 20) && Number(digits.slice(0, 13)) % 97 === 97 - Number(digits.slice(13));
}

/** The first nine digits and what is left to 97, with a 2 before them for those born from 2000 on. */
function belgian(text: string): boolean {
  const [body, check] = [Number(text.slice(0, 9)), 97 - Number(text.slice(9))];
  const month = Number(text.slice(2, 4)) % 20;
  const day = Number(text.slice(4, 6));
  return month <= 12 && day <= 31 && (body % 97 === check || (2e9 + body) % 97 === check);
}

export const belgianVat = (text: string): boolean =>
  /^[01]/.test(text) && Number(text.slice(0, 8)) % 97 === 97 - Number(text.slice(8));
export const dutch = all((text) => !isRun(text), weighted([9, 8, 7, 6, 5, 4, 3, 2, -1], 11));

/** Born on day and month, companies 40 days later; some serials are of people with a provisional number. */
const bornOn = (text: string): boolean => {
  const [day, month] = [Number(text.slice(0, 2)) % 40, Number(text.slice(2, 4)) % 40];
  return isDay(Number(text.slice(4, 6)), month, day);
};

const norwegian = all(
  bornOn,
  checkedBy([3, 7, 6, 1, 8, 9, 4, 5, 2], elevenLess()),
  checkedBy([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], elevenLess()),
);
export const norwegianCompany = all(
  (text) => /^[89]/.test(text),
  checkedBy([3, 2, 7, 6, 5, 4, 3, 2], elevenLess()),
);
export const danishCompany = weighted([2, 7, 6, 5, 4, 3, 2, 1], 11);
export const finnishCompany = checkedBy([7, 9, 10, 5, 8, 4, 2], elevenLess());

/** Luhn's sum over the last ten digits; a provisional number's day is 60 later. */
const swedish = (text: string): boolean => {
  const ten = text.slice(-10);
  const day = Number(ten.slice(4, 6));
  const century = text.length === 10 || /^(?:18|19|20)/.test(text);
  return century && isDay(Number(ten.slice(0, 2)), Number(ten.slice(2, 4)), day % 60) && luhn(ten);
};

const hetuSigns = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const hetu = (text: string): boolean =>
  dayAt(text, 0, 'dmy') && hetuSigns[Number(text.slice(0, 6) + text.slice(-4, -1)) % 31] === text.at(-1);
const person = /^\d{6}[A-FU-Y]?\d{3}[A-Y\d]$/;

export const northEurope = [
  id(
    'FR_NIR',
    'french',
    'strong',
    '###############|# ## ## ## ### ### ##|# ## ## #@ ### ### ##|######@########|############# ##',
    {
      like: /^[1-478]\d{4}[\dAB]{2}/,
      check: nir,
    },
  ),
  id('FR_SIREN', ['french', 'vat'], 'weak', '#########|### ### ###', { check: luhn }),
  id('FR_SIRET', ['french', 'vat'], 'weak', '##############|### ### ### #####|### ### ### ## ###', {
    check: luhn,
  }),
  id('FR_NIF', ['french', 'tax'], 'likely', '#############|## ## ### ### ###', {
    like: /^[0-3]/,
    check: (text) => Number(text.slice(0, 10)) % 511 === Number(text.slice(10)),
  }),
  id(
    'BE_NATIONAL_NUMBER',
    ['belgian', 'identity', 'tax'],
    'strong',
    '##.##.##-###.##|######-###-##|###### ### ##',
    { check: belgian },
  ),
  id('BE_NATIONAL_NUMBER', ['belgian', 'identity', 'tax'], 'likely', '###########', { check: belgian }),
  id('NL_BSN', ['bsn', 'tax'], 'fair', '#########|####.##.###|#### ## ###', { check: dutch }),
  id(
    'LU_MATRICULE',
    ['luxembourg', 'identity', 'tax'],
    'strong',
    '#############|#### #### #### #|####-####-####-#',
    {
      like: /^(?:1[89]|20)/,
      check: (text) =>
        dayAt(text, 0, 'Ymd') && luhn(text.slice(0, 12)) && verhoeff(text.slice(0, 11) + text[12]),
    },
  ),
  id('DK_CPR', ['nordic', 'tax'], 'strong', '######-####', {
    check: all((text) => dayAt(text, 0, 'dmy'), weighted([4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11)),
  }),
  id('DK_CPR', ['nordic', 'tax'], 'weak', '######-####|##########', {
    check: (text) => dayAt(text, 0, 'dmy'),
  }),
  id('DK_CVR', ['organisation', 'vat'], 'weak', '########', { check: danishCompany }),
  id('NO_FODSELSNUMMER', 'nordic', 'strong', '###########|###### #####', { check: norwegian }),
  id('NO_ORGNR', ['organisation', 'vat'], 'weak', '#########|### ### ###', { check: norwegianCompany }),
  id('NO_KONTONR', 'bank', 'weak', '####.##.#####|#### ## #####|###########', {
    check: checkedBy([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], elevenLess()),
    group: 'financial',
  }),
  id('SE_PERSONNUMMER', ['nordic', 'tax'], 'strong', '######-####|######+####|########-####|############', {
    check: swedish,
  }),
  id('SE_PERSONNUMMER', ['nordic', 'tax'], 'likely', '##########', { check: swedish }),
  // Limited companies, most by far.
  id('SE_ORGANISATIONSNUMMER', ['organisation', 'vat'], 'strong', '######-####', {
    like: /^55[6-9]/,
    check: luhn,
  }),
  id('SE_ORGANISATIONSNUMMER', ['organisation', 'vat'], 'fair', '######-####|##########', {
    like: /^\d\d[2-9]/,
    check: luhn,
  }),
  id('FI_PERSONAL_IDENTITY_CODE', 'nordic', 'strong', '######-###?|######+###?|######@###?', {
    like: person,
    check: hetu,
  }),
  id('FI_BUSINESS_ID', ['organisation', 'vat'], 'fair', '#######-#', { check: finnishCompany }),
  id('IS_KENNITALA', 'nordic', 'strong', '######-####', {
    check: all(bornOn, checkedBy([3, 2, 7, 6, 5, 4, 3, 2], elevenLess())),
  }),
  id('IS_KENNITALA', 'nordic', 'weak', '##########', {
    check: all(bornOn, checkedBy([3, 2, 7, 6, 5, 4, 3, 2], elevenLess())),
  }),
];
