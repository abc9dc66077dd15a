import { expect, test } from 'vitest';
import { ownHosts } from '../../src/proxy/guard.ts';
import { echo, gatewayTo, send, speak, upstream } from './rig.ts';

test.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])('the gateway answers as %s', async (name) => {
  const rig = await gatewayTo(await upstream(echo));
  expect(await send(rig.port, { headers: { host: `${name}:${rig.port}` } })).toMatchObject({ status: 200 });
});

test.each(['evil.example', 'localhost', '127.0.0.1:1', 'localhost.evil.example:PORT', '0.0.0.0:PORT'])(
  'a foreign Host is refused: %j',
  async (host) => {
    const rig = await gatewayTo(await upstream(echo));
    for (const path of ['/up/x', '/-/health', '/-/metrics']) {
      const got = await send(rig.port, { path, headers: { host: host.replace('PORT', String(rig.port)) } });
      expect(got).toMatchObject({ status: 403, headers: { 'x-fcgate-code': 'forbidden_origin' } });
    }
  },
);

test('a second Host header is refused, whichever comes first', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const own = `Host: 127.0.0.1:${rig.port}`;
  for (const hosts of [`${own}\r\nHost: evil`, `Host: evil\r\n${own}`, `${own}\r\n${own}`]) {
    const got = await speak(rig.port, `GET /up/x HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`);
    expect(got).toMatch(/^HTTP\/1.1 4/);
  }
});

test('no Host header at all is refused', async () => {
  const rig = await gatewayTo(await upstream(echo));
  expect(await speak(rig.port, 'GET /up/x HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  expect(await speak(rig.port, 'GET /up/x HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403/);
});

test.each([
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1' },
  { origin: '' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
])('a browser is refused: %j', async (headers) => {
  const rig = await gatewayTo(await upstream(echo));
  for (const method of ['GET', 'POST', 'OPTIONS']) {
    const got = await send(rig.port, { method, headers });
    expect(got).toMatchObject({ status: 403, headers: { 'x-fcgate-code': 'forbidden_origin' } });
  }
  expect(rig.books.lines).toEqual([]);
});

test('a WebSocket is refused as uninspectable, and another upgrade is ignored', async () => {
  const seen: string[] = [];
  const target = await upstream((request, response) => {
    seen.push(request.url!);
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-version': '13',
  };
  expect(await send(rig.port, { headers: upgrade })).toMatchObject({
    status: 415,
    headers: { 'x-fcgate-code': 'uninspectable' },
  });
  expect(seen).toEqual([]);
  const h2c = await send(rig.port, {
    headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAA' },
  });
  expect(h2c.status).toBe(200);
  expect(JSON.parse(h2c.text).headers).not.toHaveProperty('upgrade');
});

test.each([
  'POST /up/x HTTP/1.1\r\nHOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /up/x HTTP/1.1\r\nHOST\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
  'POST /up/x HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
  'POST /up/x HTTP/1.1\r\nHOST\r\nContent-Length: 4\r\n X: folded\r\n\r\nabcd',
  'POST /up/x HTTP/1.1\r\nHOST\r\nContent-Length : 4\r\n\r\nabcd',
  'POST /up/x HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n',
])('a request that two parsers could read in two ways is refused: %j', async (bytes) => {
  const seen: string[] = [];
  const target = await upstream((request, response) => {
    seen.push(request.url!);
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  const got = await speak(rig.port, bytes.replace('HOST', `Host: 127.0.0.1:${rig.port}`));
  expect(got).toMatch(/^HTTP\/1.1 400/);
  expect(seen).toEqual([]);
});

test('the bound host counts as its own, IPv6 in brackets, and port 80 may be left out', () => {
  expect(ownHosts('192.168.1.9', 4141).has('192.168.1.9:4141')).toBe(true);
  expect(ownHosts('fe80::1', 4141).has('[fe80::1]:4141')).toBe(true);
  expect(ownHosts('127.0.0.1', 80).has('localhost')).toBe(true);
  expect(ownHosts('127.0.0.1', 4141).has('localhost')).toBe(false);
});
