import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chosenStorage, openSecrets, readSecret, secretsToKeep } from '../../src/identity/secrets.ts';
import { emptyFolder } from '../cli/fcgate.ts';

const passphrase = undefined;
const written = (home: string): string[] => readdirSync(join(home, 'identity'));

/** As on a machine where nobody keeps secrets. */
beforeEach(() => void vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent'));
afterEach(() => void vi.unstubAllEnvs());

const noKeychain = process.platform === 'linux' ? test : test.skip;

noKeychain('without a keychain nothing is written, and the choices are told', async () => {
  const home = emptyFolder();
  await expect(secretsToKeep({ home, passphrase })).rejects.toThrow(
    /nothing is written to disk unasked[\s\S]*FCGATE_PASSPHRASE[\s\S]*--insecure-storage/,
  );
  expect(written(home)).toEqual([]);
  expect(openSecrets({ home, passphrase })).toBeUndefined();
});

test('a plain file is had by saying so, and its owner alone reads it', async () => {
  const home = emptyFolder();
  const secrets = await secretsToKeep({ home, passphrase }, 'insecure-file');
  await secrets.set('login', 'token');
  const path = join(home, 'identity', 'secrets.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const later = openSecrets({ home, passphrase })!;
  expect([later.storage, await later.get('login')]).toEqual(['insecure-file', 'token']);
  expect([await later.remove('login'), await later.remove('login')]).toEqual([true, false]);
  expect(await secrets.get('login')).toBeUndefined();
});

test('a sealed file shows nothing, and opens with its passphrase alone', async () => {
  const home = emptyFolder();
  const secrets = await secretsToKeep({ home, passphrase: 'correct horse' });
  await secrets.set('login', 'very-secret-token');
  expect(chosenStorage(home)).toBe('encrypted-file');
  expect(readFileSync(join(home, 'identity', 'secrets.sealed'), 'utf8')).not.toMatch(/very|login/);
  expect(await openSecrets({ home, passphrase: 'correct horse' })!.get('login')).toBe('very-secret-token');
  await expect(openSecrets({ home, passphrase: 'wrong' })!.get('login')).rejects.toThrow(
    'The passphrase does not open the file of secrets, or the file is damaged.',
  );
  expect(() => openSecrets({ home, passphrase })).toThrow('set FCGATE_PASSPHRASE');
});

test('what somebody else wrote in the place of a secret is told, and not quoted', async () => {
  const home = emptyFolder();
  const secrets = await secretsToKeep({ home, passphrase }, 'insecure-file');
  await secrets.set('connection openai', 'sk-typed-by-hand');
  const reading = readSecret(secrets, 'connection openai');
  await expect(reading).rejects.toMatchObject({ code: 'store_failed' });
  await expect(reading).rejects.toThrow(
    /^The entry "connection openai" in the insecure-file is not what fcgate wrote; remove it there/,
  );
  await expect(reading).rejects.not.toThrow('sk-');
});
