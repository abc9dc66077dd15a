/** A login handed on to a gateway that others share, which gives a key of its own for it. */
import { FcgateError } from '../errors.ts';
import type { Asserted } from '../identity/saml-bearer.ts';
import { secureUrlFault } from '../policy/trust.ts';

export interface Given {
  readonly key: string;
  /** ISO 8601. */
  readonly expires: string;
}

/** Throws before anybody is asked to log in. */
export function checkedGateway(url: string): string {
  const fault = secureUrlFault(url);
  if (fault) throw new FcgateError('usage', `--gateway ${fault}`);
  return url.replace(/\/+$/, '');
}

export async function keyFrom(gateway: string, asserted: Asserted): Promise<Given> {
  const answer = await fetch(`${gateway}/-/login`, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asserted),
    signal: AbortSignal.timeout(30_000),
  }).catch((cause: unknown) => {
    throw refused('it cannot be reached', cause);
  });
  const told = (await answer.json().catch(() => ({}))) as Partial<Given> & { error?: { message?: unknown } };
  const { key, expires, error } = told;
  if (answer.ok && typeof key === 'string' && typeof expires === 'string') return { key, expires };
  throw refused(typeof error?.message === 'string' ? error.message : `it answered ${answer.status}`);
}

const refused = (why: string, cause?: unknown): FcgateError =>
  new FcgateError('login_failed', `The gateway gave no key: ${why}.`, { cause });
