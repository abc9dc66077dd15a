import { expect, test } from 'vitest';
import { withCredential } from '../../src/proxy/headers.ts';
import { echo, gatewayTo, send, upstream } from './rig.ts';

test('what belongs to one hop, or to the gateway, does not reach the upstream', async () => {
  const rig = await gatewayTo(await upstream(echo));
  const got = await send(rig.port, {
    headers: {
      ...{
        connection: 'close, X-Private',
        'x-private': '1',
        'keep-alive': '5',
        'proxy-authorization': 'Basic eA==',
      },
      ...{
        te: 'trailers',
        trailer: 'x',
        'proxy-connection': 'x',
        'accept-encoding': 'br, zstd',
        expect: '100-continue',
      },
      ...{
        'x-fcgate-session': 'mine',
        'x-fcgate-authorization': 'fcg_x',
        authorization: 'Bearer key',
        'x-other': 'kept',
      },
    },
    body: '{}',
  });
  const { headers } = JSON.parse(got.text);
  expect(headers).toEqual({
    authorization: 'Bearer key',
    'x-other': 'kept',
    'accept-encoding': 'identity',
    connection: 'keep-alive',
    'content-length': '2',
    host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
  });
  expect(headers.host).not.toBe(`127.0.0.1:${rig.port}`);
});

test('the flow sees the session that the app named', async () => {
  const sessions: unknown[] = [];
  const rig = await gatewayTo(await upstream(echo), {
    seen: (head) => sessions.push(head.headers['x-fcgate-session']),
  });
  await send(rig.port, { headers: { 'x-fcgate-session': 'mine' } });
  expect(sessions).toEqual(['mine']);
});

test('what an upstream says of itself, or in our name, does not reach the app', async () => {
  const target = await upstream((_request, response) => {
    response.writeHead(200, {
      ...{
        'x-fcgate-decision': 'forged',
        'x-fcgate-code': 'forged',
        'alt-svc': 'h3=":443"',
        'set-cookie': ['a=b', 'c=d'],
      },
      ...{
        etag: '"1"',
        digest: 'sha-256=x',
        'content-md5': 'x',
        'content-location': '/x',
        'proxy-authenticate': 'x',
      },
      ...{ 'x-request-id': 'req_1', 'content-type': 'application/json', 'retry-after': '3' },
    });
    response.end('{}');
  });
  const { headers } = await send((await gatewayTo(target)).port);
  expect(Object.keys(headers).sort()).toEqual([
    ...['connection', 'content-length', 'content-type', 'date', 'retry-after'],
    ...['x-fcgate-decision', 'x-fcgate-exchange', 'x-fcgate-findings', 'x-fcgate-session', 'x-request-id'],
  ]);
  expect(headers['x-fcgate-decision']).toBe('allow');
});

test.each([
  ['/v1/m?key=AIza', '/v1/m'],
  ['/v1/m?alt=sse&%6bEY=AIza&x=1', '/v1/m?alt=sse&x=1'],
  ['/v1/m?$key=a&access_token=b&oauth_token=c&api-key=d&x=1', '/v1/m?x=1'],
  ['/v1/m?monkey=1&x=a%20b+c', '/v1/m?monkey=1&x=a%20b+c'],
  ['/v1/m?key=a&x=b?c', '/v1/m?x=b?c'],
  ['/v1/m?', '/v1/m?'],
])('a key that the gateway holds takes the place of the caller’s own in %s', (path, expected) => {
  const sent = withCredential(path, { 'x-api-key': 'own', cookie: 'a', accept: '*/*' }, [
    'authorization',
    'held',
  ]);
  expect(sent).toEqual({ path: expected, headers: { accept: '*/*', authorization: 'held' } });
});
