/** A login by SAML: the browser brings the provider's signed assertion to loopback, in answer to a request of this login alone. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FcgateError } from '../errors.ts';
import type { Login } from './logins.ts';
import { failed } from './provider.ts';
import { loginIn, openSaml } from './saml-assertion.ts';
import { type Asserted, newVerifier, requestOf } from './saml-bearer.ts';
import { readSamlProvider } from './saml-metadata.ts';

export interface SamlAsked {
  readonly metadata: string;
  /** As what fcgate is known to the provider; an assertion must be meant for it. */
  readonly entity: string;
  /** Of the assertion consumer on loopback; 0 picks one. */
  readonly port: number;
  /** The attribute that lists groups. */
  readonly groupsAttribute: string;
}

const patienceMs = 5 * 60_000;

export async function loginBySaml(
  asked: SamlAsked,
  show: (page: string) => void,
): Promise<{ readonly login: Login; readonly asserted: Asserted }> {
  const provider = await readSamlProvider(asked.metadata);
  const server = createServer();
  await listen(server, asked.port);
  try {
    const consumer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/saml`;
    const [verifier, state] = [newVerifier(), randomBytes(20).toString('hex')];
    const ours = { provider, entity: asked.entity, consumer, request: requestOf(verifier) };
    const saml = await openSaml(ours);
    const arrival = returned(server, state);
    show(await saml.getAuthorizeUrlAsync(state, undefined, {}));
    const answer = await arrival;
    const login = await loginIn(saml, ours, answer, asked.groupsAttribute);
    return { login, asserted: { answer, verifier, consumer } };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        new FcgateError('usage', `Port ${port} cannot be had (${code}); choose another with --saml-port.`),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });

/** What the browser posts. What does not know the state is nobody's answer. */
function returned(server: Server, state: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(failed('nobody came back from the provider’s page')), patienceMs);
    server.on('request', async (request, response) => {
      const form = request.method === 'POST' && request.url === '/saml' ? await formOf(request) : undefined;
      const answer = form?.get('RelayState') === state ? form.get('SAMLResponse') : undefined;
      response.writeHead(answer ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(answer ? 'fcgate has heard. You can close this page.\n' : 'Nothing is here.\n');
      if (!answer) return;
      clearTimeout(late);
      resolve(answer);
    });
  });
}

const maxForm = 1 << 20;

async function formOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxForm) return undefined;
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('latin1'));
}
