/** The gateway's own pages, below `/-/`: its health and its numbers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FcgateError } from '../errors.ts';
import type { Code } from '../exchange.ts';
import type { House } from './call.ts';
import { refuseForeign } from './guard.ts';

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const pages = new Map<string, (house: House) => Page>([
  ['/-/health', health],
  ['/-/metrics', numbers],
]);

export const isOwn = (request: IncomingMessage): boolean => /^\/-(?:[/?]|$)/.test(request.url!);

export function answerOwn(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
  hosts: ReadonlySet<string>,
): void {
  const { status, headers, body } = pageFor(house, request, hosts);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function pageFor(house: House, request: IncomingMessage, hosts: ReadonlySet<string>): Page {
  try {
    refuseForeign(request, hosts);
    const page = request.method === 'GET' ? pages.get(request.url!.split('?', 1)[0]!) : undefined;
    if (page) return page(house);
    throw new FcgateError('unknown_connection', 'Here are only GET /-/health and GET /-/metrics.');
  } catch (error) {
    const { code, message } = error as FcgateError;
    return house.governance.refusal('generic', code as Code, message, '');
  }
}

function health({ stopping, open, governance }: House): Page {
  const body = { status: stopping ? 'stopping' : 'ok', open: open.size(), policy: governance.policy };
  const headers = { 'content-type': 'application/json' };
  return { status: stopping ? 503 : 200, headers, body: JSON.stringify(body) };
}

function numbers({ metrics, open }: House): Page {
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  return { status: 200, headers, body: metrics.text(open.size()) };
}
