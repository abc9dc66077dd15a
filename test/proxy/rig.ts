/** A gateway with a law of a few lines, real upstreams on loopback, and clients that can misbehave. */
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { httpStatus } from '../../src/errors.ts';
import type { Code, Recording } from '../../src/exchange.ts';
import type {
  AnswerGate,
  AnswerStep,
  AuditEntry,
  Refusal,
  RequestHead,
  RequestStep,
} from '../../src/flow/steps.ts';
import type { Connection } from '../../src/policy/policy.ts';
import { createGateway, type GatewayOptions } from '../../src/proxy/gateway.ts';
import type { ExchangeEvent, Governance, Ledger } from '../../src/proxy/governance.ts';
import type { Question } from '../../src/question.ts';

export interface Law {
  /** Whether the answer is released as it comes, or at its end. */
  readonly live?: boolean;
  readonly limit?: number;
  readonly idleMs?: number;
  readonly inspect?: boolean;
  readonly questions?: readonly Question[];
  readonly answerQuestions?: readonly Question[];
  readonly seen?: (head: RequestHead, body: Uint8Array | undefined) => void;
  readonly edit?: (body: Uint8Array) => readonly Uint8Array[];
  readonly gate?: (gate: AnswerGate) => AnswerGate;
}

/** Forwards everything, refuses what a person refuses, and holds answers to their end. */
export function governanceOf(connections: readonly Connection[], law: Law = {}): Governance {
  return {
    policy: 'test-policy',
    connections: new Map(connections.map((one) => [one.name, one])),
    limits: { body: law.limit ?? 1 << 20, depth: 128, idleMs: law.idleMs ?? 60_000 },
    admit: () => ({ inspect: law.inspect ?? true }),
    refusal: refusalOf,
    govern(exchange, connection, head, body) {
      law.seen?.(head, body);
      const entry = entryOf(exchange, connection.name);
      const questions = law.questions ?? [];
      const settle = (answers: readonly { allow: boolean; code?: Code }[]): RequestStep => {
        const refused = answers.find(({ allow }) => !allow);
        if (refused) {
          const refusal = refusalOf('generic', refused.code!, 'nobody allowed it', exchange);
          return {
            kind: 'refuse',
            refusal,
            entry: refusedEntry(entry, refusal),
            all: () => [],
            recording: (ms) => recordingOf(exchange, ms, refusal),
          };
        }
        return {
          kind: 'forward',
          path: head.path,
          headers: head.headers,
          body: body && (law.edit?.(body) ?? [body]),
          effect: 'allow',
          findings: 2,
          entry,
          all: () => [],
          openAnswer: ({ status, headers }) =>
            (law.gate ?? ((gate) => gate))(gateOf(exchange, entry, status, headers, law)),
          echo: (_head, bytes) => bytes,
          failed(code, detail) {
            const refusal = refusalOf('generic', code, detail, exchange);
            return {
              refusal,
              entry: refusedEntry(entry, refusal),
              recording: (ms) => recordingOf(exchange, ms, refusal),
            };
          },
        };
      };
      return { session: 'session-1', caller: 'tester', request: { questions, settle } };
    },
  };
}

export const connectionOf = (name: string, target: string): Connection => ({
  name,
  target,
  provider: 'generic',
  credential: { kind: 'passthrough' },
  uninspectable: 'refuse',
  paths: [],
});

function gateOf(
  exchange: string,
  entry: AuditEntry,
  status: number,
  headers: Readonly<Record<string, string>>,
  law: Law,
): AnswerGate {
  const held: Uint8Array[] = [];
  const waiting = [...(law.answerQuestions ?? [])];
  let started = false;
  let ended = false;
  let refusal: Refusal | undefined;
  const nothing: AnswerStep = { entries: [], bytes: [], questions: [], done: false };
  const head = (): Pick<AnswerStep, 'head'> => {
    if (started) return {};
    started = true;
    return { head: { status, headers } };
  };
  const release = (): AnswerStep =>
    waiting.length > 0 || !ended
      ? nothing
      : { ...nothing, ...head(), entries: [{ ...entry, direction: 'to_app' }], bytes: held, done: true };
  return {
    push(bytes) {
      if (law.live) return { ...nothing, ...head(), bytes: [bytes] };
      held.push(bytes);
      return nothing;
    },
    end() {
      ended = true;
      return { ...release(), questions: waiting };
    },
    answer(id, answer) {
      waiting.splice(
        waiting.findIndex((one) => one.id === id),
        1,
      );
      if (!answer.allow) held.splice(0, held.length, Buffer.from(`fcgate ${answer.code}`));
      return release();
    },
    cut(detail) {
      refusal = refusalOf('generic', 'unreadable_answer', detail, exchange);
      const entries = [refusedEntry(entry, refusal)];
      if (started) return { ...nothing, entries, done: true };
      return { ...nothing, entries, head: refusal, bytes: [Buffer.from(refusal.body)], done: true };
    },
    wait: () => ({ ...nothing, ...head() }),
    recording: (ms) => recordingOf(exchange, ms, refusal),
  };
}

const refusalOf = (_provider: string, code: Code, detail: string, exchange: string): Refusal => {
  const message = `fcgate ${code}: ${detail} (exchange ${exchange})`;
  const headers = { 'content-type': 'application/json', 'x-fcgate-code': code, 'x-should-retry': 'false' };
  return {
    code,
    status: httpStatus[code],
    headers,
    body: JSON.stringify({ error: { code, message } }),
    message,
  };
};

const entryOf = (exchange: string, connection: string): AuditEntry => ({
  exchange,
  connection,
  session: 'session-1',
  caller: 'tester',
  policy: 'test-policy',
  direction: 'to_model',
  effect: 'allow',
  decisions: [],
  findings: [],
});

const refusedEntry = (entry: AuditEntry, { code, message }: Refusal): AuditEntry => ({
  ...entry,
  effect: 'deny',
  refused: { code, message },
});

const recordingOf = (id: string, ms: number, refusal?: Refusal): Recording => ({
  id,
  ms,
  session: 'session-1',
  at: '',
  connection: 'up',
  provider: 'generic',
  caller: 'tester',
  request: { method: 'POST', path: '/', headers: {}, body: '' },
  decisions: [],
  findings: [],
  policy: 'test-policy',
  ...(refusal && { refused: { code: refusal.code, message: refusal.message } }),
});

export const questionOf = (id: string): Question => ({
  id,
  exchange: '',
  session: 'session-1',
  caller: 'tester',
  connection: 'up',
  shown: '{}',
  hash: id,
  demand: { groups: [], users: [], min: 1, self: true },
  within: 60_000,
  reason: 'optional',
  marks: [],
  before: { calls: 0, tools: [] },
  reveal: () => undefined,
  conceal: String,
  edit: () => undefined,
  decision: { stage: 'tool_call', path: '', effect: 'approve', rules: [], masked: [] },
});

/** Everything written, in order, and switches to make writing fail. */
export function ledgerOf() {
  const lines: string[] = [];
  const entries: AuditEntry[] = [];
  const recordings: Recording[] = [];
  /** What the next exchanges wait for, one after the other. */
  const rooms: Promise<void>[] = [];
  const broken = { audit: false, record: false };
  const ledger: Ledger = {
    append(all) {
      if (broken.audit) throw new Error('ENOSPC');
      for (const entry of all) {
        if ('event' in entry) continue;
        entries.push(entry);
        lines.push(`${entry.direction} ${entry.refused?.code ?? 'ok'}`);
      }
    },
    record(make) {
      if (broken.record) throw new Error('ENOSPC');
      recordings.push(make());
      lines.push('recorded');
    },
    room: () => rooms.shift(),
    flush: async () => void lines.push('flushed'),
  };
  return { ledger, lines, entries, recordings, rooms, broken };
}

export interface Rig {
  readonly port: number;
  readonly url: string;
  readonly books: ReturnType<typeof ledgerOf>;
  readonly events: ExchangeEvent[];
  readonly faults: unknown[];
  readonly gateway: ReturnType<typeof createGateway>;
  /** Resolves when so many exchanges are over. */
  over(count: number): Promise<void>;
}

export async function gatewayTo(
  target: string,
  law: Law = {},
  options: Partial<GatewayOptions> = {},
): Promise<Rig> {
  const books = ledgerOf();
  const events: ExchangeEvent[] = [];
  const faults: unknown[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const gateway = createGateway({
    governance: governanceOf([connectionOf('up', target)], law),
    ledger: books.ledger,
    desk: { ask: async () => ({ allow: false, code: 'approver_unavailable' }), close: () => {} },
    onExchange(event) {
      events.push(event);
      for (const { count, resolve } of waiting) if (events.length >= count) resolve();
    },
    onFault: (error) => void faults.push(error),
    ...options,
  });
  const { port, url } = await gateway.listen('127.0.0.1', 0);
  onTestFinished(() => gateway.close({ drainMs: 0 }));
  const over = (count: number): Promise<void> =>
    new Promise((resolve) => (events.length >= count ? resolve() : void waiting.push({ count, resolve })));
  return { port, url, books, events, faults, gateway, over };
}

/** An HTTP upstream; its URL. */
export async function upstream(listener: RequestListener): Promise<string> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An upstream that speaks no HTTP, or does so badly. */
export async function rawUpstream(onSocket: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
  /** Told what has come so far, with each piece. */
  readonly onText?: (text: string) => void;
}

export interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** node:http rather than fetch: it sends any path and any header. */
export function send(
  port: number,
  { method, path = '/up/v1/x', headers = {}, body, onText }: Sent = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      path,
      headers,
      agent: false,
    };
    const request = http.request(options, (response) => {
      read(response, onText).then((bytes) => {
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: bytes,
          text: bytes.toString(),
        });
      }, reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function read(stream: AsyncIterable<Buffer>, onText?: (text: string) => void): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) {
    pieces.push(piece);
    onText?.(Buffer.concat(pieces).toString());
  }
  return Buffer.concat(pieces);
}

/** Writes these bytes on a bare socket, and resolves with all that comes until the other side closes. */
export function speak(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (piece) => {
      got += piece.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
  });
}

/** A promise with its ends outside. */
export function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

export const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await read(request);
  const { method, url, headers } = request;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ method, url, headers, body: body.toString() }));
};
