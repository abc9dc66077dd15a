import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openHome } from '../../src/record/home.ts';
import { keyedHash, loadKeys } from '../../src/record/keys.ts';
import { runChild } from './children.ts';

let root: string;
const mode = (path: string): number => statSync(path).mode & 0o777;
const failed = (message: RegExp) =>
  expect.objectContaining({ code: 'store_failed', message: expect.stringMatching(message) });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fcgate-home-'));
});

describe('the state folder', () => {
  it.skipIf(process.platform !== 'linux')(
    'is refused at once where no folder can be made (Linux alone has /proc)',
    () => {
      for (const path of ['/proc/fcgate', '/proc/self/a/b'])
        expect(() => openHome({ FCGATE_HOME: path })).toThrow(failed(/cannot be made/));
    },
  );

  it('is made with all its parts, for its owner alone', () => {
    const home = openHome({ FCGATE_HOME: join(root, 'a/b') });
    expect(home).toEqual({
      path: join(root, 'a/b'),
      audit: join(root, 'a/b/audit'),
      sessions: join(root, 'a/b/sessions'),
      keys: join(root, 'a/b/keys'),
      control: join(root, 'a/b/control'),
    });
    for (const folder of Object.values(home)) expect(mode(folder)).toBe(0o700);
    expect(openHome({ FCGATE_HOME: join(root, 'a/b/') })).toEqual(home);
  });

  it('is closed to others where they could read it', () => {
    chmodSync(root, 0o755);
    openHome({ FCGATE_HOME: root });
    expect(mode(root)).toBe(0o700);
  });

  it('is not trusted where others could write into it', () => {
    writeFileSync(join(root, 'planted'), '');
    chmodSync(root, 0o770);
    expect(() => openHome({ FCGATE_HOME: root })).toThrow(failed(/written by others.*chmod 700/));
  });

  it('is never reached through a link, nor are its parts', () => {
    symlinkSync(root, join(root, 'link'));
    expect(() => openHome({ FCGATE_HOME: join(root, 'link') })).toThrow(failed(/symbolic link/));
    expect(() => openHome({ FCGATE_HOME: join(root, 'link/') })).toThrow(failed(/symbolic link/));
    symlinkSync(tmpdir(), join(root, 'audit'));
    expect(() => openHome({ FCGATE_HOME: root })).toThrow(failed(/symbolic link/));
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    expect(() => openHome({ FCGATE_HOME: join(root, 'dangling') })).toThrow(failed(/symbolic link/));
  });

  it('is not made out of a file, nor below one', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => openHome({ FCGATE_HOME: join(root, 'file') })).toThrow(failed(/is no folder/));
    expect(() => openHome({ FCGATE_HOME: join(root, 'file/below') })).toThrow(failed(/cannot be made/));
  });

  it.skipIf(process.getuid?.() !== 0 && 'only root can give a folder away')(
    'belongs to its user',
    async () => {
      const { chownSync } = await import('node:fs');
      mkdirSync(join(root, 'theirs'));
      chownSync(join(root, 'theirs'), 12345, 12345);
      expect(() => openHome({ FCGATE_HOME: join(root, 'theirs') })).toThrow(failed(/belongs to user 12345/));
    },
  );
});

describe('the keys', () => {
  it('are two, of 32 bytes, the same ever after, for their owner alone', async () => {
    const keys = await loadKeys(root);
    expect(keys.surrogate).toHaveLength(32);
    expect(keys.audit).toHaveLength(32);
    expect(Buffer.from(keys.audit).equals(keys.surrogate)).toBe(false);
    expect(await loadKeys(root)).toEqual(keys);
    expect(readdirSync(root).sort()).toEqual(['audit', 'surrogate']);
    expect(mode(join(root, 'audit'))).toBe(0o600);
  });

  it('are the same for processes that make them at the same time', async () => {
    const children = Array.from({ length: 4 }, () =>
      runChild(new URL('./keys-child.ts', import.meta.url), root),
    );
    const told = await Promise.all(children.map(async ({ lines }) => (await lines.next()).value));
    expect(new Set(told)).toEqual(new Set([readFileSync(join(root, 'surrogate'), 'hex')]));
    expect(readdirSync(root)).toHaveLength(2);
  });

  it('are refused where others could read them, where they are cut, and where they are links', async () => {
    await loadKeys(root);
    chmodSync(join(root, 'audit'), 0o644);
    await expect(loadKeys(root)).rejects.toThrow(failed(/chmod 600/));
    chmodSync(join(root, 'audit'), 0o600);
    writeFileSync(join(root, 'audit'), 'short');
    await expect(loadKeys(root)).rejects.toThrow(failed(/32 bytes/));
    rmSync(join(root, 'audit'));
    symlinkSync(join(root, 'surrogate'), join(root, 'audit'));
    await expect(loadKeys(root)).rejects.toThrow(failed(/plain file/));
  });

  it('hash as HMAC-SHA-256 (RFC 4231, test case 2)', () => {
    const hash = keyedHash(Buffer.from('Jefe'))('what do ya want for nothing?');
    expect(Buffer.from(hash).toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
