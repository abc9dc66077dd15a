import { dayAt, id } from './id-row.ts';

/** Dates of birth: any date, where words or the key say that somebody was born. */
const numeric =
  '##/##/####|#/#/####|#/##/####|##/#/####|##.##.####|##-##-####|####/##/##|####-##-##|##/##/##|########';

const months = ['@@@', '@@@@', '@@@@@', '@@@@@@', '@@@@@@@', '@@@@@@@@', '@@@@@@@@@'];
const worded = months.flatMap((month) => [
  ...['#', '##'].flatMap((day) => [`${day} ${month} ####`, `${month} ${day}, ####`]),
  `##-${month}-####`,
]);

const year = /(?:18[5-9]|19\d|20[0-4])\d/;

/** Day and month either way round, or the year first. */
function isDate(text: string): boolean {
  if (text.length < 8 && year.test(text.slice(-4))) return true;
  if (text.length < 6) return false;
  const turned = text.slice(2, 4) + text.slice(0, 2) + text.slice(4);
  if (text.length === 6) return dayAt(text, 0, 'dmy') || dayAt(turned, 0, 'dmy');
  return dayAt(text, 0, 'dmY') || dayAt(turned, 0, 'dmY') || dayAt(text, 0, 'Ymd');
}

const month =
  /JAN|F[EÉ]B|FEV|M[AÄ]R|APR|ABR|AVR|MA[IJY]|MAG|JUN|GIU|JUL|LUG|AUG|AGO|AOU|SEP|SET|O[KC]T|OUT|OTT|NOV|DE[ZC]|DIC|DES/;

export const births = [
  id('DATE_OF_BIRTH', 'birth', 'weak', numeric, { check: isDate }),
  id('DATE_OF_BIRTH', 'birth', 'weak', worded.join('|'), { like: month, check: (text) => year.test(text) }),
];
