/** One exchange on its way through the gateway: what is known of it, how it is refused, and its one ending. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FcgateError, toldCode } from '../errors.ts';
import type { Code, Effect, Recording } from '../exchange.ts';
import type { AuditEntry, Refusal } from '../flow/steps.ts';
import type { Injected } from '../identity/credentials.ts';
import type { Connection } from '../policy/policy.ts';
import type { Answer, Question } from '../question.ts';
import type { Budget } from './budget.ts';
import type { Counter, Desk, ExchangeEvent, Gatekeeper, Governance, Ledger } from './governance.ts';
import type { Metrics } from './metrics.ts';
import type { IsStranger } from './peers.ts';
import type { Roster } from './roster.ts';
import type { Upstream } from './upstream.ts';

/** What all exchanges share. */
export interface House {
  governance: Governance;
  stopping: boolean;
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly counter: Counter | undefined;
  readonly gatekeeper: Gatekeeper | undefined;
  readonly isStranger: IsStranger | undefined;
  readonly upstream: Upstream;
  readonly budget: Budget;
  /** Waits for a large body's turn. */
  turn(): Promise<void>;
  readonly metrics: Metrics;
  readonly open: Roster;
  /** How often a stream that waits for a person is kept alive. */
  readonly keepAliveMs: number;
  /** The exchange is over. */
  tell(event: ExchangeEvent): void;
  /** Something broke that should not: its message may quote traffic, and is for nobody's log. */
  fault(error: unknown, exchange: string): void;
  /** While the gateway stops: closes the connections that have nothing under way. */
  sweep(): void;
}

export type Why = 'app_left' | 'gateway_stopped' | 'upstream_silent';

export interface Waiting {
  giveUp(why: Why): void;
}

export interface Call {
  readonly house: House;
  readonly id: string;
  readonly governance: Governance;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly started: number;
  connection: Connection | undefined;
  session: string;
  caller: string;
  /** The gateway's key for this upstream, where this caller may use it. */
  credential: Injected | undefined;
  decision: Effect;
  /** That the answer calls. */
  tools: readonly string[];
  /** On the way to the model. */
  findings: number;
  code: Code | undefined;
  addedMs: number;
  /** Bytes that count against the budget. */
  held: number;
  /** The app closed its connection: nothing more is written, and whoever is asked need not answer. */
  gone: boolean;
  asked: AbortController | undefined;
  /** What waits for the upstream. */
  waiting: Waiting | undefined;
  /** When something was last heard of the upstream. */
  heard: number;
  over: boolean;
  /** Its place in the roster. */
  place: number;
}

export function openCall(house: House, request: IncomingMessage, response: ServerResponse): Call {
  const call: Call = {
    house,
    id: randomUUID(),
    governance: house.governance,
    request,
    response,
    started: performance.now(),
    connection: undefined,
    session: '',
    caller: 'anonymous',
    credential: undefined,
    decision: 'allow',
    tools: [],
    findings: 0,
    code: undefined,
    addedMs: 0,
    held: 0,
    gone: false,
    asked: undefined,
    waiting: undefined,
    heard: 0,
    over: false,
    place: 0,
  };
  house.open.enter(call);
  response.once('close', () => leave(call));
  return call;
}

/** The app has the whole answer, or went before it had. */
function leave(call: Call): void {
  if (!call.response.writableFinished) {
    call.gone = true;
    call.asked?.abort();
    call.waiting?.giveUp('app_left');
  }
  call.house.budget.give(call.held);
  call.held = 0;
  if (call.house.stopping) call.house.sweep();
}

/** Whether so many more bytes may be held; they count until the app has its answer. */
export function hold(call: Call, bytes: number): boolean {
  if (!call.house.budget.take(bytes)) return false;
  call.held += bytes;
  return true;
}

export function ask(call: Call, question: Question): Promise<Answer> {
  call.asked ??= askedOf();
  raise(call, 'approve');
  if (call.gone) call.asked.abort();
  return call.house.desk.ask(question, call.asked.signal);
}

/** An answer may ask about many calls at once. */
function askedOf(): AbortController {
  const asked = new AbortController();
  setMaxListeners(0, asked.signal);
  return asked;
}

const strength: Readonly<Record<Effect, number>> = { allow: 0, mask: 1, approve: 2, deny: 3 };

function raise(call: Call, effect: Effect): void {
  if (strength[effect] > strength[call.decision]) call.decision = effect;
}

/** Puts decisions on the books. Whatever they decided may leave only after this returned. */
export function enter(call: Call, entries: readonly AuditEntry[]): void {
  if (entries.length === 0) return;
  const { ledger, metrics } = call.house;
  write(ledger, entries);
  for (const { effect, findings, refused, part, direction, decisions } of entries) {
    raise(call, effect);
    if (part) continue;
    if (direction === 'to_app') call.tools = calledTools(decisions);
    for (const { entity } of findings) metrics.findings(entity);
    if (refused) metrics.refused(refused.code);
  }
}

const calledTools = (decisions: AuditEntry['decisions']): string[] =>
  decisions.flatMap(({ stage, tool }) => (stage === 'tool_call' && tool !== undefined ? [tool] : []));

function write(ledger: Ledger, entries: readonly AuditEntry[]): void {
  try {
    ledger.append(entries);
  } catch (cause) {
    const advice = 'The audit or a recording cannot be written. Free the disk, or mend its rights.';
    throw new FcgateError('record_failed', advice, { cause });
  }
}

/** What the gateway says of the exchange on every answer: names and values in turn, as node:http takes them fastest. */
export function marks(call: Call): string[] {
  const said = ['x-fcgate-exchange', call.id, 'x-fcgate-decision', call.decision];
  said.push('x-fcgate-findings', String(call.findings));
  if (call.session) said.push('x-fcgate-session', call.session);
  if (call.house.stopping) said.push('connection', 'close');
  return said;
}

/** Answers with a refusal that is on the books already. */
export function sendRefusal(call: Call, refusal: Refusal): void {
  const { response } = call;
  call.code = refusal.code;
  if (response.headersSent || response.destroyed) return void response.destroy();
  const body = Buffer.from(refusal.body);
  const headers = [...Object.entries(refusal.headers).flat(), ...marks(call)];
  response.writeHead(refusal.status, [...headers, 'content-length', String(body.length)]);
  response.end(body);
}

/** What the transport refuses, or what broke, told in the provider's shape. */
export function refuse(call: Call, error: unknown): void {
  if (call.over) return;
  const known = error instanceof FcgateError ? toldCode(error) : undefined;
  const { message, cause } = error as Error;
  if (!known || cause) call.house.fault(cause ?? error, call.id);
  const code = known ?? 'internal_error';
  const detail = known ? message : 'Something broke inside the gateway; nothing was let through.';
  turnAway(call, call.governance.refusal(call.connection?.provider ?? 'generic', code, detail, call.id));
}

/** A refusal without decisions. What names no connection is no exchange: counted, but not audited. */
export function turnAway(call: Call, refusal: Refusal): void {
  call.decision = 'deny';
  if (call.connection && refusal.code !== 'record_failed') audit(call, call.connection, refusal);
  else call.house.metrics.refused(refusal.code);
  sendRefusal(call, refusal);
  finish(call);
}

function audit(call: Call, connection: Connection, { code, message }: Refusal): void {
  try {
    enter(call, [
      {
        exchange: call.id,
        session: call.session,
        connection: connection.name,
        caller: call.caller,
        policy: call.governance.policy,
        direction: 'to_model',
        effect: 'deny',
        decisions: [],
        findings: [],
        refused: { code, message },
      },
    ]);
  } catch (error) {
    // Nothing is released: the refusal stands, and the next exchange meets the same trouble on its own.
    call.house.fault(error, call.id);
  }
}

/** Once, whatever happened. The recording is made only now, when the app has its answer. */
export function finish(call: Call, recorder?: { recording(ms: number): Recording }): void {
  if (call.over) return;
  call.over = true;
  call.waiting = undefined;
  const { house, connection } = call;
  const ms = performance.now() - call.started;
  house.open.leave(call);
  if (connection) house.metrics.exchange(connection.name, call.decision, call.addedMs / 1000);
  if (recorder) record(call, recorder, Math.round(ms));
  house.tell({
    exchange: call.id,
    session: call.session,
    connection: connection?.name ?? '',
    caller: call.caller,
    status: call.response.statusCode,
    decision: call.decision,
    tools: call.tools,
    findings: call.findings,
    code: call.code,
    ms,
    addedMs: call.addedMs,
  });
}

/** It is over for the app: what breaks here is the next exchange's trouble. */
function record(call: Call, recorder: { recording(ms: number): Recording }, ms: number): void {
  try {
    call.house.ledger.record(() => recorder.recording(ms));
  } catch (error) {
    call.house.fault(error, call.id);
  }
}
