/** The terminal that somebody sits at. */
import type { Context } from './context.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** Undefined where this is no terminal, or one of a CI job, on which Ink draws nothing. */
export function terminalOf({ stdin, stdout, env }: Context): Terminal | undefined {
  const isInCi = [env.CI, env.CONTINUOUS_INTEGRATION].some(
    (set) => set !== undefined && set !== '0' && set !== 'false',
  );
  if (isInCi || !stdin.isTTY || !stdout.isTTY) return undefined;
  return { stdin: stdin as NodeJS.ReadStream, stdout: stdout as NodeJS.WriteStream };
}
