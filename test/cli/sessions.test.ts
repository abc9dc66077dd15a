import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { readFixture } from '../../src/record/fixtures.ts';
import { openHome } from '../../src/record/home.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { hasTmux, openTerminal } from '../e2e/terminal.ts';
import { emptyFolder, fcgate, fcgateIn } from './fcgate.ts';

const bin = fileURLToPath(new URL('../../bin/fcgate.js', import.meta.url));

const recording: Recording = {
  id: 'x1',
  session: 's-0001',
  label: 'nightly',
  at: '2026-01-02T03:04:05.678Z',
  connection: 'openai',
  provider: 'openai',
  caller: 'anonymous',
  request: { method: 'POST', path: '/v1/chat/completions', headers: {}, body: '{"model":"m"}' },
  response: { status: 200, headers: {}, body: '{}' },
  decisions: [
    {
      stage: 'tool_call',
      path: '/choices/0',
      tool: 'evil\x1b[2J\u202e',
      effect: 'allow',
      rules: [],
      masked: [],
    },
  ],
  findings: [],
  policy: 'abc',
};

async function homeWith(...recordings: Recording[]): Promise<string> {
  const home = emptyFolder();
  const sessions = openSessions({ dir: openHome({ FCGATE_HOME: home }).sessions, now: Date.now });
  for (const each of recordings) sessions.append(each);
  await sessions.close();
  return home;
}

test('list shows each session, as a table and as JSON', async () => {
  const home = await homeWith(recording, { ...recording, id: 'x2' });
  const { status, stdout } = await fcgateIn({ home }, 'sessions', 'list');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^SESSION +UPDATED.*\ns-0001 \(nightly\) +2026-01-02 03:04:05 +2 +anonymous +openai/,
  );
  expect(JSON.parse((await fcgateIn({ home }, 'sessions', 'list', '--json')).stdout)).toMatchObject([
    { id: 's-0001', label: 'nightly', exchanges: 2 },
  ]);
});

test('a tool with a hostile name cannot move the cursor', async () => {
  const home = await homeWith(recording);
  for (const args of [['list'], ['show', 's-0001'], ['list', '--json'], ['show', 's-0001', '--json']]) {
    const { stdout } = await fcgateIn({ home }, 'sessions', ...args);
    expect(stdout).toContain('[2J');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  }
});

test('show takes an id, the beginning of one, or a label', async () => {
  const home = await homeWith(recording);
  for (const name of ['s-0001', 's-0', 'nightly']) {
    const { status, stdout } = await fcgateIn({ home }, 'sessions', 'show', name);
    expect({ status, lines: stdout.split('\n').length }).toEqual({ status: 0, lines: 3 });
    expect(stdout).toContain('POST /v1/chat/completions');
  }
  const { stdout } = await fcgateIn({ home }, 'sessions', 'show', 's-0001', '--json');
  expect(JSON.parse(stdout)).toEqual([recording]);
});

test('a session that is not there is a no', async () => {
  expect(await fcgate('sessions', 'show', 'nobody')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'fcgate: no session "nobody" is recorded; see fcgate sessions list\n',
  });
});

test('nothing recorded is an empty list', async () => {
  expect(await fcgate('sessions', 'list')).toMatchObject({ status: 0, stdout: '' });
  expect((await fcgate('sessions', 'list', '--json')).stdout).toBe('[]\n');
});

describe('export', () => {
  const decided: Recording = {
    ...recording,
    groups: ['staff'],
    request: {
      ...recording.request,
      body: '{"model":"m","messages":[{"role":"user","content":"mail [EMAIL_ADDRESS_7Q2F]"}]}',
    },
    decisions: [
      {
        stage: 'prompt',
        path: '/messages/0/content',
        effect: 'mask',
        rules: [],
        masked: [
          {
            path: '/messages/0/content',
            entity: 'EMAIL_ADDRESS',
            form: 'placeholder',
            rule: 'mask.to_model.pii',
          },
        ],
      },
    ],
  };

  test('makes a fixture that holds: made-up values for masked ones, and what was decided as what is expected', async () => {
    const home = await homeWith(decided);
    const cwd = emptyFolder();
    expect(
      await fcgateIn({ home, cwd }, 'sessions', 'export', 'nightly', '--fixture', 'a.json'),
    ).toMatchObject({ status: 0, stderr: expect.stringContaining('1 cases to a.json') });
    const { recordings, cases } = await readFixture(join(cwd, 'a.json'));
    expect(recordings[0]!.request.body).not.toContain('EMAIL_ADDRESS');
    expect(cases).toMatchObject([
      {
        recording: 'x1',
        caller: { groups: ['staff'] },
        expect: {
          decisions: { '/messages/0/content': 'mask' },
          masked: { '/messages/0/content': ['EMAIL_ADDRESS'] },
        },
      },
    ]);
    expect(await fcgateIn({ cwd }, 'policy', 'test', 'a.json')).toMatchObject({ status: 0 });
  });

  test('adds to a file that is there, and replaces what was exported before', async () => {
    const home = await homeWith(decided, { ...decided, id: 'y1', session: 's-0002', label: 'daily' });
    const cwd = emptyFolder();
    for (const session of ['nightly', 'daily', 'nightly'])
      await fcgateIn({ home, cwd }, 'sessions', 'export', session, '--fixture', 'a.json');
    const { recordings, cases } = await readFixture(join(cwd, 'a.json'));
    expect(recordings.map(({ id }) => id)).toEqual(['y1', 'x1']);
    expect(cases.map((one) => one.recording)).toEqual(['y1', 'x1']);
  });
});

describe('purge', () => {
  const now = Date.now();
  const daysAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString();
  const three = () =>
    homeWith(
      { ...recording, session: 's-0001', at: daysAgo(0) },
      { ...recording, session: 's-0002', label: 'old', at: daysAgo(2) },
      { ...recording, session: 's-0003', at: daysAgo(9) },
    );
  const left = async (home: string): Promise<string[]> => {
    const { stdout } = await fcgateIn({ home }, 'sessions', 'list', '--json');
    return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
  };

  test.each([
    ['all of them', [], []],
    ['those that are named', ['old', 's-0003'], ['s-0001']],
    ['those that rested so long', ['--older-than', '36h'], ['s-0001']],
    [
      'those that are named and rested so long',
      ['s-0001', 's-0003', '--older-than', '7d'],
      ['s-0001', 's-0002'],
    ],
    ['none where none rested so long', ['--older-than', '30d'], ['s-0001', 's-0002', 's-0003']],
  ])('removes %s', async (_, args, expected) => {
    const home = await three();
    expect((await fcgateIn({ home }, 'sessions', 'purge', ...args, '--yes')).status).toBe(0);
    expect(await left(home)).toEqual(expected);
    expect(filesIn(home)).toHaveLength(expected.length);
  });

  test('removes nothing where a name is none, or nobody can be asked', async () => {
    const home = await three();
    expect(await fcgateIn({ home }, 'sessions', 'purge', 'old', 'none', '--yes')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no session "none" is recorded'),
    });
    expect(await fcgateIn({ home }, 'sessions', 'purge')).toMatchObject({
      status: 2,
      stderr: 'fcgate: This removes 3 sessions for good: say --yes.\n',
    });
    expect(await left(home)).toHaveLength(3);
  });

  test.skipIf(!hasTmux)('asks at a terminal, and goes on only at a yes', async () => {
    const home = await three();
    const room = { cwd: emptyFolder(), env: { FCGATE_HOME: home }, columns: 80, rows: 12 };
    for (const [keys, end] of [
      [['n', 'Enter'], 'ended with 1'],
      [['C-c'], 'ended with 130'],
      [['C-d'], 'ended with 1'],
      [['y', 'Enter'], 'Removed 3 sessions.'],
    ] as const) {
      expect(await left(home)).toHaveLength(3);
      const terminal = openTerminal([process.execPath, bin, 'sessions', 'purge'], room);
      await terminal.shows('Remove 3 sessions for good? [y/N]');
      terminal.press(...keys);
      await terminal.shows(end);
    }
    await vi.waitUntil(async () => (await left(home)).length === 0, 20_000);
  });
});

/** The files of sessions that are on the disk. */
const filesIn = (home: string): string[] =>
  readdirSync(openHome({ FCGATE_HOME: home }).sessions).filter((name) => name.startsWith('s-'));
