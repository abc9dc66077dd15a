/** Calls upstreams over http-proxy: keep-alive, with time limits, and exactly one ending for each call. */
import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Stream } from 'node:stream';
import httpProxy from 'http-proxy';
import { closedError, isClosed, lookupOpen } from './addresses.ts';
import { type Headers, toUpstream } from './headers.ts';

export interface Outgoing {
  /** The connection's target URL. */
  readonly target: string;
  readonly path: string;
  readonly headers: Readonly<Headers>;
  readonly body: readonly Uint8Array[] | undefined;
}

/** What became of a call. An answer that breaks off says so by its own stream, and perhaps here once more. */
export interface Listener {
  answer(source: IncomingMessage): void;
  /** It answered, but not in HTTP. */
  garbage(detail: string): void;
  failed(code: 'upstream_unreachable' | 'upstream_timeout', detail: string): void;
}

export interface Upstream {
  /** http-proxy cancels the call by itself when the response closes early. */
  call(request: IncomingMessage, response: ServerResponse, outgoing: Outgoing, listener: Listener): Running;
  close(): void;
}

export interface Running {
  cancel(): void;
}

class Calling implements Running {
  readonly listener: Listener;
  /** Known once it has a connection. */
  client: ClientRequest | undefined;
  late = false;
  cancelled = false;

  constructor(listener: Listener) {
    this.listener = listener;
  }

  cancel(): void {
    this.cancelled = true;
    this.client?.destroy();
  }
}

/**
 * http-proxy's events name the request alone. A WeakMap would do, but each entry of one keeps all that an exchange
 * touched alive until a full collection.
 */
const running = Symbol('running');
type Carried = IncomingMessage & { [running]?: Calling };

/** Idle connections are closed before servers tend to close them, lest a request meets a connection that just went. */
const pool = {
  keepAlive: true,
  maxSockets: 256,
  maxFreeSockets: 64,
  timeout: 4_000,
  lookup: lookupOpen,
} as const;

export function createUpstream(connectMs: number): Upstream {
  // Set in the environment, it would make http-proxy use fetch: redirects followed, no pool, no limits.
  delete process.env.FORCE_FETCH_PATH;
  const agents = { 'http:': new http.Agent(pool), 'https:': new https.Agent(pool) };
  const proxy = httpProxy.createProxyServer({ selfHandleResponse: true, toProxy: true, prependPath: false });
  const targets = new Map<string, Target>();
  const targetOf = (url: string): Target => {
    const target = targets.get(url) ?? readTarget(url);
    targets.set(url, target);
    return target;
  };
  proxy.on('proxyReq', (client, request, _response, _options, socket) => {
    const call = (request as Carried)[running]!;
    call.client = client;
    // Where nobody listens, node:http ends the call without a word.
    client.once('upgrade', (_answer, socket: Socket) => {
      socket.destroy();
      call.listener.garbage(NO_HTTP);
    });
    if (call.cancelled) client.destroy();
    else if (socket.connecting) limitConnecting(call, client, socket, connectMs);
  });
  proxy.on('proxyRes', (source, request) => (request as Carried)[running]!.listener.answer(source));
  proxy.on('econnreset', () => {});
  return {
    call(request, response, outgoing, listener) {
      const call = new Calling(listener);
      (request as Carried)[running] = call;
      const target = targetOf(outgoing.target);
      if (isClosed(target.hostname)) {
        tell(call, closedError());
        return call;
      }
      const length = outgoing.body?.reduce((sum, piece) => sum + piece.length, 0);
      request.url = (target.base + outgoing.path).replace(/^(?!\/)/, '/');
      request.headers = toUpstream(outgoing.headers, target.host, length);
      const options = { target, agent: agents[target.protocol], buffer: whole(outgoing.body) };
      proxy.web(request, response, options, (error) => tell(call, error));
      return call;
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

interface Target {
  readonly protocol: 'http:' | 'https:';
  /** With the port where it is no default one: the Host header. */
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly base: string;
}

function readTarget(url: string): Target {
  const { protocol, host, hostname, port, pathname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('A target is an http(s) URL.');
  const usual = protocol === 'https:' ? 443 : 80;
  return { protocol, host, hostname, port: port ? Number(port) : usual, base: pathname.replace(/\/+$/, '') };
}

/** All of the body is here: written at once, it shares a packet with the headers. */
function whole(body: readonly Uint8Array[] | undefined): Stream {
  const pipe = (client: ClientRequest): void => {
    const last = body?.length ? body.length - 1 : 0;
    for (let i = 0; i < last; i++) client.write(body![i]!);
    client.end(body?.[last]);
  };
  return { pipe } as unknown as Stream;
}

/** Silence after it is the gateway's to notice. */
function limitConnecting(call: Calling, client: ClientRequest, socket: Socket, connectMs: number): void {
  const timer = setTimeout(() => {
    call.late = true;
    client.destroy();
  }, connectMs);
  const stop = (): void => clearTimeout(timer);
  client.once('close', stop);
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop);
}

const NO_HTTP = 'The upstream did not answer in HTTP.';

/** Tells the system's error code and no more: messages name hosts and ports that the caller need not know. */
function tell({ listener, late }: Calling, error: NodeJS.ErrnoException): void {
  if (late) listener.failed('upstream_timeout', 'No connection to the upstream within the time limit.');
  else if (error.code?.startsWith('HPE_')) listener.garbage(NO_HTTP);
  else if (error.code === 'CLOSED_ADDRESS')
    listener.failed(
      'upstream_unreachable',
      'The upstream is at a link-local or metadata address, to which nothing is sent.',
    );
  else
    listener.failed(
      'upstream_unreachable',
      `The upstream is out of reach, or broke off (${error.code ?? error.name}).`,
    );
}
