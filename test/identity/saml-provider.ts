/** A SAML identity provider in the test's own process, and a browser that carries its answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import samlp, { type Options } from 'samlp';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

/** What it says of ann. */
function Mapper() {
  return {
    getClaims: () => ({ email: 'ann@corp.test', groups: ['support', 'finance'] }),
    getNameIdentifier: () => ({ nameIdentifier: 'ann' }),
  };
}
Mapper.prototype.metadata = [];

export type Wish = Partial<
  Record<'audience' | 'recipient' | 'inResponseTo' | 'issuer' | 'key' | 'cert', string>
> & {
  readonly lifetimeInSeconds?: number;
  readonly signAssertion?: boolean;
  readonly signResponse?: boolean;
};

export const newKeys = async (): Promise<{ readonly cert: string; readonly key: string }> => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'idp.test' }], {
    keySize: 2048,
  });
  return { cert, key };
};

type Served = IncomingMessage & { query: Record<string, string>; protocol: string; originalUrl: string };

/** `wish` is looked at anew for each answer. */
export async function startSamlProvider() {
  const keys = await newKeys();
  let wish: Wish = {};
  const server = createServer((request, response) => {
    const url = new URL(request.url!, issuer);
    const query = Object.fromEntries(url.searchParams);
    const served: Served = Object.assign(request, { query, protocol: 'http', originalUrl: request.url! });
    const like = likeExpress(response);
    const broken = (error: Error) => void response.writeHead(500).end(error.message);
    if (url.pathname === '/metadata') {
      const place = { redirectEndpointPath: '/sso', postEndpointPath: '/sso', profileMapper: Mapper };
      samlp.metadata({ issuer, ...keys, ...place })(served, like, broken);
      return;
    }
    if (url.pathname !== '/sso') {
      response.end('<a/>');
      return;
    }
    const options: Options = {
      issuer,
      ...keys,
      profileMapper: Mapper,
      getUserFromRequest: () => ({ id: 'ann' }),
      getPostURL: (_audience: string, dom: Dom, _request: unknown, done: Done) =>
        done(null, dom.documentElement.getAttribute('AssertionConsumerServiceURL')),
      responseHandler: (xml: Buffer) => response.end(xml),
      ...wish,
      recipient: wish.recipient ?? consumer,
    };
    samlp.auth(options)(served, like, broken);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let consumer = '';
  /** Logs ann in at the page, and gives what the browser would post. */
  const visit = async (page: string, wanted: Wish = {}): Promise<Posted> => {
    wish = wanted;
    consumer = consumerIn(page);
    const answer = await fetch(page);
    const xml = await answer.text();
    if (!answer.ok) throw new Error(xml);
    const state = new URL(page).searchParams.get('RelayState')!;
    return { to: consumer, state, xml };
  };
  return { metadata: `${issuer}/metadata`, visit };
}

type Dom = { readonly documentElement: { getAttribute(name: string): string } };
type Done = (error: Error | null, url: string) => void;

export interface Posted {
  readonly to: string;
  readonly state: string;
  readonly xml: string;
}

export async function post({ to, state, xml }: Posted): Promise<number> {
  const body = new URLSearchParams({
    SAMLResponse: Buffer.from(xml).toString('base64'),
    RelayState: state,
  });
  return (await fetch(to, { method: 'POST', body })).status;
}

/** Where the request in a page's address wants its answer. */
function consumerIn(page: string): string {
  const request = new URL(page).searchParams.get('SAMLRequest')!;
  const xml = inflateRawSync(Buffer.from(request, 'base64')).toString('utf8');
  return /AssertionConsumerServiceURL="([^"]+)"/.exec(xml)![1]!;
}

function likeExpress(response: ServerResponse): ServerResponse {
  const set = (name: string, value: string) => response.setHeader(name, value);
  return Object.assign(response, { set, send: (text: unknown) => response.end(String(text)) });
}
