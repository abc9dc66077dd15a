import { nhs } from './checksums.ts';
import { id, isDay } from './id-row.ts';

/** The United Kingdom and Ireland. */
const areas =
  'AB|AL|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|B|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|E|FK|FY|GIR|GL|GU|GY|G|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|L|ME|MK|ML|M|NE|NG|NN|NP|NR|NW|N|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|S|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|W|YO|ZE';
const postcode = new RegExp(`^(?:GIR0AA|(?:${areas})\\d[A-HJKMNP-Z\\d]?\\d[ABD-HJLNP-UW-Z]{2})$`);
const postcodes = '@# #@@|@## #@@|@@# #@@|@@## #@@|@#@ #@@|@@#@ #@@|GIR 0AA';

const insurance = /^(?!BG|GB|KN|NK|NT|TN|ZZ|OO)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?!0{6})\d{6}[A-D]$/;

/** Surname, decade, month (50 more for women), day, year, initials. */
const driver = /^(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}9{2}|[A-Z]{2}9{3})\d{6}[A-Z9]{2}[A-Z\d][A-Z]{2}$/;
const bornDriver = (text: string): boolean =>
  isDay(Number(text[5]! + text[10]), Number(text.slice(6, 8)) % 50, Number(text.slice(8, 10)));

const utr = (text: string): boolean =>
  '21987654321'[
    [6, 7, 8, 9, 10, 5, 4, 3, 2].reduce((sum, weight, i) => sum + weight * Number(text[i + 1]), 0) % 11
  ] === text[0];

/** Seven digits and a letter that checks them; a second letter counts nine times. */
function pps(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 7; i++) sum += Number(text[i]) * (8 - i);
  const second = text[8];
  if (second !== undefined && second !== 'W') sum += 9 * (second.charCodeAt(0) - 64);
  return 'WABCDEFGHIJKLMNOPQRSTUV'[sum % 23] === text[7];
}

export const britain = [
  id('UK_NHS', 'nhs', 'fair', '### ### ####|###-###-####|##########', { check: nhs }),
  id(
    'UK_NINO',
    'nino',
    'strong',
    '@@######@|@@ ## ## ## @|@@ ######@|@@ ###### @|@@-##-##-##-@|@@ ## ## ##@|@@## ## ## @',
    { like: insurance },
  ),
  id('UK_PASSPORT', 'passport', 'fair', '@@#######'),
  id('UK_PASSPORT', 'passport', 'weak', '#########'),
  id(
    'UK_DRIVING_LICENCE',
    'permit',
    'strong',
    '@@@@@######?????|@@@@9######?????|@@@99######?????|@@999######?????|@@@@@###### ?????|@@@@@ ###### ?????',
    { like: driver, check: bornDriver },
  ),
  id('UK_POSTCODE', 'postcode', 'strong', postcodes, { like: postcode }),
  id('UK_POSTCODE', 'postcode', 'fair', postcodes.replaceAll(' ', ''), { like: postcode }),
  id('UK_VEHICLE_REGISTRATION', 'plate', 'strong', '@@## @@@', {
    like: /^[A-HJ-PR-Y]{2}(?:0[2-9]|[12]\d|5[1-9]|[67]\d)[A-HJ-PR-Z]{3}$/,
  }),
  id('UK_VEHICLE_REGISTRATION', 'plate', 'fair', '@@##@@@', {
    like: /^[A-HJ-PR-Y]{2}(?:0[2-9]|[12]\d|5[1-9]|[67]\d)[A-HJ-PR-Z]{3}$/,
  }),
  id('UK_VEHICLE_REGISTRATION', 'plate', 'fair', '@# @@@|@## @@@|@### @@@|@###@@@', {
    like: /^[A-HJ-NPR-TV-Y]\d{1,3}[A-HJ-PR-Y]{3}$/,
  }),
  id('UK_VEHICLE_REGISTRATION', 'plate', 'fair', '@@@ #@|@@@ ##@|@@@ ###@|@@@###@', {
    like: /^[A-HJ-PR-Y]{3}\d{1,3}[A-HJ-NPR-TV-Y]$/,
  }),
  id('UK_UTR', 'utr', 'weak', '##########|##### #####', { check: utr }),
  id('IE_PPS', ['irish', 'vat'], 'fair', '#######@|#######@@', { like: /^\d{7}[A-W][A-IW]?$/, check: pps }),
];
