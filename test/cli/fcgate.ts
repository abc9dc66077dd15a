import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A new empty folder. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'fcgate-test-'));

/** Runs one command line in this process, in an empty folder and with an empty home. */
export const fcgate = (...args: string[]): Promise<Ran> => fcgateIn({}, ...args);

/** The same with a folder, an environment or an input of one's own. */
export async function fcgateIn(place: Partial<Place>, ...args: string[]): Promise<Ran> {
  const stdout = sink();
  const stderr = sink();
  const status = await main(args, { ...ioIn(place), stdout, stderr });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

/** The streams and settings of a process in a place of its own. */
export const ioIn = ({
  cwd = emptyFolder(),
  home = emptyFolder(),
  input = '',
  env = {},
}: Partial<Place>): Io => ({
  stdin: once(input),
  stdout: sink(),
  stderr: sink(),
  env: { FCGATE_HOME: home, ...env },
  cwd,
  stopSignal: () => new Promise(() => {}),
});

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

interface Place {
  readonly cwd: string;
  readonly home: string;
  readonly input: string | Uint8Array;
  readonly env: Record<string, string>;
}

export function sink() {
  const parts: string[] = [];
  return { write: (text: string) => parts.push(text), text: () => parts.join('') };
}

/** A promise that is kept from outside. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
