/** A caller's own token of the identity provider: verified, and read for who it says. */
import type { JWTPayload } from 'jose';
import { FcgateError } from '../errors.ts';
import type { Caller, JsonValue } from '../exchange.ts';
import { type IssuerKeys, openIssuerKeys } from './jwks.ts';

/** Who vouches for callers, as the policy says. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string | undefined;
  readonly groupsClaim: string;
}

export type VerifyBearer = (token: string, issuer: Issuer) => Promise<Caller>;

/** Asymmetric ones only: with a shared secret, or none, whoever verifies could have signed. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

const skewSeconds = 60;
const longestToken = 16_384;

export function openBearers(now: () => number): VerifyBearer {
  const issuers = new Map<string, IssuerKeys>();
  return async (token, issuer) => {
    if (token.length > longestToken) throw refused('the bearer token is too long');
    const keys = issuers.get(issuer.issuer) ?? openIssuerKeys({ issuer: issuer.issuer, now });
    issuers.set(issuer.issuer, keys);
    return callerIn(await verified(token, issuer, keys, now), issuer.groupsClaim);
  };
}

/** Three parts between dots, as a JWT has them; the last may be empty. */
export const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);

async function verified(
  token: string,
  { issuer, audience }: Issuer,
  keys: IssuerKeys,
  now: () => number,
): Promise<JWTPayload> {
  if (audience === undefined)
    throw refused(
      'the policy names neither identity.client_id nor identity.audience, so no token can be meant for it',
    );
  const { decodeProtectedHeader, decodeJwt, importJWK, jwtVerify } = await import('jose');
  const head = read(() => decodeProtectedHeader(token));
  const claims = read(() => decodeJwt(token));
  if (!algorithms.includes(head.alg ?? '')) {
    throw refused('the bearer token is not signed by an asymmetric algorithm that is accepted');
  }
  if (claims.iss !== issuer) {
    throw refused(
      'the bearer token is of another issuer than identity.issuer; where it is the provider’s own, say who calls in x-fcgate-authorization',
    );
  }
  const candidates = await keys.find(head.kid);
  if (candidates.length === 0)
    throw refused('the bearer token is signed by a key that the issuer does not have');
  const options = {
    issuer,
    audience,
    algorithms,
    clockTolerance: skewSeconds,
    requiredClaims: ['sub', 'exp'],
    currentDate: new Date(now()),
  };
  let failure: Failure = {};
  for (const jwk of candidates) {
    try {
      return (await jwtVerify(token, await importJWK(jwk, head.alg), options)).payload;
    } catch (error) {
      failure = error as Failure;
      // The signature held: no other key will do better.
      if (failure.code?.startsWith('ERR_JWT')) break;
    }
  }
  throw refused(told(failure));
}

interface Failure {
  readonly code?: string;
  readonly claim?: string;
  readonly reason?: string;
}

function read<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw refused('the bearer token is no readable JWT');
  }
}

/** In words of ours: the library's may quote what the token says. */
function told({ code, claim, reason }: Failure): string {
  if (code === 'ERR_JWT_EXPIRED') return 'the bearer token has expired; log in again';
  if (claim === 'aud')
    return 'the bearer token is meant for another audience than the policy’s identity says';
  if (claim === 'nbf' || claim === 'iat') return 'the bearer token is not valid yet; check the clocks';
  if (reason === 'missing') return `the bearer token lacks the claim "${claim === 'sub' ? 'sub' : 'exp'}"`;
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return 'a claim of the bearer token does not hold';
  return 'the signature of the bearer token does not hold';
}

/** Who a provider’s claims speak of. */
export function callerIn(claims: JWTPayload, groupsClaim: string): Caller {
  const { sub, email } = claims;
  if (typeof sub !== 'string' || sub === '' || isReserved(sub)) {
    throw refused('the token’s subject cannot be used here');
  }
  return {
    subject: sub,
    ...(typeof email === 'string' ? { email } : {}),
    groups: groupsIn(claims, groupsClaim),
    claims: claims as Record<string, JsonValue>,
  };
}

/** Names that this gateway gives itself. */
const isReserved = (subject: string): boolean => subject === 'anonymous' || subject.startsWith('local:');

/** A missing claim means no groups. */
function groupsIn(claims: Readonly<Record<string, unknown>>, claim: string): string[] {
  const found = claims[claim];
  const all = Array.isArray(found) ? found : [found];
  return all.filter((group): group is string => typeof group === 'string' && group !== '');
}

const refused = (why: string): FcgateError => new FcgateError('unauthenticated', why);
