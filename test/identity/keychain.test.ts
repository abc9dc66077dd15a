import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openSecrets, secretsToKeep } from '../../src/identity/secrets.ts';
import { emptyFolder } from '../cli/fcgate.ts';
import { keyringMissing, startKeyring } from './keyring.ts';

test.skipIf(keyringMissing)('a Secret Service stores, reads and deletes', async () => {
  await startKeyring();
  const options = { home: emptyFolder(), passphrase: undefined };
  const secrets = await vi.waitFor(() => secretsToKeep(options), 25_000);
  expect(secrets.storage).toBe('keychain');
  await secrets.set('login', 'a token');
  expect(await openSecrets(options)!.get('login')).toBe('a token');
  expect([await secrets.remove('login'), await secrets.remove('login')]).toEqual([true, false]);
  expect(await secrets.get('login')).toBeUndefined();
  expect(readdirSync(join(options.home, 'identity'))).toEqual(['storage']);
});

test.skipIf(keyringMissing)(
  'a Secret Service that is locked is said to be, and nothing is written',
  async () => {
    await startKeyring({ locked: true });
    const home = emptyFolder();
    await expect(secretsToKeep({ home, passphrase: undefined })).rejects.toThrow(
      /none is running, or it is locked/,
    );
    expect(readdirSync(join(home, 'identity'))).toEqual([]);
  },
);
