// MB/s on chat bodies, ours beside JSON.parse of the same bytes and beside the others', in rounds that take turns: each
// ratio is taken within a round, in CPU time of this process, and the medians are shown.
import { chat } from './bodies.mjs';
import { rivals } from './rivals.mjs';

const SIZE = 1_000_000;
const ROUNDS = 7;
/** The slow ones get less of the text, in proportion. */
const SHARE = { '@openredaction/core': 64 };

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

async function cpu(run, times) {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

export async function speedOf(ours, named) {
  const rows = [];
  for (const [name, every] of [
    ['no findings', Number.POSITIVE_INFINITY],
    ['few findings', 2500],
    ['many findings', 150],
  ])
    rows.push(await measureBody(ours, name, chat(SIZE, every)));
  return [
    '### Speed\n',
    `| body of 1 MB | findings | MB/s | × JSON.parse(string) | × JSON.parse(bytes.toString()) | ${rivals.map(({ name }) => `× ${name}`).join(' | ')} |`,
    `|---|---|---|---|---|${rivals.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    `\nEach string, number and key of the body is scanned; medians of ${ROUNDS} rounds, ratios within a round, CPU time. Others scan the body as one text, those that take minutes a part of it. Where a policy asks for names, ${await withNames(ours, named)}.`,
  ].join('\n');
}

/** What looking for names as well costs. */
async function withNames(ours, named) {
  const leaves = leavesOf(JSON.parse(chat(SIZE, 2500).toString()));
  const scan = (by) => () => {
    for (const [leaf, key] of leaves) by.detect(leaf, key);
  };
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++)
    ratios.push((await cpu(scan(named), 2)) / (await cpu(scan(ours), 2)));
  return `the body with few findings takes ${median(ratios).toFixed(1)} × as long`;
}

async function measureBody(ours, name, bytes) {
  const json = bytes.toString();
  const leaves = leavesOf(JSON.parse(json));
  let findings = 0;
  const scan = () => {
    findings = 0;
    for (const [leaf, key] of leaves) findings += ours.detect(leaf, key).length;
  };
  const others = rivals.map((rival) => {
    const share = SHARE[rival.name] ?? 1;
    const part = json.slice(0, json.length / share);
    return { share, run: () => rival.run(part) };
  });
  for (let i = 0; i < 10; i++) scan();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const mine = await cpu(scan, 5);
    const string = await cpu(() => JSON.parse(json), 5);
    const parsed = await cpu(() => JSON.parse(bytes.toString()), 5);
    const theirs = [];
    for (const { share, run } of others) theirs.push((await cpu(run, 1)) * share);
    rounds.push([bytes.length / mine, string / mine, parsed / mine, ...theirs.map((time) => time / mine)]);
  }
  const [speed, string, parsed, ...theirs] = rounds[0].map((_, i) => median(rounds.map((round) => round[i])));
  return [
    name,
    findings,
    speed.toFixed(0),
    string.toFixed(2),
    parsed.toFixed(2),
    ...theirs.map((ratio) => ratio.toFixed(1)),
  ];
}
