/**
 * What the gateway costs, everything on, as ratios to a bare http-proxy pass-through in the same run.
 * `npm run bench [-- --rounds 5 --ms 1500]`; load, gateway, bare line and upstream are processes of their own.
 */
import { parseArgs } from 'node:util';
import { median, peakMemory, startAll, startLoad, tidyUp } from './processes.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '1500' } },
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.ms);
const measure = startLoad('load.mjs');
const { bare, fcgate } = await startAll('upstream.mjs');
const targets = [
  ['bare', `${bare.url}/v1/chat/completions`],
  ['fcgate', `${fcgate.url}/openai/v1/chat/completions`],
];

const shapes = [
  { name: '2 KB, all new', kind: 'new', size: 2_000 },
  { name: '2 KB, grown', kind: 'grown', size: 2_000, count: 8 },
  { name: '64 KB, all new', kind: 'new', size: 64_000 },
  { name: '64 KB, grown', kind: 'grown', size: 64_000, count: 60 },
  { name: '1 MB, all new', kind: 'new', size: 1_000_000 },
  { name: '1 MB, grown', kind: 'grown', size: 1_000_000, count: 300 },
];

console.log(
  `Node ${process.version}, ${rounds} rounds of ${milliseconds} ms, medians; ratios are fcgate / bare of the same round\n`,
);
console.log(
  '| body | bare p50 ms | fcgate p50 ms | p50 ratio | p99 ratio | bare req/s (32) | fcgate req/s (32) | req/s ratio |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const { name, ...shape } of shapes) {
  const seen = { 1: [], 32: [] };
  for (const clients of [1, 32]) {
    for (const [, url] of targets) await measure({ url, clients, milliseconds: 1000, ...shape });
    for (let round = 0; round < rounds; round++) {
      const result = {};
      for (const [target, url] of round % 2 ? targets.toReversed() : targets) {
        result[target] = await measure({ url, clients, milliseconds, ...shape });
      }
      seen[clients].push(result);
    }
  }
  const of = (clients, target, figure) => median(seen[clients].map((round) => round[target][figure]));
  const ratio = (clients, figure) =>
    median(seen[clients].map(({ bare, fcgate }) => fcgate[figure] / bare[figure])).toFixed(2);
  const row = [
    name,
    of(1, 'bare', 'p50').toFixed(3),
    of(1, 'fcgate', 'p50').toFixed(3),
    ratio(1, 'p50'),
    ratio(1, 'p99'),
  ];
  row.push(
    of(32, 'bare', 'perSecond').toFixed(0),
    of(32, 'fcgate', 'perSecond').toFixed(0),
    ratio(32, 'perSecond'),
  );
  console.log(`| ${row.join(' | ')} |`);
}
console.log(
  `\nPeak memory: bare ${peakMemory(bare).toFixed(0)} MB, fcgate ${peakMemory(fcgate).toFixed(0)} MB`,
);
tidyUp();
