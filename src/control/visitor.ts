/** The other end: finds the gateways that run under this home, and asks them. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Pending } from '../approval/desk.ts';
import type { Vote, Voted } from '../approval/vote.ts';
import { FcgateError } from '../errors.ts';
import { isSame, newNonce, proofOf, version } from './handshake.ts';
import { hear, say } from './lines.ts';
import type { Paired } from './pairing.ts';
import { type Found, findPlaces, forget, isOurs } from './place.ts';
import { type Fault, isRecord, maxRequestBytes, type Reply, type Request, type Told } from './protocol.ts';

/** A gateway that answers. */
export interface Link {
  readonly url: string;
  /** Whether it takes a vote only with its code. */
  readonly pairing: boolean;
  pending(): Promise<readonly Pending[]>;
  pair(code: string): Promise<Paired>;
  vote(id: string, vote: Vote): Promise<Voted>;
  reveal(id: string, path: string): Promise<string | undefined>;
  /** Whether there was such a grant. */
  revoke(id: string): Promise<boolean>;
  narrow(id: string, expires: number): Promise<boolean>;
  /** Counts as somebody who is there, as long as the link is open. */
  watch(told: (what: Told) => void): Promise<void>;
  /** Resolves when the gateway is gone, or the link was closed. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A question may be as large as a body may be, and is told escaped. */
const maxToldBytes = 256 * 1024 * 1024;
const greetMs = 5_000;

export interface Visited {
  readonly links: readonly Link[];
  /** Why others could not be visited: one that hangs, or is not to be trusted, does not bar the way to the rest. */
  readonly faults: readonly Error[];
}

/** Links to every gateway that runs; what killed ones left behind is cleared away. */
export async function visitAll(dir: string): Promise<Visited> {
  const visits = await Promise.allSettled(findPlaces(dir).map(visit));
  return {
    links: visits.flatMap((each) => (each.status === 'fulfilled' ? (each.value ?? []) : [])),
    faults: visits.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : [])),
  };
}

async function visit(place: Found): Promise<Link | undefined> {
  let socket: Socket;
  try {
    if (!isOurs(place)) throw strange(place);
    socket = createConnection(place.socket);
    await once(socket, 'connect');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof FcgateError) throw error;
    if (code !== 'ECONNREFUSED' && code !== 'ENOENT') throw barred(place, code);
    forget(place);
    return undefined;
  }
  socket.on('error', () => socket.destroy());
  return greet(socket, place);
}

const strange = ({ file }: Found): FcgateError =>
  new FcgateError(
    'store_failed',
    `The control socket that ${JSON.stringify(file)} names is not yours alone.`,
  );

const barred = ({ url }: Found, code = 'no connection'): FcgateError =>
  new FcgateError(
    'store_failed',
    `The control socket of the gateway on ${url} cannot be opened (${code}): only its owner may.`,
  );

function greet(socket: Socket, place: Found): Promise<Link> {
  return new Promise((resolve, reject) => {
    const nonce = newNonce();
    let link: Opened | undefined;
    const fail = (why: string): void => {
      clearTimeout(late);
      socket.destroy();
      reject(new FcgateError('store_failed', `The gateway on ${place.url} ${why}`));
    };
    const late = setTimeout(() => fail('does not answer on its control socket.'), greetMs);
    socket.once('close', () => fail('closed its control socket.'));
    hear(socket, maxToldBytes, (value) => {
      if (link) return link.hear(value);
      clearTimeout(late);
      if (!isRecord(value) || value.fcgate !== version)
        return fail('is of another version of fcgate; start it again.');
      const { nonce: theirs, proof, url, pairing } = value;
      const nonces = { visitor: nonce, gateway: String(theirs) };
      if (!isSame(String(proof), proofOf('gateway', place.token, nonces)))
        return fail('cannot prove itself: something else answers in its place.');
      say(socket, { proof: proofOf('visitor', place.token, nonces) });
      link = openLink(socket, { url: String(url), pairing: pairing === true });
      resolve(link.link);
    });
    say(socket, { fcgate: version, nonce });
  });
}

interface Opened {
  readonly link: Link;
  hear(value: unknown): void;
}

function openLink(socket: Socket, about: { url: string; pairing: boolean }): Opened {
  const waiting = new Map<number, { keep(value: unknown): void; fail(error: Error): void }>();
  let count = 0;
  let onTold: (what: Told) => void = () => {};
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const { fail } of waiting.values()) fail(new FcgateError('not_found', goneText(about.url)));
      waiting.clear();
      resolve();
    });
  });
  const ask = <T>(request: Request): Promise<T> =>
    new Promise((keep, fail) => {
      if (socket.destroyed) return fail(new FcgateError('not_found', goneText(about.url)));
      count += 1;
      waiting.set(count, { keep: (value) => keep(value as T), fail });
      say(socket, { n: count, ...request });
    });
  const link: Link = {
    ...about,
    closed,
    pending: async () => (await ask<readonly Pending[]>({ do: 'pending' })).map(unseen),
    pair: (code) => ask({ do: 'pair', code }),
    vote: async (id, vote) => (isTooLong(vote) ? tooLong : ask({ do: 'vote', id, vote })),
    reveal: (id, path) => ask({ do: 'reveal', id, path }),
    revoke: async (id) => Boolean(await ask({ do: 'revoke', id })),
    narrow: async (id, expires) => Boolean(await ask({ do: 'narrow', id, expires })),
    watch(told) {
      onTold = (what) => told(what.told === 'desk' ? { ...what, pending: what.pending.map(unseen) } : what);
      return ask({ do: 'watch' });
    },
    close: () => void socket.destroy(),
  };
  const hearOne = (value: unknown): void => {
    if (!isRecord(value)) {
      socket.destroy();
      return;
    }
    if ('told' in value) {
      onTold(value as unknown as Told);
      return;
    }
    const { n, value: answer, fault } = value as unknown as Reply;
    const asker = waiting.get(n);
    waiting.delete(n);
    if (fault) asker?.fail(new FcgateError('usage', faults[fault] ?? faults.not_written));
    else asker?.keep(answer);
  };
  return { link, hear: hearOne };
}

/** A value is revealed by asking the gateway, so that its books tell of it. */
const unseen = (pending: Pending): Pending => ({
  ...pending,
  question: { ...pending.question, reveal: () => undefined, edit: () => undefined, conceal: String },
});

/** Beside a vote stands little in a request: ids and a number. */
const isTooLong = (vote: Vote): boolean => Buffer.byteLength(JSON.stringify(vote)) > maxRequestBytes - 1024;

const tooLong = { fault: 'That is too long for an answer from here: at most 255 KiB.' } as const;

const goneText = (url: string): string => `The gateway on ${url} is gone.`;

const faults: Readonly<Record<Fault, string>> = {
  not_paired: 'This needs the pairing code that the gateway’s own screen shows; give it with --code.',
  not_written: 'The gateway cannot put that on its books, so it was not done.',
};
