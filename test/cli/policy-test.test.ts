import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Case } from '../../src/exchange.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';
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
  expect(stdout).toContain(
    '  ✗ mail \\x1b[2Jstays (recording x1)\n      decision: expected deny, got allow\n',
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

test('without fixtures the usual file is looked for, and missed', async () => {
  expect(await fcgateIn({}, 'policy', 'test')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('recordings.json'),
  });
});
