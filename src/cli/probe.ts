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
  if (isClosed(url.hostname)) return said(false, closed);
  try {
    const { statusCode = 0 } = await head(url, provider, key);
    const { ok, what } = meaning(statusCode, provider, key !== undefined);
    return said(ok, `${statusCode}: ${what}`);
  } catch (error) {
    const { code, name: kind } = error as NodeJS.ErrnoException;
    return said(false, code === 'CLOSED_ADDRESS' ? closed : `out of reach (${code ?? kind})`);
  }
}

const closed = 'the target is at a link-local or metadata address, to which nothing is sent';

/** Only an answer that is good says anything good of the key. */
function meaning(status: number, provider: string, hasKey: boolean): { ok: boolean; what: string } {
  const refusesKey = status === 401 || status === 403 || (status === 400 && provider === 'gemini');
  if (refusesKey && hasKey) return { ok: false, what: 'the key is not accepted' };
  if (refusesKey) return { ok: true, what: 'it answers; no key is held for it, so none was sent' };
  if (status >= 500) return { ok: false, what: 'the provider has trouble' };
  if (status >= 400)
    return { ok: true, what: `it answers${hasKey ? '; of the key, that says nothing' : ''}` };
  if (status >= 300) return { ok: false, what: 'a redirect, which is not followed' };
  return { ok: true, what: `it answers${hasKey ? ', and takes the key' : ''}` };
}

function head(url: URL, provider: string, key: Injected | undefined): Promise<IncomingMessage> {
  const extra = provider === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};
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
