import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhn, mod97 } from '../../src/detect/checksums.ts';
import { compileDetectors, detect } from '../../src/detect/detect.ts';
import { maskValue } from '../../src/mask/mask.ts';
import { anyText, hash, keyed, sample, samples } from './samples.ts';

const forms = ['surrogate', 'placeholder', 'redact', 'partial', 'hash'] as const;
type Form = (typeof forms)[number];

const mask = (entity: string, value: string, form: Form = 'surrogate', caller = 'ann', key = hash): string =>
  maskValue({ form, entity, value, kind: 'string', caller }, key).replacement;

const maskNumber = (entity: string, value: string, form: Form = 'surrogate'): string =>
  maskValue({ form, entity, value, kind: 'number', caller: 'ann' }, hash).replacement;

const compact = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

describe('every form', () => {
  it('is the same for the same caller, entity and value', () => {
    fc.assert(
      fc.property(sample, fc.constantFrom(...forms), ({ entity, value }, form) => {
        expect(mask(entity, value, form)).toBe(mask(entity, value, form, 'ann', keyed('an install key')));
      }),
    );
  });

  it('tells nothing of who else holds the value, nor under another install key', () => {
    fc.assert(
      fc.property(
        samples.CUSTOMER_ID!,
        fc.constantFrom('surrogate', 'placeholder', 'hash'),
        (value, form) => {
          const ann = mask('CUSTOMER_ID', value, form, 'ann');
          expect(mask('CUSTOMER_ID', value, form, 'bob')).not.toBe(ann);
          expect(mask('CUSTOMER_ID', value, form, 'ann', keyed('another key'))).not.toBe(ann);
        },
      ),
    );
  });

  it('keeps caller, entity and value apart', () => {
    const placeholder = (caller: string, entity: string, value: string) =>
      mask(entity, value, 'hash', caller).split(':')[1];
    expect(placeholder('a', 'BC', 'd')).not.toBe(placeholder('ab', 'C', 'd'));
    expect(placeholder('a', 'B', 'cd')).not.toBe(placeholder('a', 'Bc', 'd'));
    expect(mask('X_ID', 'a\ud800b')).not.toBe(mask('X_ID', 'a\ud801b'));
  });

  it.each([
    ['placeholder', 'EMAIL_ADDRESS', 'ann@corp.com', /^\[EMAIL_ADDRESS_[0-9A-HJKMNP-TV-Z]{4}\]$/],
    ['redact', 'EMAIL_ADDRESS', 'ann@corp.com', /^\[REDACTED:EMAIL_ADDRESS\]$/],
    ['hash', 'EMAIL_ADDRESS', 'ann@corp.com', /^\[EMAIL_ADDRESS:[0-9a-f]{16}\]$/],
    ['partial', 'CREDIT_CARD', '4111 1111 1111 1234', /^\*{4} \*{4} \*{4} 1234$/],
    ['partial', 'US_SSN', '123-45-6789', /^\*{3}-\*\*-6789$/],
    ['partial', 'IBAN_CODE', 'DE89 3704 0044 0532 0130 00', /^\*{4} \*{4} \*{4} \*{4} \*\*30 00$/],
    ['partial', 'ZIP_CODE', '90210', /^\*{4}0$/],
    ['partial', 'PIN', '123', /^\*{3}$/],
  ] as const)('%s of %s %s', (form, entity, value, expected) => {
    expect(mask(entity, value, form)).toMatch(expected);
  });

  it('restores surrogates and placeholders only', () => {
    const restorable = forms.filter(
      (form) => maskValue({ form, entity: 'X', value: 'v', kind: 'string', caller: 'a' }, hash).restorable,
    );
    expect(restorable).toEqual(['surrogate', 'placeholder']);
  });
});

describe('a surrogate', () => {
  it('is never its original', () => {
    fc.assert(
      fc.property(sample, ({ entity, value }) => {
        expect(mask(entity, value)).not.toBe(value);
      }),
    );
  });

  it('is never its original, whatever the value', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...Object.keys(samples)), (value, entity) => {
        expect(mask(entity, value)).not.toBe(value);
      }),
    );
  });

  it('shares no letter or digit run with its original', () => {
    for (const value of ['王小明', 'Дмитрий Иванов', '１２３４５６７８', 'Ñandú Çelik']) {
      expect(mask('PERSON', value)).not.toMatch(/[^\x20-\x7e]/);
      expect(mask('CUSTOM_ID', value)).not.toMatch(/[^\x20-\x7e]/);
    }
  });

  it.each([
    ['EMAIL_ADDRESS', 'john.smith@corporation.com', /^[a-z]+\.[a-z0-9]+@example\.(?:com|net|org)$/],
    ['EMAIL_ADDRESS', 'JOHN.SMITH@CORPORATION.COM', /^[A-Z]+\.[A-Z0-9]+@EXAMPLE\.(?:COM|NET|ORG)$/],
    ['PHONE_NUMBER', '+1 (212) 867-5309', /^\+1 \(\d{3}\) 555-01\d\d$/],
    ['PHONE_NUMBER', '2128675309', /^\d{3}55501\d\d$/],
    ['PHONE_NUMBER', '1-212-867-5309 ext. 42', /^1-\d{3}-555-01\d\d ext\. \d\d$/],
    ['PHONE_NUMBER', '+44 7911 123456', /^\+44 7700 900\d{3}$/],
    ['PHONE_NUMBER', '+33 6 12 34 56 78', /^\+33 6 39 98 \d\d \d\d$/],
    ['PHONE_NUMBER', '+91 98765 43210', /^\+91 00\d{3} \d{5}$/],
    ['PHONE_NUMBER', '020 7183 8750', /^000 \d{4} \d{4}$/],
    ['CREDIT_CARD', '4111-1111-1111-1111', /^4000-00\d\d-\d{4}-\d{4}$/],
    ['CREDIT_CARD', '378282246310005', /^378282\d{9}$/],
    ['IBAN_CODE', 'DE89 3704 0044 0532 0130 00', /^DE\d\d 999\d( \d{4}){3} \d\d$/],
    ['IBAN_CODE', 'GB82WEST12345698765432', /^GB\d\d[A-Z]{4}999\d{11}$/],
    ['US_SSN', '123-45-6789', /^9\d\d-[1-4]\d-\d{4}$/],
    ['IP_ADDRESS', '10.20.30.40', /^(?:192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\.\d+$/],
    ['IP_ADDRESS', 'fe80::1', /^2001:db8:[0-9a-f:]+$/],
    ['MAC_ADDRESS', '00:1A:2B:3C:4D:5E', /^02(?::[0-9A-F]{2}){5}$/],
    ['CRYPTO', '0x52908400098527886E0F7030069857D2E4169EE7', /^0x[0-9A-F]{40}$/],
    ['DATE_OF_BIRTH', '1985-03-12', /^(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/],
    ['DATE_OF_BIRTH', '12/31/1985', /^(?:0[1-9]|1[0-2])\/(?:0[1-9]|1[0-2])\/(?:19|20)\d\d$/],
    ['DATE_OF_BIRTH', '5-MAY-2021', /^[1-9]-[A-Z]{3}-(?:19|20)\d\d$/],
    ['PERSON', 'Daniel Janíček', /^[A-Z][a-z]{5} [A-Z][a-z]{6}$/],
    ['PERSON', 'JANET', /^[A-Z]{6}$/],
    ['CUSTOMER_ID', 'CUST-00412233', /^CUST-\d{8}$/],
    ['US_PASSPORT', 'A12803456', /^[A-Z][1-9]\d{7}$|^[A-Z]\d{8}$/],
    [
      'ACCOUNT',
      '550e8400-e29b-41d4-a716-446655440000',
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ['URL', 'https://intern.corp.com:8443/a/b?c=1', /^https:\/\/[a-z]{8}\.example\.com:8443\//],
  ])('%s %s keeps its form', (entity, value, expected) => {
    expect(mask(entity, value)).toMatch(expected);
  });

  it('of a card or an account has its check sum, its length and its separators', () => {
    fc.assert(
      fc.property(samples.CREDIT_CARD!, (value) => {
        const made = mask('CREDIT_CARD', value);
        expect(luhn(compact(made))).toBe(true);
        expect(made.replace(/\d/g, '#')).toBe(value.replace(/\d/g, '#'));
      }),
    );
    fc.assert(
      fc.property(samples.IBAN_CODE!, (value) => {
        const made = mask('IBAN_CODE', value);
        expect(mod97(compact(made).slice(4) + compact(made).slice(0, 4))).toBe(1);
        expect(made.slice(4).replace(/\d/g, '#').replace(/[A-Z]/g, 'A')).toBe(
          value.slice(4).replace(/\d/g, '#').replace(/[A-Z]/g, 'A'),
        );
      }),
    );
  });

  it('draws the same digits for a number however it is grouped, and the same mail name in any case', () => {
    expect(compact(mask('CREDIT_CARD', '4111 1111 1111 1111'))).toBe(mask('CREDIT_CARD', '4111111111111111'));
    expect(compact(mask('PHONE_NUMBER', '+1 (212) 867-5309')).slice(1)).toBe(
      compact(mask('PHONE_NUMBER', '212.867.5309')),
    );
    expect(mask('EMAIL_ADDRESS', 'Ann@Corp.com').toLowerCase()).toBe(mask('EMAIL_ADDRESS', 'ann@corp.com'));
  });

  it('keeps the length of a mail address that leaves room for a name', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (value) => {
        const made = mask('EMAIL_ADDRESS', value);
        if (value.length >= 19 && value.length <= 76) expect(made).toHaveLength(value.length);
        expect(made.split('@')[0]!.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('is found as the same entity', () => {
    const built = compileDetectors();
    const found = (entity: string, value: string) => {
      const bytes = Buffer.from(mask(entity, value));
      const matches = detect(built, bytes, 0, bytes.length, { key: entity.toLowerCase() });
      return matches.some(
        (match) => match.entity === entity && match.start <= 1 && match.end === bytes.length,
      );
    };
    for (const entity of ['EMAIL_ADDRESS', 'CREDIT_CARD', 'IBAN_CODE', 'IP_ADDRESS', 'CRYPTO']) {
      fc.assert(
        fc.property(samples[entity]!, (value) => {
          expect(found(entity, value)).toBe(true);
        }),
      );
    }
  });

  it('gives way to a placeholder where the pool is too small to be told from chance, or the value too long', () => {
    for (const value of ['47', 'yes', '', '---', '90', 'x'.repeat(200)]) {
      expect(mask('THING', value)).toMatch(/^\[THING_[0-9A-Z]{4}\]$/);
    }
  });
});

describe('a number', () => {
  const number = fc.oneof(
    fc.integer().map(String),
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  );

  it('stays a JSON number of its kind in every form', () => {
    fc.assert(
      fc.property(
        number,
        fc.constantFrom(...forms),
        fc.constantFrom('CREDIT_CARD', 'PHONE_NUMBER', 'US_SSN', 'X'),
        (value, form, entity) => {
          const made = maskNumber(entity, value, form);
          expect(made).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/);
          expect(made.includes('.')).toBe(value.includes('.'));
          if (form !== 'redact') expect(made.replace(/\d/g, '#')).toBe(value.replace(/\d/g, '#'));
        },
      ),
    );
  });

  it('that a double holds is one that a double holds', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('CREDIT_CARD', 'X'), (value, entity) => {
        expect(Number.isSafeInteger(Number(maskNumber(entity, String(value))))).toBe(true);
      }),
    );
  });

  it('is never its original as a surrogate', () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(maskNumber('X', value)).not.toBe(value);
      }),
    );
  });

  it.each([
    ['redact', '4111111111111111', '0'],
    ['redact', '12.5', '0.0'],
    ['partial', '4111111111111234', '1111111111111234'],
    ['partial', '1234', '1114'],
  ] as const)('%s of %s', (form, value, expected) => {
    expect(maskNumber('X', value, form)).toBe(expected);
  });
});
