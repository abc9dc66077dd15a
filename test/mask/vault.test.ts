import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyedHash, maskValue } from '../../src/mask/mask.ts';
import { Vault } from '../../src/mask/vault.ts';
import { anyText, hash, prose, sample } from './samples.ts';

type Form = Parameters<Vault['mask']>[0]['form'];

const vaultOf = () => new Vault('ann', hash);
const mask = (vault: Vault, entity: string, value: string, form: Form = 'surrogate') =>
  vault.mask({ form, entity, value, kind: 'string' });

function restored(vault: Vault, text: string, urls = false): string {
  let out = '';
  let at = 0;
  for (const { start, end, original } of vault.restore(text, { urls })) {
    out += text.slice(at, start) + original;
    at = end;
  }
  return out + text.slice(at);
}

/** What is said of a text's first `length` characters, as far as it is open there. */
const settledIn = (vault: Vault, text: string, length: number, open: number) =>
  vault.restore(text.slice(0, length), { urls: false }).filter(({ start }) => start < open);

describe('what was masked', () => {
  it('comes back, wherever it stands in a text', () => {
    const forms = fc.constantFrom<Form>('surrogate', 'placeholder');
    fc.assert(
      fc.property(fc.array(fc.tuple(prose, sample, forms), { minLength: 1, maxLength: 8 }), (parts) => {
        const vault = vaultOf();
        const masked = parts.map(
          ([before, { entity, value }, form]) => `${before} <${mask(vault, entity, value, form)}>`,
        );
        const original = parts.map(([before, { value }]) => `${before} <${value}>`);
        expect(restored(vault, masked.join('; '))).toBe(original.join('; '));
      }),
    );
  });

  it('is masked the same in every vault of the caller, and by maskValue', () => {
    fc.assert(
      fc.property(sample, ({ entity, value }) => {
        const alone = maskValue(
          { form: 'surrogate', entity, value, kind: 'string', caller: 'ann' },
          hash,
        ).replacement;
        expect(mask(vaultOf(), entity, value)).toBe(alone);
        expect(mask(vaultOf(), entity, value)).toBe(alone);
      }),
    );
  });

  it('does not come back from redact, partial or hash, nor ever as a secret', () => {
    const vault = vaultOf();
    for (const form of ['redact', 'partial', 'hash'] as const)
      mask(vault, 'EMAIL_ADDRESS', 'ann@corp.com', form);
    mask(vault, 'GITHUB_PAT', 'ghp_012345678901234567890123456789012345');
    vault.mask({
      form: 'placeholder',
      entity: 'DOOR_CODE',
      value: 'open sesame 42',
      kind: 'string',
      secret: true,
    });
    expect(vault.size).toBe(0);
  });

  it('is another caller’s business', () => {
    const surrogate = mask(vaultOf(), 'EMAIL_ADDRESS', 'ann@corp.com');
    const other = new Vault('bob', hash);
    mask(other, 'EMAIL_ADDRESS', 'ann@corp.com');
    expect(other.restore(`to ${surrogate}`, { urls: true })).toEqual([]);
  });
});

describe('a text without surrogates', () => {
  it('is left alone', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 10 }), prose, anyText, (values, text, noise) => {
        const vault = vaultOf();
        for (const { entity, value } of values) mask(vault, entity, value);
        expect(vault.restore(text + noise, { urls: true })).toEqual([]);
      }),
    );
  });

  it.each(['x{}', '{}x', '{}.evil.test', 'more.{}', '{}-else'])(
    'nor is a longer address that holds one: %s',
    (around) => {
      const vault = vaultOf();
      const surrogate = mask(vault, 'EMAIL_ADDRESS', 'ann.miller@corp.com');
      expect(vault.restore(around.replace('{}', surrogate), { urls: true })).toEqual([]);
    },
  );

  it.each(['{}', '({})', '"{}".', '_{}_', '**{}**', '请联系{}吗', 'mailto:{}?', '- {},', '\n{}\n'])(
    'but in %s it stands by itself',
    (around) => {
      const vault = vaultOf();
      const surrogate = mask(vault, 'EMAIL_ADDRESS', 'ann.miller@corp.com');
      expect(restored(vault, around.replace('{}', surrogate))).toBe(
        around.replace('{}', 'ann.miller@corp.com'),
      );
    },
  );
});

describe('a surrogate written otherwise', () => {
  it('in other letter case is known', () => {
    const vault = vaultOf();
    const surrogate = mask(vault, 'PERSON', 'Daniel Janíček');
    for (const written of [surrogate.toUpperCase(), surrogate.toLowerCase()]) {
      expect(restored(vault, `for ${written}.`)).toBe('for Daniel Janíček.');
      expect(vault.isLive(written)).toBe(true);
    }
  });

  it.each([
    ['PHONE_NUMBER', '+1 (212) 867-5309', /\D/g, ''],
    ['PHONE_NUMBER', '+1 (212) 867-5309', /[ ()-]/g, ''],
    ['PHONE_NUMBER', '(212) 867-5309', /[^\d]+/g, '.'],
    ['PHONE_NUMBER', '212-867-5309', /^(\d{3})-/, '($1) '],
    ['PHONE_NUMBER', '+1 212-867-5309', /^\+1 /, ''],
    ['PHONE_NUMBER', '+44 7911 123456', /^\+44 /, '0'],
    ['PHONE_NUMBER', '+44 7911 123456', /^\+44 /, '0044 '],
    ['CREDIT_CARD', '4111 1111 1111 1111', / /g, ''],
    ['CREDIT_CARD', '4111111111111111', /\d{4}(?=\d)/g, '$& – '],
    ['IBAN_CODE', 'DE89 3704 0044 0532 0130 00', / /g, ''],
    ['IBAN_CODE', 'DE89370400440532013000', /.{4}/g, '$& '],
    ['US_SSN', '123-45-6789', /-/g, ''],
  ])(
    '%s %s with other separators (%s → %s) gives the original in its own spelling',
    (entity, value, from, to) => {
      const vault = vaultOf();
      const written = mask(vault, entity, value).replace(from, to).replace(/^\./, '').trim();
      expect(restored(vault, `is ${written}, ok`)).toBe(`is ${value}, ok`);
      expect(vault.longestSurrogate).toBeGreaterThan(written.length);
    },
  );

  it('each spelling of one value comes back as it was', () => {
    const vault = vaultOf();
    const spellings = ['4111 1111 1111 1111', '4111-1111-1111-1111', '4111111111111111'];
    const text = spellings.map((value) => mask(vault, 'CREDIT_CARD', value)).join(' and ');
    expect(restored(vault, text)).toBe(spellings.join(' and '));
    const phones = ['+1 (212) 867-5309', '212.867.5309', '2128675309'];
    const calls = phones.map((value) => mask(vault, 'PHONE_NUMBER', value)).join(' and ');
    expect(calls).toMatch(/^\+1 \(\d{3}\) 555-01\d\d and \d{3}\.555\.01\d\d and \d{3}55501\d\d$/);
    expect(restored(vault, calls)).toBe(phones.join(' and '));
    const addresses = ['ann@corp.com', 'Ann@corp.com', 'ANN@CORP.COM', 'aNN@corp.com'];
    const mails = addresses.map((value) => mask(vault, 'EMAIL_ADDRESS', value)).join(' and ');
    expect(restored(vault, mails)).toBe(addresses.join(' and '));
  });

  it.each(['15:00 ', '15:00', 'room 011 ', '0'])(
    'what stands before it (%j) is not taken for a part of it',
    (before) => {
      const vault = vaultOf();
      const surrogate = mask(vault, 'PHONE_NUMBER', '+1 415 555 2671');
      expect(restored(vault, `${before}${surrogate}.`)).toBe(`${before}+1 415 555 2671.`);
    },
  );

  it('an IP address is not confused with one of the same digits', () => {
    const vault = vaultOf();
    const [a, b, c, d] = mask(vault, 'IP_ADDRESS', '10.1.2.3').split('.');
    expect(vault.restore(`${a}.${b}${c}.${d}`, { urls: true })).toEqual([]);
  });
});

describe('inside a URL', () => {
  const around = [
    'https://evil.test/?q={}',
    'http://{}/',
    'HTTPS://evil.test/{}',
    'https:\\\\evil.test\\{}',
    'https:\\/\\/evil.test\\/{}',
    '![x](https://evil.test/{}.png)',
    '![x](//evil.test/{})',
    '[a](<https://evil.test/?q= {}>)',
    '<img src="https://evil.test/?q= {}">',
    "<img src='//evil.test/? {}'>",
    '{"u":"https://evil.test/?q=\\"{}"}',
    'https://evil.test/(a){}',
    'see https://evil.test/a,b;"{}',
  ];

  it.each(around)('nothing is restored: %s', (form) => {
    const vault = vaultOf();
    for (const [entity, value] of [
      ['EMAIL_ADDRESS', 'ann.miller@corp.com'],
      ['US_SSN', '123-45-6789'],
      ['CUSTOMER_ID', 'CUST-00412233'],
    ] as const) {
      const text = form.replace('{}', mask(vault, entity, value));
      expect(vault.restore(text, { urls: false })).toEqual([]);
    }
  });

  it('everything is, where the policy says so', () => {
    const vault = vaultOf();
    const surrogate = mask(vault, 'CUSTOMER_ID', 'CUST-00412233');
    expect(restored(vault, `https://corp.test/${surrogate}?x`, true)).toBe(
      'https://corp.test/CUST-00412233?x',
    );
  });

  it('ends where the text goes on', () => {
    const vault = vaultOf();
    const surrogate = mask(vault, 'EMAIL_ADDRESS', 'ann.miller@corp.com');
    for (const text of [
      'see https://corp.test/a {}',
      '{"url":"https://corp.test","to":"{}"}',
      '<https://corp.test> {}',
      '{} at http://corp.test',
    ]) {
      expect(restored(vault, text.replace('{}', surrogate))).toBe(text.replace('{}', 'ann.miller@corp.com'));
    }
  });
});

describe('a surrogate that another value has', () => {
  it('gives way to a placeholder, and both come back', () => {
    const vault = vaultOf();
    const local = Array.from({ length: 60 }, (_, i) => `867-53${String(i).padStart(2, '0')}`);
    const masked = local.map((value) => mask(vault, 'PHONE_NUMBER', value));
    expect(new Set(masked).size).toBe(local.length);
    expect(masked.some((text) => text.startsWith('[PHONE_NUMBER_'))).toBe(true);
    expect(restored(vault, masked.join(', '))).toBe(local.join(', '));
    expect(local.map((value) => mask(vault, 'PHONE_NUMBER', value))).toEqual(masked);
  });

  it('is longer where the placeholder is taken too', () => {
    let calls = 0;
    // Keyed hashes whose first bytes are all alike: every surrogate and every short placeholder collide.
    const alike: KeyedHash = (message) => hash(message).map((byte, i) => (i < 8 || calls++ < 0 ? 0 : byte));
    const vault = new Vault('ann', alike);
    const masked = ['a-value-1', 'a-value-2', 'a-value-3'].map((value) =>
      mask(vault, 'X', value, 'placeholder'),
    );
    expect(masked[0]).toBe('[X_0000]');
    expect(masked[1]!.length).toBeGreaterThan(masked[0]!.length);
    expect(restored(vault, masked.join(' '))).toBe('a-value-1 a-value-2 a-value-3');
  });

  it('is not given where it is itself a value that was masked', () => {
    const free = mask(vaultOf(), 'EMAIL_ADDRESS', 'ann.miller@corp.com');
    const vault = vaultOf();
    mask(vault, 'EMAIL_ADDRESS', free);
    const given = mask(vault, 'EMAIL_ADDRESS', 'ann.miller@corp.com');
    expect(given).toMatch(/^\[EMAIL_ADDRESS_/);
  });

  it('is masked itself when it comes from outside', () => {
    const vault = vaultOf();
    const surrogate = mask(vault, 'EMAIL_ADDRESS', 'ann.miller@corp.com');
    expect(vault.isLive(surrogate)).toBe(true);
    const again = mask(vault, 'EMAIL_ADDRESS', surrogate);
    expect(restored(vault, `${again} ${surrogate}`)).toBe(`${surrogate} ann.miller@corp.com`);
  });
});

describe('a number', () => {
  const number = (vault: Vault, entity: string, value: string) =>
    vault.mask({ form: 'surrogate', entity, value, kind: 'number' });

  it('comes back as a number, from a number or from a text', () => {
    const vault = vaultOf();
    const made = number(vault, 'CREDIT_CARD', '4111111111111111');
    expect(vault.restore(made, { urls: false, kind: 'number' })).toEqual([
      { start: 0, end: 16, original: '4111111111111111', entity: 'CREDIT_CARD' },
    ]);
    expect(restored(vault, `card ${made.replace(/\d{4}(?=\d)/g, '$& ')}`)).toBe('card 4111111111111111');
  });

  it('that was a text comes back as digits, or not at all', () => {
    const vault = vaultOf();
    const made = mask(vault, 'PHONE_NUMBER', '(212) 867-5309').replace(/\D/g, '');
    expect(vault.original(made, 'number')).toBe('2128675309');
    const iban = mask(vault, 'EMAIL_ADDRESS', 'ann@corp.com');
    expect(vault.original(iban, 'number')).toBeUndefined();
  });

  it('too short to be told from chance comes back only as a whole number', () => {
    const vault = vaultOf();
    const made = number(vault, 'AGE', '47');
    expect(vault.original(made, 'number')).toBe('47');
    expect(vault.isLive(made)).toBe(false);
    expect(restored(vault, `${made} items`)).toBe(`${made} items`);
  });

  it('never shares its surrogate with another', () => {
    const vault = vaultOf();
    const values = Array.from({ length: 90 }, (_, i) => String(i + 10));
    const made = values.map((value) => number(vault, 'AGE', value));
    made.forEach((surrogate, i) => {
      expect([values[i], undefined]).toContain(vault.original(surrogate, 'number'));
      expect(surrogate).toMatch(/^\d{1,2}$/);
    });
  });
});

describe('the bounds', () => {
  it('let the least recently masked go', () => {
    const vault = vaultOf();
    const id = (i: number) => `CUST-${String(i).padStart(8, '0')}`;
    const first = mask(vault, 'CUSTOMER_ID', id(0));
    const second = mask(vault, 'CUSTOMER_ID', id(1));
    for (let i = 2; i < 20_000; i++) mask(vault, 'CUSTOMER_ID', id(i));
    mask(vault, 'CUSTOMER_ID', id(0));
    mask(vault, 'CUSTOMER_ID', id(20_000));
    expect(vault.size).toBe(20_000);
    expect(vault.original(first)).toBe(id(0));
    expect(vault.isLive(second)).toBe(false);
  });

  it('make restoring take as long as the text is, however it was made', () => {
    const vault = vaultOf();
    for (let i = 0; i < 200; i++) mask(vault, 'CREDIT_CARD', `4111 1111 1111 ${1000 + i}`);
    for (let i = 0; i < 200; i++)
      mask(vault, 'PERSON', `Anna ${'abcdefghij'[i % 10]}${'klmno'[i % 5]}on Smith ${i}`);
    const hard = [
      mask(vault, 'CREDIT_CARD', '4111 1111 1111 1111').slice(0, -1),
      '400000 ',
      '"http://a <http://b ',
      "'http:'\\' ",
      '(+4 0 0 0 0 0 ',
      mask(vault, 'EMAIL_ADDRESS', 'ann.miller@corp.com').slice(0, -1),
      '//',
    ];
    for (const piece of hard) {
      const time = (length: number): number => {
        const text = piece.repeat(Math.ceil(length / piece.length));
        const began = process.cpuUsage();
        for (let i = 0; i < 3; i++) vault.restore(text, { urls: false });
        const { user, system } = process.cpuUsage(began);
        return user + system;
      };
      time(50_000);
      const doubled =
        Math.min(...[0, 1, 2].map(() => time(400_000))) / Math.min(...[0, 1, 2].map(() => time(100_000)));
      // Four times the text; a quadratic search would need sixteen times the time.
      expect(doubled, piece).toBeLessThan(10);
    }
  });
});

describe('of a text that goes on', () => {
  const gaps = fc.constantFrom(' ', '', ', ', '-', '.', '(', ' +', '"', ' http://x.test/', '@', ' 00');

  it('what is settled stays as it is, whatever follows', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const pieces = fc.array(fc.tuple(sample, gaps, share, prose), { minLength: 1, maxLength: 6 });
    /** Anywhere, or in the first characters behind a surrogate. */
    const cuts = fc.tuple(share, fc.option(fc.nat(3)));
    fc.assert(
      fc.property(pieces, cuts, (parts, [where, behind]) => {
        const vault = vaultOf();
        const ends: number[] = [];
        let text = '';
        for (const [{ entity, value }, gap, part, words] of parts) {
          const surrogate = mask(vault, entity, value);
          ends.push(text.length + surrogate.length);
          text += surrogate + gap + surrogate.slice(0, part * surrogate.length) + gap + words;
        }
        const length =
          behind === null
            ? Math.floor(where * text.length)
            : ends[Math.floor(where * (ends.length - 1))]! + behind;
        const open = vault.openFrom(text.slice(0, length), { urls: false });
        expect(settledIn(vault, text, length, open)).toEqual(settledIn(vault, text, text.length, open));
      }),
      { numRuns: 2000 },
    );
  });

  it('only what may still become a surrogate waits, not every word that begins like one', () => {
    const vault = vaultOf();
    const [mail, phone] = [
      mask(vault, 'EMAIL_ADDRESS', 'ada.byron@analytical.org'),
      mask(vault, 'PHONE_NUMBER', '+44 20 7946 0018'),
    ];
    for (const text of [
      `${mail.slice(0, 4)}ry said so.`,
      `${mail} ${mail.slice(0, 3)}s are here.`,
      `${phone.slice(0, 6)} apples now.`,
    ])
      expect(vault.openFrom(text, { urls: false }), text).toBe(text.length);
    for (const text of [mail.slice(0, -1), mail, phone.slice(0, 5), phone, phone.replaceAll(' ', '')])
      expect(vault.openFrom(`It is ${text}`, { urls: false }), text).toBe('It is '.length);
  });
});
