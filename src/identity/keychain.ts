/** The operating system's keychain, in the shape of `keytar`. The library is loaded when a secret is first asked for. */
import { FcgateError } from '../errors.ts';

/** What of keytar's interface a keeper of secrets needs. */
export interface Keeper {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** Pinned: left to itself the library falls back to memory of the kernel, which forgets at the next start. */
const pinned = { linux: { store: 'secret-service' } } as const;

export const keychain: Keeper = {
  getPassword: async (service, account) =>
    attempt(async () => (await (await entry(service, account)).getPassword()) ?? null),
  setPassword: async (service, account, password) =>
    attempt(async () => (await entry(service, account)).setPassword(password)),
  deletePassword: async (service, account) =>
    attempt(async () => (await entry(service, account)).deletePassword()),
};

async function entry(service: string, account: string) {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  return new AsyncEntry(service, account, pinned);
}

const patienceMs = 60_000;

/** Ends when the keychain has answered what it was asked last. */
let answered: Promise<unknown> = Promise.resolve();

/**
 * A keychain that is locked may ask its owner, and may never answer. Asked one thing at a time: each question that waits
 * takes one of the few threads that also read and write files, and some keychains lose all but one prompt.
 */
async function attempt<T>(action: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let left = false;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), patienceMs);
  });
  const answer = answered.then(() => {
    if (left) throw new Error('nobody waits for it any more');
    return action();
  });
  answered = answer.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    throw new FcgateError('store_failed', 'The keychain is missing or locked. Unlock it and try again.', {
      cause,
    });
  } finally {
    left = true;
    clearTimeout(timer);
  }
}
