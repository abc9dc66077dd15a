import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileDetectors,
  detect,
  holdFrom,
  type Names,
  namedEntities,
  readGazetteer,
} from '../../src/detect/detect.ts';
import { FIRST, KNOWN_PLACE, LAST, NAME, PLACE, PLAIN, writeGazetteer } from '../../src/detect/gazetteer.ts';

const table = new URL('../../src/detect/names.generated.bin', import.meta.url);
const entities = new Set(namedEntities.map(({ entity }) => entity));
const detectorsOf = (gazetteer: Names['gazetteer']) =>
  compileDetectors([], { names: { gazetteer, entities } });
const detectors = detectorsOf(readGazetteer(readFileSync(table)));

function found(text: string, key?: string): string[] {
  const bytes = Buffer.from(text);
  return detect(detectors, bytes, 0, bytes.length, key === undefined ? undefined : { key }).map(
    ({ entity, start, end }) => `${entity}:${bytes.toString('utf8', start, end)}`,
  );
}

describe('the gazetteer', () => {
  const kinds = readGazetteer(
    writeGazetteer([
      ['Paris', PLACE | KNOWN_PLACE],
      ['Paris', FIRST],
      ['São Paulo', PLACE],
      ['grant', PLAIN],
    ]),
  );

  it.each([
    ['Paris', FIRST | PLACE | KNOWN_PLACE],
    ['PARIS', FIRST | PLACE | KNOWN_PLACE],
    ['Sao Paulo', PLACE],
    ['Grant', PLAIN],
    ['Nobody', 0],
  ])('%s', (phrase, expected) => expect(kinds.kindsOf(phrase)).toBe(expected));

  it('reads back all that was written', () => {
    const words = fc.array(
      fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer({ min: 1, max: LAST | NAME })),
    );
    fc.assert(
      fc.property(words, (entries) => {
        const read = readGazetteer(writeGazetteer(entries));
        for (const [word, kind] of entries) expect(read.kindsOf(word) & kind).toBe(kind);
      }),
    );
  });
});

describe('names in text', () => {
  it.each([
    ['Please ask Maria González about it.', ['PERSON:Maria González']],
    ['Hi, my name is Björn Ulvaeus.', ['PERSON:Björn Ulvaeus']],
    ['Hello, this is Mr. Okonkwo speaking.', ['PERSON:Okonkwo']],
    ["It was Hannah's idea, not Kevin's.", ['PERSON:Hannah', 'PERSON:Kevin']],
    ['Will Smith was there. Will you?', ['PERSON:Will Smith']],
    ['silvana and christopher came, too', ['PERSON:silvana', 'PERSON:christopher']],
    ['She moved to Zürich from South Africa.', ['LOCATION:Zürich', 'LOCATION:South Africa']],
    ['South Africa was super fun to visit!', ['LOCATION:South Africa']],
    ['He lives in Wroclaw, Poland.', ['LOCATION:Wroclaw', 'LOCATION:Poland']],
    ['We buy from Meridian Logistics every year.', ['ORGANIZATION:Meridian Logistics']],
    ['I work for Zyntrix these days.', ['ORGANIZATION:Zyntrix']],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected));

  it.each([
    'The order was shipped on Monday, and the invoice followed in March.',
    'Use TypeScript with React Native, and deploy it to Kubernetes.',
    'const Maria = await client.getMaria({ Grant: Mark_1 });',
    'import { May } from ./June.Mark',
    'GET /api/v1/Users HTTP/1.1',
    'My IBAN is in the JSON. OK?',
    'German and Swedish are languages.',
  ])('nothing in: %s', (text) => expect(found(text)).toEqual([]));

  it.each([
    ['first_name', 'Xyrqua', ['PERSON:Xyrqua']],
    ['customerName', 'Ngozi Okonkwo-Bâ', ['PERSON:Ngozi Okonkwo-Bâ']],
    ['city', 'Pudičmouth', ['LOCATION:Pudičmouth']],
    ['company', 'Qwyx & Sons', ['ORGANIZATION:Qwyx & Sons']],
    ['name', 'get_weather', []],
    ['file_name', 'Report', []],
    ['city', '{{city}}', []],
  ])('under %s: %s', (key, value, expected) => expect(found(value, key)).toEqual(expected));

  it('finds only what is asked for', () => {
    const gazetteer = readGazetteer(readFileSync(table));
    const persons = compileDetectors([], { names: { gazetteer, entities: new Set(['PERSON']) } });
    const bytes = Buffer.from('Maria González moved to Zürich.');
    expect(detect(persons, bytes, 0, bytes.length).map(({ entity }) => entity)).toEqual(['PERSON']);
    expect(detect(compileDetectors(), bytes, 0, bytes.length)).toEqual([]);
  });
});

const pieces = fc.array(
  fc.constantFrom(
    ...[
      'Maria',
      'González',
      'de',
      'la',
      'Paris',
      'in',
      'Mr.',
      'The',
      'will',
      'Acme',
      'Group',
      'F.',
      '42',
      'was',
      'X',
    ],
    ...[', ', '\n', ' ', ' ', ' ', '. ', ': ', "'s", '-', 'ü', 'lives in ', 'work for ', '\n> '],
  ),
  { maxLength: 40 },
);

it('what is found before the hold is what is found in the whole text', () => {
  fc.assert(
    fc.property(pieces, fc.nat(), (words, at) => {
      const bytes = Buffer.from(words.join(''));
      const cut = Buffer.from(
        bytes.toString('utf8', 0, at % (bytes.length + 1)).replace(/\ufffd$/, ''),
      ).length;
      const hold = holdFrom(detectors, bytes, 0, cut);
      const before = (end: number) => detect(detectors, bytes, 0, end).filter((match) => match.end <= hold);
      expect(before(cut)).toEqual(before(bytes.length));
    }),
    { numRuns: 500 },
  );
});

it.each(['Maria ', 'A', 'Aa-', 'maria, ', 'de la ', 'X. ', "O'", 'Maria\n', 'Mr. '])(
  'takes linear time: %j',
  (unit) => {
    const cost = (size: number): number => {
      const bytes = Buffer.from(unit.repeat(size / unit.length));
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 2; run++) {
        const before = process.cpuUsage();
        detect(detectors, bytes, 0, bytes.length);
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, (user + system) / 1000);
      }
      return best;
    };
    cost(20_000);
    const [one, two] = [cost(150_000), cost(300_000)];
    expect(two, `${two} ms, ${one} ms for half of it`).toBeLessThan(one * 3 + 50);
  },
);
