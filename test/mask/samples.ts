/** Values of each entity in the spellings that people use, for the tests of this room. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { KeyedHash } from '../../src/mask/mask.ts';

export const keyed =
  (key: string): KeyedHash =>
  (message) =>
    createHmac('sha256', key).update(message).digest();

export const hash = keyed('an install key');

const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`));
const grouped = (template: string) =>
  digits(template.replace(/[^#]/g, '').length).map((drawn) => {
    let next = 0;
    return template.replace(/#/g, () => drawn[next++]!);
  });
const two = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));

const cardBody = fc.oneof(
  ...[
    '4##############',
    '5105###########',
    '37#############',
    '6011###########',
    '3530###########',
    '62#############',
  ].map(grouped),
);
const luhnDigit = (body: string): string => {
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10);
};
const card = cardBody.map((body) => body + luhnDigit(body));

export const samples: Readonly<Record<string, fc.Arbitrary<string>>> = {
  EMAIL_ADDRESS: fc.emailAddress(),
  PHONE_NUMBER: fc.oneof(
    ...['+1 (2##) 8##-####', '(2##) 8##-####', '2##-8##-####', '+12##8######', '2##.8##.#### x##'].map(
      grouped,
    ),
    ...[
      '+44 20 7### ####',
      '+44 (0)7### ######',
      '+33 6 ## ## ## ##',
      '+49 30 #######',
      '+91 9#### #####',
      '020 7### ####',
    ].map(grouped),
  ),
  CREDIT_CARD: fc.oneof(
    card,
    card.map((number) => number.replace(/\d{4}(?=\d)/g, '$& ')),
    card.map((number) => number.replace(/\d{4}(?=\d)/g, '$&-')),
  ),
  IBAN_CODE: fc.oneof(
    ...[
      'DE## #### #### #### #### ##',
      'GB##WEST##############',
      'NL##ABNA##########',
      'FR##############AB#########',
    ].map(grouped),
  ),
  US_SSN: fc.oneof(grouped('###-##-####'), grouped('#########'), grouped('### ## ####')),
  IP_ADDRESS: fc.oneof(fc.ipV4(), fc.ipV6()),
  PERSON: fc.constantFrom(
    'Daniel Janíček',
    'JANET',
    'Jean-Luc O’Neil',
    '王小明',
    'ludwig van beethoven',
    'Meg C.',
  ),
  DATE_OF_BIRTH: fc.oneof(
    fc.tuple(two(1930, 2020), two(1, 12), two(1, 28)).map((parts) => parts.join('-')),
    fc.tuple(two(1, 12), two(1, 28), two(1930, 2020)).map((parts) => parts.join('/')),
  ),
  CRYPTO: fc.constantFrom(
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    '0x52908400098527886E0F7030069857D2E4169EE7',
  ),
  CUSTOMER_ID: grouped('CUST-########'),
  UK_NHS: grouped('### ### ####'),
  US_PASSPORT: grouped('A########'),
};

/** An entity and a value of it. */
export const sample: fc.Arbitrary<{ entity: string; value: string }> = fc.oneof(
  ...Object.entries(samples).map(([entity, values]) => values.map((value) => ({ entity, value }))),
);

/** Prose without anything that a surrogate looks like. */
export const prose = fc
  .array(
    fc.constantFrom(
      'please',
      'send',
      'it',
      'to',
      'the',
      'desk,',
      '(and)',
      'then',
      '–',
      '"call"',
      'ümläut',
      '你好',
      'a\nb',
      '{"k":1}',
    ),
  )
  .map((words) => words.join(' '));

/** Any UTF-16 at all, lone surrogates included. */
export const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 32, max: 126 })), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));
