import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, fcgateIn } from './fcgate.ts';

const before = `# mine
export OPENAI_API_KEY="sk-of-mine-1"  # the old one
OPENAI_API_KEY='sk-of-mine-2'
OPENAI_BASE_URL=https://elsewhere.example/v1
ANTHROPIC_API_KEY=sk-ant-of-mine
GEMINI_API_KEY=\${OTHER}
OTHER=x
`;

const policy = `version: 1
connections: { openai: { credential: keychain }, anthropic: {} }
`;

function start(text = before) {
  const [cwd, home] = [emptyFolder(), emptyFolder()];
  const path = join(cwd, '.env');
  writeFileSync(path, text, { mode: 0o640 });
  writeFileSync(join(cwd, 'policy.yaml'), policy);
  const run = (...args: string[]) => fcgateIn({ cwd, home }, '--policy', 'policy.yaml', ...args);
  return { path, run, cwd, home, now: () => readFileSync(path, 'utf8') };
}

test('keys move out of the file, virtual keys and base URLs take their place, and all of it can be undone', async () => {
  const { path, run, now } = start();
  const moved = await run('connection', 'import', '--insecure-storage');
  expect(moved).toMatchObject({
    status: 0,
    stdout: 'Moved to the insecure-file: the keys of openai, anthropic.\n',
    stderr: expect.stringContaining('connections: { anthropic: { credential: keychain } }'),
  });
  const after = now();
  expect(after).not.toMatch(/[='"]sk-/);
  expect(after).toMatch(/^# mine\nexport OPENAI_API_KEY=fcg_[\w-]+ {2}# the old one\nOPENAI_API_KEY=fcg_/);
  expect(after).toContain('\nOPENAI_BASE_URL=http://127.0.0.1:4141/openai/v1\n');
  expect(after).toMatch(/GEMINI_API_KEY=\$\{OTHER\}\nOTHER=x\nANTHROPIC_BASE_URL=http:\S+\/anthropic\n$/);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect((await run('key', 'list')).stdout.match(/good/g)).toHaveLength(2);
  expect(await run('connection', 'import')).toMatchObject({ status: 2 });

  expect(await run('connection', 'import', '--undo')).toMatchObject({ status: 0 });
  expect(now()).toBe(before);
  expect((await run('key', 'list')).stdout).not.toContain('good');
  expect((await run('connection', 'list', '--json')).stdout).not.toContain('"stored": "http');
  expect(await run('connection', 'import', '--undo')).toMatchObject({ status: 1 });
});

test('a file of Windows, with a byte order mark and CRLF, is the same afterwards, too', async () => {
  const text = `\uFEFF${before.replaceAll('\n', '\r\n')}`;
  const { run, now } = start(text);
  expect(await run('connection', 'import', '--insecure-storage')).toMatchObject({ status: 0 });
  expect(now()).not.toMatch(/[='"]sk-/);
  expect(now().match(/fcg_/g)).toHaveLength(3);
  expect(now()).not.toMatch(/[^\r]\n/);
  expect(await run('connection', 'import', '--undo')).toMatchObject({ status: 0 });
  expect(now()).toBe(text);
});

test('a line that was changed since stays, and the key is still held', async () => {
  const { path, run, now } = start();
  await run('connection', 'import', '--insecure-storage');
  writeFileSync(
    path,
    now()
      .replace('OTHER=x', 'OTHER=y')
      .replace(/^ANTHROPIC_API_KEY=.*$/m, 'ANTHROPIC_API_KEY='),
  );
  const undone = await run('connection', 'import', '--undo');
  expect(undone).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('.env sets anew since, and keeps: ANTHROPIC_API_KEY. The rest'),
  });
  expect(now()).toContain("OPENAI_API_KEY='sk-of-mine-2'");
  expect(now()).toContain('OTHER=y');
  expect((await run('connection', 'list')).stdout).toMatch(/anthropic.*https:\/\/api\.anthropic\.com$/m);
});

test('a file that was put right by hand can be undone to its end, or imported anew', async () => {
  const { path, run, now } = start();
  await run('connection', 'import', '--insecure-storage');
  const [line] = /^ANTHROPIC_API_KEY=.*$/m.exec(now())!;
  const setTo = (text: string) =>
    writeFileSync(
      path,
      now().replace(/^ANTHROPIC_API_KEY=.*$/m, () => text),
    );
  setTo('ANTHROPIC_API_KEY=');
  expect((await run('connection', 'import', '--undo')).status).toBe(1);
  const again = await run('connection', 'import', '--undo');
  expect(again.stderr).toContain('keeps: ANTHROPIC_API_KEY.');
  setTo(line);
  expect((await run('connection', 'import')).status).toBe(2);
  expect((await run('connection', 'import', '--undo')).status).toBe(0);
  expect(now()).toBe(before);
  await run('connection', 'import');
  setTo('ANTHROPIC_API_KEY=sk-ant-newer');
  await run('connection', 'import', '--undo');
  expect(await run('connection', 'import')).toMatchObject({ status: 0 });
  expect(now()).not.toMatch(/[='"]sk-/);
});

test('a variable that was said twice is said twice again, in its order', async () => {
  const text = 'OPENAI_API_KEY=sk-of-mine-1\nOPENAI_API_KEY=sk-of-mine-2\n';
  const { run, now } = start(text);
  await run('connection', 'import', '--insecure-storage');
  expect(now()).not.toMatch(/[='"]sk-/);
  await run('connection', 'import', '--undo');
  expect(now()).toBe(text);
});

test('a key that was held before is held again', async () => {
  const { run, home } = start();
  const held = () => readFileSync(join(home, 'identity', 'secrets.json'), 'utf8');
  await run('connection', 'import', '--insecure-storage');
  await run('connection', 'import', '--undo');
  expect(held()).not.toContain('sk-');
  const { status } = await fcgateIn(
    { home, input: 'sk-held-before' },
    ...['connection', 'add', 'openai', '--insecure-storage'],
  );
  expect(status).toBe(0);
  await run('connection', 'import');
  await run('connection', 'import', '--undo');
  expect(held()).toContain('sk-held-before');
  expect(held()).not.toContain('sk-of-mine');
});

test('a file without keys is left alone, and one that is not there is said', async () => {
  const { run, now } = start('A=1\n');
  expect(await run('connection', 'import', '--insecure-storage')).toMatchObject({ status: 1 });
  expect(now()).toBe('A=1\n');
  expect(await run('connection', 'import', 'none.env', '--insecure-storage')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('cannot be read (ENOENT)'),
  });
});
