/** `policy diff`: a no where something loosens, in words, as JSON and as a review comment. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHome } from '../../src/record/home.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';
import { recording } from './recording.ts';

async function place() {
  const [cwd, home] = [emptyFolder(), emptyFolder()];
  const sessions = openSessions({ dir: openHome({ FCGATE_HOME: home }).sessions, now: Date.now });
  sessions.append(recording);
  await sessions.close();
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify({ version: 1, recordings: [recording], cases: [] }));
  writeFileSync(join(cwd, 'loose.yaml'), 'version: 1\n');
  writeFileSync(join(cwd, 'strict.yaml'), 'version: 1\ntools: { "send_*": { deny: "No | mail `x`." } }\n');
  return { cwd, home };
}

test('what loosens is a no; what tightens is not', async () => {
  const at = await place();
  const looser = await fcgateIn(at, 'policy', 'diff', 'strict.yaml', 'loose.yaml', '--against', 'seen.json');
  expect(looser.status).toBe(1);
  expect(looser.stdout).toContain('Loosened:\n');
  expect(looser.stdout).toContain('deny, tools["send_*"]: No | mail `x`.  →  allow, tools["*"]');
  expect(looser.stdout).toContain('1 exchange: 1 looser; 0 values masked');
  const stricter = await fcgateIn(
    at,
    'policy',
    'diff',
    'loose.yaml',
    'strict.yaml',
    '--against',
    's-0001',
    'seen.json',
  );
  expect(stricter.status).toBe(0);
  expect(stricter.stdout).toContain('Tightened:\n');
});

test('as a review comment, whose cells nothing breaks out of', async () => {
  const at = await place();
  const command = [
    'policy',
    'diff',
    'strict.yaml',
    'loose.yaml',
    '--against',
    'seen.json',
    '--format',
    'markdown',
  ];
  const { stdout } = await fcgateIn(at, ...command);
  expect(stdout).toMatch(/^### Policy: `strict\.yaml \([0-9a-f]{12}\)` → `loose\.yaml/);
  expect(stdout).toContain('| `` deny, tools["send_*"]: No \\| mail `x`. `` | `allow, tools["*"]` |');
});

test('as JSON', async () => {
  const at = await place();
  const { stdout } = await fcgateIn(
    at,
    'policy',
    'diff',
    'strict.yaml',
    'loose.yaml',
    '--against',
    'seen.json',
    '--json',
  );
  expect(JSON.parse(stdout)).toMatchObject({
    exchanges: 1,
    differences: [{ direction: 'looser', exchange: 'x1', tool: 'send_mail', before: { effect: 'deny' } }],
    masked: { before: { values: expect.any(Number) } },
  });
});

test('a policy that is not in order, or no traffic, is wrong usage', async () => {
  const at = await place();
  writeFileSync(join(at.cwd, 'bad.yaml'), 'version: 1\nmaks: 1\n');
  const bad = await fcgateIn(at, 'policy', 'diff', 'loose.yaml', 'bad.yaml', '--against', 'seen.json');
  expect(bad).toMatchObject({ status: 2, stderr: expect.stringContaining('bad.yaml:2:1') });
  expect(await fcgateIn(at, 'policy', 'diff', 'loose.yaml', 'strict.yaml')).toMatchObject({ status: 2 });
  expect(
    await fcgateIn(at, 'policy', 'diff', 'loose.yaml', 'strict.yaml', '--against', 'nobody'),
  ).toMatchObject({ status: 1 });
});
