/** A page that the gateway itself gives. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const pageOf = (status: number, value: unknown): Page => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export function send(response: ServerResponse, { status, headers, body }: Page): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** What a request says; undefined: more than it may. */
export async function textOf(request: IncomingMessage, longest: number): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > longest) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
