/** Which paths of a provider are governed, and by which codec; which are harmless; all others are unlisted. */
import type { Provider } from '../exchange.ts';
import type { Codec } from './codec.ts';
import { generic } from './generic.ts';
import { openaiChat } from './openai-chat.ts';

export type Route =
  | { readonly kind: 'governed'; readonly codec: Codec; readonly path?: string }
  | { readonly kind: 'harmless'; readonly codec: Codec }
  | { readonly kind: 'unlisted' };

export function route(provider: Provider, method: string, path: string, _extra: readonly string[]): Route {
  if (provider === 'generic') return { kind: 'governed', codec: generic };
  if (method === 'POST' && /\/chat\/completions$/.test(path)) return { kind: 'governed', codec: openaiChat };
  if (method === 'GET' && /^\/v1\/models(\/[^/]+)?$/.test(path)) return { kind: 'harmless', codec: generic };
  return { kind: 'unlisted' };
}

/** Query parameters and headers that carry the provider's key: forwarded, never recorded. */
export const credentialParameters: ReadonlySet<string> = new Set([
  'key',
  'api_key',
  'api-key',
  'access_token',
]);
export const credentialHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'cookie',
  'proxy-authorization',
  'x-fcgate-authorization',
]);
/** Headers that hold nobody's text. */
export const plainHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-type',
  'content-length',
  'accept',
  'accept-encoding',
  'accept-language',
  'user-agent',
  'connection',
  'x-fcgate-session',
]);
