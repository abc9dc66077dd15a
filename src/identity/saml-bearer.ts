/** Callers who came by SAML, at a gateway that others share: an assertion is exchanged for a key of its own, once and for a while. */
import { createHash, randomBytes } from 'node:crypto';
import { failed } from './provider.ts';
import { loginIn, openSaml } from './saml-assertion.ts';
import { readSamlProvider, type SamlProvider } from './saml-metadata.ts';
import type { VirtualKey, VirtualKeys } from './virtual-keys.ts';

/** What a login hands over: the provider's answer, and what proves that the login was its own. */
export interface Asserted {
  readonly answer: string;
  /** The request was named by its hash, so that whoever has only the answer has nothing. */
  readonly verifier: string;
  /** Where on loopback the answer was brought. */
  readonly consumer: string;
}

export interface SamlIssuer {
  readonly metadata: string;
  /** As what fcgate is known to the provider. */
  readonly entity: string;
  readonly groupsAttribute: string;
}

export type Issued = Pick<VirtualKey, 'subject' | 'groups' | 'expires'> & { readonly key: string };

export const newVerifier = (): string => randomBytes(32).toString('hex');

export const requestOf = (verifier: string): string =>
  `_${createHash('sha256').update(verifier).digest('hex')}`;

/** An assertion is exchanged within this time, or not at all. */
const longestAgeMs = 10 * 60_000;
const freshMs = 10 * 60_000;

export function openSamlExchange(
  keys: Pick<VirtualKeys, 'issue'>,
  now: () => number,
): (asserted: Asserted, issuer: SamlIssuer) => Promise<Issued> {
  const providerAt = rememberedProvider(now);
  const used = new Map<string, number>();
  return async ({ answer, verifier, consumer }, { metadata, entity, groupsAttribute }) => {
    if (!/^[0-9a-f]{64}$/.test(verifier) || !/^http:\/\/127\.0\.0\.1:\d{1,5}\/saml$/.test(consumer))
      throw failed('this is no login of fcgate');
    const request = requestOf(verifier);
    const ours = { provider: await providerAt(metadata), entity, consumer, request };
    const saml = await openSaml(ours, longestAgeMs);
    const { subject, email, groups, expires } = await loginIn(saml, ours, answer, groupsAttribute);
    for (const [name, at] of used) if (now() - at > 2 * longestAgeMs) used.delete(name);
    if (used.has(request)) throw failed('the assertion was used before; log in again');
    used.set(request, now());
    const named = { subject, ...(email === undefined ? {} : { email }), groups, expires };
    const { key } = await keys.issue(named);
    return { key, subject, groups, expires };
  };
}

function rememberedProvider(now: () => number): (metadata: string) => Promise<SamlProvider> {
  let last: { readonly at: number; readonly metadata: string; readonly provider: SamlProvider } | undefined;
  return async (metadata) => {
    if (last?.metadata === metadata && now() - last.at < freshMs) return last.provider;
    const provider = await readSamlProvider(metadata);
    last = { at: now(), metadata, provider };
    return provider;
  };
}
