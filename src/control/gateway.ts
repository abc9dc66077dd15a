/** The running gateway's end of the local control socket: for its owner alone, who proves to have read its private file. */
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { isSame, type Nonces, newNonce, proofOf, version } from './handshake.ts';
import { hear, say } from './lines.ts';
import { announce, type Found, forget, newPlace } from './place.ts';
import { isRecord, maxRequestBytes, requestOf } from './protocol.ts';
import { openVisit, type Visit, type VisitOptions } from './visit.ts';

export interface ControlOptions extends Omit<VisitOptions, 'say'> {
  /** The private folder in which it is announced. */
  readonly dir: string;
  readonly url: string;
}

export interface Control {
  /** An exchange is over. */
  tell(exchange: unknown): void;
  close(): Promise<void>;
}

const maxVisitors = 64;
const greetMs = 5_000;

export async function openControl({ dir, url, ...options }: ControlOptions): Promise<Control> {
  const place = newPlace(dir, url);
  const visits = new Map<Socket, Visit>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    receive(socket, place, options.pairing !== undefined, () => {
      const visit = openVisit({ ...options, say: (value) => say(socket, value) });
      visits.set(socket, visit);
      socket.once('close', () => {
        visits.delete(socket);
        visit.end();
      });
      return visit;
    });
  });
  server.maxConnections = maxVisitors;
  await listen(server, place);
  await announce(place);
  return {
    tell(exchange) {
      for (const visit of visits.values()) visit.tell(exchange);
    },
    close: () =>
      new Promise((resolve) => {
        forget(place);
        server.close(() => resolve());
        // What was said last still goes out.
        for (const socket of visits.keys()) socket.end(() => socket.destroy());
      }),
  };
}

const listen = (server: Server, { socket }: Found): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(socket, () => {
      if (process.platform !== 'win32') chmodSync(socket, 0o600);
      resolve();
    });
  });

/** Nothing is done for whoever has not proved itself, nor for whoever asks what cannot be read. */
function receive(socket: Socket, { token, url }: Found, pairing: boolean, admit: () => Visit): void {
  const late = setTimeout(() => socket.destroy(), greetMs).unref();
  let nonces: Nonces | undefined;
  let visit: Visit | undefined;
  hear(socket, maxRequestBytes, (value) => {
    if (visit) {
      const request = requestOf(value);
      return request ? visit.answer(request) : socket.destroy();
    }
    if (!isRecord(value)) return socket.destroy();
    if (nonces) {
      const { proof } = value;
      const isKnown = typeof proof === 'string' && isSame(proof, proofOf('visitor', token, nonces));
      if (!isKnown) return socket.destroy();
      clearTimeout(late);
      visit = admit();
      return;
    }
    const { fcgate, nonce } = value;
    if (fcgate !== version) {
      say(socket, { fcgate: version });
      return socket.end();
    }
    if (typeof nonce !== 'string') return socket.destroy();
    nonces = { visitor: nonce, gateway: newNonce() };
    const proof = proofOf('gateway', token, nonces);
    say(socket, { fcgate: version, nonce: nonces.gateway, proof, url, pairing });
  });
  socket.once('close', () => clearTimeout(late));
}
