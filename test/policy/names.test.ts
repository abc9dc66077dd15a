import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/policy/nearest.ts';
import { isLoopback, parseNetwork } from '../../src/policy/network.ts';
import { bytes, milliseconds } from '../../src/policy/quantity.ts';

test.each<[name: string, known: string[], near: string | undefined]>([
  ['conections', ['connections', 'detectors'], 'connections'],
  ['emial', ['email', 'mail'], 'email'],
  ['onDeny', ['on_deny', 'deny'], 'on_deny'],
  ['on-deny', ['on_deny', 'deny'], 'on_deny'],
  ['EMAIL_ADRESS', ['EMAIL_ADDRESS', 'IP_ADDRESS'], 'EMAIL_ADDRESS'],
  ['xyz', ['abc'], undefined],
  ['', ['a'], 'a'],
  ['x', [], undefined],
])('%s is nearest, among %j, to %s', (name, known, near) => {
  expect(nearest(name, known)).toBe(near);
});

test.each([
  ['500ms', 500],
  ['50s', 50_000],
  ['4m', 240_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
])('%s are %d milliseconds', (text, count) => {
  expect(milliseconds(text)).toBe(count);
});

test.each([
  ['7B', 7],
  ['512KB', 524_288],
  ['32MB', 33_554_432],
  ['1GB', 1_073_741_824],
])('%s are %d bytes', (text, count) => {
  expect(bytes(text)).toBe(count);
});

describe('networks', () => {
  test.each<[network: string, inside: string[], outside: string[]]>([
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['11.0.0.0', '9.255.255.255', '010.0.0.0.1', '::10', 'x']],
    ['192.168.1.7/32', ['192.168.1.7'], ['192.168.1.8']],
    ['0.0.0.0/0', ['1.2.3.4'], ['::1', '1.2.3', '256.1.1.1']],
    [
      '2001:db8::/32',
      ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1.2.3.4'],
      ['2001:db9::1', '2001:db8', '2001:db8:::1'],
    ],
    ['::1/128', ['::1', '0:0:0:0:0:0:0:1'], ['::2', '::']],
  ])('%s', (network, inside, outside) => {
    const covers = parseNetwork(network)!;
    expect(inside.filter((address) => !covers(address))).toEqual([]);
    expect(outside.filter(covers)).toEqual([]);
  });

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::/129', 'a/8', '1::2::3/8', '*@x/8'])(
    '%s is none',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );

  test.each(['127.0.0.1', '127.8.8.8', 'localhost', 'app.localhost', '[::1]', '::1'])(
    '%s is this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  test.each(['0.0.0.0', '128.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example', '[::2]'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
