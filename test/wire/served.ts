/** A server that says what it is told to, for official clients. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  readonly url: string;
  serve(type: string, body: string, status?: number): void;
  close(): void;
}

export async function openServed(): Promise<Served> {
  let served = { status: 200, type: '', body: '' };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(served.status, { 'content-type': served.type }).end(served.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(type, body, status = 200) {
      served = { status, type, body };
    },
    close: () => void server.close(),
  };
}
