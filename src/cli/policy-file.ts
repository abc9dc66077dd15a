/** The policy of a command: the file named by `--policy`, or the nearest `fcgate.yaml` upwards, or the built-in one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { FcgateError } from '../errors.ts';
import { type Loaded, loadPolicy, type Problem, type ReadSource, type SourceFile } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { openHome } from '../record/home.ts';
import type { Context } from './context.ts';
import { isTrusted } from './trusted.ts';

export const policyFileName = 'fcgate.yaml';

/** Reads, checks and, where the file was merely found, asks whether it is trusted. Throws where it cannot be in force. */
export function policyInForce(context: Context): Policy {
  const loaded = readPolicy(context);
  if (!loaded.ok) throw new FcgateError('policy_invalid', loaded.problems.map(toldProblem).join('\n'));
  for (const warning of loaded.warnings) context.note(`warning: ${toldProblem(warning)}`);
  const { policy } = loaded;
  const mayAct = context.policy !== undefined || policy.trustReasons.length === 0;
  if (mayAct || isTrusted(openHome(context.env), policy.hash)) return policy;
  throw new FcgateError(
    'policy_invalid',
    [...policy.trustReasons, 'This file was found, not named: read it, then run fcgate policy trust.'].join(
      '\n',
    ),
  );
}

/** What the policy file says, or what is wrong with it. */
export const readPolicy = ({ cwd, policy }: Pick<Context, 'cwd' | 'policy'>): Loaded =>
  loadPolicy(policy === undefined ? findPolicy(cwd) : readSource(cwd, policy), readBase(cwd));

export const toldProblem = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`;

/** Which policy it is, in a few words. */
export const namePolicy = ({ files, hash }: Policy): string =>
  `${files[0] ?? 'built-in'} (${hash.slice(0, 12)})`;

function findPolicy(cwd: string): SourceFile | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, policyFileName);
    if (existsSync(path)) return readOwn(cwd, path);
    if (folder === dirname(folder)) return undefined;
  }
}

/** In a folder that others can write to, a file may have been left for us to find. */
function readOwn(cwd: string, path: string): SourceFile {
  const { uid } = statSync(path);
  if (uid === process.getuid?.() || uid === 0 || process.getuid === undefined) return readSource(cwd, path);
  throw new FcgateError(
    'policy_invalid',
    `${path} belongs to another user: read it, then name it with --policy.`,
  );
}

const readBase =
  (cwd: string): ReadSource =>
  (reference, from) => {
    const path = resolve(cwd, dirname(from), reference);
    return { file: shortPath(cwd, path), text: readFileSync(path, 'utf8') };
  };

function readSource(cwd: string, name: string): SourceFile {
  const path = resolve(cwd, name);
  try {
    return { file: shortPath(cwd, path), text: readFileSync(path, 'utf8') };
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new FcgateError('usage', `The policy file ${path} cannot be read (${why}); name one that can.`, {
      cause,
    });
  }
}

/** Relative where it stands below the working directory. */
function shortPath(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
