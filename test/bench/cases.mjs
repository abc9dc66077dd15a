// How long `fcgate policy test` takes, and how much memory: cases of every provider, each with a recording of its own.
// Prints, for 1,000, 10,000 and 100,000 cases in files of 1,000, the wall and processor time and the peak of memory.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFixture } from '../../dist/record/fixtures.js';
import { sketched } from '../../dist/trial/sketch.js';

const fcgate = fileURLToPath(new URL('../../bin/fcgate.js', import.meta.url));
const PER_FILE = 1000;
const dir = mkdtempSync(join(tmpdir(), 'fcgate-cases-'));

const policy = `version: 1
tools:
  lookup_*: allow
  refund_*: { approve: { if: args.amount > 500, groups: [finance] } }
  delete_*: { deny: Ask an operator. }
rules:
  - id: no-private-keys
    stages: [to_model]
    when: findings.exists(f, f.entity == "PRIVATE_KEY")
    deny: Private keys never leave this machine.
`;

/** One of seven providers, one case of three: a mail is masked, a refund is asked about, a removal is refused. */
function sketchOf(i) {
  const tellers = ['openai', 'openai-responses', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama'];
  const common = { name: `case ${i}`, provider: tellers[i % 7], stream: i % 2 === 1 };
  const mail = `person${i}@example.com`;
  const kinds = [
    {
      messages: `Write to ${mail} that order ${i} is on its way.`,
      tool: 'lookup_order',
      args: { order: i },
      expect: { decision: 'mask', leaves: { to_model: { must_not: [mail] } } },
    },
    {
      messages: `Give order ${i} back.`,
      tool: 'refund_order',
      args: { order: i, amount: 501 + i },
      expect: { decision: 'approve', approvers: ['finance'] },
    },
    {
      messages: `Remove order ${i}.`,
      tool: 'delete_order',
      args: { order: i },
      expect: { decision: 'deny', code: 'policy_denied', rules: ['tools["delete_*"]'] },
    },
  ];
  return { ...common, ...kinds[i % 3] };
}

async function filesOf(count) {
  const files = [];
  for (let from = 0; from < count; from += PER_FILE) {
    const told = Array.from({ length: PER_FILE }, (_, i) => sketched(sketchOf(from + i))).flat();
    const file = join(dir, `${count}-${from}.json`);
    const cases = told.map((one) => one.case);
    await writeFixture(file, { version: 1, recordings: told.map((one) => one.recording), cases });
    files.push(file);
  }
  return files;
}

/** Ends a run with what the process took. */
const hook = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write('\\nUSED ' + JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, mb: maxRSS / 1024 }));
});`;

try {
  writeFileSync(join(dir, 'fcgate.yaml'), policy);
  writeFileSync(join(dir, 'hook.mjs'), hook);
  console.log('cases     wall s   cpu s   ms/case   peak MB');
  for (const count of (process.argv[2] ?? '1000,10000,100000').split(',').map(Number)) {
    const files = await filesOf(count);
    const started = performance.now();
    const run = spawnSync(
      process.execPath,
      ['--import', join(dir, 'hook.mjs'), fcgate, 'policy', 'test', ...files, '--format', 'tap', '--quiet'],
      { cwd: dir, encoding: 'utf8', maxBuffer: 2 ** 30 },
    );
    const seconds = (performance.now() - started) / 1000;
    const passed = run.stdout.match(/^ok /gm)?.length ?? 0;
    if (run.status !== 0 || passed !== count)
      throw new Error(`${passed} passed\n${run.stderr.slice(0, 2000)}`);
    const { cpu, mb } = JSON.parse(run.stderr.split('USED ')[1]);
    const row = [
      count,
      seconds.toFixed(1),
      cpu.toFixed(1),
      ((seconds * 1000) / count).toFixed(2),
      mb.toFixed(0),
    ];
    console.log(row.map((cell, i) => String(cell).padEnd([10, 9, 8, 10, 0][i])).join(''));
    for (const file of files) rmSync(file);
  }
} finally {
  rmSync(dir, { recursive: true });
}
