/** A real `fcgate serve` process over the built package, in a folder and a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/fcgate.js', import.meta.url));

export interface Gateway {
  readonly url: string;
  readonly folder: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Replaces the policy, as editors write: whole, under the old name. */
  write(policy: string): void;
  /** Runs another command beside it. */
  run(...args: string[]): Promise<Ran>;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
  /** All that it wrote: every file of its home, its output, its errors. */
  written(): Buffer;
  /** The lines of its log of one kind. */
  events(kind: string): Record<string, unknown>[];
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a gateway that every connection of `upstreams` leads to; `policy` is its `fcgate.yaml`. */
export async function serve(
  upstreams: Readonly<Record<string, string>>,
  policy?: string,
  ...more: string[]
): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'fcgate-e2e-'));
  const write = (text: string): void => {
    writeFileSync(join(folder, 'fcgate.yaml.new'), text);
    renameSync(join(folder, 'fcgate.yaml.new'), join(folder, 'fcgate.yaml'));
  };
  if (policy !== undefined) write(policy);
  const connections = Object.entries(upstreams).flatMap(([name, url]) => ['--connection', `${name}=${url}`]);
  const child = start(folder, 'serve', '--port', '0', '--log-format', 'json', ...connections, ...more);
  const output = collect(child);
  const gone = once(child, 'close');
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await gone;
    return child.exitCode;
  };
  const first = vi.waitUntil(() => output.stdout().split('\n', 2)[1] !== undefined, { timeout: 20_000 });
  await Promise.race([first, gone]);
  if (child.exitCode !== null)
    throw new Error(`fcgate serve ended with ${child.exitCode}:\n${output.stderr()}`);
  const { url, pid } = JSON.parse(output.stdout().split('\n', 1)[0]!) as { url: string; pid: number };
  return {
    url,
    pid,
    folder,
    ...output,
    write,
    stop,
    run: (...args) => runIn(folder, ...args),
    written: () =>
      Buffer.concat([Buffer.from(output.stdout() + output.stderr()), ...filesOf(join(folder, 'home'))]),
    events: (kind) =>
      output
        .stdout()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.event === kind),
  };
}

/** The same, stopped and cleared away when the test is over. */
export async function serveHere(...args: Parameters<typeof serve>): Promise<Gateway> {
  const gateway = await serve(...args);
  onTestFinished(() => discard(gateway));
  return gateway;
}

export async function discard(gateway: Gateway): Promise<void> {
  await gateway.stop();
  rmSync(gateway.folder, { recursive: true, force: true, maxRetries: 20 });
}

/** One command in a folder, whose home is beside it. */
export const runIn = (folder: string, ...args: string[]): Promise<Ran> => begin(folder, '', ...args).ended;

/** The same while it runs, with what is typed to it. */
export function begin(folder: string, input: string, ...args: string[]) {
  const child = start(folder, ...args);
  child.stdin!.on('error', () => {}).end(input);
  const output = collect(child);
  const ended = once(child, 'close').then(
    (): Ran => ({ status: child.exitCode, stdout: output.stdout(), stderr: output.stderr() }),
  );
  return { ...output, ended };
}

function start(folder: string, ...args: string[]): ChildProcess {
  const env = { ...process.env, FCGATE_HOME: join(folder, 'home'), NO_COLOR: '1' };
  return spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio: 'pipe' });
}

function collect(child: ChildProcess) {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return { stdout: () => texts.stdout, stderr: () => texts.stderr };
}

/** What of it is there: files that are about to be renamed come and go. */
const filesOf = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      try {
        return [readFileSync(join(entry.parentPath, entry.name))];
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    });
