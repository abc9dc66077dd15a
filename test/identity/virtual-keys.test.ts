import { createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVirtualKeys } from '../../src/identity/virtual-keys.ts';
import { emptyFolder } from '../cli/fcgate.ts';

const hash = (text: string): Uint8Array => createHmac('sha256', 'install').update(text).digest();

function keys(home = emptyFolder(), at = { now: 1_000 }) {
  return { home, at, keys: openVirtualKeys({ home, hash, now: () => at.now }) };
}

const ann = { subject: 'ann', email: 'ann@corp.test', groups: ['support'], expires: 2_000 };

test('a key says who its holder is', async () => {
  const { keys: mine } = keys();
  const { key } = await mine.issue(ann);
  expect(key).toMatch(/^fcg_[\w-]{43}$/);
  const holder = { subject: 'ann', email: 'ann@corp.test', groups: ['support'], claims: {} };
  expect(mine.callerOf(key, 'openai')).toEqual(holder);
});

test('only a keyed hash is kept, in a file of the owner’s', async () => {
  const { home, keys: mine } = keys();
  const { key } = await mine.issue(ann);
  const path = join(home, 'identity', 'keys.json');
  expect(readFileSync(path, 'utf8')).not.toContain(key.slice(4));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(mine.list())).not.toContain('hash');
});

test('expired, revoked, unknown, meant for elsewhere: each is refused in its own words', async () => {
  const { home, at, keys: mine } = keys();
  const other = keys(home, at).keys;
  const bound = await mine.issue({ ...ann, connections: ['openai'] });
  const { id, key } = await mine.issue(ann);
  expect(() => mine.callerOf(bound.key, 'gemini')).toThrow(/for other connections than "gemini"/);
  expect(other.callerOf(key, 'gemini').subject).toBe('ann');
  await mine.revoke(id);
  expect(() => other.callerOf(key, 'gemini')).toThrow(`virtual key ${id} was revoked`);
  at.now = 2_000;
  expect(() => mine.callerOf(bound.key, 'openai')).toThrow(/has expired/);
  expect(() => mine.callerOf('fcg_made-up', 'openai')).toThrow(/is not known here/);
  await expect(mine.revoke('key_none')).rejects.toThrow('There is no key key_none');
});

test('keys issued at once are all kept', async () => {
  const { home, keys: mine } = keys();
  await Promise.all(Array.from({ length: 8 }, () => keys(home).keys.issue(ann)));
  expect(mine.list()).toHaveLength(8);
});
