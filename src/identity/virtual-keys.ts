/** Virtual keys: what an app puts where the provider's key would be. Kept as keyed hashes, so that none can be read back. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { FcgateError } from '../errors.ts';
import type { Caller } from '../exchange.ts';
import { alone, readJson, writePrivate } from './private-file.ts';
import { identityFolder } from './secrets.ts';

export const keyPrefix = 'fcg_';

/** What is known of a key, but for the key. */
export interface VirtualKey {
  readonly id: string;
  readonly subject: string;
  readonly email?: string;
  readonly groups: readonly string[];
  /** Where it may be used; everywhere where undefined. */
  readonly connections?: readonly string[];
  /** Milliseconds since 1970. */
  readonly issued: number;
  readonly expires: number;
  readonly revoked?: number;
}

export interface VirtualKeys {
  issue(
    key: Omit<VirtualKey, 'id' | 'issued' | 'revoked'>,
  ): Promise<{ readonly id: string; readonly key: string }>;
  list(): readonly VirtualKey[];
  revoke(id: string): Promise<VirtualKey>;
  /** Whose it is. Throws `unauthenticated`, each reason in its own words. */
  callerOf(key: string, connection: string): Caller;
}

export interface VirtualKeysOptions {
  /** The state folder. */
  readonly home: string;
  /** Under the install's own key. */
  hash(text: string): Uint8Array;
  now(): number;
}

type Kept = VirtualKey & { readonly hash: string };
type File = { readonly version: 1; readonly keys: readonly Kept[] };

export function openVirtualKeys({ home, hash, now }: VirtualKeysOptions): VirtualKeys {
  const path = join(identityFolder(home), 'keys.json');
  const read = rereadOnChange(path);
  const change = (make: (keys: readonly Kept[]) => readonly Kept[]): Promise<void> =>
    alone(path, async () =>
      writePrivate(path, JSON.stringify({ version: 1, keys: make(read()) } satisfies File)),
    );
  const hashOf = (key: string): string => Buffer.from(hash(`virtual key\0${key}`)).toString('base64url');
  return {
    async issue(asked) {
      const key = keyPrefix + randomBytes(32).toString('base64url');
      const id = `key_${randomBytes(6).toString('hex')}`;
      await change((keys) => [...keys, { ...asked, id, issued: now(), hash: hashOf(key) }]);
      return { id, key };
    },
    list: () => read().map(({ hash: _secret, ...told }) => told),
    async revoke(id) {
      const found = read().find((key) => key.id === id);
      if (!found) throw new FcgateError('not_found', `There is no key ${id}; fcgate key list shows all.`);
      await change((keys) => keys.map((key) => (key.id === id ? { revoked: now(), ...key } : key)));
      return found;
    },
    callerOf(key, connection) {
      const digest = hashOf(key);
      return callerUnder(
        read().find((one) => one.hash === digest),
        connection,
        now(),
      );
    },
  };
}

function callerUnder(key: VirtualKey | undefined, connection: string, now: number): Caller {
  if (!key) throw refused('this virtual key is not known here; get one by fcgate key issue');
  if (key.revoked !== undefined) throw refused(`virtual key ${key.id} was revoked; get another one`);
  if (key.expires <= now) throw refused(`virtual key ${key.id} has expired; get another one`);
  if (key.connections && !key.connections.includes(connection)) {
    throw refused(`virtual key ${key.id} is for other connections than "${connection}"`);
  }
  const { subject, email, groups } = key;
  return { subject, ...(email === undefined ? {} : { email }), groups, claims: {} };
}

/** A revocation holds from the next request on: the file is looked at each time, and read when it changed. */
function rereadOnChange(path: string): () => readonly Kept[] {
  let mark = '';
  let keys: readonly Kept[] = [];
  return () => {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    const now = found ? `${found.ino} ${found.mtimeNs} ${found.size}` : '';
    if (now !== mark) {
      keys = readJson<File>(path)?.keys ?? [];
      mark = now;
    }
    return keys;
  };
}

const refused = (why: string): FcgateError => new FcgateError('unauthenticated', why);
