/** The one door to governing: `serve`, the policy tester and `replay` all come in here. */
import { isUtf8 } from 'node:buffer';
import { FcgateError } from '../errors.ts';
import type { Facts, Provider } from '../exchange.ts';
import type { Connection, Policy } from '../policy/policy.ts';
import type { Codec, Reading, Turn } from '../wire/codec.ts';
import { generic } from '../wire/generic.ts';
import { parseJson } from '../wire/json-parse.ts';
import { type Route, route } from '../wire/route.ts';
import { tallyOf } from './counted.ts';
import { describing } from './described.ts';
import type { Arrived } from './judged.ts';
import { ANONYMOUS, type Law } from './law.ts';
import { sessionFacts } from './lineage.ts';
import { looseValues, redactPath } from './loose.ts';
import { mirrored } from './mirrored.ts';
import { providerRefusal } from './refusal.ts';
import { governRequest, refuseUnread } from './request.ts';
import type { GovernedRequest, Refusal, RequestHead } from './steps.ts';

/** A policy made ready to govern. */
export interface Flow {
  /** The hash of the policy. */
  readonly policy: string;
  readonly connections: Policy['connections'];
  readonly limits: Policy['limits'];
  /** Before the body is read: may this request go at all, and does its body have to be inspected? */
  admit(
    exchange: string,
    head: RequestHead,
    connection: Connection,
  ): { readonly refuse: Refusal } | { readonly inspect: boolean };
  govern(exchange: string, connection: Connection, head: RequestHead, body: Uint8Array | undefined): Governed;
  refusal(provider: Provider, code: Refusal['code'], detail: string, exchange: string): Refusal;
}

export interface Governed {
  readonly session: string;
  readonly caller: string;
  readonly request: GovernedRequest;
}

export function openFlow(law: Law): Flow {
  const { policy } = law;
  return {
    policy: policy.hash,
    connections: policy.connections,
    limits: policy.limits,
    admit: (exchange, head, connection) => admit(law, exchange, head, connection),
    govern: (exchange, connection, head, body) => arrive(law, exchange, connection, head, body),
    refusal: providerRefusal,
  };
}

const LABEL = /^[\w.-]{1,64}$/;

/** Path, caller and content type decide before a byte of the body is read. */
function admit(
  law: Law,
  exchange: string,
  head: RequestHead,
  connection: Connection,
): { readonly refuse: Refusal } | { readonly inspect: boolean } {
  const found = routeOf(head, connection);
  const refuse = (code: Refusal['code'], detail: string) => ({
    refuse: providerRefusal(connection.provider, code, detail, exchange),
  });
  const caller = law.callerOf(head);
  if (law.policy.identity?.required && caller === ANONYMOUS) {
    return refuse(
      'unauthenticated',
      'the policy requires an identity (identity.required), and this caller has none',
    );
  }
  if (connection.groups && !connection.groups.some((group) => caller.groups.includes(group))) {
    return refuse(
      'policy_denied',
      `connection "${connection.name}" is for members of ${connection.groups.join(', ')}`,
    );
  }
  if (found.kind === 'unlisted') {
    if (connection.uninspectable === 'pass') return { inspect: false };
    const path = redactPath(law, head.path.split('?')[0]!);
    const why = found.why ?? `it is not among the governed paths of provider "${connection.provider}"`;
    return refuse(
      'uninspectable',
      `${head.method} ${path} is refused: ${why}; list it under connections.${connection.name}.paths to allow it`,
    );
  }
  const label = head.headers['x-fcgate-session'];
  if (label !== undefined && !LABEL.test(label)) {
    return refuse('invalid_body', 'x-fcgate-session must be 1 to 64 letters, digits, "_", "." or "-"');
  }
  return { inspect: true };
}

const routeOf = (head: RequestHead, connection: Connection): Route =>
  route(connection.provider, head.method, head.path.split('?')[0]!, connection.paths);

/** Reads the request and finds whose conversation it is. */
function arrive(
  law: Law,
  exchange: string,
  connection: Connection,
  sent: RequestHead,
  body: Uint8Array | undefined,
): Governed {
  const found = routeOf(sent, connection);
  const codec = found.kind === 'unlisted' ? generic : found.codec;
  const path =
    found.kind === 'governed' && found.path !== undefined ? withPath(sent.path, found.path) : sent.path;
  const head = { ...sent, path };
  const caller = law.callerOf(head);
  const { turns, near } = law.memory.recall(caller.subject, connection.name, codec.name, body ?? EMPTY);
  const read = readBody(law, codec, head, body, turns);
  const uninspected = read.error?.code === 'uninspectable' && connection.uninspectable === 'pass';
  const now = law.now();
  const label = head.headers['x-fcgate-session'];
  const { reading, mirrors } = mirrored(read.reading, head);
  const lineage = law.memory.open({
    caller: caller.subject,
    connection: connection.name,
    codec: codec.name,
    label,
    previous: previousOf(codec, head, reading),
    reading,
    body,
    near,
    now,
  });
  const facts: Facts = { now, caller, session: sessionFacts(lineage, tallyOf(lineage, law.policy, reading)) };
  const bytes = body?.length ?? 0;
  const described = describing(reading?.units ?? []);
  const session = { law, exchange, connection, codec, head, lineage, facts, reading, described, bytes };
  const loose = looseValues(law, head, mirrors);
  const arrived: Arrived = { session, body, loose, ...(uninspected ? { uninspected } : {}) };
  const request = read.error && !uninspected ? refuseUnread(arrived, read.error) : governRequest(arrived);
  return { session: lineage.session, caller: caller.subject, request };
}

/** What a request goes on from. A server that names no session has one with each caller. */
function previousOf(codec: Codec, head: RequestHead, reading: Reading | undefined): string | undefined {
  if (!codec.sessionOf || reading?.begins) return reading?.previous;
  return codec.sessionOf(head.headers) ?? '';
}

const EMPTY = new Uint8Array(0);

interface Read {
  readonly reading: Reading | undefined;
  readonly error?: FcgateError;
}

function readBody(
  law: Law,
  codec: Codec,
  head: RequestHead,
  body: Uint8Array | undefined,
  turns: ReadonlyMap<number, Turn>,
): Read {
  if (!body) return { reading: undefined };
  const { depth } = law.policy.limits;
  try {
    if (!isPlainJson(head.headers))
      throw new FcgateError(
        'uninspectable',
        'a body of this content type cannot be inspected; send JSON in UTF-8, or set uninspectable: pass on its connection',
      );
    if (!isUtf8(body)) throw new FcgateError('invalid_body', 'the body is not valid UTF-8');
    const doc = parseJson(body, { chunk: {} }, { depth, known: turns });
    return { reading: codec.readRequest(doc, { depth, turns, path: head.path, headers: head.headers }) };
  } catch (error) {
    if (error instanceof FcgateError && (error.code === 'invalid_body' || error.code === 'uninspectable'))
      return { reading: undefined, error };
    throw error;
  }
}

/** JSON of which each byte means what it seems to: in UTF-8, and not wrapped in an encoding. */
function isPlainJson(headers: RequestHead['headers']): boolean {
  const [type, ...parameters] = (headers['content-type'] ?? 'application/json').toLowerCase().split(';');
  const charsets = parameters.flatMap((each) => /^\s*charset\s*=\s*(.*?)\s*$/.exec(each)?.[1] ?? []);
  return (
    /[/+]json$/.test(type!.trim()) &&
    charsets.every((charset) => /^"?(?:utf-?8|us-ascii)"?$/.test(charset)) &&
    (headers['content-encoding'] ?? 'identity') === 'identity'
  );
}

const withPath = (old: string, path: string): string =>
  old.includes('?') ? path + old.slice(old.indexOf('?')) : path;
