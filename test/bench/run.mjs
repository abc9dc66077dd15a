/**
 * What the gateway costs, everything on, as ratios to a bare http-proxy pass-through in the same run.
 * `npm run bench [-- --rounds 5 --ms 1500]`; load, gateway, bare line and upstream are processes of their own.
 */
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '1500' } },
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.ms);
const home = mkdtempSync(join(tmpdir(), 'fcgate-bench-'));

/** Starts a process that says its address in its first line, as JSON. */
function start(file, args, env = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`${file} ended early`)));
    child.stdout.on('data', (data) => {
      if (said.includes('\n')) return;
      said += data;
      if (said.includes('\n')) resolve({ child, url: JSON.parse(said.split('\n')[0]).url });
    });
  });
}

const load = fork(join(here, 'load.mjs'));
const measure = (order) =>
  new Promise((resolve) => {
    load.once('message', (told) => (told.failed === undefined ? resolve(told) : giveUp(order, told.failed)));
    load.once('exit', (status) => giveUp(order, `the load ended with ${status}`));
    load.send(order);
  }).finally(() => load.removeAllListeners('exit'));

/** A figure over refused requests would say nothing. */
function giveUp({ url, clients, kind, size }, why) {
  console.error(`${url}, ${clients} clients, ${size} bytes, ${kind}: ${why}`);
  tidyUp();
  process.exit(1);
}

const children = [];
function tidyUp() {
  for (const child of children) child.removeAllListeners('exit').kill('SIGKILL');
  load.removeAllListeners('exit').kill();
  rmSync(home, { recursive: true, force: true });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const peak = (pid) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const upstream = await start(join(here, 'upstream.mjs'), []);
const bare = await start(join(here, 'bare.mjs'), [upstream.url]);
const serve = ['serve', '--port', '0', '--log-format', 'json', '--connection', `openai=${upstream.url}`];
const gateway = await start(join(here, '../../bin/fcgate.js'), serve, {
  FCGATE_HOME: home,
  NODE_ENV: 'production',
});
const targets = [
  ['bare', `${bare.url}/v1/chat/completions`],
  ['fcgate', `${gateway.url}/openai/v1/chat/completions`],
];

const shapes = [
  { name: '2 KB, all new', kind: 'new', size: 2_000, count: 400 },
  { name: '2 KB, grown', kind: 'grown', size: 2_000, count: 8 },
  { name: '64 KB, all new', kind: 'new', size: 64_000, count: 60 },
  { name: '64 KB, grown', kind: 'grown', size: 64_000, count: 30 },
  { name: '1 MB, all new', kind: 'new', size: 1_000_000, count: 20 },
  { name: '1 MB, grown', kind: 'grown', size: 1_000_000, count: 30 },
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
  `\nPeak memory: bare ${peak(bare.child.pid).toFixed(0)} MB, fcgate ${peak(gateway.child.pid).toFixed(0)} MB`,
);
tidyUp();
