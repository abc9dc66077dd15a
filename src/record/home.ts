/** The folder that holds all state: private to its owner, and never reached through a link. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { FcgateError } from '../errors.ts';

export interface Home {
  readonly path: string;
  readonly audit: string;
  readonly sessions: string;
  readonly keys: string;
  /** Tells of the gateways that run. */
  readonly control: string;
}

/** Opens `$FCGATE_HOME`, or the platform's data folder, and makes what is missing. */
export const openHome = (env: Readonly<Record<string, string | undefined>>): Home => {
  const path = resolve(env.FCGATE_HOME || envPaths('fcgate', { suffix: '' }).data);
  const home = {
    path,
    audit: join(path, 'audit'),
    sessions: join(path, 'sessions'),
    keys: join(path, 'keys'),
    control: join(path, 'control'),
  };
  for (const folder of Object.values(home)) openFolder(folder);
  return home;
};

const openFolder = (path: string): void => {
  const found = makeFolder(path);
  if (found.isSymbolicLink()) throw unsafe(path, 'is a symbolic link; name the real folder');
  if (!found.isDirectory()) throw unsafe(path, 'is no folder; move it away');
  const me = process.getuid?.();
  if (me === undefined) return;
  if (found.uid !== me)
    throw unsafe(path, `belongs to user ${found.uid}, not to you (${me}); choose another FCGATE_HOME`);
  if ((found.mode & 0o077) === 0) return;
  // What others could write may not be ours any more; what they could only read is closed now.
  if ((found.mode & 0o022) !== 0 && readdirSync(path).length > 0) {
    throw unsafe(path, 'could be written by others; look through it, then chmod 700 it');
  }
  chmodSync(path, 0o700);
};

const makeFolder = (path: string): Stats => {
  let failure: unknown;
  try {
    makeFolders(path);
  } catch (cause) {
    failure = cause;
  }
  try {
    return lstatSync(path);
  } catch (cause) {
    throw unsafe(path, 'cannot be made; check the folder above it, or set FCGATE_HOME', failure ?? cause);
  }
};

/** Step by step: `recursive` goes round for ever where a folder cannot be made in one that is there (/proc). */
const makeFolders = (path: string): void => {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
};

const unsafe = (path: string, what: string, cause?: unknown): FcgateError =>
  new FcgateError('store_failed', `state folder ${JSON.stringify(path)} ${what}`, { cause });
