import fc from 'fast-check';
import { expect, test } from 'vitest';
import { route } from '../../src/proxy/route.ts';
import { echo, gatewayTo, send, speak, upstream } from './rig.ts';

test.each([
  ['/openai/v1/chat', 'openai', '/v1/chat'],
  ['/openai', 'openai', '/'],
  ['/openai/', 'openai', '/'],
  ['/openai?a=b', 'openai', '/?a=b'],
  [
    '/gemini/v1beta/models/x:generateContent?alt=sse&key=%2e%2E%20',
    'gemini',
    '/v1beta/models/x:generateContent?alt=sse&key=%2e%2E%20',
  ],
  ['/openai/v1//chat', 'openai', '/v1/chat'],
  ['/openai/v1/./chat/', 'openai', '/v1/chat/'],
  ['/openai/v1/chat/..', 'openai', '/v1/'],
  ['/openai/v1/../../../etc', 'openai', '/etc'],
  ['/openai/../anthropic/v1', 'openai', '/anthropic/v1'],
  ['/openai/%2e%2e/%2E%2e/x', 'openai', '/x'],
  ['/openai/v1/%63hat', 'openai', '/v1/chat'],
  ['/openai/v1/models/org%2fname', 'openai', '/v1/models/org%2Fname'],
  ['/openai/x?next=/../..//', 'openai', '/x?next=/../..//'],
  ['//openai/v1', '', '/openai/v1'],
  ['/%6fpenai/v1', '%6fpenai', '/v1'],
])('%s → %s %s', (url, connection, path) => {
  expect(route(url)).toEqual({ connection, path });
});

test.each([
  'http://evil.example/openai/v1',
  '*',
  '/openai/\\..\\x',
  '/openai/%5c..%5cx',
  '/openai/v1/..%2f..%2fx',
  '/openai/v1/%252e%252e/x',
  '/openai/v1/%25252e%25252e%25252fx',
  '/openai/v1/..;/x',
  '/openai/v1/..;a=b/x',
  '/openai/%00',
  '/openai/%zz',
  '/openai/%',
  '/openai/x#frag',
  '/openai/x?#frag',
  '/openai/ x',
  '/openai/\u00e9',
])('%j is refused', (url) => {
  expect(() => route(url)).toThrow(expect.objectContaining({ code: 'uninspectable' }));
});

test('no path climbs, however it is decoded again', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '%25',
    '2e',
    '2f',
    ';',
    'a',
    '\\',
    '//',
    '%00',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      let { path } = route0(`/up/${pieces.join('')}`);
      for (let round = 0; round < 6; round++) {
        expect(path.startsWith('/')).toBe(true);
        expect(path).not.toMatch(/(^|[/\\])\.\.?(;[^/]*)?([/\\]|$)/);
        path = path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      }
    }),
    { numRuns: 2000 },
  );
});

/** A refusal is as good as a harmless path. */
function route0(url: string): { path: string } {
  try {
    return route(url);
  } catch {
    return { path: '/' };
  }
}

test('over the wire: tricks end below the base path or are refused', async () => {
  const rig = await gatewayTo(`${await upstream(echo)}/base`);
  const up = async (path: string): Promise<string> => JSON.parse((await send(rig.port, { path })).text).url;
  expect(await up('/up/../../admin')).toBe('/base/admin');
  expect(await up('/up/%2e%2e/%2e%2e/admin?x=%2e%2e/')).toBe('/base/admin?x=%2e%2e/');
  expect(await up('/up/x?q=\'"<>{}|^`&&==&')).toBe('/base/x?q=\'"<>{}|^`&&==&');
  expect(await send(rig.port, { path: '/up/..%2f..%2fadmin' })).toMatchObject({ status: 415 });
  const absolute = `GET http://evil.example/up/x HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nConnection: close\r\n\r\n`;
  expect(await speak(rig.port, absolute)).toMatch(/^HTTP\/1.1 415/);
});
