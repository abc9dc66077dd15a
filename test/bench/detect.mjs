// Speed of detection beside JSON.parse of the same bytes, in CPU time of this process: `npm run build && node test/bench/detect.mjs`.

import { code, prose, requestBody, rng } from '../../../shared/bench/lib/payloads.mjs';
import { compileDetectors, detect } from '../../dist/detect/detect.js';

const detectors = compileDetectors();

/** The best of many runs, in milliseconds. */
function best(run) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 60; i++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    if (i >= 15) least = Math.min(least, user + system);
  }
  return least / 1000;
}

/** Each string, number and key of a body, as the gateway scans it. */
function leavesOf(value, key, leaves = []) {
  if (Array.isArray(value)) for (const one of value) leavesOf(one, key, leaves);
  else if (value !== null && typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) {
      leaves.push([Buffer.from(name), undefined]);
      leavesOf(one, name, leaves);
    }
  } else if (typeof value === 'string' || typeof value === 'number')
    leaves.push([Buffer.from(String(value)), key]);
  return leaves;
}

const MB = 1_000_000;
const body = requestBody('L');
const texts = [
  ['chat body, leaf by leaf', body.toString(), leavesOf(JSON.parse(body.toString()))],
  ...[
    ['prose, no findings', prose(rng(3), MB, 1e12)],
    ['prose, few findings', prose(rng(3), MB, 20_000)],
    ['prose, dense findings', prose(rng(3), MB, 100)],
    ['code, no findings', code(rng(3), MB, 1e12)],
  ].map(([name, text]) => [name, JSON.stringify([text]), [[Buffer.from(text), undefined]]]),
];

console.log('text                       findings   MB/s  x JSON.parse(string)  x JSON.parse(bytes)');
for (const [name, json, leaves] of texts) {
  const bytes = Buffer.from(json);
  let findings = 0;
  const ours = best(() => {
    findings = 0;
    for (const [leaf, key] of leaves)
      findings += detect(detectors, leaf, 0, leaf.length, key && { key }).length;
  });
  const string = best(() => JSON.parse(json));
  const parsed = best(() => JSON.parse(bytes.toString()));
  const speed = (bytes.length / 1000 / ours).toFixed(0);
  console.log(
    name.padEnd(26),
    String(findings).padStart(8),
    speed.padStart(6),
    (string / ours).toFixed(2).padStart(12),
    (parsed / ours).toFixed(2).padStart(20),
  );
}
