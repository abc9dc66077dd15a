import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { emptyFolder } from './fcgate.ts';

const bin = fileURLToPath(new URL('../../bin/fcgate.js', import.meta.url));
const built = existsSync(fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)));

describe.skipIf(!built)('the built program (skipped before npm run build)', () => {
  const start = (...args: string[]) =>
    spawn(process.execPath, [bin, ...args], {
      cwd: emptyFolder(),
      env: { ...process.env, FCGATE_HOME: emptyFolder() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test.each([
    ['--version', 0],
    ['no-such-command', 2],
    ['sessions show nobody', 1],
  ] as const)('fcgate %s exits %i', async (line, status) => {
    expect(await once(start(...line.split(' ')), 'exit')).toEqual([status, null]);
  });

  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)('serve drains on %s and exits %i', async (signal, status) => {
    const gateway = start('serve', '--port', '0', '--log-format', 'json');
    const [line] = await once(gateway.stdout, 'data');
    expect(JSON.parse(line)).toEqual({ event: 'listening', url: expect.any(String), pid: gateway.pid });
    gateway.kill(signal);
    expect(await once(gateway, 'exit')).toEqual([status, null]);
  });

  test('a reader that has read enough is no failure', async () => {
    const line = `yes | head -c 1000000 | "${process.execPath}" "${bin}" scan --mask | head -1`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', line]);
    expect({ stdout, stderr }).toEqual({ stdout: 'y\n', stderr: '' });
  });

  test('NO_COLOR and a pipe are free of colour', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [bin, '--help']);
    expect(stdout).not.toContain('\x1b');
  });
});
