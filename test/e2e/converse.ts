/** A streamed answer that is told step by step: the upstream says its next when the test says so. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { deferred } from '../cli/fcgate.ts';
import type { Gateway } from './gateway.ts';
import { user } from './planted.ts';
import { post, type Scripted } from './scripted.ts';
import type { Dialect, Telling } from './tellings.ts';

/** What the upstream writes, and what the app has got of it. */
export interface Conversation {
  readonly telling: Telling;
  readonly upstream: ServerResponse;
  /** What stands for the user's mail at the model. */
  readonly surrogate: string;
  /** Writes each event, and gives the gateway a turn. */
  write(events: readonly (string | Uint8Array)[]): Promise<void>;
  /** The upstream ends well; resolves when the app has it all. */
  end(): Promise<void>;
  /** Everything that the app has got. */
  got(): string;
  /** The text in it. */
  said(): string;
  /** Resolves when the app has got this; rejects where the answer ends without it. */
  until(pattern: RegExp | string): Promise<void>;
  /** Resolves when the app's answer is over, however it ended. */
  over(): Promise<void>;
  leave(): void;
}

export async function converse(
  gateway: Gateway,
  upstream: Scripted,
  dialect: Dialect,
): Promise<Conversation> {
  const opened = deferred<ServerResponse>();
  upstream.answer((response) => {
    response.writeHead(200, { 'content-type': dialect.type }).flushHeaders();
    opened.resolve(response);
  });
  const abort = new AbortController();
  const body = JSON.stringify(dialect.body(`I am ${user.email}, pay`, ['pay', 'refund']));
  const answer = post(`${gateway.url}/${dialect.connection}${dialect.path}`, body, {}, abort.signal);
  const app = listen(answer);
  const response = await opened.promise;
  let gone = false;
  /** A gateway that has ended the answer hears no more. */
  const closed = once(response, 'close').then(() => {
    gone = true;
  });
  const said = (): string =>
    [...app.got().matchAll(dialect.pieces)].map(([, piece]) => JSON.parse(`"${piece}"`) as string).join('');
  return {
    telling: dialect.tell(),
    upstream: response,
    surrogate: /I am ([^"]+), pay/.exec(upstream.arrived.at(-1)!.body.toString())![1]!,
    async write(events) {
      for (const event of events) {
        if (gone) return;
        await Promise.race([new Promise((resolve) => response.write(event, resolve)), closed]);
        await (await fetch(`${gateway.url}/-/health`)).arrayBuffer();
      }
    },
    async end() {
      response.end();
      await app.over;
    },
    got: app.got,
    said,
    until: (pattern) =>
      app.until(() => (typeof pattern === 'string' ? said().includes(pattern) : pattern.test(app.got()))),
    over: () => app.over,
    leave: () => abort.abort(),
  };
}

/** Reads an answer as it comes. */
function listen(answer: Promise<Response>) {
  let got = '';
  let ended: string | undefined;
  let wake = () => {};
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const piece of (await answer).body!) {
      got += decoder.decode(piece, { stream: true });
      wake();
    }
  };
  const over = read()
    .then(
      () => 'The answer is over.',
      (error: unknown) => String(error),
    )
    .then((how) => {
      ended = how;
      wake();
    });
  return {
    got: () => got,
    over,
    async until(isThere: () => boolean): Promise<void> {
      while (!isThere()) {
        if (ended !== undefined) throw new Error(`${ended} It does not hold what was waited for:\n${got}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
