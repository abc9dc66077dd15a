/** A login that is good now: renewed before it ends, by one process at a time, and kept before it is used. */
import { join } from 'node:path';
import { keepLogin, type Login, readLogin } from './logins.ts';
import { alone } from './private-file.ts';
import { failed, loginOf, openProvider, spoken } from './provider.ts';
import { identityFolder, type Secrets } from './secrets.ts';

/** So long before its end a login is renewed. */
const marginMs = 60_000;

/** Undefined: nobody is logged in. */
export async function freshLogin(
  secrets: Secrets,
  home: string,
  now: () => number,
): Promise<Login | undefined> {
  const login = await readLogin(secrets);
  if (!login || isFresh(login, now())) return login;
  // A rotated token can be used once: whoever comes second reads what the first was given.
  return alone(join(identityFolder(home), 'login'), async () => {
    const later = await readLogin(secrets);
    if (!later || isFresh(later, now())) return later;
    return renew(secrets, later, now);
  });
}

const isFresh = ({ expires }: Login, now: number): boolean => expires - now > marginMs;

async function renew(secrets: Secrets, login: Login, now: () => number): Promise<Login> {
  const { refreshToken } = login;
  if (refreshToken === undefined) {
    if (login.expires > now()) return login;
    throw failed(
      'the login has expired, and the provider gave nothing to renew it with; run fcgate login again',
    );
  }
  try {
    const { refreshTokenGrant } = await import('openid-client');
    const provider = await openProvider(login);
    // Where nothing can be written now, a rotated token would be lost: this throws before anything is rotated.
    await keepLogin(secrets, login);
    const tokens = await spoken('did not renew the login', () => refreshTokenGrant(provider, refreshToken));
    const renewed = loginOf(login, tokens, now(), login);
    await keepLogin(secrets, renewed);
    return renewed;
  } catch (error) {
    if (login.expires > now()) return login;
    throw error;
  }
}
