import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { StopSignal } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import { deferred, emptyFolder, fcgateIn, ioIn, sink } from './fcgate.ts';

const required = 'version: 1\nidentity: { required: true }\n';

async function start(policy: string, ...args: string[]) {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'policy.yaml'), policy);
  const certificate = await generate([{ name: 'commonName', value: 'gate.test' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'gate.test' }] }],
  });
  writeFileSync(join(cwd, 'cert.pem'), certificate.cert);
  writeFileSync(join(cwd, 'key.pem'), certificate.private);
  const [stdout, stderr] = [sink(), sink()];
  const { promise, resolve } = deferred<StopSignal>();
  const words = ['--policy', 'policy.yaml', 'serve', '--port', '0', '--log-format', 'json', ...args];
  const status = main(words, { ...ioIn({ cwd }), stdout, stderr, stopSignal: () => promise });
  onTestFinished(async () => {
    resolve('SIGTERM');
    await status;
  });
  const first = await vi.waitUntil(() => stdout.text().split('\n')[0], 25_000);
  const { url } = JSON.parse(first) as { url: string };
  const port = Number(new URL(url).port);
  const local = (await vi.waitUntil(() => /fcg_[\w-]+/.exec(stderr.text()), 20_000))[0];
  return { url, port, local, ca: certificate.cert, stderr, cwd };
}

/** The status of the answer to a request under a name. */
const ask = (port: number, ca: string, host: string, key?: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { host, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
    const options = { port, host: '127.0.0.1', servername: 'gate.test', ca, headers, agent: false };
    https
      .get({ ...options, path: '/openai/v1/none-such' }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject);
  });

test.each([
  [[], '', 'needs TLS'],
  [['--behind-tls'], '', 'identity: { required: true }'],
  [['--tls-cert', 'x.pem'], required, 'give both'],
  [['--tls-cert', 'x.pem', '--tls-key', 'y.pem'], required, 'cannot be read'],
] as const)('beyond loopback there is TLS, and callers are known: %j', async (args, policy, why) => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'policy.yaml'), policy || 'version: 1\n');
  const words = ['--policy', 'policy.yaml', 'serve', '--port', '0', '--host', '0.0.0.0', ...args];
  expect(await fcgateIn({ cwd }, ...words)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(why),
  });
});

test('with both it listens, answers to the names of its certificate, and lets in who it knows', async () => {
  const tls = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
  const { url, port, local, ca } = await start(required, '--host', '0.0.0.0', ...tls);
  expect(url).toMatch(/^https:/);
  expect(await ask(port, ca, `gate.test:${port}`)).toBe(401);
  expect(await ask(port, ca, 'evil.test', local)).toBe(403);
  expect(await ask(port, ca, 'gate.test', local)).toBe(415);
});

test('a policy that would let strangers in does not come into force there', async () => {
  const { stderr, cwd } = await start(required, '--behind-tls', 'gate.test');
  writeFileSync(join(cwd, 'policy.yaml'), 'version: 1\n');
  await vi.waitUntil(() => stderr.text().includes('NOT IN FORCE'), 25_000);
});

const nobody = 65_534;

/** Each of its folders lets strangers through: a Node in the home of root does not run for anybody else. */
const anyoneRuns = (path: string): boolean =>
  (statSync(path).mode & 1) === 1 && (path === '/' || anyoneRuns(dirname(path)));

test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux' || !anyoneRuns(process.execPath))(
  'another user’s connection is refused on loopback (needs root, and a Node that anybody may run)',
  async () => {
    const { url } = await start('version: 1\n');
    const folder = mkdtempSync(join(tmpdir(), 'fcgate-nobody-'));
    chmodSync(folder, 0o755);
    const script = `fetch('${url}/openai/v1/none-such').then((a) => console.log(a.status))`;
    const told = async (uid: number) => {
      const run = promisify(execFile)(process.execPath, ['-e', script], {
        uid,
        cwd: folder,
        timeout: 25_000,
      });
      return (await run).stdout.trim();
    };
    expect([await told(0), await told(nobody)]).toEqual(['415', '403']);
  },
);
