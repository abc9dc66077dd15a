/** Approvers over HTTP, each with a token of their own: what waits for them, and their word on it. No GET decides. */
import type { IncomingMessage } from 'node:http';
import { type Approver, mayAnswer } from '../approval/approver.ts';
import { pendingJson } from '../approval/told.ts';
import type { Vote, Voted } from '../approval/vote.ts';
import { FcgateError } from '../errors.ts';
import type { House } from './call.ts';
import type { Gatekeeper } from './governance.ts';
import { type Page, pageOf, textOf } from './page.ts';

const PATH = /^\/-\/approvals(?:\/([\w-]{1,64}))?$/;
const longestBody = 16 * 1024;

export const isForApprovers = ({ url }: IncomingMessage): boolean => PATH.test(url!.split('?', 1)[0]!);

/** `GET /-/approvals`, and `POST /-/approvals/ID` with `{"allow": true}` or `{"allow": false, "reason": "…"}`. */
export async function pageForApprover(house: House, request: IncomingMessage): Promise<Page> {
  const [, id] = PATH.exec(request.url!.split('?', 1)[0]!)!;
  const { counter, gatekeeper } = house;
  if (!counter || !gatekeeper) throw new FcgateError('unauthenticated', 'Nobody approves here.');
  const approver = await approverOf(gatekeeper, request);
  if (request.method === 'GET' && id === undefined) {
    const own = counter.pending.filter(({ question }) => mayAnswer(approver, question));
    return pageOf(
      200,
      own.map((pending) => pendingJson(pending)),
    );
  }
  if (request.method !== 'POST' || id === undefined)
    throw new FcgateError('unknown_connection', 'Here are only GET /-/approvals and POST /-/approvals/ID.');
  return told(counter.vote(id, approver, voteIn(await bodyOf(request))));
}

/** Whoever's token the policy's issuer signed. A virtual key is an app's, and no approver. */
async function approverOf(gatekeeper: Gatekeeper, { headers }: IncomingMessage): Promise<Approver> {
  const { subject, groups } = await gatekeeper.approver(headers.authorization ?? '');
  return { subject, groups, terminal: false };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const text = await textOf(request, longestBody);
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw malformed();
  }
}

function voteIn(body: unknown): Vote {
  if (typeof body !== 'object' || body === null) throw malformed();
  const { allow, reason } = body as { readonly allow?: unknown; readonly reason?: unknown };
  if (typeof allow !== 'boolean' || !(reason === undefined || typeof reason === 'string')) throw malformed();
  return { allow, ...(reason === undefined ? {} : { reason }) };
}

const malformed = (): FcgateError =>
  new FcgateError('invalid_body', 'The body must be {"allow": true} or {"allow": false, "reason": "…"}.');

const pages: Readonly<Record<Exclude<Voted, object>, Page>> = {
  settled: pageOf(200, { state: 'settled' }),
  counted: pageOf(200, { state: 'counted' }),
  gone: pageOf(404, { error: 'No such question waits: it may be over.' }),
  // Who may not answer a question learns nothing of it, not even that there is one.
  not_yours: pageOf(404, { error: 'No such question waits: it may be over.' }),
  reason_required: pageOf(422, { error: 'The policy asks you to say why: give a reason.' }),
};

const told = (voted: Voted): Page =>
  typeof voted === 'object' ? pageOf(422, { error: voted.fault }) : pages[voted];
