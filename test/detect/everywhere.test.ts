import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDetectors, detect } from '../../src/detect/detect.ts';
import { disguises } from './disguises.ts';
import { found } from './found.ts';
import { type Made, made, unmade } from './made.ts';

/** A value of every entity is found whole, wherever it stands and however it is written. */

const detectors = compileDetectors();

/** What is found from the value's first byte to its last. */
function exactly(before: string, written: string, behind: string) {
  const bytes = Buffer.from(before + written + behind);
  const start = Buffer.byteLength(before);
  const end = start + Buffer.byteLength(written);
  return detect(detectors, bytes, 0, bytes.length).find((one) => one.start === start && one.end === end);
}

const shown = ({ entity, before, value, behind }: Made): string => `${entity}: ${before}${value}${behind}`;

/** Text that says nothing of the value. */
const prose = fc
  .array(fc.constantFrom('vtr ', 'kmd ', 'bnt\n', '日本 ', 'x = 5; ', '“lq” ', '| ', '\t'), { maxLength: 40 })
  .map((words) => words.join(''));

/** Who asks for a code right before the value reads no base64 there; nor is so short a run of it looked into. */
const isHeld = ({ entity, value }: Made): boolean =>
  value.length >= 9 && !/^(?:URL_CREDENTIALS|CURL_AUTH_USER|BIC|BR_PIX_KEY)$/.test(entity);

describe('a value of every entity', () => {
  it('is made', () => expect(unmade).toEqual([]));

  it('is found by its own name', () => {
    const named = new Set(
      made.flatMap(({ before, value, behind }) => exactly(before, value, behind)?.entity ?? []),
    );
    expect(made.map(({ entity }) => entity).filter((entity) => !named.has(entity))).toEqual([]);
  });

  it('is found whole at any place of a text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...made), prose, prose, (one, head, tail) => {
        const hit = exactly(`${head}\n${one.before}`, one.value, `${one.behind}\n${tail}`);
        expect(hit, shown(one)).toBeDefined();
      }),
      { numRuns: 4000 },
    );
  });

  it.each(disguises)('is found whole: %s', (name, write) => {
    const some = name.startsWith('base64') ? made.filter(isHeld) : made;
    const missed = some.filter(({ before, value, behind }) => !exactly(before, write(value), behind));
    expect(missed.map(shown)).toEqual([]);
  });
});

describe('a value with a wrong check digit', () => {
  it.each([
    ['CREDIT_CARD', '4111 1111 1111 1112'],
    ['IBAN_CODE', 'DE89 3704 0044 0532 0130 01'],
    ['CRYPTO', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'],
    ['CRYPTO', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx'],
    ['VIN', '1HGCM82633A004353'],
  ])('is no %s: %s', (entity, value) => {
    expect(found(`see ${value} here`).filter((one) => one.startsWith(entity))).toEqual([]);
  });
});
