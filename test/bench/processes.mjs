/** The processes of a measurement: each its own, started and ended here, and what they cost. */
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'fcgate-bench-'));
const children = [];

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

/** The upstream, the bare line before it, and the gateway with everything on. */
export async function startAll(upstreamFile) {
  const upstream = await start(join(here, upstreamFile), []);
  const bare = await start(join(here, 'bare.mjs'), [upstream.url]);
  const serve = ['serve', '--port', '0', '--log-format', 'json', '--connection', `openai=${upstream.url}`];
  const fcgate = await start(join(here, '../../bin/fcgate.js'), serve, {
    FCGATE_HOME: home,
    NODE_ENV: 'production',
  });
  return { upstream, bare, fcgate };
}

/** A process that takes orders and tells figures, one after the other. */
export function startLoad(file) {
  const load = fork(join(here, file));
  children.push(load);
  return (order) =>
    new Promise((resolve) => {
      load.once('message', (told) =>
        told.failed === undefined ? resolve(told) : giveUp(order, told.failed),
      );
      load.once('exit', (status) => giveUp(order, `the load ended with ${status}`));
      load.send(order);
    }).finally(() => load.removeAllListeners('exit'));
}

/** A figure over refused requests would say nothing. */
function giveUp({ url, clients, kind, size }, why) {
  console.error(`${url}, ${clients} clients, ${[kind, size].filter(Boolean).join(' ')}: ${why}`);
  tidyUp();
  process.exit(1);
}

export function tidyUp() {
  for (const child of children) child.removeAllListeners('exit').kill('SIGKILL');
  rmSync(home, { recursive: true, force: true, maxRetries: 20 });
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const megabytes = (pid, line) =>
  Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

export const peakMemory = ({ child }) => megabytes(child.pid, 'VmHWM');
export const memory = ({ child }) => megabytes(child.pid, 'VmRSS');

/** Processor time that it took so far, in milliseconds. */
export function processorTime({ child }) {
  const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .split(') ')[1]
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
