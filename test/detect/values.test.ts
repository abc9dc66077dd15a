import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhn } from '../../src/detect/checksums.ts';
import { found } from './found.ts';

/** Values made up by rule, each put at any place of any text: found there, whole, and not with a wrong check digit. */

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digits = (n: number) => fc.array(digit, { minLength: n, maxLength: n }).map((all) => all.join(''));
const alnum = (n: number) =>
  fc
    .stringMatching(new RegExp(`^[A-Za-z0-9]{${n}}$`))
    .filter((text) => /\d/.test(text) && /[a-wyz]/.test(text) && /[A-WYZ]/.test(text));

const card = fc
  .tuple(fc.constantFrom('4', '51', '55', '2221', '6011', '37', '3530'), digits(15))
  .map(([issuer, rest]) => {
    const body = (issuer + rest).slice(0, issuer === '37' ? 14 : 15);
    const check = [...'0123456789'].find((last) => luhn(body + last)) ?? '0';
    return body + check;
  })
  .filter((number) => luhn(number));

const grouped = (number: string, separator: string): string =>
  (number.length === 15
    ? [number.slice(0, 4), number.slice(4, 10), number.slice(10)]
    : number.match(/.{4}/g)!
  ).join(separator);

const mod97 = (text: string): bigint => BigInt([...text].map((char) => parseInt(char, 36)).join('')) % 97n;
const iban = fc
  .constantFrom(['DE', 18], ['AT', 16], ['ES', 20], ['PL', 24], ['BE', 12])
  .chain(([country, length]) =>
    digits(length as number).map((account) => {
      const check = String(98n - mod97(`${account}${country}00`)).padStart(2, '0');
      return `${country}${check}${account}`;
    }),
  );

const ssn = fc
  .tuple(fc.integer({ min: 1, max: 665 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 9999 }))
  .map(
    ([area, group, serial]) =>
      `${String(area).padStart(3, '0')}-${String(group).padStart(2, '0')}-${String(serial).padStart(4, '0')}`,
  )
  .filter((number) => !/^(\d)\1*$/.test(number.replaceAll('-', '')));

const byte = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join('.'));
const ipv6 = fc
  .array(fc.integer({ min: 4096, max: 0xffff }), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))
  .filter((text) => /\d:/.test(text));
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const email = fc
  .tuple(name, name, fc.constantFrom('com', 'de', 'co.uk', 'io'))
  .map(([user, host, top]) => `${user}@${host}.${top}`);
const phone = fc
  .tuple(
    fc.integer({ min: 200, max: 999 }),
    fc.integer({ min: 200, max: 999 }),
    digits(4),
    fc.constantFrom('-', '.'),
  )
  .map(([area, exchange, line, joint]) => `${area}${joint}${exchange}${joint}${line}`);

/** Text that says nothing about the value, and neither letters nor digits right beside it. */
const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{2,8}$/);
const around = fc.tuple(
  fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
  fc.constantFrom(' ', '\n', '"', '(', '; ', '日本', 'é '),
  fc.constantFrom(' ', '\n', '"', ')', ', ', '日本', '!'),
  fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
);

const kinds: readonly (readonly [entity: string, value: fc.Arbitrary<string>])[] = [
  ['EMAIL_ADDRESS', email],
  ['PHONE_NUMBER', phone],
  ['CREDIT_CARD', card],
  [
    'CREDIT_CARD',
    fc.tuple(card, fc.constantFrom(' ', '-')).map(([number, separator]) => grouped(number, separator)),
  ],
  ['IBAN_CODE', iban],
  ['IBAN_CODE', iban.map((account) => account.match(/.{1,4}/g)!.join(' '))],
  ['US_SSN', ssn],
  ['IP_ADDRESS', ipv4],
  ['IP_ADDRESS', ipv6],
  ['GITHUB_PAT', alnum(36).map((rest) => `ghp_${rest}`)],
  ['STRIPE_ACCESS_TOKEN', alnum(24).map((rest) => `sk_live_${rest}`)],
  ['NPM_ACCESS_TOKEN', alnum(36).map((rest) => `npm_${rest}`)],
  ['AWS_ACCESS_TOKEN', fc.stringMatching(/^[A-WYZ2-7]{16}$/).map((rest) => `AKIA${rest}`)],
];

describe('a value in a text', () => {
  it.each(kinds)('%s is found whole', (entity, value) => {
    fc.assert(
      fc.property(value, around, (one, [head, open, close, tail]) => {
        // An address takes Latin letters beside it for its own.
        const before = entity === 'EMAIL_ADDRESS' ? open.replace('é', '') : open;
        expect(found(`${head}${before}${one}${close}${tail}`)).toContain(`${entity}:${one}`);
      }),
      { numRuns: 300 },
    );
  });

  it('is not found with a wrong check digit, unless its context tells', () => {
    const wrong = (text: string): string => text.slice(0, -1) + ((Number(text.at(-1)) + 1) % 10);
    fc.assert(
      fc.property(card, iban, (number, account) => {
        expect(found(`see ${wrong(number)} here`).filter((one) => one.startsWith('CREDIT_CARD'))).toEqual([]);
        expect(found(`see ${wrong(account)} here`).filter((one) => one.startsWith('IBAN'))).toEqual([]);
        expect(found(`IBAN: ${wrong(account)}`)).toEqual([`IBAN_CODE:${wrong(account)}`]);
      }),
    );
  });
});

describe('look-alikes', () => {
  const hex = (n: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${n}}$`));
  const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
  const two = (max: number) => fc.integer({ min: 1, max }).map((n) => String(n).padStart(2, '0'));
  const lookAlikes: readonly (readonly [what: string, value: fc.Arbitrary<string>])[] = [
    ['UUIDs', fc.uuid()],
    ['MD5 and SHA-1 and SHA-256 sums', fc.oneof(hex(32), hex(40), hex(64))],
    [
      'versions',
      fc.tuple(number(0, 40), number(0, 99), number(0, 9999)).map((parts) => `v${parts.join('.')}`),
    ],
    ['dates', fc.tuple(number(1950, 2039), two(12), two(28)).map(([y, m, d]) => `${y}-${m}-${d}`)],
    ['dates by day', fc.tuple(two(28), two(12), number(1950, 2039)).map((parts) => parts.join('.'))],
    [
      'timestamps',
      fc
        .date({ min: new Date('1980-01-01'), max: new Date('2039-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    ],
    ['seconds and milliseconds', fc.oneof(number(1.5e9, 1.9e9), number(1.5e12, 1.9e12))],
    ['prices', fc.tuple(number(0, 999), digits(3), digits(2)).map(([a, b, c]) => `$${a},${b}.${c}`)],
    ['fractions', digits(16).map((rest) => `0.${rest}`)],
    ['order numbers', number(1e5, 1e11).map((n) => `order ${n}`)],
    ['ids of calls', alnum(24).map((rest) => `call_${rest}`)],
    ['ids of answers', alnum(29).map((rest) => `chatcmpl-${rest}`)],
    ['tool use ids', alnum(22).map((rest) => `toolu_01${rest}`)],
    [
      'base64',
      fc.uint8Array({ minLength: 40, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    ],
    [
      'rows of a table',
      fc.array(number(0, 9999), { minLength: 4, maxLength: 8 }).map((cells) => `| ${cells.join(' | ')} |`),
    ],
    ['times and ratios', fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(':'))],
  ];

  it.each(lookAlikes)('%s are masked in at most one of a hundred', (_, value) => {
    const all = fc.sample(value, { numRuns: 2000, seed: 7 });
    const hits = all.filter((one) => found(`see ${one} here`).length > 0);
    expect(hits.length, hits.slice(0, 5).join(' ; ')).toBeLessThanOrEqual(20);
  });
});
