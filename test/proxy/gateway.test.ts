import http from 'node:http';
import { expect, test } from 'vitest';
import { connectionOf, echo, gatewayTo, governanceOf, send, speak, upstream } from './rig.ts';

test('a request reaches the target below its base path, and the answer comes back with the marks', async () => {
  const rig = await gatewayTo(`${await upstream(echo)}/base/`);
  const got = await send(rig.port, { path: '/up/v1/chat?a=b%20c&d', body: '{"x":1}' });
  expect(got.status).toBe(200);
  expect(JSON.parse(got.text)).toMatchObject({
    method: 'POST',
    url: '/base/v1/chat?a=b%20c&d',
    body: '{"x":1}',
  });
  expect(got.headers).toMatchObject({
    'x-fcgate-session': 'session-1',
    'x-fcgate-decision': 'allow',
    'x-fcgate-findings': '2',
    'content-length': String(got.body.length),
  });
  expect(got.headers['x-fcgate-exchange']).toBe(rig.books.recordings[0]!.id);
});

test('the audit has each decision before what it decided leaves, and the recording follows', async () => {
  const order: string[] = [];
  const target = await upstream((request, response) => {
    order.push(...rig.books.lines, 'upstream called');
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  await send(rig.port, { body: '{}' });
  expect(order).toEqual(['to_model ok', 'upstream called']);
  expect(rig.books.lines).toEqual(['to_model ok', 'to_app ok', 'recorded']);
});

test('a request without a body is forwarded without one', async () => {
  const bodies: unknown[] = [];
  const rig = await gatewayTo(await upstream(echo), { seen: (_head, body) => bodies.push(body) });
  const got = await send(rig.port, { method: 'GET' });
  expect(JSON.parse(got.text).headers).not.toHaveProperty('content-length');
  expect(JSON.parse(got.text).headers).not.toHaveProperty('transfer-encoding');
  await send(rig.port, { method: 'DELETE' });
  expect(bodies).toEqual([undefined, undefined]);
});

test('an edited body goes on with its own length, in pieces or whole', async () => {
  const edit = (body: Uint8Array) => [body.subarray(0, 2), Buffer.from('ORE'), body.subarray(2)];
  const rig = await gatewayTo(await upstream(echo), { edit });
  const got = JSON.parse((await send(rig.port, { body: 'abcd' })).text);
  expect(got).toMatchObject({ body: 'abOREcd', headers: { 'content-length': '7' } });
});

test('HEAD, 204 and 304 have no body and no invented length', async () => {
  const target = await upstream((request, response) => {
    response.writeHead(request.method === 'HEAD' ? 200 : Number(request.url!.slice(1)));
    response.end();
  });
  const rig = await gatewayTo(target);
  expect(await send(rig.port, { method: 'HEAD', path: '/up/200' })).toMatchObject({ status: 200, text: '' });
  for (const status of [204, 304]) {
    const got = await send(rig.port, { path: `/up/${status}` });
    expect(got).toMatchObject({ status, text: '' });
    expect(got.headers).not.toHaveProperty('content-length');
  }
});

test('connections to the upstream are kept and used again', async () => {
  const sockets = new Set<unknown>();
  const target = await upstream((request, response) => {
    sockets.add(request.socket);
    echo(request, response);
  });
  const rig = await gatewayTo(target);
  for (let i = 0; i < 5; i++) await send(rig.port, { body: '{}' });
  expect(sockets.size).toBe(1);
});

test('an unknown connection is told the known ones', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const got = await send(rig.port, { path: '/nowhere/v1/x' });
  expect(got.status).toBe(404);
  expect(got.headers['x-fcgate-code']).toBe('unknown_connection');
  expect(JSON.parse(got.text).error.message).toMatch(/^fcgate unknown_connection: .*Known are: up\./);
});

test('health and numbers answer below /-/, and nothing else does', async () => {
  const rig = await gatewayTo(await upstream(echo));
  await send(rig.port, { body: '{}' });
  await send(rig.port, { path: '/nowhere' });
  const health = await send(rig.port, { path: '/-/health' });
  expect(JSON.parse(health.text)).toEqual({ status: 'ok', open: 0, policy: 'test-policy' });
  const numbers = (await send(rig.port, { path: '/-/metrics' })).text;
  expect(numbers).toContain('fcgate_exchanges_total{connection="up",decision="allow"} 1\n');
  expect(numbers).toContain('fcgate_refused_total{code="unknown_connection"} 1\n');
  expect(numbers).toContain('fcgate_bytes_total{direction="to_model"} 2\n');
  expect(numbers).toContain('fcgate_added_seconds_bucket{le="+Inf"} 1\n');
  expect(numbers).toContain('fcgate_open_exchanges 0\n');
  expect(numbers.endsWith('\n')).toBe(true);
  for (const path of ['/-/', '/-/other', '/-', '/-/health/x', '/-/metrics%00']) {
    expect(await send(rig.port, { path })).toMatchObject({ status: 404 });
  }
  expect(await send(rig.port, { path: '/-/health', method: 'POST', body: '' })).toMatchObject({
    status: 404,
  });
});

test('a reload holds for new exchanges, and drops none', async () => {
  const first = await upstream((_request, response) => {
    rig.gateway.reload(governanceOf([connectionOf('other', first)]));
    response.end('under the old policy');
  });
  const rig = await gatewayTo(first);
  expect(await send(rig.port)).toMatchObject({ status: 200, text: 'under the old policy' });
  expect(await send(rig.port)).toMatchObject({ status: 404 });
  expect(await send(rig.port, { path: '/other/x' })).toMatchObject({ status: 200 });
});

test('an exchange that is over is told to the log, once', async () => {
  const rig = await gatewayTo(await upstream(echo));
  await send(rig.port, { body: '{}' });
  await rig.over(1);
  expect(rig.events).toMatchObject([
    { connection: 'up', session: 'session-1', caller: 'tester', status: 200, decision: 'allow', findings: 2 },
  ]);
});

test('many requests at once over kept connections all come back as their own', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const one = (i: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { port: rig.port, host: '127.0.0.1', path: '/up/x', method: 'POST', agent };
      const request = http.request(options, async (response) => {
        let text = '';
        for await (const piece of response) text += piece;
        resolve(JSON.parse(text).body);
      });
      request.on('error', reject);
      request.end(`request ${i}`);
    });
  const bodies = await Promise.all(Array.from({ length: 200 }, (_, i) => one(i)));
  agent.destroy();
  expect(bodies).toEqual(Array.from({ length: 200 }, (_, i) => `request ${i}`));
});

test('CONNECT is refused', async () => {
  const rig = await gatewayTo(await upstream(echo));
  expect(await speak(rig.port, 'CONNECT api.openai.com:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(
    /^HTTP\/1.1 405/,
  );
});
