import { isin, luhn, vin } from './checksums.ts';
import { id } from './id-row.ts';

/** The codes of countries that a code of a bank or a security may begin with. */
export const country =
  /^(?:A[DEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNORUVWXYZ]|D[EJKMOZ]|E[CEGHRSTU]|F[IJKMOR]|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGMSYZ]|V[ACEGINU]|W[FS]|X[ACDFSK]|Y[ET]|Z[AMW])/;

/** Numbers of things, and those that most states give out in much the same form. */
export const things = [
  id('VIN', ['vin', 'plate'], 'fair', '?????????????####|???????????######', {
    like: /^(?=.*[A-Z].*[A-Z])[A-HJ-NPR-Z\d]{17}$/,
    check: vin,
  }),
  id('VIN', 'vin', 'weak', '?????????????####', { like: /^(?=.*[A-Z].*[A-Z])[A-HJ-NPR-Z\d]{17}$/ }),
  id('ISIN', 'isin', 'fair', '@@?????????#', { like: country, check: isin, group: 'financial' }),
  id('US_SSN', 'ssn', 'fair', '#########', { like: /^(?!000|666|9|.{3}00|.{5}0000|(\d)\1*$)/ }),
  id('IMEI', 'imei', 'fair', '###############|##-######-######-#|## ###### ###### #', { check: luhn }),
  id(
    'PASSPORT',
    'passport',
    'weak',
    '@########|@@########|@@######|@#######|########|@@@######|##@@#####|@@#####|@ #######|@ ########|@@ #######|@@@#######|@######|#######',
  ),
  id(
    'LICENSE_PLATE',
    'plate',
    'weak',
    '@@@-####|@@@ ####|@@@-###|@@@ ###|@@@###|@@-###-@@|@@ ### @@|@@###@@|###-@@@|### @@@|@@@##@|@@@-##@',
  ),
  id(
    'LICENSE_PLATE',
    'plate',
    'weak',
    '##-@@-##|@@-##-@@|#### @@@|####@@@|@@ ####|@@#####|@@##@@@|#@@@###|@@ #####|@-###-@@|@@-####',
  ),
  id(
    'NATIONAL_ID',
    'identity',
    'weak',
    '########|#########|##########|###########|############|#############|@########|@#######|@@######|@@#######',
  ),
  id('TAX_ID', 'tax', 'weak', '#########|##########|###########|############|##-#######'),
];
