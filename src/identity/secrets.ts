/** Where tokens and provider keys are kept. Chosen once, never changed in silence, and never a file unless somebody said so. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FcgateError } from '../errors.ts';
import { type Keeper, keychain } from './keychain.ts';
import { readPrivate, writePrivate } from './private-file.ts';
import { openFile, sealedFile } from './secret-file.ts';

export const storages = ['keychain', 'encrypted-file', 'insecure-file'] as const;
export type Storage = (typeof storages)[number];

export interface Secrets {
  readonly storage: Storage;
  get(account: string): Promise<string | undefined>;
  set(account: string, secret: string): Promise<void>;
  /** Whether there was one. */
  remove(account: string): Promise<boolean>;
}

export interface SecretsOptions {
  /** The state folder. */
  readonly home: string;
  /** Of the sealed file. */
  readonly passphrase: string | undefined;
}

/** The folder of this room's files. */
export function identityFolder(home: string): string {
  const folder = join(home, 'identity');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The place that was chosen, if one was. */
export function chosenStorage(home: string): Storage | undefined {
  const chosen = readPrivate(join(identityFolder(home), 'storage'))?.trim();
  if (chosen === undefined || storages.some((one) => one === chosen)) return chosen as Storage | undefined;
  throw new FcgateError('store_failed', 'identity/storage in the state folder is damaged; remove it.');
}

/** A secret that this project wrote as JSON. What stands there instead may be one, too: it is not quoted. */
export async function readSecret<T>(secrets: Secrets, account: string): Promise<T | undefined> {
  const text = await secrets.get(account);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    const where = `The entry "${account}" in the ${secrets.storage}`;
    throw new FcgateError(
      'store_failed',
      `${where} is not what fcgate wrote; remove it there, and store it anew.`,
    );
  }
}

/** Secrets where they were kept before; undefined where none ever were. */
export function openSecrets(options: SecretsOptions): Secrets | undefined {
  const storage = chosenStorage(options.home);
  return storage && secretsIn(storage, options);
}

/**
 * Secrets to be written: the wanted place, the place of before, or else the keychain, tried by a word that is written,
 * read and taken away. Throws before anything is asked of anybody.
 */
export async function secretsToKeep(options: SecretsOptions, wanted?: Storage): Promise<Secrets> {
  const storage =
    wanted ?? chosenStorage(options.home) ?? (options.passphrase ? 'encrypted-file' : 'keychain');
  const secrets = secretsIn(storage, options);
  try {
    await worksAsKept(secrets);
  } catch (cause) {
    if (storage !== 'keychain') throw cause;
    throw new FcgateError('store_failed', noKeychain, { cause });
  }
  writePrivate(join(identityFolder(options.home), 'storage'), `${storage}\n`);
  return secrets;
}

const noKeychain = `The keychain cannot be used (none is running, or it is locked), and nothing is written to disk unasked.
Unlock it; or set FCGATE_PASSPHRASE, for a file sealed with that passphrase; or say --insecure-storage, for a plain file that only you can read.`;

/** Whether a keychain could be chosen; nothing is. */
export const keychainWorks = (home: string): Promise<boolean> =>
  worksAsKept(secretsIn('keychain', { home, passphrase: undefined })).then(
    () => true,
    () => false,
  );

/** Throws where what is written cannot be read again. */
export async function worksAsKept({ get, set, remove }: Secrets): Promise<void> {
  await set('probe', 'probe');
  const read = await get('probe');
  await remove('probe');
  if (read !== 'probe') throw new FcgateError('store_failed', 'What is written to the keychain is not kept.');
}

function secretsIn(storage: Storage, options: SecretsOptions): Secrets {
  const service = `fcgate ${options.home}`;
  const keeper = keeperOf(storage, options);
  return {
    storage,
    get: async (account) => (await keeper.getPassword(service, account)) ?? undefined,
    set: (account, secret) => keeper.setPassword(service, account, secret),
    remove: (account) => keeper.deletePassword(service, account),
  };
}

function keeperOf(storage: Storage, { home, passphrase }: SecretsOptions): Keeper {
  if (storage === 'keychain') return keychain;
  const folder = identityFolder(home);
  if (storage === 'insecure-file') return openFile(join(folder, 'secrets.json'));
  if (passphrase) return sealedFile(join(folder, 'secrets.sealed'), passphrase);
  const advice = 'Tokens and keys are in a sealed file: set FCGATE_PASSPHRASE to open it.';
  throw new FcgateError('store_failed', advice);
}
