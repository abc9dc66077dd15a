/** A login as a person does it: a command that waits, and a browser in which the code is confirmed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { emptyFolder, ioIn, sink } from '../cli/fcgate.ts';
import { browse } from './provider.ts';

/** A login that was begun: what it said so far, and what it ends with. Who the provider is, the policy says. */
export function begin(home: string, issuer: string, passphrase?: string) {
  const [stdout, stderr] = [sink(), sink()];
  const cwd = emptyFolder();
  const policy = `version: 1\nidentity: { issuer: '${issuer}', client_id: fcgate }\n`;
  writeFileSync(join(cwd, 'fcgate.yaml'), policy);
  const [args, env] = passphrase ? [[], { FCGATE_PASSPHRASE: passphrase }] : [['--insecure-storage'], {}];
  const ended = main(['login', ...args], { ...ioIn({ home, cwd, env }), stdout, stderr });
  const said = (what: RegExp): Promise<string> =>
    vi.waitUntil(() => what.exec(stderr.text())?.[1], { timeout: 25_000 });
  return { ended, said, stdout, stderr };
}

/** The whole of it, ann's part in her browser included. */
export async function logIn(home: string, issuer: string, { abort = false, passphrase = '' } = {}) {
  const login = begin(home, issuer, passphrase);
  const page = await login.said(/Open +(\S+)/);
  const code = await login.said(/code +([\w-]+)/);
  await browse(`${page}?user_code=${code}`, { abort });
  return { status: await login.ended, stdout: login.stdout.text(), stderr: login.stderr.text() };
}
