/** Headers at the gateway's two sides: what belongs to one hop stays there, what is ours is never forged. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Injected } from '../identity/credentials.ts';

export type Headers = Record<string, string>;

/** RFC 9110, 7.6.1, and what speaks of a connection that ends here. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'http2-settings'],
]);

const ofThisHop = new Set([...hopByHop, 'host', 'expect', 'accept-encoding', 'content-length']);

/**
 * What is not passed on of an answer: another origin's claims (redirects are not followed, and the app must not follow
 * them past the gateway either), and digests of bytes that are about to change.
 */
const ofUpstreamAlone = new Set([
  ...hopByHop,
  ...['content-encoding', 'content-length', 'etag', 'content-md5', 'digest', 'content-digest', 'repr-digest'],
  ...['accept-ranges', 'alt-svc', 'set-cookie', 'location', 'content-location', 'refresh'],
]);

/** The app's headers as the flow sees them. */
export const fromApp = (headers: IncomingHttpHeaders): Headers => without(headers, ofThisHop);

/** What the flow lets go, as the upstream gets it. Asks for no encoding, since the answer is read on its way. */
export function toUpstream(headers: Readonly<Headers>, host: string, length: number | undefined): Headers {
  const sent: Headers = { host };
  for (const name in headers) if (!isOurs(name)) sent[name] = headers[name]!;
  sent['accept-encoding'] = 'identity';
  if (length !== undefined) sent['content-length'] = String(length);
  return sent;
}

/** Where callers put keys of their own. */
const keySlots = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie']);

/** The gateway's key in the place of all that the caller sent. */
export function withCredential(
  path: string,
  headers: Readonly<Headers>,
  [name, value]: Injected,
): { readonly path: string; readonly headers: Headers } {
  const kept: Headers = {};
  for (const each in headers) if (!keySlots.has(each)) kept[each] = headers[each]!;
  kept[name] = value;
  return { path: withoutKey(path), headers: kept };
}

/** Slots of Google's and Azure's, in whatever spelling their servers read. */
const keyParameters = /^(?:\$?\.?key|api[_-]?key|access_token|oauth_token|token|subscription-key)$/i;

const withoutKey = (path: string): string => {
  const at = path.indexOf('?');
  if (at < 0) return path;
  const pairs = path.slice(at + 1).split('&');
  const kept = pairs.filter(
    (each) => ![...new URLSearchParams(each).keys()].some((name) => keyParameters.test(name)),
  );
  if (kept.length === pairs.length) return path;
  const place = path.slice(0, at);
  return kept.length > 0 ? `${place}?${kept.join('&')}` : place;
};

/** The upstream's headers as the flow sees them. */
export function fromUpstream(headers: IncomingHttpHeaders): Headers {
  const seen = without(headers, ofUpstreamAlone);
  for (const name in seen) if (isOurs(name)) delete seen[name];
  return seen;
}

const isOurs = (name: string): boolean => name.startsWith('x-fcgate-');

function without(headers: IncomingHttpHeaders, dropped: ReadonlySet<string>): Headers {
  const named = headers.connection === undefined ? undefined : namedBy(headers.connection);
  const kept: Headers = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string' && !dropped.has(name) && !named?.has(name)) kept[name] = value;
  }
  return kept;
}

/** The headers that `Connection` makes hop-by-hop; the common values name none. */
function namedBy(connection: string): ReadonlySet<string> | undefined {
  if (connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.toLowerCase().split(/\s*,\s*/));
}
