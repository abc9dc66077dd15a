import dns from 'node:dns';
import { isIP } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isClosed, lookupOpen } from '../../src/proxy/addresses.ts';

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[fd20:ce::254]',
  '[::]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::169.254.169.254]',
  new URL('http://2852039166/').hostname,
  new URL('http://0xa9.0376.0xa9fe/').hostname,
])('%s is closed', (host) => {
  expect(isClosed(host)).toBe(true);
});

test.each([
  '127.0.0.1',
  '[::1]',
  '10.0.0.1',
  '192.168.1.1',
  '8.8.8.8',
  '[2606:4700::1111]',
  '[64:ff9b::8.8.8.8]',
  'api.example.com',
])('%s is open, or a name to look up', (host) => {
  expect(isClosed(host)).toBe(false);
});

type Done = (error: null, found: readonly dns.LookupAddress[]) => void;

/** What a connection would be made to. */
const looked = (name: string, options = {}): Promise<unknown> =>
  new Promise((resolve) =>
    lookupOpen(name, options, (error, found, family) => resolve(error?.code ?? [found, family])),
  );

test('what a name resolves to is judged when it is connected to', async () => {
  expect(await looked('127.0.0.1')).toEqual(['127.0.0.1', 4]);
  expect(await looked('127.0.0.1', { all: true })).toEqual([
    [{ address: '127.0.0.1', family: 4 }],
    undefined,
  ]);
  expect(await looked('169.254.169.254')).toBe('CLOSED_ADDRESS');
  expect(await looked('no-such-name.invalid')).toMatch(/ENOTFOUND|EAI_AGAIN/);
});

test('a name is looked up for each connection, and closed where any of its addresses is', async () => {
  const found = [
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['127.0.0.1', '169.254.1.1'],
    ['::ffff:169.254.169.254'],
    ['fe80::1'],
  ];
  vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, done: Done) => {
    done(
      null,
      found.shift()!.map((address) => ({ address, family: isIP(address) })),
    );
  }) as typeof dns.lookup);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(await looked('moving.test')).toEqual(['127.0.0.1', 4]);
  for (let i = 0; i < 4; i++) expect(await looked('moving.test', { all: true })).toBe('CLOSED_ADDRESS');
});
