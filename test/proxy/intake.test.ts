import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';
import { echo, gatewayTo, send, upstream } from './rig.ts';

test('a body above the limit is refused, by its stated length and by what comes', async () => {
  const target = await upstream(
    (request, response) => void request.resume().on('end', () => response.end('ok')),
  );
  const rig = await gatewayTo(target, { limit: 1000 });
  const large = 'x'.repeat(1001);
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const got = await send(rig.port, { headers, body: large });
    expect(got).toMatchObject({ status: 413, headers: { 'x-fcgate-code': 'body_too_large' } });
  }
  expect(await send(rig.port, { body: large.slice(1) })).toMatchObject({ status: 200 });
});

test('an app that sends a far too large body gets its answer, and its connection serves on', async () => {
  const rig = await gatewayTo(await upstream(echo), { limit: 1000 });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const post = (body: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { port: rig.port, host: '127.0.0.1', path: '/up/x', method: 'POST', agent };
      const request = http.request(options, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      });
      request.on('error', reject).end(body);
    });
  expect(await post(Buffer.alloc(8 << 20))).toBe(413);
  expect(await post(Buffer.alloc(10))).toBe(200);
  agent.destroy();
});

test('a chunked body arrives whole, whatever its pieces', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const text = await new Promise<string>((resolve) => {
    const options = { port: rig.port, host: '127.0.0.1', path: '/up/x', method: 'POST', agent: false };
    const request = http.request(options, async (response) => {
      let got = '';
      for await (const piece of response) got += piece;
      resolve(JSON.parse(got).body);
    });
    for (let i = 0; i < 50; i++) request.write(`piece ${i};`);
    request.end();
  });
  expect(text).toBe(Array.from({ length: 50 }, (_, i) => `piece ${i};`).join(''));
});

test('100-continue is answered, and not sent on', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const got = await new Promise<string>((resolve) => {
    let text = '';
    const socket = net.connect(rig.port, '127.0.0.1', () => {
      const head = `POST /up/x HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`;
      socket.write(head);
    });
    socket.on('data', (bytes) => {
      text += bytes;
      if (text === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('{}');
    });
    socket.on('close', () => resolve(text));
  });
  expect(got).toContain('HTTP/1.1 200');
  expect(got).not.toContain('"expect"');
});
