/** The install's own keys: one makes surrogates, one signs the audit. Here they lie in files that only their owner reads. */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { FcgateError } from '../errors.ts';

export interface Keys {
  readonly surrogate: Uint8Array;
  readonly audit: Uint8Array;
  /** Where they are kept, which `serve` and `doctor` say. */
  readonly storage: 'file';
}

const keyBytes = 32;
const { O_WRONLY, O_CREAT, O_EXCL, O_RDONLY, O_NOFOLLOW } = constants;

/** The keys of this install, made on first use; processes that start together get the same ones. */
export const loadKeys = async (dir: string): Promise<Keys> => ({
  surrogate: fileKey(join(dir, 'surrogate')),
  audit: fileKey(join(dir, 'audit')),
  storage: 'file',
});

/** HMAC-SHA-256 under a key, as masking takes it. */
export const keyedHash = (key: Uint8Array): ((message: string) => Uint8Array) => {
  const secret = createSecretKey(key);
  return (message) => createHmac('sha256', secret).update(message).digest();
};

const fileKey = (path: string): Uint8Array => readKey(path) ?? makeKey(path);

const readKey = (path: string): Uint8Array | undefined => {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(path, 'cannot be opened as a plain file', cause);
  }
  try {
    const { mode, uid } = fstatSync(fd);
    const me = process.getuid?.();
    if (me !== undefined && uid !== me) throw unusable(path, 'belongs to another user');
    if (me !== undefined && (mode & 0o077) !== 0) throw unusable(path, 'can be read by others; chmod 600 it');
    const key = readFileSync(fd);
    if (key.length !== keyBytes)
      throw unusable(path, `does not hold ${keyBytes} bytes; restore it from a backup`);
    return key;
  } finally {
    closeSync(fd);
  }
};

/** A link gives a whole file its name only where none stands there: of several makers exactly one wins. */
const makeKey = (path: string): Uint8Array => {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const fd = openSync(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    writeSync(fd, randomBytes(keyBytes));
    fsyncSync(fd);
    linkSync(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, 'cannot be made', cause);
  } finally {
    closeSync(fd);
    rmSync(draft, { force: true });
  }
  const key = readKey(path);
  if (!key) throw unusable(path, 'vanished while it was made');
  return key;
};

const unusable = (path: string, what: string, cause?: unknown): FcgateError =>
  new FcgateError('store_failed', `key file ${JSON.stringify(path)} ${what}`, { cause });
