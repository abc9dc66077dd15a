/** An upstream of our own for the shapes that no well-behaved mock gives: it answers what it is told to, down to the socket. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Scripted {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** How the next requests are answered. */
  answer(how: Answer): void;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Closed when the test, or the file where it is called outside of one, is over: see `close`. */
export async function startScripted(): Promise<Scripted & { close(): void }> {
  const arrived: Arrived[] = [];
  let answer: Answer = (response) => reply(response, chatAnswer('Fine.'));
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    arrived.push({ method: request.method!, url: request.url!, headers: request.headers, body });
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    answer: (how) => {
      answer = how;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function scripted(how?: Answer): Promise<Scripted> {
  const upstream = await startScripted();
  if (how) upstream.answer(how);
  onTestFinished(() => upstream.close());
  return upstream;
}

export function reply(response: ServerResponse, body: string | Uint8Array, type = 'application/json'): void {
  response.setHeader('content-type', type);
  response.end(body);
}

/** A Chat Completions answer. */
export const chatAnswer = (content: string, more: object = {}): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: 'stop' }],
  });

/** One chunk of a streamed Chat Completions answer. */
export const chatEvent = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;

/** A Chat Completions request with one user's text. */
export const chatRequest = (content: string, more: object = {}): string =>
  JSON.stringify({ model: 'scripted', messages: [{ role: 'user', content }], ...more });

/** Posts a body as it is. */
export function post(
  url: string,
  body: string | Uint8Array | undefined,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer none', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body) }),
    ...(signal ? { signal } : {}),
  });
}
