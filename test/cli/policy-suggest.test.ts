/** `policy suggest`: what it prints is a policy in order, which lets the same traffic pass and asks about what is risky. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readFixture } from '../../src/record/fixtures.ts';
import { openHome } from '../../src/record/home.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { decideAll } from '../../src/trial/decide.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';
import { recording } from './recording.ts';

function parsed(text: string): Policy {
  const loaded = loadPolicy({ file: 'fcgate.yaml', text }, () => {
    throw new Error('extends nothing');
  });
  if (!loaded.ok) throw new Error(`${loaded.problems.map(({ message }) => message).join('\n')}\n${text}`);
  expect(loaded.warnings).toEqual([]);
  return loaded.policy;
}

const calling = (calls: readonly { name: string; args: object }[], offered: readonly string[] = []) => {
  const tools = [...calls.map(({ name }) => name), ...offered].map((name) => ({
    type: 'function',
    function: { name, parameters: { type: 'object' } },
  }));
  const tool_calls = calls.map(({ name, args }, i) => ({
    ...{ id: `call_${i}`, type: 'function' },
    function: { name, arguments: JSON.stringify(args) },
  }));
  const request = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Go.' }], tools };
  const message = { role: 'assistant', content: null, tool_calls };
  return {
    ...recording,
    decisions: [],
    request: { ...recording.request, body: JSON.stringify(request) },
    response: {
      ...recording.response!,
      body: JSON.stringify({
        id: 'r',
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      }),
    },
  };
};

async function suggested(...calls: Parameters<typeof calling>): Promise<string> {
  const cwd = emptyFolder();
  const fixture = { version: 1, recordings: [calling(...calls)], cases: [] };
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify(fixture));
  const { status, stdout, stderr } = await fcgateIn({ cwd }, 'policy', 'suggest', 'seen.json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('each line says what it rests on', async () => {
  const text = await suggested(
    [
      {
        name: 'look_up',
        args: { who: { email: 'kim.vos@mailbox.nl' }, note: 'or write to ed@mailbox.nl, please' },
      },
      { name: 'transferFunds', args: { amount: 40, to: ['NL91ABNA0417164300'] } },
    ],
    ['drop_table'],
  );
  expect(text).toContain('  look_up: allow # 1 call in 1 session\n');
  expect(text).toContain('  transferFunds: approve # "transfer" moves money; 1 call in 1 session\n');
  expect(text).toContain('      "$.who.email": surrogate # EMAIL_ADDRESS in 1 of 1 call\n');
  expect(text).toContain('      "$.to[*]": surrogate # IBAN_CODE in 1 of 1 call\n');
  expect(text).toContain('    # look_up "$.note": EMAIL_ADDRESS in 1 of 1 call, within texts');
  expect(text).toContain('  # drop_table: offered, and never called\n');
  expect(text).toContain('  "*": { deny: ');
});

test('it lets its own traffic pass, asks about what is risky, and refuses anything else', async () => {
  const { stdout } = await fcgateIn({ cwd: process.cwd() }, 'policy', 'suggest', 'fixtures/support.json');
  const policy = parsed(stdout);
  const { recordings } = await readFixture('fixtures/support.json');
  const decisions = decideAll(recordings, { policy, hash: keyedHash(Buffer.alloc(32)), answer: 'allow' })
    .flatMap(({ decisions }) => decisions)
    .filter(({ stage }) => stage === 'tool_call');
  expect(decisions.length).toBeGreaterThan(50);
  expect(decisions.filter(({ effect }) => effect === 'deny')).toEqual([]);
  const asked = new Set(decisions.filter(({ effect }) => effect === 'approve').map(({ tool }) => tool));
  expect(asked).toContain('delete_account');
  expect(asked).not.toContain('lookup_patient');
  expect(policy.tools('something_else')?.rule).toBe('tools["*"]');
});

test('what people decided then is said, and asked again', async () => {
  const then = calling([{ name: 'look', args: {} }]);
  const decision = {
    stage: 'tool_call',
    path: '/choices/0/message/tool_calls/0/function/arguments',
    tool: 'look',
  };
  const decided = { ...decision, effect: 'approve', rules: [], masked: [], risk: 0 };
  const refused = { ...decided, refused: { code: 'approval_denied', reason: 'No.' } };
  const cwd = emptyFolder();
  const recordings = [
    { ...then, id: 'a', decisions: [decided] },
    { ...then, id: 'b', decisions: [refused] },
  ];
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify({ version: 1, recordings, cases: [] }));
  const { stdout } = await fcgateIn({ cwd }, 'policy', 'suggest', 'seen.json');
  expect(stdout).toMatch(
    /look: approve # was decided by people before; .*, allowed by people 1 time, refused 1 time/,
  );
});

test('names from outside are names, whatever they hold', async () => {
  const names = ['a\n  evil: allow', 'null', '"', "it's # no: comment", 'send\u202e', '日本', 'x*', '?'];
  const text = await suggested(names.map((name) => ({ name, args: { 'a b"\n': 'kim.vos@mailbox.nl' } })));
  const policy = parsed(text);
  expect(policy.toolRows.map(({ rule }) => rule).sort()).toEqual(
    [...names.filter((name) => !/[*?]/.test(name)), '*']
      .map((name) => `tools[${JSON.stringify(name)}]`)
      .sort(),
  );
  expect(text).not.toContain('\u202e');
  expect(text).toContain('"x*": has a wildcard in its name');
});

test('traffic without a call suggests nothing', async () => {
  const cwd = emptyFolder();
  const fixture = { version: 1, recordings: [calling([], ['look'])], cases: [] };
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify(fixture));
  expect(await fcgateIn({ cwd }, 'policy', 'suggest', 'seen.json')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('No tool is called in seen.json'),
  });
  expect(readFileSync(join(cwd, 'seen.json'), 'utf8')).toBe(JSON.stringify(fixture));
});

const fixtures = ['fixtures/support.json', 'fixtures/recordings.json'];

test.each(fixtures)(
  'check has nothing to say of what %s suggests, and nothing new is refused',
  async (file) => {
    const cwd = emptyFolder();
    const { stdout } = await fcgateIn({ cwd: process.cwd() }, 'policy', 'suggest', file);
    writeFileSync(join(cwd, 'fcgate.yaml'), stdout);
    const against = join(process.cwd(), file);
    expect(await fcgateIn({ cwd }, 'policy', 'check', '--against', against)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^fcgate\.yaml \(\w+\) is in order\.\n$/),
    });
    const { recordings } = await readFixture(file);
    const hash = keyedHash(Buffer.alloc(32));
    const codes = (text: string) =>
      decideAll(recordings, { policy: parsed(text), hash, answer: 'allow' }).map((trial) => trial.codes);
    expect(codes(stdout)).toEqual(codes('version: 1\n'));
  },
);

test('what is suggested of a recorded session governs that session as it was', async () => {
  const home = emptyFolder();
  const sessions = openSessions({ dir: openHome({ FCGATE_HOME: home }).sessions, now: Date.now });
  sessions.append(recording);
  await sessions.close();
  const { stdout, status } = await fcgateIn({ home }, 'policy', 'suggest', 's-0001');
  expect(status).toBe(0);
  const [trial] = decideAll([recording], {
    policy: parsed(stdout),
    hash: keyedHash(Buffer.alloc(32)),
    answer: 'allow',
  });
  expect(trial!.codes).toEqual([]);
});
