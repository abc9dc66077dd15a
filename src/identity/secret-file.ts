/** Secrets in one file, for machines without a keychain: sealed with a passphrase, or open to whoever reads the disk. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { FcgateError } from '../errors.ts';
import type { Keeper } from './keychain.ts';
import { alone, readJson, writePrivate } from './private-file.ts';

type Entries = Record<string, string>;

/** How the entries stand in the file. */
interface Form {
  read(): Entries;
  write(entries: Entries): void;
}

export const openFile = (path: string): Keeper =>
  keeperOf(path, {
    read: () => readJson<Entries>(path) ?? {},
    write: (entries) => writePrivate(path, JSON.stringify(entries)),
  });

/** AES-256-GCM under a key that scrypt makes of the passphrase and the file's salt; each write has a nonce of its own. */
export function sealedFile(path: string, passphrase: string): Keeper {
  const keyOf = stretched(passphrase);
  return keeperOf(path, {
    read: () => {
      const sealed = readJson<Sealed>(path);
      return sealed ? (JSON.parse(unseal(sealed, keyOf(sealed.salt))) as Entries) : {};
    },
    write: (entries) => {
      const salt = readJson<Sealed>(path)?.salt ?? randomBytes(16).toString('base64');
      writePrivate(path, JSON.stringify({ ...seal(JSON.stringify(entries), keyOf(salt)), salt }));
    },
  });
}

function keeperOf(path: string, { read, write }: Form): Keeper {
  const nameOf = (service: string, account: string): string => `${service} ${account}`;
  return {
    getPassword: async (service, account) => read()[nameOf(service, account)] ?? null,
    setPassword: (service, account, password) =>
      alone(path, async () => write({ ...read(), [nameOf(service, account)]: password })),
    deletePassword: (service, account) =>
      alone(path, async () => {
        const { [nameOf(service, account)]: gone, ...rest } = read();
        if (gone !== undefined) write(rest);
        return gone !== undefined;
      }),
  };
}

interface Sealed {
  readonly version: 1;
  readonly salt: string;
  readonly nonce: string;
  readonly tag: string;
  readonly text: string;
}

/** 64 MB and a fifth of a second: a guess costs whoever stole the file as much. */
const hardness = { N: 1 << 16, r: 8, p: 1, maxmem: 128 << 20 } as const;

/** Of one salt, the key is made once. */
function stretched(passphrase: string): (salt: string) => Buffer {
  let last: { readonly salt: string; readonly key: Buffer } | undefined;
  return (salt) => {
    if (last?.salt !== salt) {
      const key = scryptSync(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, hardness);
      last = { salt, key };
    }
    return last.key;
  };
}

function seal(text: string, key: Buffer): Omit<Sealed, 'salt'> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const [once, tag] = [nonce, cipher.getAuthTag()].map((one) => one.toString('base64'));
  return { version: 1, nonce: once!, tag: tag!, text: bytes.toString('base64') };
}

function unseal({ nonce, tag, text }: Sealed, key: Buffer): string {
  const [once, mark, bytes] = [nonce, tag, text].map((one) => Buffer.from(one, 'base64'));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, once!, { authTagLength: 16 });
    decipher.setAuthTag(mark!);
    return Buffer.concat([decipher.update(bytes!), decipher.final()]).toString('utf8');
  } catch (cause) {
    const advice = 'The passphrase does not open the file of secrets, or the file is damaged.';
    throw new FcgateError('store_failed', advice, { cause });
  }
}
