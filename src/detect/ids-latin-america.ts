import { brazilian, checkedBy, elevenLess, isRun, luhn, sumOf } from './checksums.ts';
import { all, dayAt, id } from './id-row.ts';

/** Brazil, and the Americas south of the United States. */
const cpf = brazilian(11, 11);
const cnpj = brazilian(14, 9);

/** Health cards: weights 15 to 1, eleven divides the sum. */
const cns = (text: string): boolean =>
  /^[12789]/.test(text) && sumOf(text, [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

const tenTimes = (sum: number): number => ((sum * 10) % 11) % 10;
const renavam = checkedBy([3, 2, 9, 8, 7, 6, 5, 4, 3, 2], tenTimes);
const pis = checkedBy([3, 2, 9, 8, 7, 6, 5, 4, 3, 2], elevenLess(0));

/** Two check digits, the second over the state and the first. */
function eleitor(text: string): boolean {
  const state = Number(text.slice(8, 10));
  const digit = (sum: number): number => (sum % 11 === 10 ? 0 : sum % 11);
  const first = digit(sumOf(text, [2, 3, 4, 5, 6, 7, 8, 9]));
  const second = digit(sumOf(text.slice(8, 10) + first, [7, 8, 9]));
  return state >= 1 && state <= 28 && text.endsWith(`${first}${second}`) && !isRun(text);
}

function cnh(text: string): boolean {
  const first = sumOf(text, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
  const less = first > 9 ? 2 : 0;
  const second = (sumOf(text, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11) - less;
  const one = first > 9 ? 0 : first;
  const two = second < 0 ? second + 11 : second > 9 ? 0 : second;
  return text.endsWith(`${one}${two}`) && !isRun(text);
}

const notRun = (text: string): boolean => !isRun(text);
const cuit = checkedBy([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], elevenLess(9));

/** Chile: weights 2 to 7 from the right, K for ten. */
function rut(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < text.length - 1; i++) sum += Number(text[text.length - 2 - i]) * (2 + (i % 6));
  return '0K987654321'[sum % 11] === text.at(-1) && !isRun(text);
}

/** Colombia: of the last ten digits, weights from the right. */
function nit(text: string): boolean {
  const weights = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47];
  let sum = 0;
  for (let i = 0; i < text.length - 1; i++) sum += Number(text[text.length - 2 - i]) * weights[i]!;
  return Number(text.at(-1)) === (sum % 11 < 2 ? sum % 11 : 11 - (sum % 11));
}

/** Ecuador's citizens: Luhn's sum, the province first. */
const ecuador = (text: string): boolean =>
  /^(?:0[1-9]|1\d|2[0-4]|30)[0-6]/.test(text) && luhn(text.slice(0, 10));

const ruc = checkedBy([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], (sum) => (11 - (sum % 11)) % 10);
const uruguay = checkedBy([2, 9, 8, 7, 6, 3, 4], (sum) => (10 - (sum % 10)) % 10);

/** Venezuela: the letter counts too. */
const rif = (text: string): boolean =>
  Number(text.at(-1)) ===
  elevenLess(0)('  VEJPG'.indexOf(text[0]!) * 4 - 4 + sumOf(text.slice(1), [3, 2, 7, 6, 5, 4, 3, 2]));

/** Mexico's bank accounts: 3, 7, 1 of each digit, the last of each product. */
function clabe(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (Number(text[i]) * [3, 7, 1][i % 3]!) % 10;
  return (10 - (sum % 10)) % 10 === Number(text[17]) && !isRun(text);
}

/** Argentina's bank accounts: 7, 1, 3, 9 from the right, in two parts. */
function cbu(text: string): boolean {
  const right = (part: string): boolean => {
    let sum = 0;
    for (let i = 0; i < part.length - 1; i++) sum += Number(part[part.length - 2 - i]) * [3, 1, 7, 9][i % 4]!;
    return (10 - (sum % 10)) % 10 === Number(part.at(-1));
  };
  return right(text.slice(0, 8)) && right(text.slice(8)) && !isRun(text);
}

const bornAfterFour = (text: string): boolean => dayAt(text, 4, 'ymd');
const bornAfterName = (text: string): boolean => dayAt(text, text.search(/\d/), 'ymd');

/** Guatemala and Paraguay: weights 2, 3, 4 … from the right. */
function rising(text: string, ten: string): boolean {
  let sum = 0;
  for (let i = 0; i < text.length - 1; i++) sum += Number(text[text.length - 2 - i]) * (2 + i);
  const digit = (11 - (sum % 11)) % 11;
  return (digit === 10 ? ten : String(digit)) === text.at(-1);
}

export const latinAmerica = [
  id('BR_CPF', 'cpf', 'strong', '###.###.###-##', { check: cpf }),
  id('BR_CPF', 'cpf', 'likely', '###########|#########-##|### ### ### ##', { check: cpf }),
  id(
    'BR_CNPJ',
    'cpf',
    'strong',
    '##.###.###/####-##|##.@??.???/????-##|@?.???.???/????-##|#@.???.???/????-##',
    { check: cnpj },
  ),
  id('BR_CNPJ', 'cpf', 'likely', '##############|########/####-##', { check: cnpj }),
  id('BR_CNPJ', 'cpf', 'fair', '????????????##', { like: /[A-Z]/, check: cnpj }),
  id('BR_CNS', 'cns', 'fair', '###############|### #### #### ####', { check: cns }),
  id('BR_RENAVAM', 'renavam', 'weak', '###########|##########-#', { check: all(renavam, notRun) }),
  id('BR_TITULO', 'eleitor', 'likely', '############|#### #### ####', { check: eleitor }),
  id('BR_PIS', 'pis', 'weak', '###########', { check: all(pis, notRun) }),
  id('BR_PIS', 'pis', 'strong', '###.#####.##-#', { check: all(pis, notRun) }),
  id('BR_RG', 'rg', 'weak', '##.###.###-#|##.###.###-X|#.###.###-#|#.###.###|#########|########X'),
  id('BR_CNH', 'licence', 'weak', '###########', { check: cnh }),
  id('BR_CEP', 'cep', 'weak', '#####-###|########|##.###-###'),
  id('BR_LICENSE_PLATE', 'plate', 'weak', '@@@-####|@@@ ####|@@@####|@@@#@##|@@@ #@##|@@@-#@##'),
  id('AR_CUIT', 'cuit', 'strong', '##-########-#', { like: /^(?:2[03-7]|3[034]|5[015])/, check: cuit }),
  id('AR_CUIT', 'cuit', 'fair', '###########', { like: /^(?:2[03-7]|3[034]|5[015])/, check: cuit }),
  id('AR_DNI', ['dni', 'cuit'], 'weak', '##.###.###|########|#.###.###'),
  id('AR_CBU', ['cuit', 'bank'], 'likely', '######################', { check: cbu, group: 'financial' }),
  id('BO_CI', 'dni', 'weak', '#######-@@|########-@@', { like: /(?:LP|CB|SC|OR|PT|TJ|CH|BE|BN|PD|PA)$/ }),
  id('CL_RUT', 'rut', 'strong', '##.###.###-?|#.###.###-?', { check: rut }),
  id('CL_RUT', 'rut', 'weak', '########-?|#######-?|########?', { check: rut }),
  id('CO_NIT', 'nit', 'strong', '###.###.###-#', { check: nit }),
  id('CO_NIT', 'nit', 'weak', '#########-#|##########|###########', { check: nit }),
  id('CR_CEDULA', 'nit', 'weak', '#-####-####|#-###-######|0#-####-####|############'),
  id('CU_NI', 'identity', 'weak', '###########', { check: (text) => dayAt(text, 0, 'ymd') }),
  id('DO_CEDULA', 'nit', 'strong', '###-#######-#', { check: luhn }),
  id('DO_CEDULA', 'nit', 'weak', '###########', { check: luhn }),
  id('DO_RNC', 'nit', 'weak', '#########|#-##-#####-#', {
    check: checkedBy([7, 9, 8, 6, 5, 4, 3, 2], (sum) => ((10 - (sum % 11)) % 9) + 1),
  }),
  id('EC_CI', ['nit', 'dni'], 'weak', '#########-#|##########', { check: ecuador }),
  id('EC_RUC', 'nit', 'fair', '##########001|##########-001', { like: /^(?:0[1-9]|1\d|2[0-4]|30)/ }),
  id('GT_NIT', 'nit', 'weak', '#######-?|########-?|######-#', {
    check: (text) => rising(text, 'K'),
  }),
  id('MX_CURP', 'mexican', 'strong', '@@@@######@@@@@@??', {
    like: /^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/,
    check: bornAfterFour,
  }),
  id('MX_RFC', ['mexican', 'tax'], 'strong', '@@@@######???|@@@@-######-???|@@@@ ###### ???', {
    check: bornAfterName,
  }),
  id('MX_RFC', ['mexican', 'tax'], 'fair', '@@@######???|@@@-######-???|@@@@######', {
    check: bornAfterName,
  }),
  id('MX_CLABE', ['mexican', 'bank'], 'likely', '##################|### ### ########### #', {
    check: clabe,
    group: 'financial',
  }),
  id('PE_RUC', 'nit', 'weak', '###########', { like: /^(?:10|15|17|20)/, check: ruc }),
  id('PE_DNI', 'dni', 'weak', '########|########-#'),
  id('PY_RUC', 'nit', 'weak', '########-#|#######-#|######-#', { check: (text) => rising(text, '0') }),
  id('SV_NIT', 'nit', 'strong', '####-######-###-#', { check: (text) => dayAt(text, 4, 'dmy') }),
  id('SV_DUI', 'nit', 'weak', '########-#'),
  id('UY_CI', ['dni', 'nit'], 'strong', '#.###.###-#', { check: uruguay }),
  id('UY_CI', ['dni', 'nit'], 'weak', '########|#######-#', { check: uruguay }),
  id('UY_RUT', ['rut', 'nit'], 'likely', '############|## ###### ### #', {
    like: /^(?:0[1-9]|1\d|2[012])\d{6}00/,
    check: checkedBy([4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], elevenLess()),
  }),
  id('VE_RIF', 'nit', 'strong', '@-########-#', { like: /^[VEJPG]/, check: rif }),
  id('VE_RIF', 'nit', 'fair', '@#########', { like: /^[VEJPG]/, check: rif }),
];
