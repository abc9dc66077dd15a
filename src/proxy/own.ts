/** The gateway's own pages, below `/-/`: its health and its numbers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FcgateError, toldCode } from '../errors.ts';
import { isForApprovers, pageForApprover } from './approvers.ts';
import { isLogin, pageForLogin } from './assertions.ts';
import type { House } from './call.ts';
import { refuseForeign } from './guard.ts';
import { type Page, send } from './page.ts';

const pages = new Map<string, (house: House) => Page>([
  ['/-/health', health],
  ['/-/metrics', numbers],
]);

export const isOwn = (request: IncomingMessage): boolean => /^\/-(?:[/?]|$)/.test(request.url!);

export async function answerOwn(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
  hosts: ReadonlySet<string>,
): Promise<void> {
  const page = await pageFor(house, request, hosts).catch((error: unknown) => pageOfError(house, error));
  send(response, page);
}

async function pageFor(house: House, request: IncomingMessage, hosts: ReadonlySet<string>): Promise<Page> {
  refuseForeign(request, hosts);
  if (isForApprovers(request)) return pageForApprover(house, request);
  if (isLogin(request)) return pageForLogin(house, request);
  const page = request.method === 'GET' ? pages.get(request.url!.split('?', 1)[0]!) : undefined;
  if (page) return page(house);
  throw new FcgateError(
    'unknown_connection',
    'Here are only GET /-/health, GET /-/metrics, /-/approvals for who may approve, and POST /-/login.',
  );
}

/** What broke otherwise (the books cannot be written) is nobody's to read. */
function pageOfError({ governance, fault }: House, error: unknown): Page {
  const code = error instanceof FcgateError ? toldCode(error) : undefined;
  if (code) return governance.refusal('generic', code, (error as FcgateError).message, '');
  fault(error, '');
  return governance.refusal('generic', 'internal_error', 'It could not be done; nothing was decided.', '');
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
