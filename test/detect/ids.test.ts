import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validators } from '../../src/detect/checksums.ts';
import { idRows } from '../../src/detect/id-table.ts';
import { topics } from '../../src/detect/topics.ts';
import { found } from './found.ts';
import { idValues, isRight } from './made.ts';

/** Numbers that states, banks and registers give out; the values are made up. */

const hits: readonly (readonly [entity: string, text: string, value: string])[] = [
  ['US_ITIN', 'her number 912-70-4321 came', '912-70-4321'],
  ['US_NPI', 'NPI 2609000007', '2609000007'],
  ['MEDICAL_LICENSE', 'DEA number: DC8221563', 'DC8221563'],
  ['US_MBI', 'see 2TN5-QP4-KV81 here', '2TN5-QP4-KV81'],
  ['US_PASSPORT', 'passport A30451187', 'A30451187'],
  ['US_BANK_NUMBER', 'account number 000123456789', '000123456789'],
  ['ABA_ROUTING_NUMBER', 'routing 011000138', '011000138'],
  ['CA_SIN', 'SIN 130 692 544', '130 692 544'],
  ['BR_CPF', 'paid by 529.982.247-25 today', '529.982.247-25'],
  ['BR_CNPJ', 'from 11.444.777/0001-61 today', '11.444.777/0001-61'],
  ['BR_LICENSE_PLATE', 'placa QRT5E27', 'QRT5E27'],
  ['AR_CUIT', 'see 26-27308534-2 here', '26-27308534-2'],
  ['CL_RUT', 'see 11.111.112-K here', '11.111.112-K'],
  ['UK_NHS', 'NHS number 401 023 2137', '401 023 2137'],
  ['UK_NINO', 'see JG 10 37 59 A here', 'JG 10 37 59 A'],
  ['UK_DRIVING_LICENCE', 'see GRANT912115J99XY here', 'GRANT912115J99XY'],
  ['UK_POSTCODE', 'at 12 High Street, LS2 9JT, by noon', 'LS2 9JT'],
  ['UK_VEHICLE_REGISTRATION', 'see LK71 RTW here', 'LK71 RTW'],
  ['IE_PPS', 'PPS number 1234567T', '1234567T'],
  ['DE_TAX_ID', 'Steuer-ID 86 095 742 719', '86 095 742 719'],
  ['DE_SOCIAL_SECURITY', 'see 86570416Q684 here', '86570416Q684'],
  ['DE_HANDELSREGISTER', 'see HRB 86891 here', 'HRB 86891'],
  ['DE_VAT_ID', 'see DE 129 273 398 here', 'DE 129 273 398'],
  ['CH_AHV', 'see 756.1234.5678.97 here', '756.1234.5678.97'],
  ['ES_NIF', 'see 12.345.678-Z here', '12.345.678-Z'],
  ['ES_PASSPORT', 'el pasaporte xDc402316', 'xDc402316'],
  ['ES_NIE', 'see Y-2345678-Z here', 'Y-2345678-Z'],
  ['IT_FISCAL_CODE', 'see MRTMTT91D08F205J here', 'MRTMTT91D08F205J'],
  ['IT_VAT_CODE', 'partita IVA 93620700570', '93620700570'],
  ['FR_NIR', 'see 1 85 05 78 006 084 91 here', '1 85 05 78 006 084 91'],
  ['NL_BSN', 'BSN 111222333', '111222333'],
  ['FI_PERSONAL_IDENTITY_CODE', 'see 131052-308T here', '131052-308T'],
  ['SE_PERSONNUMMER', 'see 640823-3234 here', '640823-3234'],
  ['SE_ORGANISATIONSNUMMER', 'see 556901-1231 here', '556901-1231'],
  ['DE_HEALTH_INSURANCE', 'C403020106', 'C403020106'],
  ['PL_PESEL', 'PESEL 44051401359', '44051401359'],
  ['IN_PAN', 'see ALWPG5809L here', 'ALWPG5809L'],
  ['IN_GSTIN', 'see 29AABCT1332L1ZX here', '29AABCT1332L1ZX'],
  ['KR_RRN', 'see 850312-2345671 here', '850312-2345671'],
  ['SG_NRIC_FIN', 'see S1234567D here', 'S1234567D'],
  ['CN_RESIDENT_ID', 'see 11010519491231002X here', '11010519491231002X'],
  ['HK_ID', 'see G123456(A) here', 'G123456(A)'],
  ['AU_ABN', 'see 53 004 085 616 here', '53 004 085 616'],
  ['AU_TFN', 'TFN 123 456 782', '123 456 782'],
  ['ZA_ID_NUMBER', 'see 8001015009087 here', '8001015009087'],
  ['TR_NATIONAL_ID', 'TC kimlik no 10000000078', '10000000078'],
  ['NG_VEHICLE_REGISTRATION', 'plate KTU-482BD', 'KTU-482BD'],
  ['VIN', 'VIN 1M8GDM9AXKP042788', '1M8GDM9AXKP042788'],
  ['DATE_OF_BIRTH', 'born March 12, 1980 in Leeds', 'March 12, 1980'],
  ['DATE_OF_BIRTH', 'DOB: 03/12/1980', '03/12/1980'],
  ['DATE_OF_BIRTH', 'geboren am 3 Mai 1961', '3 Mai 1961'],
  ['DATE_OF_BIRTH', 'date of birth 1980-03-12', '1980-03-12'],
  ['MAC_ADDRESS', 'see 00:1b:44:11:3a:b7 here', '00:1b:44:11:3a:b7'],
  ['MAC_ADDRESS', 'Physical address is aabb.ccdd.eeff.', 'aabb.ccdd.eeff'],
  ['MAC_ADDRESS', '"mac_address": "aa:bb:cc:dd:ee:ff"', 'aa:bb:cc:dd:ee:ff'],
  ['MAC_ADDRESS', 'see AC-DE-48-00-11-22 here', 'AC-DE-48-00-11-22'],
  ['TH_TNIN', 'เลขประจำตัวประชาชน: 3456789012347', '3456789012347'],
  ['KR_PASSPORT', '여권번호가 M12345678 입니다', 'M12345678'],
  ['UK_PASSPORT', '旅行のパスポート番号はTK1234567です', 'TK1234567'],
  ['DATE_OF_BIRTH', '出生日期：1980-03-12', '1980-03-12'],
  ['BR_RG', 'RG: 12.345.678-9', '12.345.678-9'],
  ['US_SSN', 'ssn 219-099999', '219-099999'],
  ['ISIN', 'ISIN US5949181045', 'US5949181045'],
  ['IMEI', 'IMEI 356938035643809', '356938035643809'],
];

describe('a number that somebody gave out', () => {
  it.each(hits)('%s is found: %s', (entity, text, value) => {
    expect(found(text)).toEqual([`${entity}:${value}`]);
  });

  it.each([
    ['nothing says what it is', 'see 111222333 here'],
    ['its check digit is wrong', 'BSN 111222334'],
    ['such a day never was', 'see 850231-1234567 here'],
    ['a date is nobody’s birthday', 'due on March 12, 1980 and 1980-03-12 or 03/12/1980'],
    ['all pairs are alike', 'see FF:FF:FF:FF:FF:FF here'],
    ['it is an order’s', 'order AB1234567 shipped'],
    ['it is a name in code', 'const a12345678b = ab1234567(x1)'],
    ['small letters and capitals are mixed, and no word says what it is', 'see aB1234567c here'],
    ['it is part of a longer one', 'see 112-70-4321-5589 here'],
    ['it goes on as a mail address', 'mail to 12345678z@mail.example now'],
  ])('is not where %s', (_, text) => {
    expect(found(text).filter((one) => !one.startsWith('EMAIL'))).toEqual([]);
  });

  it('is found alone, where nothing contradicts', () => {
    expect(found('2609000007')).toEqual(['US_NPI:2609000007']);
    expect(found('2609000007', 'order_id')).toEqual([]);
    expect(found('1732233445')).toEqual([]);
  });

  it('is found under a key that says what it is, whatever its check digit', () => {
    expect(found('4010232138', 'nhs_number')).toEqual(['UK_NHS:4010232138']);
    expect(found('4010232138', 'nhsNumber')).toEqual(['UK_NHS:4010232138']);
  });
});

const rows = idRows
  .map((row, i) => [`${row.entity} (${i})`, row, idValues(row, 40)] as const)
  .filter(([, , values]) => values.length > 0);

describe('any value of a row', () => {
  it.each(rows)('%s is found whole behind a word that says what it is', (_, row, values) => {
    const word = topics[row.topics[0]!].split(', ')[0]!;
    for (const value of values) {
      const whole = found(`${word}: ${value}`).filter((one) => one.endsWith(`:${value}`));
      const longer = found(`${word}: ${value}`).some((one) => one.includes(value));
      expect(whole.length === 1 || longer, `${word}: ${value} → ${found(`${word}: ${value}`)}`).toBe(true);
    }
  });

  it.each(rows.filter(([, row]) => row.check))(
    '%s is not found with another check digit',
    (_, row, values) => {
      const same = idRows.filter(({ entity }) => entity === row.entity);
      const word = topics[row.topics[0]!].split(', ')[0]!;
      for (const value of values) {
        const last = value.at(-1)!;
        if (!/\d/.test(last)) continue;
        const wrong = value.slice(0, -1) + ((Number(last) + 1) % 10);
        if (same.some((one) => isRight(one, wrong))) continue;
        for (const said of ['see', word])
          expect(found(`${said} ${wrong} here`)).not.toContain(`${row.entity}:${wrong}`);
      }
    },
  );
});

describe('the lists', () => {
  it('know words alone and in pairs', () => {
    const long = Object.values(topics)
      .flatMap((list) => list.split(', '))
      .filter((phrase) => phrase.split(' ').length > 2);
    expect(long).toEqual([]);
  });

  it('check by name what others have checked', () => {
    const right: readonly (readonly [keyof typeof validators, string])[] = [
      ['luhn', '79927398713'],
      ['verhoeff', '2363'],
      ['aba', '111000025'],
      ['npi', '1234567893'],
      ['nhs', '9434765919'],
      ['ean', '4006381333931'],
      ['isbn10', '080442957X'],
      ['isin', 'AU0000XVGZA3'],
      ['vin', '11111111111111111'],
      ['mod11_10', '794623'],
      ['mod11_2', '07940'],
      ['iban', 'GB82WEST12345698765432'],
    ];
    for (const [name, value] of right) expect(validators[name]!(value), name).toBe(true);
  });

  it('never find much in random digits', () => {
    const digits = fc.stringMatching(/^[0-9]{7,18}$/);
    const all = fc.sample(digits, { numRuns: 3000, seed: 3 });
    const hit = all.filter((one) => found(`see ${one} here`).length > 0);
    expect(hit.length, hit.slice(0, 5).join(' ')).toBeLessThanOrEqual(30);
  });
});
