/** An exchange from the app's request to the upstream: read, governed, asked about, settled, on the books, sent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FcgateError } from '../errors.ts';
import type { GovernedRequest, RequestHead, RequestStep } from '../flow/steps.ts';
import type { Connection } from '../policy/policy.ts';
import {
  ask,
  type Call,
  enter,
  finish,
  type House,
  hold,
  openCall,
  refuse,
  sendRefusal,
  turnAway,
} from './call.ts';
import { decode, type Layers, layersOf } from './encoding.ts';
import { forward } from './forward.ts';
import { refuseForeign, refuseStranger } from './guard.ts';
import { fromApp } from './headers.ts';
import { AppLeft, collect, crowded } from './intake.ts';
import { route } from './route.ts';
import { LARGE } from './turns.ts';

export async function carry(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
  hosts: ReadonlySet<string>,
): Promise<void> {
  const call = openCall(house, request, response);
  try {
    refuseForeign(request, hosts);
    if (house.isStranger) await refuseStranger(request.socket, house.isStranger);
    const governed = await govern(call);
    if (!governed) return;
    const { questions } = governed;
    const answers = questions.length > 0 ? await Promise.all(questions.map((one) => ask(call, one))) : [];
    follow(call, governed.settle(answers));
  } catch (error) {
    if (error instanceof AppLeft) finish(call);
    else refuse(call, error);
  }
}

/** Undefined: it was refused before its body was read. */
async function govern(call: Call): Promise<GovernedRequest | undefined> {
  const { governance, request } = call;
  const { connection: name, path } = route(request.url!);
  const connection = connect(call, name);
  const head = await identify(call, connection, path);
  const admitted = governance.admit(call.id, head, connection);
  if ('refuse' in admitted) return void turnAway(call, admitted.refuse);
  if (head.caller) call.credential = await call.house.gatekeeper!.credential(connection);
  await roomFor(call);
  const layers = admitted.inspect ? layersOf(request.headers['content-encoding']) : [];
  let body = await collect(request, governance.limits.body, (bytes) => hold(call, bytes));
  if (body && body.length > LARGE) await inTurn(call);
  const started = performance.now();
  if (body && layers.length > 0) body = await unwrap(call, body, layers);
  const governed = governance.govern(call.id, connection, layers.length > 0 ? bare(head) : head, body);
  call.addedMs += performance.now() - started;
  call.session = governed.session;
  call.caller = governed.caller;
  return governed.request;
}

/** The request, and whose it is. What proved it goes no further. */
async function identify(call: Call, { name }: Connection, path: string): Promise<RequestHead> {
  const { house, request } = call;
  const head = { method: request.method!, path, headers: fromApp(request.headers) };
  if (!house.gatekeeper) return head;
  if (/[?&][^=&]*=fcg_/.test(path)) {
    throw new FcgateError('unauthenticated', 'A virtual key stands in the query; send it in a header.');
  }
  const { caller, headers } = await house.gatekeeper.identify(head.headers, name);
  if (caller) call.caller = caller.subject;
  return caller ? { ...head, headers, caller } : head;
}

async function inTurn(call: Call): Promise<void> {
  await call.house.turn();
  if (call.gone) throw new AppLeft();
}

/** Where recordings wait for the disk, so does the next exchange, before its body fills the memory too. */
async function roomFor(call: Call): Promise<void> {
  for (let room = call.house.ledger.room(); room; room = call.house.ledger.room()) {
    await room;
    if (call.gone) throw new AppLeft();
  }
}

function connect(call: Call, name: string): Connection {
  const { connections } = call.governance;
  const connection = connections.get(name);
  if (!connection) {
    const known = [...connections.keys()].join(', ') || 'none';
    throw new FcgateError('unknown_connection', `The path names no connection. Known are: ${known}.`);
  }
  call.connection = connection;
  if (call.house.stopping) throw new FcgateError('gateway_stopped', 'The gateway is stopping.');
  if (isWebSocket(call.request)) {
    throw new FcgateError('uninspectable', 'WebSockets cannot be inspected. Use the HTTP form of this API.');
  }
  return connection;
}

const isWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade !== undefined && /websocket/i.test(headers.upgrade);

async function unwrap(call: Call, body: Uint8Array, layers: Layers): Promise<Uint8Array> {
  const plain = await decode(body, layers, call.governance.limits.body);
  if (!hold(call, plain.length)) throw crowded();
  return plain;
}

function bare(head: RequestHead): RequestHead {
  const { 'content-encoding': _gone, ...headers } = head.headers;
  return { ...head, headers };
}

/** The entry is on the books before anything leaves, in either direction. */
function follow(call: Call, step: RequestStep): void {
  enter(call, [step.entry]);
  if (step.kind === 'forward') {
    call.findings = step.findings;
    forward(call, step);
  } else {
    call.findings = step.entry.findings.length;
    sendRefusal(call, step.refusal);
    finish(call, step);
  }
}
