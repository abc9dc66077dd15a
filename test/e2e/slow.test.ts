/** An app that does not read: the upstream waits with it, on every wire, and the gateway's memory stays bounded. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { deferred } from '../cli/fcgate.ts';
import { discard, type Gateway, serve } from './gateway.ts';
import { type Scripted, startScripted } from './scripted.ts';
import { type Dialect, dialects, upstreamsAt } from './tellings.ts';

/** Of one stream: what the sockets' buffers take, and what was read for the end. */
const mostBytes = 24 << 20;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve(upstreamsAt(upstream.url));
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

/** Writes without end; resolves with how much, once nobody has taken more for a while. */
function flood(response: ServerResponse, dialect: Dialect): Promise<number> {
  const telling = dialect.tell();
  const line = `${'All is well here. '.repeat(3600)}\n`;
  let written = 0;
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, 10_000, -1);
    const write = (): void => {
      for (let taken = true; taken; ) {
        const bytes = telling.text(line).join('');
        written += bytes.length;
        taken = response.write(bytes);
      }
      response.once('drain', write);
      clearTimeout(timer);
      timer = setTimeout(() => resolve(written), 700);
    };
    response.on('error', () => {});
    response.write(telling.begin().join(''));
    write();
  });
}

/** An app that asks, and reads nothing. */
function ask(dialect: Dialect): void {
  const { hostname, port } = new URL(gateway.url);
  const body = JSON.stringify(dialect.body('Hello.', []));
  const head = `POST /${dialect.connection}${dialect.path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = net.connect(Number(port), hostname, () => {
    socket.pause();
    socket.write(head + body);
  });
  onTestFinished(() => void socket.destroy());
}

const residentMb = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))![1]) / 1024;

/** Of the whole process, which has read of every wire by then. */
const mostMb = 400;

describe.each(dialects)('$name', (dialect) => {
  test('the upstream waits for an app that does not read', async () => {
    const stuck = deferred<number>();
    upstream.answer((response) => {
      response.writeHead(200, { 'content-type': dialect.type });
      void flood(response, dialect).then(stuck.resolve);
    });
    ask(dialect);
    const written = await stuck.promise;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(mostBytes);
  });
});

test.runIf(process.platform === 'linux')('the memory of the gateway stays bounded', () => {
  expect(residentMb()).toBeLessThan(mostMb);
});
