/** Who may speak to the gateway at all: programs that were pointed at it, never a page in a browser. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FcgateError } from '../errors.ts';
import type { IsStranger } from './peers.ts';

/** The values of `Host` under which the gateway answers (a name that was rebound to this machine is another one). */
export function ownHosts(bound: string, port: number, others: readonly string[] = []): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]', bound.includes(':') ? `[${bound}]` : bound.toLowerCase()];
  return new Set([
    ...names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])),
    ...others.flatMap((name) => [name, `${name}:${port}`]),
  ]);
}

export function refuseForeign(request: IncomingMessage, hosts: ReadonlySet<string>): void {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers;
  if (!(hosts.has(host) || hosts.has(host.toLowerCase())) || hasTwoHosts(request.rawHeaders)) {
    throw forbidden(`The Host header is not the gateway's. Use ${[...hosts].slice(0, 2).join(' or ')}.`);
  }
  if (origin !== undefined) throw forbidden('Requests from web pages (an Origin header) are not served.');
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    throw forbidden('Requests from another site (Sec-Fetch-Site) are not served.');
  }
}

/** A connection is one user's from its beginning to its end. */
const known = Symbol('known');

export async function refuseStranger(
  socket: Socket & { [known]?: true },
  isStranger: IsStranger,
): Promise<void> {
  if (socket[known]) return;
  if (await isStranger(socket))
    throw forbidden('This gateway is another user’s of this machine; start one of your own.');
  socket[known] = true;
}

/** node:http keeps the first of several Host headers in silence; a second one is somebody's trick. */
function hasTwoHosts(raw: readonly string[]): boolean {
  let seen = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') seen++;
  }
  return seen > 1;
}

const forbidden = (detail: string): FcgateError => new FcgateError('forbidden_origin', detail);
