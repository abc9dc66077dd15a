/** The keys of an issuer. One that was not seen before is looked up at once, each only once, and all under a budget. */
import type { JWK } from 'jose';
import { FcgateError } from '../errors.ts';

export interface IssuerKeys {
  /** The public keys under this name. */
  find(kid: string | undefined): Promise<readonly JWK[]>;
}

export interface IssuerKeysOptions {
  readonly issuer: string;
  now(): number;
}

/** Look-ups in a minute: enough for any rotation, and no lever for whoever invents names of keys. */
const budget = 10;
const budgetMs = 60_000;
/** Keys that were withdrawn are forgotten after so long. */
const freshMs = 10 * 60_000;
const unknownNames = 1000;

export function openIssuerKeys({ issuer, now }: IssuerKeysOptions): IssuerKeys {
  let keys: readonly JWK[] = [];
  let read = -Infinity;
  let reading: Promise<void> | undefined;
  let begun = 0;
  const lookUps: number[] = [];
  const unknown = new Set<string>();
  const sought = new Map<string, Promise<readonly JWK[]>>();

  const lookUp = async (): Promise<void> => {
    const since = now() - budgetMs;
    while (lookUps[0] !== undefined && lookUps[0] < since) lookUps.shift();
    if (lookUps.length >= budget) throw refused(overBudget);
    lookUps.push(now());
    keys = await fetchKeys(issuer);
    read = now();
    for (const { kid } of keys) if (kid !== undefined) unknown.delete(kid);
  };
  /** What had begun to be read before somebody asked may lack a key that was published in between. */
  const refresh = async (): Promise<void> => {
    const asked = begun;
    await reading;
    if (begun > asked) return reading;
    begun++;
    reading = lookUp().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const known = (kid: string | undefined): readonly JWK[] =>
    keys.filter((key) => (kid === undefined || key.kid === kid) && (key.use ?? 'sig') === 'sig');
  const seek = async (kid: string | undefined): Promise<readonly JWK[]> => {
    await refresh();
    const found = known(kid);
    if (unknown.size >= unknownNames) unknown.clear();
    if (found.length === 0) unknown.add(kid ?? '');
    return found;
  };

  return {
    async find(kid) {
      if (now() - read > freshMs) await (reading ?? refresh());
      const name = kid ?? '';
      const found = known(kid);
      if (found.length > 0 || unknown.has(name)) return found;
      const seeking = sought.get(name) ?? seek(kid).finally(() => sought.delete(name));
      sought.set(name, seeking);
      return seeking;
    },
  };
}

const overBudget =
  'the keys of the issuer were looked up too often within a minute, and this token’s is not among those known; try again in a minute';

async function fetchKeys(issuer: string): Promise<readonly JWK[]> {
  const about = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (about.issuer !== issuer) throw refused('the issuer calls itself by another name than identity.issuer');
  const { jwks_uri: place } = about;
  if (typeof place !== 'string') throw refused('the issuer does not say where its keys are');
  if (!place.startsWith('https:') && !issuer.startsWith('http:'))
    throw refused('the issuer’s keys are not behind https');
  const { keys } = await fetchJson(place);
  return Array.isArray(keys) ? (keys as JWK[]) : [];
}

/** Whether an issuer answers as it should, and what time it has. */
export async function lookAtIssuer(
  issuer: string,
): Promise<{ readonly keys: number; readonly clock: number | undefined }> {
  const keys = await fetchKeys(issuer);
  const { headers } = await fetch(issuer, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  const clock = Date.parse(headers.get('date') ?? '');
  return { keys: keys.length, clock: Number.isNaN(clock) ? undefined : clock };
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    throw refused('the issuer does not answer, so its tokens cannot be verified; try again');
  }
}

const refused = (why: string): FcgateError => new FcgateError('unauthenticated', why);
