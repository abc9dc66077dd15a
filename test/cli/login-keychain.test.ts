/** In a process of its own: the first keychain that is found is the one for good. */
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { readLogin } from '../../src/identity/logins.ts';
import { openSecrets } from '../../src/identity/secrets.ts';
import { keyringMissing, startKeyring } from '../identity/keyring.ts';
import { browse, startProvider } from '../identity/provider.ts';
import { emptyFolder, ioIn, sink } from './fcgate.ts';

test.skipIf(keyringMissing)(
  'a keychain that fails while somebody logs in costs nobody the login',
  async () => {
    const { stop } = await startKeyring();
    const home = emptyFolder();
    const { issuer } = await startProvider();
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
    const [stdout, stderr] = [sink(), sink()];
    const words = ['login', '--issuer', issuer, '--client-id', 'fcgate'];
    const ended = main(words, { ...ioIn({ home }), stdin, stdout, stderr });
    const said = (what: RegExp) => vi.waitUntil(() => what.exec(stderr.text())?.[1], 25_000);
    const page = `${await said(/Open +(\S+)/)}?user_code=${await said(/code +([\w-]+)/)}`;
    stop();
    await browse(page);
    await said(/(passphrase) for that file/);
    stdin.write('correct horse\r');
    expect(await ended).toBe(0);
    expect(await readLogin(openSecrets({ home, passphrase: 'correct horse' })!)).toMatchObject({
      subject: 'ann',
    });
  },
  60_000,
);
