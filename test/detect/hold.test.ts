import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CustomDetector, compileDetectors, detect, groupOf, holdFrom } from '../../src/detect/detect.ts';
import { readableFrom } from '../../src/detect/runs.ts';
import { samples } from './samples.ts';
import { writing } from './writing.ts';

/** A stream releases what stands before `holdFrom`, whatever comes next. */

const builtIn = compileDetectors();
const own: readonly CustomDetector[] = [
  { entity: 'CUSTOMER_ID', pattern: 'CUST-\\d{8}', context: ['customer'] },
  { entity: 'CODE_NAME', words: ['Project Blue Moon', 'Nightingale'] },
  { entity: 'CLASS', pattern: '[A-Z]{2} ?[0-9]{1,2}(?: or [0-9])?' },
];

/** The text up to `cut` says the same of what it releases as the whole text does. */
function agrees(
  detectors: ReturnType<typeof compileDetectors>,
  text: string,
  cut: number,
  key?: string,
): void {
  const bytes = Buffer.from(text);
  const hint = key === undefined ? undefined : { key };
  const end = Math.min(cut, bytes.length);
  const hold = holdFrom(detectors, bytes, 0, end, hint);
  const released = detect(detectors, bytes, 0, end, hint).filter((match) => match.end <= hold);
  const whole = detect(detectors, bytes, 0, bytes.length, hint).filter((match) => match.start < hold);
  expect(released, JSON.stringify([text, end, hold])).toEqual(whole);
}

const disguised = fc.constantFrom(
  'alice%40example.com',
  '\\talice\\u0040example.com',
  '\\n4111111111111111',
  '4111&nbsp;1111&nbsp;1111&nbsp;1111',
  '&#52;&#49;&#49;&#49; &#49;111 1111 1111',
  'YWxpY2VAZXhhbXBsZS5jb20=',
  Buffer.from('write to alice@example.com, card 4111111111111111').toString('base64'),
  '4.111111111111111e15',
  '４１１１ １１１１ １１１１ １１１１',
  '＠',
  '219\u201309\u20139999',
  'ali\u200bce@example.com',
);

const cutText = fc
  .array(fc.oneof({ weight: 4, arbitrary: writing }, { weight: 1, arbitrary: disguised }), { maxLength: 16 })
  .map((pieces) => pieces.join(''))
  .chain((text) => fc.tuple(fc.constant(text), fc.nat(Buffer.byteLength(text))));

describe('what stands before the place to hold from', () => {
  it('holds what the whole text holds there', () => {
    fc.assert(
      fc.property(cutText, ([text, cut]) => agrees(builtIn, text, cut)),
      { numRuns: 6000 },
    );
  });

  it('of secrets, where they alone are masked: less waits', () => {
    const secretsIn = (text: string, end: number) =>
      detect(builtIn, Buffer.from(text), 0, end).filter(
        ({ entity }) => groupOf(builtIn, entity) === 'secret',
      );
    fc.assert(
      fc.property(cutText, ([text, cut]) => {
        const bytes = Buffer.from(text);
        const hold = holdFrom(builtIn, bytes, 0, cut, undefined, secretsIn(text, cut), true);
        const released = secretsIn(text, cut).filter(({ end }) => end <= hold);
        const whole = secretsIn(text, bytes.length).filter(({ start }) => start < hold);
        // What a longer value of another kind takes in at last is masked all the same.
        expect(released).toEqual(expect.arrayContaining(whole));
      }),
      { numRuns: 4000 },
    );
  });

  it('also under a key', () => {
    const keys = fc.constantFrom('phone', 'ssn', 'card_number', 'aws_secret_access_key', 'note');
    fc.assert(
      fc.property(cutText, keys, ([text, cut], key) => agrees(builtIn, text, cut, key)),
      { numRuns: 2000 },
    );
  });

  it("also of a policy's own detectors", () => {
    const detectors = compileDetectors(own);
    const text = fc.array(
      fc.oneof(
        writing,
        fc.constantFrom('CUST-00412233', 'Project Blue Moon', 'nightingale', 'AB 12 or 3', 'customer '),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(text, fc.nat(400), (pieces, cut) => agrees(detectors, pieces.join(' '), cut)),
      { numRuns: 2000 },
    );
  });

  it.each(samples)('of %j at every cut', (sample) => {
    const text = `We wrote to "A. B" (and others): ${sample}, then went on.`;
    for (let cut = 0; cut <= Buffer.byteLength(text); cut++) agrees(builtIn, text, cut);
  });
});

describe('where a text is taken up again', () => {
  const CONTEXT = 256;
  const texts = fc
    .array(
      fc.oneof({ weight: 3, arbitrary: writing }, fc.constantFrom('订单已经发货', 'テスト', ' ', 'over ')),
      {
        minLength: 40,
        maxLength: 90,
      },
    )
    .map((pieces) => pieces.join(''))
    .chain((text) => fc.tuple(fc.constant(text), fc.nat(Buffer.byteLength(text))));

  it('says of what stands behind its context what the whole text says', () => {
    fc.assert(
      fc.property(texts, ([text, place]) => {
        const bytes = Buffer.from(text);
        const settled = holdFrom(builtIn, bytes, 0, place);
        const from = readableFrom(bytes, 0, Math.max(0, settled - CONTEXT))!;
        const behind = (begin: number) =>
          detect(builtIn, bytes, begin, bytes.length)
            .map((match) => ({ ...match, start: match.start + begin, end: match.end + begin }))
            .filter(({ start }) => start >= settled);
        expect(behind(from), JSON.stringify([text, settled, from])).toEqual(behind(0));
      }),
      { numRuns: 1000 },
    );
  });

  it('is no run that is longer than is looked back through', () => {
    const bytes = Buffer.from(`Hi ${'a'.repeat(20_000)}`);
    expect(readableFrom(bytes, 0, bytes.length)).toBeUndefined();
    expect(readableFrom(bytes, 0, 10_000)).toBe(3);
  });
});

describe('little is held', () => {
  const held = (text: string): string => {
    const bytes = Buffer.from(text);
    return bytes.toString('utf8', holdFrom(builtIn, bytes, 0, bytes.length));
  };

  it.each([
    ['I shall look into that for yo', 'for yo'],
    ['Line one.\n', ''],
    ['call +44 20 7946', 'call +44 20 7946'],
    ['On 3 May we met.\nThen ', 'Then '],
    ['订单已经发货，预计星期二', ''],
    ['ご注文の商品は発送されました。番号 AB', ' AB'],
    ['주문한 상품은 abc', ' abc'],
    ['สวัสดีครับ พัสดุถูกส่งแล้ว', ''],
    ['请访问 https://例子/路径查', ' https://例子/路径查'],
    ['{"name":"item","city":"Rome","zi', '"zi'],
  ])('of %j', (text, rest) => {
    expect(held(text)).toBe(rest);
  });

  it('of a text without spaces no more than the longest value', () => {
    expect(held('a'.repeat(200_000)).length).toBe(72 * 1024);
  });
});
