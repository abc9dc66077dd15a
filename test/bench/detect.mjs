// What detection finds in labelled texts, and what it costs, beside other packages of npm on the same texts in the same
// run; printed as Markdown: `npm run bench:detect`. With `--docs` the figures go into docs/detection.md.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  compileDetectors,
  detect,
  entities,
  groupOf,
  namedEntities,
  readGazetteer,
} from '../../dist/detect/detect.js';
import { missing } from '../detect/measure.mjs';
import { writeDocument } from './document.mjs';
import { qualityOf } from './quality.mjs';
import { speedOf } from './speed.mjs';

if (missing) throw new Error('The labelled texts are not here: ../shared/corpora/pii.');

const table = readFileSync(new URL('../../src/detect/names.generated.bin', import.meta.url));
const names = new Set(namedEntities.map(({ entity }) => entity));

const by = (detectors, kinds) => ({
  entities: kinds,
  groupOf: (entity) => groupOf(detectors, entity),
  detect: (bytes, key) => detect(detectors, bytes, 0, bytes.length, key === undefined ? undefined : { key }),
});
const ours = by(compileDetectors(), entities);
const named = by(
  compileDetectors([], { names: { gazetteer: readGazetteer(table), entities: names } }),
  namedEntities,
);

const quality = await qualityOf(ours, named, process.argv.includes('--failed'));
const speed = await speedOf(ours, named);
const text = [quality.text, speed].join('\n\n');
console.log(text);
if (process.argv.includes('--docs')) {
  const tallies = Object.fromEntries(
    [...quality.tallies].map(([entity, { hit, missed, wrong }]) => [entity, { hit, missed, wrong }]),
  );
  const file = new URL('../../docs/detection.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify({ tallies, text }, null, 2)}\n`);
  writeDocument();
}
