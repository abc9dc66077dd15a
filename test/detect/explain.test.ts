import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CustomDetector, compileDetectors, detect, type Hint } from '../../src/detect/detect.ts';
import { type Explained, explain } from '../../src/detect/explain.ts';
import { samples } from './samples.ts';

interface Asked extends Hint {
  readonly own?: readonly CustomDetector[];
  readonly thresholds?: Readonly<Record<string, number>>;
}

function explained(text: string, { own = [], thresholds = {}, ...hint }: Asked = {}): Explained[] {
  const bytes = Buffer.from(text);
  return explain(compileDetectors(own, { thresholds }), bytes, 0, bytes.length, hint);
}

describe('a finding is explained by', () => {
  it('its score with nothing around it, and the words that raise it', () => {
    expect(explained('ssn: 123-45-6789')).toMatchObject([
      { entity: 'US_SSN', score: 0.95, base: 0.7, influences: [{ word: 'ssn', by: 0.25 }], threshold: 0.5 },
    ]);
  });

  it('words that count together, and words of which one would do', () => {
    const words = (text: string) =>
      explained(text)[0]!.influences.map((each) => 'word' in each && `${each.word} ${each.by}`);
    expect(words('social security 219099999')).toEqual(['social 0.55', 'security 0.55']);
    expect(words('ssn (ssns) 219-09-9999')).toEqual(['ssn 0.25', 'ssns 0.25']);
  });

  it('the key and the description that it stands under', () => {
    expect(explained('219-09-9999', { key: 'ssn' })).toMatchObject([
      { base: 0.7, influences: [{ key: 'ssn', by: 0.25 }] },
    ]);
    expect(explained('219-09-9999', { key: 'n', about: 'SSN of the customer' })).toMatchObject([
      { base: 0.7, influences: [{ description: true, by: 0.25 }] },
    ]);
  });

  it('its check sum', () => {
    expect(explained('card 4111 1111 1111 1111')[0]!.check).toEqual({ name: 'luhn', right: true });
    expect(explained('card 4111 1111 1111 1112')[0]!.check).toEqual({ name: 'luhn', right: false });
    expect(explained('bsn 111222333')[0]!.check).toEqual({ name: 'check digits', right: true });
  });

  it.each([
    ['ada%40example.org', 'percent-encoding'],
    ['ada&#64;example.org', 'HTML entities'],
    ['ada\\u0040example.org', 'escapes'],
    ['ad\u200ba@example.org', 'look-alike or invisible characters'],
    ['YWRhQGV4YW1wbGUub3JnIGlzIG1haWw=', 'base64'],
  ])('what it is written in: %s', (text, encoding) => {
    expect(explained(text)).toMatchObject([{ entity: 'EMAIL_ADDRESS', encoding }]);
  });
});

describe('a near miss is', () => {
  it('what stays under its threshold, and why', () => {
    expect(explained('219 09 9999', { key: 'order_id' })).toMatchObject([
      {
        entity: 'US_SSN',
        counts: false,
        score: 0.3,
        base: 0.65,
        influences: [{ key: 'order_id', by: -0.35 }],
      },
    ]);
    expect(explained('(415) 555-0132', { thresholds: { pii: 0.9 } })).toMatchObject([
      { entity: 'PHONE_NUMBER', counts: false, score: 0.8, threshold: 0.9 },
    ]);
  });

  it('what fails its check sum', () => {
    const own = [{ entity: 'MEMBER', pattern: 'M-\\d{10}', validator: 'luhn' }] as const;
    const wrong = { counts: false, score: 0, check: { right: false } };
    expect(explained('see 4111 1111 1111 1112')).toMatchObject([{ entity: 'CREDIT_CARD', ...wrong }]);
    expect(explained('see DE89370400440532013001')).toMatchObject([{ entity: 'IBAN_CODE', ...wrong }]);
    expect(explained('cpf do cliente 111.444.777-36')).toMatchObject([{ entity: 'BR_CPF', ...wrong }]);
    expect(explained('M-1234567898', { own })).toMatchObject([{ entity: 'MEMBER', ...wrong }]);
  });

  it('nothing that any number is', () => {
    expect(explained('build 20458812, 3 of 17, at 10:30')).toEqual([]);
  });
});

it('no word is told that is a value itself', () => {
  const [, second] = explained('ada@example.org ssn 219-09-9999');
  expect(JSON.stringify(second!.influences)).not.toContain('example');
  const told = explained('password: hunter2secret ssn 219-09-9999').flatMap(({ influences }) => influences);
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

it('to explain finds what detecting finds', () => {
  const detectors = compileDetectors();
  const text = fc
    .array(
      fc.oneof(fc.constantFrom(...samples), fc.constantFrom('ssn', 'order', 'card', 'mail', '%20', '\n')),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, fc.constantFrom(undefined, 'ssn', 'order_id'), (one, key) => {
      const bytes = Buffer.from(one);
      const found = detect(detectors, bytes, 0, bytes.length, { key });
      const counted = explain(detectors, bytes, 0, bytes.length, { key }).filter(({ counts }) => counts);
      const place = ({ entity, start, end, score }: (typeof found)[number]) =>
        `${entity} ${start} ${end} ${score}`;
      expect(counted.map(place).sort()).toEqual(found.map(place).sort());
    }),
    { numRuns: 300 },
  );
});
