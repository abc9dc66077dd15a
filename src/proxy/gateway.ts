/** The gateway: listens, keeps strangers out, carries every exchange, and stops without dropping one. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createBudget } from './budget.ts';
import type { House } from './call.ts';
import { carry } from './carry.ts';
import type { Counter, Desk, ExchangeEvent, Gatekeeper, Governance, Ledger } from './governance.ts';
import { ownHosts } from './guard.ts';
import { createMetrics } from './metrics.ts';
import { answerOwn, isOwn } from './own.ts';
import { openPeers } from './peers.ts';
import { createRoster } from './roster.ts';
import { createTurns } from './turns.ts';
import { createUpstream } from './upstream.ts';

/** How the gateway is reached. */
export interface Door {
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Beside its address: the values of `Host` that it answers to, with any port. */
  readonly names: readonly string[];
  /** Another user's connection is refused, where the platform tells. */
  readonly ownUserOnly: boolean;
}

export interface GatewayOptions {
  readonly governance: Governance;
  readonly ledger: Ledger;
  readonly desk: Desk;
  /** Without one nobody approves over HTTP. */
  readonly counter?: Counter;
  /** Without one every caller is anonymous. */
  readonly gatekeeper?: Gatekeeper;
  /** Without one: plain, and for every user of this machine. */
  readonly door?: Door;
  /** How long a connection to an upstream may take to come about. */
  readonly connectMs?: number;
  /** How often a stream that waits for a person is kept alive. */
  readonly keepAliveMs?: number;
  /** Bytes that all open exchanges may hold together. */
  readonly inFlight?: number;
  onExchange?(event: ExchangeEvent): void;
  /** Something broke inside. The error's message may quote traffic: log its name and its frames only. */
  onFault?(error: unknown, exchange: string): void;
}

export interface Gateway {
  listen(host: string, port: number): Promise<{ readonly url: string; readonly port: number }>;
  /** New exchanges are under the new policy; those under way end under theirs. */
  reload(governance: Governance): void;
  /** Questions are refused at once; open exchanges may end within the time, and are broken off after it. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const house = furnish(options, () => setImmediate(() => server.closeIdleConnections()));
  const watch = watchSilence(house);
  let hosts: ReadonlySet<string> = new Set();
  const { tls, names = [] } = options.door ?? {};
  const answer: http.RequestListener = (request, response) => {
    if (isOwn(request)) void answerOwn(house, request, response, hosts);
    else void carry(house, request, response, hosts);
  };
  const server = tls ? https.createServer({ ...strict, ...tls }, answer) : http.createServer(strict, answer);
  server.on('connect', (_request, socket) => {
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return {
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      const bound = (server.address() as AddressInfo).port;
      hosts = ownHosts(host, bound, names);
      return {
        url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
        port: bound,
      };
    },
    reload(governance) {
      house.governance = governance;
    },
    async close({ drainMs }) {
      house.stopping = true;
      house.desk.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(breakOff, drainMs, house, server);
      await closed;
      clearTimeout(timer);
      clearInterval(watch);
      house.upstream.close();
      await house.ledger.flush();
    },
  };
}

const strict = {
  insecureHTTPParser: false,
  headersTimeout: 30_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 75_000,
};

function furnish(options: GatewayOptions, sweep: () => void): House {
  return {
    governance: options.governance,
    stopping: false,
    ledger: options.ledger,
    desk: options.desk,
    counter: options.counter,
    gatekeeper: options.gatekeeper,
    isStranger: options.door?.ownUserOnly ? openPeers() : undefined,
    upstream: createUpstream(options.connectMs ?? 10_000),
    keepAliveMs: options.keepAliveMs ?? 5_000,
    budget: createBudget(options.inFlight ?? 256 << 20),
    turn: createTurns(),
    metrics: createMetrics(),
    open: createRoster(),
    tell: options.onExchange ?? (() => {}),
    fault: options.onFault ?? (() => {}),
    sweep,
  };
}

/** One timer for all: a timer on each connection costs each exchange more than this costs in a day. */
function watchSilence({ open }: House): NodeJS.Timeout {
  const look = (): void => {
    const now = performance.now();
    for (const call of open.all())
      if (now - call.heard > call.governance.limits.idleMs) call.waiting?.giveUp('upstream_silent');
  };
  return setInterval(look, lookMs).unref();
}

const lookMs = 250;

/** Time is up: those that wait are told so, and the rest is cut. */
function breakOff(house: House, server: http.Server): void {
  for (const call of house.open.all()) call.waiting?.giveUp('gateway_stopped');
  setImmediate(() => server.closeAllConnections());
}
