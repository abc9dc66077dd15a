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

/** A keychain that is locked may ask its owner, and may never answer. */
async function attempt<T>(action: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), patienceMs);
  });
  try {
    return await Promise.race([action(), late]);
  } catch (cause) {
    throw new FcgateError('store_failed', 'The keychain is missing or locked. Unlock it and try again.', {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
