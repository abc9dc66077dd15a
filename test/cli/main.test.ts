import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { fcgate } from './fcgate.ts';

test('--version prints the version', async () => {
  expect(await fcgate('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

test('--help lists every command, with those below the fold after the others', async () => {
  const { status, stdout, stderr } = await fcgate('--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [first, more] = stdout.split('More commands:');
  for (const { name, summary, fold } of commands) {
    expect(fold === 'above' ? first : more).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
  }
});

test('no command at all is wrong usage, and the help says what there is', async () => {
  expect(await fcgate()).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('Commands:'),
  });
});

test.each(commands.map(({ name }) => [name]))('%s --help has an example', async (name) => {
  const { status, stdout, stderr } = await fcgate(name, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`Examples?:\n  fcgate ${name}`));
  expect(await fcgate('help', name)).toEqual({ status, stdout, stderr });
});

test('an unknown command names the nearest one', async () => {
  const { status, stdout, stderr } = await fcgate('audti');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain("fcgate: unknown command 'audti'");
  expect(stderr).toContain('Did you mean audit?');
});

test('an unknown option names the nearest one', async () => {
  const { status, stderr } = await fcgate('sessions', 'list', '--jsno');
  expect(status).toBe(2);
  expect(stderr).toContain("fcgate: unknown option '--jsno'");
  expect(stderr).toContain('Did you mean --json?');
});

test('what was typed cannot move the cursor when it is quoted', async () => {
  const { stderr } = await fcgate('\x1b[2Jno-such\x07');
  expect(stderr).toContain("unknown command '\\x1b[2Jno-such\\x07'");
});
