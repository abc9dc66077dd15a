import { ean, elevenLess, mod11And10, sumOf } from './checksums.ts';
import { all, dayAt, id, isDay } from './id-row.ts';

/** Germany, Austria and Switzerland. */

/** One of the first ten digits stands twice or three times in a tax id, another at least is missing. */
function taxId(text: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of text.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return most <= 3 && mod11And10(text);
}

const signValue = (sign: string): number => (sign < 'A' ? Number(sign) : sign.charCodeAt(0) - 55);

/** Passports and identity cards: 7, 3, 1, letters from ten on, as travel documents are checked everywhere. */
function travel(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < text.length - 1; i++) sum += signValue(text[i]!) * [7, 3, 1][i % 3]!;
  return sum % 10 === Number(text.at(-1));
}

/** Pension insurance: area, birth date, the name's initial as two digits, a serial. */
function pension(text: string): boolean {
  const digits = text.slice(0, 8) + String(text.charCodeAt(8) - 64).padStart(2, '0') + text.slice(9, 11);
  let sum = 0;
  [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].forEach((weight, i) => {
    const product = weight * Number(digits[i]);
    sum += Math.floor(product / 10) + (product % 10);
  });
  return sum % 10 === Number(text[11]);
}

const bornPension = (text: string): boolean => {
  const day = Number(text.slice(2, 4));
  return isDay(Number(text.slice(6, 8)), Number(text.slice(4, 6)), day > 50 ? day - 50 : day);
};

/** Health insurance: the letter as two digits, twos and ones. */
function health(text: string): boolean {
  const digits = String(text.charCodeAt(0) - 64).padStart(2, '0') + text.slice(1, 9);
  let sum = 0;
  [...digits].forEach((digit, i) => {
    const product = Number(digit) * (i % 2 === 0 ? 1 : 2);
    sum += product > 9 ? product - 9 : product;
  });
  return sum % 10 === Number(text[9]);
}

/** Doctors: fours and nines, then their field. */
const doctor = (text: string): boolean => {
  const sum = sumOf(text, [4, 9, 4, 9, 4, 9]);
  return (10 - (sum % 10)) % 10 === Number(text[6]) && !text.endsWith('00');
};

const bornAustrian = all(
  (text) => sumOf(text, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(text[3]),
  (text) => /^[1-9]/.test(text) && dayAt(text, 4, 'dmy'),
);

export const germanSpeaking = [
  id('DE_TAX_ID', ['germanTax', 'tax'], 'fair', '###########|## ### ### ###', {
    like: /^[1-9]/,
    check: taxId,
  }),
  id(
    'DE_TAX_NUMBER',
    ['germanTax', 'tax'],
    'fair',
    '##/###/#####|###/###/#####|##/###/####|###/####/####|#####/#####|### ### #####',
  ),
  id('DE_TAX_NUMBER', ['germanTax', 'tax'], 'weak', '#############', { like: /^(?:0[1-9]|1[0-6])/ }),
  id('DE_PASSPORT', ['passport', 'germanId'], 'fair', '@????????', {
    like: /^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ\d]{7}\d$/,
    check: travel,
  }),
  id('DE_ID_CARD', 'germanId', 'fair', '@?????????', {
    like: /^[LMNPRTVWXY][CFGHJKLMNPRTVWXYZ\d]{8}\d$/,
    check: travel,
  }),
  id('DE_SOCIAL_SECURITY', 'germanSocial', 'strong', '########@###|## ###### @ ###|## ###### @###', {
    check: all(bornPension, pension),
  }),
  id('DE_HEALTH_INSURANCE', 'germanHealth', 'fair', '@#########', { check: health }),
  id(
    'DE_HANDELSREGISTER',
    'register',
    'strong',
    'HRA #####|HRA ####|HRA ######|HRA ###|HRB #####|HRB ####|HRB ######|HRB ###|HRA####|HRA#####|HRA######|HRB####|HRB#####|HRB######',
  ),
  id('DE_FUEHRERSCHEIN', 'permit', 'fair', '@@########?|@##########|@@??#######', {
    // A country and nine digits is for the tax on sales.
    like: /^(?!DE\d{9}$)[A-Z][A-Z\d]{3}\d{6}[A-Z\d]$/,
  }),
  id('DE_LANR', 'lanr', 'fair', '#########', { check: doctor }),
  id('DE_BSNR', 'bsnr', 'weak', '#########', {
    like: /^(?!0{9})(?:0[1-3]|17|20|21|38|39|4[0-68]|5[1-25]|6[0-9]|7[0-9]|8[0-8]|9[0-689])/,
  }),
  id(
    'DE_KFZ',
    'plate',
    'fair',
    '@-@@ ####|@-@@ ###|@-@@ ##|@-@ ####|@@-@@ ####|@@-@@ ###|@@-@ ####|@@-@ ###|@@@-@@ ###|@@@-@ ####|@@@-@ ###|@@@-@@ ##',
  ),
  id(
    'DE_KFZ',
    'plate',
    'fair',
    '@ @@ ####|@ @@ ###|@@ @@ ####|@@ @@ ###|@@ @ ####|@@ @ ###|@ @@ ##|@-@@-####|@-@@-###|@@-@@-####|@@-@@-###|@@-@-####|@@-@-###|@ @@ ##@|@@ @@ ##@',
  ),
  id('AT_SVNR', 'austria', 'strong', '#### ######', { check: bornAustrian }),
  id('AT_SVNR', 'austria', 'fair', '##########', { check: bornAustrian }),
  id('CH_AHV', 'swiss', 'strong', '756.####.####.##|756##########|756 #### #### ##', { check: ean }),
  id('CH_UID', ['swiss', 'vat'], 'strong', 'CHE-###.###.###|CHE#########|CHE ### ### ###|CHE-#########', {
    check: (text) => elevenLess()(sumOf(text.slice(3), [5, 4, 3, 2, 7, 6, 5, 4])) === Number(text[11]),
  }),
];
