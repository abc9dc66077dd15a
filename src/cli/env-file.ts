/** Lines of a `.env` file: read, and changed one at a time, the rest as it was. */
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { FcgateError } from '../errors.ts';

export interface EnvFile {
  /** Whatever links lead to it. */
  readonly path: string;
  readonly lines: readonly string[];
}

/** A line that became another one. Without `before` it is new. */
export interface Change {
  readonly before?: string;
  readonly after: string;
}

export function readEnvFile(file: string): EnvFile {
  try {
    const path = realpathSync(file);
    return { path, lines: readFileSync(path, 'utf8').split('\n') };
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new FcgateError('usage', `${file} cannot be read (${why}); name a .env file that can.`, { cause });
  }
}

/** Replaced whole, with the rights that it had. */
export function writeEnvFile({ path }: EnvFile, lines: readonly string[]): void {
  const draft = `${path}.fcgate-draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, lines.join('\n'), { mode: statSync(path).mode & 0o777, flag: 'wx' });
  renameSync(draft, path);
}

const form = /^(\s*(?:export\s+)?)([A-Za-z_]\w*)(\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s#]*))(.*?)(\r?)$/;

/** What a file sets a variable to, as loaders of such files read it: the last word counts. */
export function valueIn(lines: readonly string[], variable: string): string | undefined {
  const said = lines.map((line) => form.exec(line)).findLast((match) => match?.[2] === variable);
  return said ? (said[4] ?? said[5] ?? said[6] ?? '') : undefined;
}

/** The same line with another value. */
export function withValue(line: string, variable: string, value: string): string | undefined {
  const [, before, name, equals, , , , after, end] = form.exec(line) ?? [];
  return name === variable ? `${before}${name}${equals}${value}${after!.trimEnd()}${end}` : undefined;
}

/** Ended as the file's first line is. */
export const newLine = (lines: readonly string[], variable: string, value: string): string =>
  `${variable}=${value}${lines[0]!.endsWith('\r') ? '\r' : ''}`;

export function applied(lines: readonly string[], changes: readonly Change[]): string[] {
  const kept = [...lines];
  for (const { before, after } of changes) {
    // In front of the end of the last line.
    if (before === undefined) kept.splice(kept.at(-1) === '' ? -1 : kept.length, 0, after);
    else kept.splice(kept.indexOf(before), 1, after);
  }
  return kept;
}

/** Lines that became the same are told apart by their order. */
export function undone(lines: readonly string[], changes: readonly Change[]): string[] {
  const kept = [...lines];
  for (const { before, after } of changes.toReversed()) {
    const at = kept.lastIndexOf(after);
    if (at >= 0) kept.splice(at, 1, ...(before === undefined ? [] : [before]));
  }
  return kept;
}

/** The variable that a line sets. */
export const nameIn = (line: string): string => form.exec(line)?.[2] ?? '';
