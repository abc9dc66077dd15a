/** What a SAML identity provider says of itself: its name, its keys, and where a login begins. */
import { failed } from './provider.ts';

export interface SamlProvider {
  readonly entity: string;
  /** Certificates of its signatures, each in base64. */
  readonly keys: readonly string[];
  readonly page: string;
}

const maxChars = 2 << 20;

/** Its word is believed for the connection that it came over: https, or loopback. */
export async function readSamlProvider(url: string): Promise<SamlProvider> {
  let text: string;
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(15_000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    text = await answer.text();
  } catch (cause) {
    throw failed('the provider’s metadata cannot be fetched; check the address, and try again', cause);
  }
  const provider = text.length > maxChars ? undefined : await providerIn(text);
  if (!provider) throw failed('the address gives no metadata of a SAML identity provider');
  if (url.startsWith('https:') && !provider.page.startsWith('https:'))
    throw failed('the provider’s login page is not behind https');
  return provider;
}

const metadata = 'urn:oasis:names:tc:SAML:2.0:metadata';
const signatures = 'http://www.w3.org/2000/09/xmldsig#';
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/** Undefined: this is something else, or lacks what a login needs. */
async function providerIn(text: string): Promise<SamlProvider | undefined> {
  if (/<!DOCTYPE/i.test(text)) return undefined;
  const { DOMParser } = await import('@xmldom/xmldom');
  const quiet = { warning: () => {}, error: () => {}, fatalError: () => {} };
  const root = new DOMParser({ errorHandler: quiet }).parseFromString(text, 'text/xml')?.documentElement;
  if (root?.localName !== 'EntityDescriptor' || root.namespaceURI !== metadata) return undefined;
  const role = Array.from(root.getElementsByTagNameNS(metadata, 'IDPSSODescriptor'))[0];
  const entity = root.getAttribute('entityID');
  if (!role || !entity) return undefined;
  const page = Array.from(role.getElementsByTagNameNS(metadata, 'SingleSignOnService'))
    .find((place) => place.getAttribute('Binding') === redirect)
    ?.getAttribute('Location');
  const keys = Array.from(role.getElementsByTagNameNS(metadata, 'KeyDescriptor'))
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => Array.from(key.getElementsByTagNameNS(signatures, 'X509Certificate')))
    .map((key) => (key.textContent ?? '').replace(/\s+/g, ''))
    .filter(Boolean);
  return page && keys.length > 0 ? { entity, keys, page } : undefined;
}
