/**
 * What the gateway costs a stream, everything on, as ratios to a bare http-proxy pass-through in the same run.
 * `npm run bench:stream [-- --rounds 3 --ms 1500]`; load, gateway, bare line and upstream are processes of their own.
 */
import { parseArgs } from 'node:util';
import { median, memory, processorTime, startAll, startLoad, tidyUp } from './processes.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, ms: { type: 'string', default: '1500' } },
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.ms);

const measure = startLoad('stream-load.mjs');
const all = await startAll('stream-upstream.mjs');
const path = { bare: '/v1/chat/completions', fcgate: '/openai/v1/chat/completions' };
const streams = (target, order) =>
  measure({
    url: all[target].url + path[target],
    upstream: all.upstream.url,
    governed: target === 'fcgate',
    ...order,
  });

/** Both in turn, so that each ratio is of one round. */
async function both(order) {
  const seen = [];
  for (const target of ['bare', 'fcgate']) await streams(target, { ...order, milliseconds: 2000 });
  for (let round = 0; round < rounds; round++) {
    const told = {};
    for (const target of round % 2 ? ['fcgate', 'bare'] : ['bare', 'fcgate']) {
      const before = processorTime(all[target]);
      told[target] = await streams(target, order);
      const events = told[target].streams * (order.count + 3);
      told[target].processor = ((processorTime(all[target]) - before) * 1000) / events;
    }
    seen.push(told);
  }
  return seen;
}

function row(name, seen, figure, aim) {
  const of = (target) => median(seen.map((round) => round[target][figure])).toFixed(3);
  const ratio = median(seen.map(({ bare, fcgate }) => fcgate[figure] / bare[figure])).toFixed(2);
  console.log(`| ${name} | ${of('bare')} | ${of('fcgate')} | ${ratio} | ${aim} |`);
}

console.log(
  `Node ${process.version}, ${rounds} rounds of ${milliseconds} ms, medians; ratios are fcgate / bare of the same round\n`,
);
console.log('| | bare | fcgate | ratio | aim |');
console.log('|---|---|---|---|---|');
const burst = { count: 200, pause: 0, milliseconds };
const alone = await both({ ...burst, clients: 1 });
row('200 deltas at once, 1 client: first data, ms', alone, 'firstData', '1.1');
row('200 deltas at once, 1 client, ms', alone, 'whole', '');
const paced = await both({ count: 60, pause: 5, clients: 1, milliseconds: 2 * milliseconds });
row('a delta every 5 ms: first data, ms', paced, 'firstData', '1.1');
row('a delta every 5 ms: delay p50, ms', paced, 'delay50', '');
row('a delta every 5 ms: delay p99 of words, ms', paced, 'word99', '1.5');
row('a delta every 5 ms: delay p99 with a value in ten pieces, ms', paced, 'delay99', '');
row('a delta every 5 ms: processor, µs', paced, 'processor', '');
const crowd = await both({ ...burst, clients: 32 });
row('200 deltas at once, 32 clients, ms', crowd, 'whole', '1.2');
row('200 deltas at once, 32 clients: processor per delta, µs', crowd, 'processor', '');

/** Each of the streams is checked to have all its events. */
async function many(target) {
  const before = memory(all[target]);
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memory(all[target]));
  }, 100);
  const { word99 } = await streams(target, { count: 100, pause: 50, clients: 200, milliseconds: 0 });
  clearInterval(watch);
  return { word99, grown: ((most - before) / 200) * 1024 };
}
const slow = [{ bare: await many('bare'), fcgate: await many('fcgate') }];
row('200 streams of a delta every 50 ms: delay p99 of words, ms', slow, 'word99', '');
row('memory per stream, KB', slow, 'grown', '');
tidyUp();
