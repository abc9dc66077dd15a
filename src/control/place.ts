/** Where a running gateway is found: a private file that names its socket and what proves it, in a private folder. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFile } from '../record/disk.ts';

export interface Place {
  /** A socket's path, or a pipe's name. */
  readonly socket: string;
  /** Known to whoever can read the file. */
  readonly token: string;
  /** Where the gateway listens for its callers. */
  readonly url: string;
}

/** A place and the file that tells of it. */
export interface Found extends Place {
  readonly file: string;
}

const extension = '.gateway';
/** Of a socket's path, on the strictest of platforms. */
const maxPathBytes = 100;

/** A name that nobody knows before it is written down. */
export function newPlace(dir: string, url: string): Found {
  const id = randomBytes(8).toString('hex');
  const token = randomBytes(32).toString('hex');
  return { file: join(dir, `${id}${extension}`), socket: socketPath(dir, id), token, url };
}

function socketPath(dir: string, id: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\fcgate-${randomUUID()}`;
  const path = join(dir, `${id}.sock`);
  // A folder that is made so is its maker's alone.
  return Buffer.byteLength(path) <= maxPathBytes ? path : join(mkdtempSync(join(tmpdir(), 'fcgate-')), 's');
}

export const announce = ({ file, ...place }: Found): Promise<void> =>
  replaceFile(file, `${JSON.stringify(place)}\n`, 0o600);

/** Every gateway that was announced; some may be gone. */
export const findPlaces = (dir: string): Found[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith(extension))
    .flatMap((name) => readPlace(join(dir, name)) ?? []);

function readPlace(file: string): Found | undefined {
  try {
    const { socket, token, url } = JSON.parse(readPlain(file)) as Place;
    const texts = [socket, token, url];
    return texts.every((text) => typeof text === 'string') ? { file, socket, token, url } : undefined;
  } catch {
    return undefined;
  }
}

function readPlain(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Is the socket this user's own, and closed to others? A pipe has no owner to ask: there the handshake alone counts. */
export function isOurs({ socket }: Place): boolean {
  const me = process.getuid?.();
  if (me === undefined) return true;
  const found = lstatSync(socket);
  const folder = lstatSync(dirname(socket));
  return (
    found.isSocket() &&
    folder.isDirectory() &&
    [found, folder].every(({ uid, mode }) => uid === me && (mode & 0o077) === 0)
  );
}

export function forget({ file, socket }: Found): void {
  rmSync(file, { force: true });
  if (process.platform === 'win32') return;
  rmSync(socket, { force: true });
  if (dirname(socket) !== dirname(file)) rmSync(dirname(socket), { recursive: true, force: true });
}
