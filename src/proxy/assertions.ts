/** Callers by SAML, at a gateway that others share: `POST /-/login` gives a key for an assertion. */
import type { IncomingMessage } from 'node:http';
import { FcgateError } from '../errors.ts';
import type { Asserted } from '../identity/saml-bearer.ts';
import type { House } from './call.ts';
import { type Page, pageOf, textOf } from './page.ts';

const longestBody = 1 << 20;

export const isLogin = ({ method, url }: IncomingMessage): boolean => method === 'POST' && url === '/-/login';

export async function pageForLogin({ gatekeeper }: House, request: IncomingMessage): Promise<Page> {
  if (!gatekeeper) throw new FcgateError('unauthenticated', 'Nobody logs in here.');
  const { expires, ...issued } = await gatekeeper.exchange(assertedIn(await textOf(request, longestBody)));
  return pageOf(200, { ...issued, expires: new Date(expires).toISOString() });
}

function assertedIn(text: string | undefined): Asserted {
  const { answer, verifier, consumer } = objectIn(text);
  if (typeof answer !== 'string' || typeof verifier !== 'string' || typeof consumer !== 'string')
    throw malformed();
  return { answer, verifier, consumer };
}

function objectIn(text: string | undefined): Partial<Record<keyof Asserted, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw malformed();
}

const malformed = (): FcgateError =>
  new FcgateError('invalid_body', 'The body must be what fcgate login --saml URL --gateway URL sends.');
