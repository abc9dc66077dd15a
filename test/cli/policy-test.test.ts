import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Case } from '../../src/fixture.ts';
import { deferred, emptyFolder, fcgateIn, ioIn, sink } from './fcgate.ts';
import { recording } from './recording.ts';

/** A folder with a fixture at the usual place. */
function folderWith(name: string, ...cases: Case[]): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, name), JSON.stringify({ version: 1, recordings: [recording], cases }));
  return folder;
}

const mailGoes: Case = { name: 'mail goes', recording: 'x1', expect: { decision: 'allow' } };
const mailStays: Case = {
  name: 'mail \x1b[2Jstays',
  recording: 'x1',
  expect: { decision: 'deny', rules: ['tools["send_*"]'] },
};

test('cases that hold are told, and are a yes', async () => {
  const cwd = folderWith('a.json', mailGoes);
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'test', 'a.json');
  expect(stdout).toMatch(/^a\.json\n {2}✓ mail goes\n1 passed, 0 failed under built-in \(/);
  expect(status).toBe(0);
});

test('a case that does not hold says what was expected, and is a no', async () => {
  const cwd = folderWith('a.json', mailGoes, mailStays);
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'test', 'a.json');
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^ {2}✗ mail \\x1b\[2Jstays \(recording x1, a\.json:1:\d+\)\n {16}EXPECTED +ACTUAL\n {6}decision +deny +allow\n {8}tool_call send_mail .*: allow, tools\["\*"\] \(built-in:\d+:3\)$/m,
  );
  expect(stdout).toContain('\n1 passed, 1 failed');
});

test('it is the policy in the folder that is tested', async () => {
  const cwd = folderWith('a.json', mailStays);
  writeFileSync(join(cwd, 'fcgate.yaml'), 'version: 1\ntools: { "send_*": { deny: Not by mail. } }\n');
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'test', 'a.json', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    passed: 1,
    failed: 0,
    files: [{ file: 'a.json', cases: [{ passed: true }] }],
  });
  expect(status).toBe(0);
});

test('to test nothing is a no', async () => {
  expect(await fcgateIn({ cwd: folderWith('a.json') }, 'policy', 'test', 'a.json')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('nothing was tested'),
  });
});

test('--filter runs the cases of such names, and to find none is a no', async () => {
  const cwd = folderWith('a.json', mailGoes, mailStays);
  const some = await fcgateIn({ cwd }, 'policy', 'test', 'a.json', '--filter', 'goes');
  expect(some).toMatchObject({ status: 0, stdout: expect.stringContaining('\n1 passed, 0 failed') });
  const none = await fcgateIn({ cwd }, 'policy', 'test', 'a.json', '--filter', 'flies');
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing was tested') });
});

test('--format names how results are told, and nothing else', async () => {
  const cwd = folderWith('a.json', mailGoes);
  const json = await fcgateIn({ cwd }, 'policy', 'test', 'a.json', '--format', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({ passed: 1, files: [{ cases: [{ recording: 'x1' }] }] });
  expect(await fcgateIn({ cwd }, 'policy', 'test', 'a.json', '--format', 'song')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('pretty, json'),
  });
});

test.each([
  ['recordings.json', []],
  ['support.json', ['--policy', 'fixtures/policies/support.yaml']],
])('the cases of fixtures/%s hold', async (file, options) => {
  const ran = await fcgateIn({ cwd: process.cwd() }, 'policy', 'test', `fixtures/${file}`, ...options);
  expect(ran.stdout).not.toContain('✗');
  expect(ran.status).toBe(0);
});

test('the shop’s policy is covered whole, and nothing can be broken in it unnoticed', async () => {
  const options = [
    '--policy',
    'fixtures/policies/shop.yaml',
    '--min',
    '100',
    '--mutate',
    '--min-score',
    '0.9',
  ];
  const ran = await fcgateIn({ cwd: process.cwd() }, 'policy', 'test', 'fixtures/shop.yaml', ...options);
  expect(ran.stdout).not.toContain('✗');
  const [, passed] = /\n(\d+) passed, 0 failed/.exec(ran.stdout)!;
  expect(Number(passed)).toBeGreaterThanOrEqual(60);
  console.log(ran.stdout.slice(ran.stdout.indexOf('\nCoverage:')));
  expect(ran.status).toBe(0);
}, 60_000);

test('below --min and --min-score is a no, told beside a report for programs', async () => {
  const cwd = folderWith('a.json', mailGoes);
  writeFileSync(join(cwd, 'fcgate.yaml'), 'version: 1\ntools: { "send_*": allow, "delete_*": deny }\n');
  const options = ['--min', '51', '--min-score', '0.9', '--json'];
  const { status, stdout, stderr } = await fcgateIn({ cwd }, 'policy', 'test', 'a.json', ...options);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ passed: 1 });
  expect(stderr).toContain('Coverage: 1 of 2 outcomes');
  expect(stderr).toContain('below 51 %');
  expect(stderr).toContain('below 0.9');
});

test('coverage is told when cases fail, too; as lcov and as JSON it stands alone', async () => {
  const cwd = folderWith('a.json', { ...mailGoes, expect: { decision: 'mask' } });
  writeFileSync(join(cwd, 'fcgate.yaml'), 'version: 1\ntools:\n  send_*: allow\n  delete_*: deny\n');
  const run = (...options: string[]) => fcgateIn({ cwd }, 'policy', 'test', 'a.json', ...options);
  expect(await run('--coverage')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('Coverage: 1'),
  });
  const { stdout: lcov } = await run('--coverage-format', 'lcov');
  expect(lcov).toMatch(/^TN:\nSF:fcgate\.yaml\n.*DA:3,1\nDA:4,0\nLF:2\nLH:1\nend_of_record\n$/s);
  const { stdout: json } = await run('--coverage-format', 'json');
  expect(JSON.parse(json)).toMatchObject({ gone: 1, ways: 2, percent: 50 });
});

describe('--update', () => {
  test('writes what came over what was expected, and shows it', async () => {
    const cwd = folderWith('a.json', mailGoes, mailStays);
    const updated = await fcgateIn({ cwd }, 'policy', 'test', 'a.json', '--update');
    expect(updated.stdout).toContain('- decision: "deny"\n    + decision: "allow"');
    expect(updated.stdout).not.toContain('mail goes');
    expect(await fcgateIn({ cwd }, 'policy', 'test', 'a.json')).toMatchObject({ status: 0 });
  });

  test('keeps the comments of a YAML file, and what is to do', async () => {
    const cwd = emptyFolder();
    const file = join(cwd, 'a.yaml');
    const todo = '  - { name: later, todo: true, tool: b, expect: { decision: deny } }\n';
    writeFileSync(
      file,
      `version: 1\ncases:\n  # Why.\n  - name: a\n    tool: a\n    expect: { decision: deny }\n${todo}`,
    );
    expect(await fcgateIn({ cwd }, 'policy', 'test', 'a.yaml', '--update')).toMatchObject({ status: 0 });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('# Why.\n  - name: a\n    tool: a\n    expect: { decision: allow }\n');
    expect(text).toContain('decision: deny');
  });

  test('leaves a case alone of whose tellings not the same came', async () => {
    const cwd = emptyFolder();
    const file = join(cwd, 'a.yaml');
    const sketch = '{ name: a, provider: [openai, anthropic], tool: a, expect: { decision: allow } }';
    writeFileSync(file, `version: 1\ncases:\n  - ${sketch}\n`);
    writeFileSync(
      join(cwd, 'fcgate.yaml'),
      'version: 1\nrules:\n  - { id: r, when: \'tool.name == "a" && provider == "openai"\', deny: No. }\n',
    );
    const updated = await fcgateIn({ cwd }, 'policy', 'test', 'a.yaml', '--update');
    expect(updated).toMatchObject({ status: 1, stderr: expect.stringContaining('by hand') });
  });
});

test('--watch tests again as a file changes, and goes on where a policy is broken', async () => {
  const cwd = folderWith('a.json', mailGoes);
  const policy = join(cwd, 'fcgate.yaml');
  writeFileSync(policy, 'version: 1\n');
  const stopped = deferred<'SIGINT'>();
  const stdout = sink();
  const stderr = sink();
  const io = { ...ioIn({ cwd }), stdout, stderr, stopSignal: () => stopped.promise };
  const running = main(['policy', 'test', 'a.json', '--watch'], io);
  await vi.waitFor(() => expect(stderr.text()).toContain('waiting for a change'), 25_000);
  writeFileSync(policy, 'version: 2\n');
  await vi.waitFor(() => expect(stderr.text()).toContain('fcgate.yaml:1:10'), 25_000);
  writeFileSync(policy, 'version: 1\ntools: { "send_*": deny }\n');
  await vi.waitFor(() => expect(stdout.text()).toContain('1 failed'), 25_000);
  stopped.resolve('SIGINT');
  expect(await running).toBe(0);
}, 40_000);

test('without fixtures the usual file is looked for, and missed', async () => {
  expect(await fcgateIn({}, 'policy', 'test')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('recordings.json'),
  });
});
