/** Who calls: found in a request's headers, verified, and taken out of them before anybody else sees them. */
import { FcgateError } from '../errors.ts';
import type { Caller } from '../exchange.ts';
import { type Issuer, isJwt, type VerifyBearer } from './bearer.ts';
import { keyPrefix } from './virtual-keys.ts';

type Headers = Readonly<Record<string, string>>;

/** A request without what proved who sent it. No caller: anonymous. */
export interface Identified {
  readonly caller?: Caller;
  readonly headers: Headers;
}

export interface Doorkeeper {
  /** The issuer of the policy in force. */
  issuer(): Issuer | undefined;
  keyHolder(key: string, connection: string): Caller | Promise<Caller>;
  readonly verifyBearer: VerifyBearer;
}

/** Where a provider's key stands, and so a caller's; `api-key` is Azure's. */
const keySlots = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'] as const;
const ownSlot = 'x-fcgate-authorization';

/** Throws `unauthenticated` for any proof that does not hold, whatever the policy asks for. */
export async function identify(door: Doorkeeper, headers: Headers, connection: string): Promise<Identified> {
  const own = headers[ownSlot];
  const proofs = own === undefined ? proofsIn(door, headers) : [ownSlot];
  if (proofs.length === 0) return { headers };
  const callers = await Promise.all(proofs.map((slot) => vouched(door, tokenOf(headers[slot]!), connection)));
  if (callers.some(({ subject }) => subject !== callers[0]!.subject)) {
    throw new FcgateError('unauthenticated', 'the request’s headers name two different callers; send one');
  }
  return { caller: callers[0]!, headers: without(headers, proofs) };
}

/** Whoever holds a token of the issuer; a key of ours is an app's, and proves nobody. Throws `unauthenticated`. */
export async function bearerOf(
  door: Pick<Doorkeeper, 'issuer' | 'verifyBearer'>,
  authorization: string,
): Promise<Caller> {
  const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
  const issuer = door.issuer();
  if (token === undefined || token.startsWith(keyPrefix))
    throw new FcgateError('unauthenticated', 'say who you are: Authorization: Bearer, with a token of yours');
  if (!issuer)
    throw new FcgateError('unauthenticated', 'the policy names no identity.issuer to verify a bearer with');
  return door.verifyBearer(token, issuer);
}

/** Values that claim to be a caller's: keys of ours, and tokens where the policy names who issues them. */
const proofsIn = (door: Doorkeeper, headers: Headers): string[] =>
  keySlots.filter((slot) => {
    const value = headers[slot];
    if (value === undefined) return false;
    const token = tokenOf(value);
    return token.startsWith(keyPrefix) || (isJwt(token) && door.issuer() !== undefined);
  });

/** A key of ours is known behind any scheme: SDKs have schemes of their own. */
const tokenOf = (value: string): string => value.replace(/^\s*(?:bearer\s+|[\w-]+\s+(?=fcg_))/i, '').trim();

async function vouched(door: Doorkeeper, token: string, connection: string): Promise<Caller> {
  if (token.startsWith(keyPrefix)) return door.keyHolder(token, connection);
  const issuer = door.issuer();
  if (!issuer)
    throw new FcgateError('unauthenticated', 'the policy names no identity.issuer to verify a bearer with');
  return door.verifyBearer(token, issuer);
}

/** No key of ours goes on, wherever it stands. */
const without = (headers: Headers, proofs: readonly string[]): Headers =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => !proofs.includes(name) && !(isSlot(name) && tokenOf(value).startsWith(keyPrefix)),
    ),
  );

const isSlot = (name: string): boolean => keySlots.some((slot) => slot === name);
