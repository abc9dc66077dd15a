import { checkedBy, elevenLess, isRun, mod11And10, sumOf, weighted } from './checksums.ts';
import { all, dayAt, id, isDay } from './id-row.ts';

/** From Poland to Bulgaria, the Baltic, and what was Yugoslavia and the Soviet Union. */
const rest = (sum: number): number => (sum % 11) % 10;

/** A century is told by 20, 40, 60 or 80 more months. */
const bornIn = (text: string): boolean =>
  isDay(Number(text.slice(0, 2)), Number(text.slice(2, 4)) % 20, Number(text.slice(4, 6)));
const pesel = all(bornIn, weighted([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10));
export const nip = all((text) => !isRun(text), weighted([6, 5, 7, 2, 3, 4, 5, 6, 7, -1], 11));
const regon = checkedBy([8, 9, 2, 3, 4, 5, 6, 7], rest);

/** Czechs and Slovaks: women's months are 50 later; those born before 1954 have no check digit. */
function birthNumber(text: string): boolean {
  const month = Number(text.slice(2, 4)) % 50;
  const year = Number(text.slice(0, 2));
  if (!isDay(year, month > 20 ? month - 20 : month, Number(text.slice(4, 6)))) return false;
  if (text.length === 9) return year < 54 && !text.endsWith('000');
  return Number(text) % 11 === 0 || (Number(text.slice(0, 9)) % 11 === 10 && text.endsWith('0'));
}
export const czechCompany = checkedBy([8, 7, 6, 5, 4, 3, 2], (sum) => (11 - (sum % 11)) % 10);

/** Estonia and Lithuania: where the first weights give ten, the second are taken. */
function baltic(text: string): boolean {
  const first = sumOf(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const digit = first < 10 ? first : (sumOf(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return /^[1-8]/.test(text) && dayAt(text, 1, 'ymd') && digit === Number(text[10]);
}
export const latvian = all(
  (text) => dayAt(text, 0, 'dmy'),
  checkedBy([10, 5, 8, 4, 2, 1, 6, 3, 7, 9], (sum) => rest(sum + 1)),
);

const jmbg = all(
  (text) => dayAt(text.slice(0, 4) + text.slice(5, 7), 0, 'dmy'),
  checkedBy([7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], elevenLess(0)),
);
export const bulgarian = all(bornIn, checkedBy([2, 4, 8, 5, 10, 9, 7, 3, 6], rest));
const cnp = all(
  (text) => /^[1-9]\d{6}(?:0[1-9]|[1-4]\d|5[12]|70|[89]\d)/.test(text) && dayAt(text, 1, 'ymd'),
  checkedBy([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], (sum) => (sum % 11 === 10 ? 1 : sum % 11)),
);
export const romanian = (text: string): boolean =>
  checkedBy([7, 5, 3, 2, 1, 7, 5, 3, 2], (sum) => ((sum * 10) % 11) % 10)(text.padStart(10, '0'));
export const hungarian = checkedBy([9, 7, 3, 1, 9, 7, 3], (sum) => (10 - (sum % 10)) % 10);

const inn10 = checkedBy([2, 4, 10, 3, 5, 9, 4, 6, 8], rest);
const inn12 = all(
  checkedBy([7, 2, 4, 10, 3, 5, 9, 4, 6, 8], rest),
  checkedBy([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], rest),
);
const snils = (text: string): boolean =>
  (sumOf(text, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(text.slice(9)) &&
  !isRun(text.slice(0, 9));
const ukrainian = checkedBy([-1, 5, 7, 9, 4, 6, 10, 5, 7], (sum) => (((sum % 11) + 11) % 11) % 10);

export const eastEurope = [
  id('PL_PESEL', ['pesel', 'tax'], 'likely', '###########', { check: pesel }),
  id('PL_NIP', ['pesel', 'vat', 'tax'], 'strong', '###-###-##-##|###-##-##-###', { check: nip }),
  id('PL_NIP', ['pesel', 'vat', 'tax'], 'weak', '##########', { check: nip }),
  id('PL_REGON', 'pesel', 'weak', '#########', { check: regon }),
  id('PL_REGON', 'pesel', 'fair', '##############', {
    check: all(regon, checkedBy([2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8], rest)),
  }),
  id('CZ_BIRTH_NUMBER', ['birthNumber', 'tax'], 'strong', '######/####|######/###', { check: birthNumber }),
  id('CZ_BIRTH_NUMBER', ['birthNumber', 'tax'], 'weak', '##########', { check: birthNumber }),
  id('CZ_ICO', ['birthNumber', 'vat'], 'weak', '########|### ## ###', { check: czechCompany }),
  id('EE_IK', ['baltic', 'tax'], 'likely', '###########', { check: baltic }),
  id('LV_PK', ['baltic', 'tax'], 'strong', '######-#####', { check: latvian }),
  id('YU_JMBG', ['jmbg', 'identity'], 'strong', '#############', { check: jmbg }),
  id('HR_OIB', ['jmbg', 'tax', 'vat'], 'weak', '###########', {
    check: all((text) => !isRun(text), mod11And10),
  }),
  id('RS_PIB', ['jmbg', 'tax', 'vat'], 'weak', '#########', { like: /^[1-9]/, check: mod11And10 }),
  id('BG_EGN', ['egn', 'tax'], 'weak', '##########', { check: bulgarian }),
  id('RO_CNP', ['cnp', 'tax'], 'strong', '#############', { check: cnp }),
  id('RO_CUI', ['cnp', 'vat'], 'weak', '########|#######', { check: romanian }),
  id('HU_TAJ', 'hungarian', 'weak', '### ### ###|###-###-###|#########', {
    check: checkedBy([3, 7, 3, 7, 3, 7, 3, 7], (sum) => sum % 10),
  }),
  id('HU_TAX_ID', ['hungarian', 'tax'], 'weak', '##########', {
    like: /^8/,
    check: checkedBy([1, 2, 3, 4, 5, 6, 7, 8, 9], (sum) => sum % 11),
  }),
  id('HU_TAX_NUMBER', ['hungarian', 'vat'], 'strong', '########-#-##', { check: hungarian }),
  id('RU_INN', ['russian', 'tax'], 'likely', '############', { check: inn12 }),
  id('RU_INN', ['russian', 'tax'], 'weak', '##########', { check: inn10 }),
  id('RU_SNILS', 'russian', 'strong', '###-###-### ##|###-###-###-##', { check: snils }),
  id('RU_SNILS', 'russian', 'weak', '###########', { check: snils }),
  id('RU_PASSPORT', 'russian', 'weak', '#### ######|## ## ######|##########'),
  id('UA_RNTRC', ['ukrainian', 'tax'], 'weak', '##########', { check: ukrainian }),
  id('UA_EDRPOU', 'ukrainian', 'weak', '########'),
  id('SI_DDV', ['jmbg', 'tax', 'vat'], 'weak', '########', {
    like: /^[1-9]/,
    check: checkedBy([8, 7, 6, 5, 4, 3, 2], elevenLess(0)),
  }),
];
