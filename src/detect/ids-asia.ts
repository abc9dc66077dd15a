import { checkedBy, isRun, luhn, mod11And2, sumOf, verhoeff } from './checksums.ts';
import { all, dayAt, id } from './id-row.ts';

/** Asia, from India to Japan. */
const indianState =
  /^(?:A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[AKP]|WB)/;

const chinese = all((text) => dayAt(text, 6, 'Ymd') && /^[1-8]/.test(text), mod11And2);

const usccSigns = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Weights are the powers of three, by 31. */
function socialCredit(text: string): boolean {
  let [sum, weight] = [0, 1];
  for (let i = 0; i < 17; i++) {
    sum += usccSigns.indexOf(text[i]!) * weight;
    weight = (weight * 3) % 31;
  }
  return usccSigns[(31 - (sum % 31)) % 31] === text[17];
}

/** Hong Kong: a missing first letter counts 36. */
function hkid(text: string): boolean {
  const signs = text.slice(0, -1).padStart(8, '$');
  let sum = text.endsWith('A') ? 10 : Number(text.at(-1));
  for (let i = 0; i < 8; i++) sum += (signs[i] === '$' ? 36 : Number.parseInt(signs[i]!, 36)) * (9 - i);
  return sum % 11 === 0;
}

const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const taiwanese = (text: string): boolean => {
  const region = taiwanLetters.indexOf(text[0]!) + 10;
  return (
    (Math.floor(region / 10) + (region % 10) * 9 + sumOf(text.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 ===
    0
  );
};

/** Japan: weights 2 to 7 and 2 to 6 from the right. */
const myNumber = checkedBy([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], (sum) => (sum % 11 < 2 ? 0 : 11 - (sum % 11)));
const japaneseCompany = (text: string): boolean =>
  9 - (sumOf(text.slice(1), [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9) === Number(text[0]);

const korean = (text: string): boolean => dayAt(text, 0, 'ymd');
const koreanCompany = (text: string): boolean => {
  const sum = sumOf(text, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((Number(text[8]) * 5) / 10);
  return (10 - (sum % 10)) % 10 === Number(text[9]) && !isRun(text);
};

const thai = all(
  (text) => /^[1-8](?!0)/.test(text) && !isRun(text),
  checkedBy([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], (sum) => (11 - (sum % 11)) % 10),
);
/** Provinces that there are not. */
const noProvince = /^.(?:0|28|29|59|[68][89]|7[89]|87|9[79])/;

/** Singapore: the letter in front adds to the sum, and chooses the letters at the end. */
function nric(text: string): boolean {
  const sum =
    sumOf(text.slice(1), [2, 7, 6, 5, 4, 3, 2]) + (/^[TG]/.test(text) ? 4 : text[0] === 'M' ? 3 : 0);
  const signs = /^[ST]/.test(text) ? 'JZIHGFEDCBA' : /^[FG]/.test(text) ? 'XWUTRQPNMLK' : 'XWUTRQPNJLK';
  return signs[text[0] === 'M' ? 10 - (sum % 11) : sum % 11] === text[8];
}

const uenBusiness = (text: string): boolean =>
  'XMKECAWLJDB'[sumOf(text, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === text[8];
const uenCompany = (text: string): boolean =>
  'ZKCMDNERGWH'[sumOf(text, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === text[9];

const philippine = checkedBy([9, 8, 7, 6, 5, 4, 3, 2], (sum) => sum % 11);
const vietnamese = checkedBy([31, 29, 23, 19, 17, 13, 7, 5, 3], (sum) => 10 - (sum % 11));
/** Day of the year, 500 later for women. */
const lankan = (text: string): boolean => {
  const day = Number(text.slice(text.length === 10 ? 2 : 4).slice(0, 3)) % 500;
  return day >= 1 && day <= 366;
};

export const asia = [
  id('IN_PAN', 'pan', 'strong', '@@@@@####@', { like: /^[A-Z]{3}[ABCFGHJLPT]/ }),
  id('IN_PAN', 'pan', 'fair', '@@@@@####@'),
  id('IN_AADHAAR', ['aadhaar', 'identity'], 'fair', '#### #### ####|####-####-####|############', {
    like: /^[2-9]/,
    check: all((text) => !isRun(text), verhoeff),
  }),
  id('IN_VOTER', 'voter', 'fair', '@@@#######'),
  id('IN_PASSPORT', 'passport', 'fair', '@#######|@## #####', { like: /^[A-PR-WY][1-9]\d{5}[1-9]$/ }),
  id('IN_GSTIN', ['gstin', 'vat'], 'strong', '##@@@@@####@?Z?', { like: /^(?:0[1-9]|[12]\d|3[0-8]|9[79])/ }),
  id(
    'IN_VEHICLE_REGISTRATION',
    'plate',
    'strong',
    '@@##@@####|@@ ## @@ ####|@@-##-@@-####|@@##@####|@@##-@@-####|@@## @@ ####|@@ ##-@@ ####|@@#@@@####|@@#@@####|@@ # @@@ ####',
    { like: indianState },
  ),
  id('IN_VEHICLE_REGISTRATION', 'plate', 'weak', '@@@####|@#####|@@####|@@@@##'),
  id('CN_RESIDENT_ID', ['chinese', 'identity'], 'strong', '#################?', { check: chinese }),
  id('CN_SOCIAL_CREDIT', 'chinese', 'fair', '9#######??????????|9???????????######', {
    like: /^9[12359]\d{6}/,
    check: socialCredit,
  }),
  id('HK_ID', ['hongKong', 'identity'], 'strong', '@######(?)|@@######(?)', { check: hkid }),
  id('HK_ID', ['hongKong', 'identity'], 'weak', '@######?|@@######?', { check: hkid }),
  id('TW_NATIONAL_ID', ['taiwanese', 'identity'], 'fair', '@#########', {
    like: /^.[1289]/,
    check: taiwanese,
  }),
  id('JP_MY_NUMBER', 'japanese', 'weak', '############|#### #### ####|####-####-####', {
    check: all((text) => !isRun(text), myNumber),
  }),
  id('JP_CORPORATE_NUMBER', 'japanese', 'weak', '#############|#-####-####-####', { check: japaneseCompany }),
  id('KR_RRN', ['korean', 'identity'], 'strong', '######-#######', { like: /^\d{6}[1-4]/, check: korean }),
  id('KR_RRN', ['korean', 'identity'], 'fair', '#############', { like: /^\d{6}[1-4]/, check: korean }),
  id('KR_FRN', ['korean', 'identity'], 'strong', '######-#######', { like: /^\d{6}[5-8]/, check: korean }),
  id('KR_FRN', ['korean', 'identity'], 'fair', '#############', { like: /^\d{6}[5-8]/, check: korean }),
  id('KR_BRN', 'korean', 'strong', '###-##-#####', { check: koreanCompany }),
  id('KR_BRN', 'korean', 'fair', '##########', { check: koreanCompany }),
  id('KR_DRIVER_LICENSE', 'permit', 'strong', '##-##-######-##', { like: /^(?:1[1-9]|2[0-68])/ }),
  id('KR_DRIVER_LICENSE', 'permit', 'fair', '############', { like: /^(?:1[1-9]|2[0-68])/ }),
  id('KR_PASSPORT', 'passport', 'fair', '@########|@###@####', { like: /^[MSRODG]/ }),
  id('TH_TNIN', 'thai', 'strong', '#-####-#####-##-#', { check: thai }),
  id('TH_TNIN', 'thai', 'fair', '#############', { check: all((text) => !noProvince.test(text), thai) }),
  id('SG_NRIC_FIN', ['singapore', 'identity'], 'strong', '@#######@', { like: /^[STFGM]/, check: nric }),
  id('SG_NRIC_FIN', ['singapore', 'identity'], 'fair', '@#######@', { like: /^[STFGM]/ }),
  id('SG_UEN', ['singapore', 'vat'], 'strong', '#########@', { like: /^(?:19|20)/, check: uenCompany }),
  id('SG_UEN', ['singapore', 'vat'], 'fair', '########@', { check: uenBusiness }),
  id('SG_UEN', ['singapore', 'vat'], 'strong', '@##@@####@', { like: /^[RST]/ }),
  id('MY_NRIC', 'malaysian', 'strong', '######-##-####', {
    check: (text) => dayAt(text, 0, 'ymd') && !/^.{6}(?:00|1[789]|20|69|7[03]|8[01]|9[4-7])/.test(text),
  }),
  id('MY_NRIC', 'malaysian', 'weak', '############', { check: (text) => dayAt(text, 0, 'ymd') }),
  id('ID_NIK', 'indonesian', 'likely', '################', {
    like: /^(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6])/,
    check: (text) =>
      dayAt(String(Number(text.slice(6, 8)) % 40).padStart(2, '0') + text.slice(8, 12), 0, 'dmy'),
  }),
  id('ID_NPWP', ['indonesian', 'tax'], 'strong', '##.###.###.#-###.###', {}),
  id('ID_NPWP', ['indonesian', 'tax'], 'weak', '###############', {
    check: (text) => luhn(text.slice(0, 9)),
  }),
  id('PH_TIN', ['philippine', 'tax'], 'fair', '###-###-###|###-###-###-###|###-###-###-#####', {
    check: philippine,
  }),
  id('PH_TIN', ['philippine', 'tax'], 'weak', '#########|############|##############', { check: philippine }),
  id('VN_TAX_CODE', ['vietnamese', 'tax'], 'weak', '##########-###|##########', { check: vietnamese }),
  id('PK_CNIC', ['pakistani', 'identity'], 'strong', '#####-#######-#', { like: /^[1-7]\d{11}[1-9]$/ }),
  id('PK_CNIC', ['pakistani', 'identity'], 'weak', '#############', { like: /^[1-7]/ }),
  id('LK_NIC', ['lankan', 'identity'], 'strong', '#########@', { like: /[VX]$/, check: lankan }),
  id('LK_NIC', ['lankan', 'identity'], 'weak', '############', { like: /^(?:19|20)/, check: lankan }),
];
