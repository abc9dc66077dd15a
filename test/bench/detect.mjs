// What detection finds in labelled texts, and what it costs, beside other packages of npm on the same texts in the same
// run; printed as Markdown: `npm run bench:detect`.
import { compileDetectors, detect, entities, groupOf } from '../../dist/detect/detect.js';
import { missing } from '../detect/measure.mjs';
import { qualityOf } from './quality.mjs';
import { speedOf } from './speed.mjs';

if (missing) throw new Error('The labelled texts are not here: ../shared/corpora/pii.');

const detectors = compileDetectors();
const ours = {
  entities,
  groupOf: (entity) => groupOf(detectors, entity),
  detect: (bytes, key) => detect(detectors, bytes, 0, bytes.length, key === undefined ? undefined : { key }),
};

const quality = await qualityOf(ours, process.argv.includes('--failed'));
const speed = await speedOf(ours);
console.log([quality.text, speed].join('\n\n'));
