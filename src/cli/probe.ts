/** One harmless call to an upstream: what models there are, or whether anybody answers. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Injected } from '../identity/credentials.ts';
import type { Connection } from '../policy/policy.ts';
import { isClosed, lookupOpen } from '../proxy/addresses.ts';

const harmless: Readonly<Record<string, string>> = {
  openai: '/v1/models',
  anthropic: '/v1/models',
  gemini: '/v1beta/models',
  mistral: '/v1/models',
  cohere: '/v1/models',
  ollama: '/api/tags',
};

export interface Probed {
  readonly ok: boolean;
  readonly line: string;
}

export async function probe(
  { name, provider, target }: Connection,
  key: Injected | undefined,
): Promise<Probed> {
  const path = harmless[provider] ?? '/';
  const said = (ok: boolean, what: string): Probed => ({ ok, line: `${name}: GET ${path}: ${what}` });
  const url = new URL(target + path);
  if (isClosed(url.hostname)) return said(false, 'the target is a closed address, to which nothing is sent');
  try {
    const { statusCode = 0 } = await head(url, key);
    if (statusCode === 401 || statusCode === 403)
      return key
        ? said(false, `${statusCode}: the key is not accepted`)
        : said(true, `${statusCode}: it answers; no key is held for it, so none was sent`);
    if (statusCode >= 500) return said(false, `${statusCode}: the provider has trouble`);
    if (statusCode >= 300 && statusCode < 400)
      return said(false, `${statusCode}: a redirect, which is not followed`);
    return said(true, `${statusCode}: it answers${key ? ', and takes the key' : ''}`);
  } catch (error) {
    const { code, name: kind } = error as NodeJS.ErrnoException;
    return said(false, `out of reach (${code ?? kind})`);
  }
}

function head(url: URL, key: Injected | undefined): Promise<IncomingMessage> {
  const extra = url.hostname === 'api.anthropic.com' ? { 'anthropic-version': '2023-06-01' } : {};
  const headers = { accept: 'application/json', ...extra, ...(key ? { [key[0]]: key[1] } : {}) };
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const options = { headers, lookup: lookupOpen, agent: false, signal: AbortSignal.timeout(15_000) };
    request(url, options, (response) => {
      response.resume();
      resolve(response);
    })
      .on('error', reject)
      .end();
  });
}
