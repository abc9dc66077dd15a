// Writes docs/detection.md from the detectors' own lists and from what was measured last (docs/detection.json):
// `npm run docs:detect`. `npm run bench:detect -- --docs` measures again first.
import { readFileSync, writeFileSync } from 'node:fs';
import { entities, namedEntities } from '../../dist/detect/detect.js';
import { idRows } from '../../dist/detect/id-table.js';
import { described } from './entities.mjs';

const folder = new URL('../../docs/', import.meta.url);
const defaults = { pii: 'surrogate', financial: 'surrogate', secret: 'redact', network: 'keep' };

const head = `# Detection

What is looked for, how it is verified, and how well that was measured to work. Written by \`npm run docs:detect\`; measured by
\`npm run bench:detect -- --docs\` on labelled texts of other projects. Recall and precision stand where ten labels or more are in them.
A finding counts from a score of 0.5 on: form, check digits, the words before it and the JSON key that it stands under make the score.

PERSON, LOCATION and ORGANIZATION are opt-in: a policy whose \`mask\` gives one of them another form than \`keep\`, or whose
conditions or risk name it, turns it on. They are told by a table of names, places and plain words that comes with the package
and is read only then, and by the words around them. Names of companies that are just a word are mostly missed.`;

const checked = new Set(idRows.filter(({ check }) => check).map(({ entity }) => entity));

const share = (hit, all) => (all < 10 ? '–' : (hit / all).toFixed(2));

function entityRow({ entity, group, longest }, optIn, tallies) {
  const { hit = 0, missed = 0, wrong = 0 } = tallies[entity] ?? {};
  const [example, verified] = described[entity] ?? [
    '–',
    checked.has(entity) ? 'its form and check sum' : longest === undefined ? 'its beginning' : 'its form',
  ];
  const recall = share(hit, hit + missed);
  const precision = hit + missed < 10 ? '–' : share(hit, hit + wrong);
  return `| ${entity} | ${example} | ${verified} | ${group} | ${optIn ? 'opt-in' : (defaults[group] ?? 'keep')} | ${recall} | ${precision} |`;
}

export function writeDocument() {
  const { tallies, text } = JSON.parse(readFileSync(new URL('detection.json', folder), 'utf8'));
  const rows = [
    ...entities.map((kind) => entityRow(kind, false, tallies)),
    ...namedEntities.map((kind) => entityRow(kind, true, tallies)),
  ];
  const columns = ['entity', 'example', 'verified', 'group', 'default', 'recall', 'precision'];
  const table = [`| ${columns.join(' | ')} |`, `|${'---|'.repeat(columns.length)}`, ...rows].join('\n');
  const page = [head, '## Entities', table, '## Measured', text].join('\n\n');
  writeFileSync(new URL('detection.md', folder), `${page}\n`);
}

if (process.argv[1]?.endsWith('document.mjs')) writeDocument();
