import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, fcgate, fcgateIn } from './fcgate.ts';
import { recording } from './recording.ts';

/** A folder with a policy file in it. */
function folderWith(text: string, name = 'fcgate.yaml'): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, name), text);
  return folder;
}

test('without a file the built-in policy is checked', async () => {
  expect(await fcgate('policy', 'check')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^built-in \([0-9a-f]{12}\) is in order\.\n$/),
  });
});

test('init writes a file that is in order and says what is built in', async () => {
  const cwd = emptyFolder();
  expect(await fcgateIn({ cwd }, 'policy', 'init')).toMatchObject({ status: 0, stdout: '' });
  expect(await fcgateIn({ cwd }, 'policy', 'check')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('fcgate.yaml ('),
  });
  expect(await fcgateIn({ cwd }, 'policy', 'init')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('fcgate: fcgate.yaml is there already'),
  });
});

test.each(['strict', 'balanced', 'observe'])(
  'init --template %s writes a file without a warning',
  async (name) => {
    const cwd = emptyFolder();
    expect(await fcgateIn({ cwd }, 'policy', 'init', '--template', name)).toMatchObject({
      status: 0,
      stdout: '',
    });
    const checked = await fcgateIn({ cwd }, 'policy', 'check', '--json');
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, warnings: [], trustReasons: [] });
  },
);

test('init knows no other template', async () => {
  const { status, stderr } = await fcgateIn({ cwd: emptyFolder() }, 'policy', 'init', '--template', 'lax');
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('strict, balanced, observe'),
  });
});

test('init goes where --policy says', async () => {
  const cwd = emptyFolder();
  expect(await fcgateIn({ cwd }, 'policy', 'init', '--policy', 'mine.yaml', '--quiet')).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect(readFileSync(join(cwd, 'mine.yaml'), 'utf8')).toContain('version: 1');
});

test('the nearest file upwards is found', async () => {
  const cwd = join(folderWith('version: 1\n'), 'a', 'b');
  mkdirSync(cwd, { recursive: true });
  const { stdout } = await fcgateIn({ cwd }, 'policy', 'check', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    files: [join(cwd, '..', '..', 'fcgate.yaml')],
    warnings: [],
  });
});

test('a mistake is told with file, line, column and the nearest valid key', async () => {
  const cwd = folderWith('version: 1\nmaks:\n  to_model: { pii: redact }\n');
  const { status, stdout, stderr } = await fcgateIn({ cwd }, 'policy', 'check');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^fcgate: fcgate\.yaml:2:1: .*maks.*mask/);
});

test('every mistake is told, as JSON too', async () => {
  const cwd = folderWith('version: 1\nmaks: 1\ntool: 2\n');
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'check', '--json');
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    problems: [
      { line: 2, column: 1 },
      { line: 3, column: 1 },
    ],
  });
});

test('a pattern that is slow is a warning, one that cannot be bounded a mistake', async () => {
  const slow = folderWith("version: 1\ndetectors:\n  - { entity: X_ID, pattern: '[0-9]{9}' }\n");
  const { status, stdout } = await fcgateIn({ cwd: slow }, 'policy', 'check');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining('warning: fcgate.yaml:3:30: This pattern is slow'),
  });
  const computed = folderWith("version: 1\ntools:\n  pay: { deny: { if: 'args.a.matches(args.b)' } }\n");
  expect(await fcgateIn({ cwd: computed }, 'policy', 'check')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('fcgate.yaml:3:42: The pattern of `matches` must be written out'),
  });
});

test('what is said in vain, and what recorded traffic does not know, is a warning', async () => {
  const cwd = folderWith(
    'version: 1\ntools:\n  send_mial: deny\nrisk: { approve_at: 9, deny_at: 8, weights: { pii: 5 } }\n',
  );
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify({ version: 1, recordings: [recording], cases: [] }));
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'check', '--against', 'seen.json');
  expect(status).toBe(0);
  expect(stdout).toContain('warning: fcgate.yaml:4:9: Nobody is ever asked');
  expect(stdout).toContain(
    'warning: fcgate.yaml:3:3: No recorded tool is called "send_mial". Did you mean "send_mail"?',
  );
  const { stdout: json } = await fcgateIn({ cwd }, 'policy', 'check', '--against', 'seen.json', '--json');
  expect(JSON.parse(json)).toMatchObject({ ok: true, warnings: [{ line: 4 }, { line: 3, column: 3 }] });
});

test('a file that extends another is read with it', async () => {
  const cwd = folderWith('version: 1\nextends: ./team.yaml\n');
  writeFileSync(join(cwd, 'team.yaml'), 'version: 1\ntools: { "delete_*": { deny: Ask. } }\n');
  const { stdout } = await fcgateIn({ cwd }, 'policy', 'check', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, files: ['fcgate.yaml', 'team.yaml'] });
});

test('a file that is not there is wrong usage', async () => {
  const { status, stderr } = await fcgate('policy', 'check', '--policy', 'nowhere.yaml');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^fcgate: The policy file .*nowhere\.yaml cannot be read \(ENOENT\)/);
});

test('schema prints the JSON Schema that the package ships', async () => {
  const { status, stdout } = await fcgate('policy', 'schema');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('src/policy/policy.schema.json', 'utf8')));
});

test('trust says why it is needed, and that it is not', async () => {
  const home = emptyFolder();
  const cwd = folderWith(
    'version: 1\nconnections:\n  openai: { provider: openai, credential: env:MY_KEY }\n',
  );
  expect(await fcgateIn({ cwd, home }, 'policy', 'trust')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/fcgate\.yaml:3:\d+: .*\$MY_KEY[\s\S]*is trusted as it is now/),
  });
  expect(await fcgate('policy', 'trust')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('needs no trust'),
  });
});

test('reach prints each position with what reaches it; as JSON for a program', async () => {
  const cwd = folderWith('version: 1\nmask: { response: { network: redact } }\n');
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'reach');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^anthropic, answer\nposition +stage +masked +let pass +rules asked\n/m);
  expect(stdout).toMatch(
    /^tool result +tool_result +surrogate: financial, pii; redact: secret +IP_ADDRESS +–$/m,
  );
  expect(stdout).toMatch(/^text deltas +response +redact: network, secret /m);
  expect(stdout).toMatch(/fcgate\.yaml \(\w+\): \d+ positions, 0 read by nothing\.\n$/);
  const { stdout: json } = await fcgateIn({ cwd }, 'policy', 'reach', '--json');
  expect(JSON.parse(json)).toContainEqual(
    expect.objectContaining({ wire: 'gemini', way: 'request', position: 'system', stage: 'prompt' }),
  );
});

test('reach names, with its place, what reaches no position', async () => {
  const own = 'prompt: { pii: hash }, past_call: { pii: hash }, tool_result: { pii: hash }';
  const cwd = folderWith(
    `version: 1\nmask: { to_model: { pii: redact }, ${own}, tool_definition: { pii: hash } }\n`,
  );
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'reach');
  expect(status).toBe(0);
  expect(stdout).toContain('fcgate.yaml:2:21: mask.to_model.pii reaches no position.\n');
}, 30_000);
