import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found } from './found.ts';

/** A number typed right behind the word that speaks of it, or leads to it. */

describe('a value glued to a word', () => {
  it.each([
    ['Hi call415-666-7777', 'PHONE_NUMBER:415-666-7777'],
    ['Hi call415-666-7777forme', 'PHONE_NUMBER:415-666-7777'],
    ['TEL02079460018, please', 'PHONE_NUMBER:02079460018'],
    ['电话tel02079460018', 'PHONE_NUMBER:02079460018'],
    ['reach me at(415) 555-0132', 'PHONE_NUMBER:(415) 555-0132'],
    ['my code is030594W903B.', 'FI_PERSONAL_IDENTITY_CODE:030594W903B'],
    ['my code is199003052397.', 'SE_PERSONNUMMER:199003052397'],
    ['mine is219-09-9999', 'US_SSN:219-09-9999'],
    ['ssn219099999', 'US_SSN:219099999'],
    ['pay with card4111 1111 1111 1111', 'CREDIT_CARD:4111 1111 1111 1111'],
    ['send it toDE89 3704 0044 0532 0130 00', 'IBAN_CODE:DE89 3704 0044 0532 0130 00'],
    ['ibanGB29NWBK60161331926819', 'IBAN_CODE:GB29NWBK60161331926819'],
    ['ninoAB123456C', 'UK_NINO:AB123456C'],
    ['at192.168.10.23', 'IP_ADDRESS:192.168.10.23'],
  ])('is found: %s', (text, one) => {
    expect(found(text)).toEqual([one]);
  });

  it.each([
    'var030594W903B',
    'thisis030594W903B',
    'is_030594W903B',
    'toolcall415-666-7777',
    'user_call415-666-7777',
    'userPhone4156667777',
    'x-tel02079460018',
    'params.tel02079460018',
    '?tel02079460018x=1',
    'id4155550132',
    'phone1234567',
    'passport123456789',
    'from20240115101530',
    'at1700000000',
    'deadbeef4155550132cafe',
    'sha256is030594w903bdeadbeef',
    'is415-666-7777-8888',
  ])('is none: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('is none where the word goes on before it', () => {
    const part = fc.stringMatching(/^[a-z0-9_]{1,8}$/);
    const word = fc.constantFrom('call', 'tel', 'is', 'ssn');
    fc.assert(
      fc.property(part, word, (start, end) => {
        expect(found(`${start}_${end}415-666-7777`)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
