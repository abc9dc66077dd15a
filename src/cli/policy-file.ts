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

/** Where a policy comes from. No path: the built-in one. */
export interface PolicyPlace {
  readonly path: string | undefined;
  /** By the person who gave the command, who thereby vouches for it. */
  readonly named: boolean;
}

export const locatePolicy = ({ cwd, policy }: Pick<Context, 'cwd' | 'policy'>): PolicyPlace =>
  policy === undefined
    ? { path: findUpwards(cwd), named: false }
    : { path: resolve(cwd, policy), named: true };

/** The policy for commands that send nothing anywhere. Throws where it is not in order. */
export const goodPolicy = (context: Context, place = locatePolicy(context)): Policy =>
  goodSource(context, place).policy;

/** The same, with what it was made of. */
export function goodSource(context: Context, place = locatePolicy(context)): Pick<Good, 'policy' | 'merged'> {
  const loaded = requireGood(readPolicy(context.cwd, place));
  for (const warning of loaded.warnings) context.note(`warning: ${toldProblem(warning)}`);
  return loaded;
}

/** The policy to govern traffic by: where the file was merely found, it may need to be trusted first. */
export function policyInForce(context: Context, place = locatePolicy(context)): Policy {
  const policy = goodPolicy(context, place);
  const mayAct = place.named || policy.trustReasons.length === 0;
  if (mayAct || isTrusted(openHome(context.env), policy.hash)) return policy;
  const advice = 'This file was found, not named: read it, then run fcgate policy trust.';
  throw new FcgateError('policy_invalid', [...policy.trustReasons, advice].join('\n'));
}

export function readPolicy(cwd: string, { path, named }: PolicyPlace): Loaded {
  if (path !== undefined && !named) refuseForeign(path);
  return loadPolicy(path === undefined ? undefined : readSource(cwd, path), readBase(cwd), readNames);
}

type Good = Extract<Loaded, { ok: true }>;

/** Throws what is wrong with it, each mistake in its own line. */
export function requireGood(loaded: Loaded): Good {
  if (loaded.ok) return loaded;
  throw new FcgateError('policy_invalid', loaded.problems.map(toldProblem).join('\n'));
}

export const toldProblem = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`;

/** Which policy it is, in a few words. */
export const namePolicy = ({ files, hash }: Policy): string =>
  `${files[0] ?? 'built-in'} (${hash.slice(0, 12)})`;

function findUpwards(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, policyFileName);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

/** In a folder that others can write to, a file may have been left for us to find. */
function refuseForeign(path: string): void {
  const me = process.getuid?.();
  const owner = statSync(path, { throwIfNoEntry: false })?.uid ?? me;
  if (me === undefined || owner === me || owner === 0) return;
  throw new FcgateError(
    'policy_invalid',
    `${path} belongs to another user: read it, then name it with --policy.`,
  );
}

/** Beside the sources, in a checkout as in the package. */
const readNames = (): Uint8Array =>
  readFileSync(new URL('../../src/detect/names.generated.bin', import.meta.url));

const readBase =
  (cwd: string): ReadSource =>
  (reference, from) => {
    const path = resolve(cwd, dirname(from), reference);
    return { file: shortPath(cwd, path), text: readFileSync(path, 'utf8') };
  };

function readSource(cwd: string, path: string): SourceFile {
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
