/** The gateway's doorkeeper: who calls, and which of the held keys go out with a call. */
import { timingSafeEqual } from 'node:crypto';
import { FcgateError } from '../errors.ts';
import type { Caller } from '../exchange.ts';
import { openBearers } from '../identity/bearer.ts';
import { bearerOf, identify } from '../identity/callers.ts';
import { credentialFor } from '../identity/credentials.ts';
import { openSamlExchange, type SamlIssuer } from '../identity/saml-bearer.ts';
import { openSecrets, type Secrets } from '../identity/secrets.ts';
import { keyPrefix, openVirtualKeys } from '../identity/virtual-keys.ts';
import type { Identity } from '../policy/policy.ts';
import type { Gatekeeper } from '../proxy/governance.ts';

export interface GatekeeperOptions {
  /** The state folder. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  hash(text: string): Uint8Array;
  /** Who acts by the local key. */
  here(): Promise<Caller>;
  /** Of the policy in force. */
  identity(): Identity | undefined;
}

/** How long a key that was read is used before the keychain is asked again. */
const freshMs = 5_000;

export function createGatekeeper(options: GatekeeperOptions): Gatekeeper {
  const { home, env, hash, here, identity } = options;
  const keys = openVirtualKeys({ home, hash, now: Date.now });
  const local = Buffer.from(localKey(hash));
  const whoIsHere = lasting(refusing(here));
  const door = {
    issuer() {
      const { issuer, clientId, audience = clientId, groupsClaim } = identity() ?? { groupsClaim: '' };
      return issuer === undefined ? undefined : { issuer, audience, groupsClaim };
    },
    keyHolder: (key: string, connection: string) =>
      same(Buffer.from(key), local) ? whoIsHere() : keys.callerOf(key, connection),
    verifyBearer: openBearers(Date.now),
  };
  const exchange = openSamlExchange(keys, Date.now);
  const secrets = (): Secrets | undefined => openSecrets({ home, passphrase: env.FCGATE_PASSPHRASE });
  return {
    identify: (headers, connection) => identify(door, headers, connection),
    approver: (authorization) => bearerOf(door, authorization),
    exchange: (asserted) => refusing(() => exchange(asserted, samlOf(identity())))(),
    credential: remembered((connection) => credentialFor(connection, env, secrets)),
  };
}

function samlOf(identity: Identity | undefined): SamlIssuer {
  const { saml: metadata, clientId: entity = 'fcgate', groupsClaim = 'groups' } = identity ?? {};
  if (metadata !== undefined) return { metadata, entity, groupsAttribute: groupsClaim };
  throw new FcgateError('unauthenticated', 'the policy names no identity.saml whose assertions are believed');
}

/** The key of whoever runs the gateway. Nothing keeps it: it follows from the install's own key. */
export const localKey = (hash: (text: string) => Uint8Array): string =>
  keyPrefix + Buffer.from(hash('local virtual key')).toString('base64url');

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function remembered(find: Gatekeeper['credential']): Gatekeeper['credential'] {
  const known = new Map<string, () => ReturnType<Gatekeeper['credential']>>();
  return (connection) => {
    const { name, target, credential } = connection;
    if (credential.kind === 'passthrough') return Promise.resolve(undefined);
    const key = JSON.stringify([name, target, credential]);
    const ask = known.get(key) ?? lasting(refusing(() => find(connection)));
    known.set(key, ask);
    return ask();
  };
}

/** A login that cannot be renewed, a keychain that is locked: the caller is told, as of any proof that does not hold. */
function refusing<T>(ask: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof FcgateError)) throw error;
      throw new FcgateError('unauthenticated', error.message);
    }
  };
}

/** Asks once in a while. A failure is not remembered: what was missing may be there a moment later. */
function lasting<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (last && Date.now() - last.at < freshMs) return last.answer;
    const answer = ask();
    last = { at: Date.now(), answer };
    answer.catch(() => {
      last = undefined;
    });
    return answer;
  };
}
