/** Provider keys that the gateway holds: each goes only to the origin that it was stored for. */
import { FcgateError } from '../errors.ts';
import { readSecret, type Secrets } from './secrets.ts';

/** A connection, as far as its key is concerned. */
export interface Held {
  readonly name: string;
  readonly provider: string;
  readonly target: string;
  readonly credential:
    | { readonly kind: 'passthrough' }
    | { readonly kind: 'keychain' }
    | { readonly kind: 'env'; readonly name: string };
}

/** A header to be sent in the place of all that the caller sent. */
export type Injected = readonly [header: string, value: string];

/** A key, and where it may go. */
export interface Stored {
  readonly origin: string;
  readonly key: string;
}

const accountOf = (connection: string): string => `connection ${connection}`;

export const storeCredential = (secrets: Secrets, name: string, target: string, key: string): Promise<void> =>
  secrets.set(accountOf(name), JSON.stringify({ origin: new URL(target).origin, key } satisfies Stored));

export const readCredential = (secrets: Secrets, name: string): Promise<Stored | undefined> =>
  readSecret<Stored>(secrets, accountOf(name));

export const removeCredential = (secrets: Secrets, name: string): Promise<boolean> =>
  secrets.remove(accountOf(name));

/** What an authenticated caller's request carries. Undefined: the caller's own key goes on. */
export async function credentialFor(
  connection: Held,
  env: Readonly<Record<string, string | undefined>>,
  secrets: () => Secrets | undefined,
): Promise<Injected | undefined> {
  const { credential, name, target, provider } = connection;
  if (credential.kind === 'passthrough') return undefined;
  if (credential.kind === 'env') {
    const key = env[credential.name];
    if (!key)
      throw missing(`connections.${name}: the variable ${credential.name} is not set for the gateway`);
    return credential.name === anthropicBearer ? bearer(key) : slotOf(provider, target, key);
  }
  const store = secrets();
  const stored = store && (await readCredential(store, name));
  if (!stored) throw missing(`connection "${name}" has no key; store one by fcgate connection add ${name}`);
  if (stored.origin !== new URL(target).origin) {
    throw missing(
      `the key of connection "${name}" was stored for another origin; store one by fcgate connection add ${name}`,
    );
  }
  return slotOf(provider, target, stored.key);
}

/** Where the provider looks for its key. */
function slotOf(provider: string, target: string, key: string): Injected {
  if (provider === 'anthropic') return ['x-api-key', key];
  if (provider === 'gemini') return ['x-goog-api-key', key];
  if (provider === 'openai' && AZURE.test(new URL(target).hostname)) return ['api-key', key];
  return bearer(key);
}

const bearer = (key: string): Injected => ['authorization', `Bearer ${key}`];

/** The variable in which Anthropic's SDKs look for what they send as a bearer, and not as their key. */
export const anthropicBearer = 'ANTHROPIC_AUTH_TOKEN';

/** Takes bearers of its own directory alone. */
const AZURE = /\.azure\.(?:com|us|cn)$/;

const missing = (why: string): FcgateError => new FcgateError('unauthenticated', why);
