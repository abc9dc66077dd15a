import { safeJson } from '../escape.ts';

/** The streams and settings of a process, handed in so that a command runs in a test as it runs for a person. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Resolves when the process is asked to stop; whoever calls it must then stop of itself. */
  stopSignal(): Promise<StopSignal>;
}

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** 0 done, 1 the answer is no, 2 wrong usage or configuration, 130 interrupted; of `run`, that of its command. */
export type ExitStatus = number;

/** Somebody who was asked pressed Ctrl-C instead of answering. */
export class Interrupted extends Error {}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The options that every command takes. */
export type SharedOptions = {
  readonly policy?: string;
  readonly quiet?: true;
  readonly color: boolean;
};

/** What a command works with: results go to `print`, everything else to `note` and `warn`. */
export interface Context extends Io {
  /** The file named by `--policy`. */
  readonly policy: string | undefined;
  readonly colour: boolean;
  print(line: string): void;
  printJson(value: unknown): void;
  /** Said on stderr unless `--quiet`. */
  note(line: string): void;
  /** Said on stderr always. */
  warn(line: string): void;
  exitWith(status: ExitStatus): void;
}

export function createContext(
  io: Io,
  options: SharedOptions,
  exitWith: (status: ExitStatus) => void,
): Context {
  const warn = (line: string): void => void io.stderr.write(`${line}\n`);
  return {
    ...io,
    policy: options.policy,
    colour: options.color && !io.env.NO_COLOR && io.stdout.isTTY === true,
    print: (line) => void io.stdout.write(`${line}\n`),
    printJson: (value) => void io.stdout.write(`${safeJson(value, 2)}\n`),
    note: options.quiet ? () => {} : warn,
    warn,
    exitWith,
  };
}
