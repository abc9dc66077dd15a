import { aba, luhn, npi } from './checksums.ts';
import { id } from './id-row.ts';

/** United States and Canada. */
const itin = /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/;
const beneficiary =
  /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y]{2}\d\d$/;

/** Prescribers: the odd digits and twice the even ones; letters before them say what one may prescribe. */
function dea(text: string): boolean {
  const digits = [...text.slice(-7)].map(Number);
  const [a, b, c, d, e, f, check] = digits as [number, number, number, number, number, number, number];
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
}

export const northAmerica = [
  id('US_ITIN', 'itin', 'strong', '###-##-####|### ## ####', { like: itin }),
  id('US_ITIN', 'itin', 'weak', '#########', { like: itin }),
  id('US_EIN', 'ein', 'weak', '##-#######', { like: /^(?:0[1-6]|[1-6]\d|7[1-7]|8[0-8]|9[0-589])/ }),
  id('US_NPI', 'npi', 'fair', '##########|#### ### ###|####-###-###', { check: npi }),
  id('MEDICAL_LICENSE', 'dea', 'fair', '@@#######', { like: /^[A-HJ-MPRSTUX]/, check: dea }),
  id('MEDICAL_LICENSE', 'dea', 'fair', '@9#######', { like: /^[A-HJ-MPRSTUX]/, check: dea }),
  id('US_MBI', 'mbi', 'strong', '#@?#@?#@@##|#@?#-@?#-@@##', { like: beneficiary }),
  id('US_PASSPORT', 'passport', 'weak', '#########'),
  id('US_PASSPORT', 'passport', 'weak', '@########', { like: /^[A-Z]/ }),
  id(
    'US_DRIVER_LICENSE',
    'licence',
    'weak',
    '@#######|@########|@##############|@############|@@@######|########|#########|@@#######',
  ),
  id(
    'US_DRIVER_LICENSE',
    'licence',
    'weak',
    '@###-####-####|@###-###-##-###-#|@##-##-####|##-###-####|####-##-####|###-##-####|@###-###-###-###',
  ),
  id(
    'US_DRIVER_LICENSE',
    'licence',
    'weak',
    '@@######|@@######@|##@@@#####|@@@@@@@###@@|#######|##########|@##########|############',
  ),
  id('ABA_ROUTING_NUMBER', 'routing', 'fair', '#########|####-####-#', { check: aba, group: 'financial' }),
  id(
    'US_BANK_NUMBER',
    'bank',
    'weak',
    '########|#########|##########|###########|############|#############|##############|################|#################',
    { group: 'financial' },
  ),
  id('CA_SIN', 'sin', 'fair', '### ### ###|###-###-###|#########', { like: /^[1-79]/, check: luhn }),
  id('CA_BN', 'sin', 'fair', '##### #### @@ ####|#########@@####|######### @@ ####', {
    like: /^\d{9}R[CMPRTZ]\d{4}$/,
    check: (text) => luhn(text.slice(0, 9)),
  }),
];
