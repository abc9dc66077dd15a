/** Who sits at this machine: whoever is logged in at the issuer that the policy names, else the user of the system. */
import { userInfo } from 'node:os';
import type { Caller } from '../exchange.ts';
import type { Login } from '../identity/logins.ts';
import { freshLogin } from '../identity/refresh.ts';
import type { Policy } from '../policy/policy.ts';
import { openHome } from '../record/home.ts';
import type { Context } from './context.ts';
import { secretsOf } from './secrets.ts';

type Named = Pick<Policy, 'identity'>;

export async function callerHere(context: Context, policy: Named): Promise<Caller> {
  const login = await loginHere(context, policy);
  return login ? callerOf(login) : localCaller();
}

/** Whom another issuer vouches for is nobody here: groups of the same name mean something else there. */
export async function loginHere(context: Context, { identity }: Named): Promise<Login | undefined> {
  const secrets = secretsOf(context);
  const login = secrets && (await freshLogin(secrets, openHome(context.env).path, Date.now));
  return identity?.issuer === undefined || login?.issuer === identity.issuer ? login : undefined;
}

export const callerOf = ({ subject, email, groups }: Login): Caller => ({
  subject,
  ...(email === undefined ? {} : { email }),
  groups,
  claims: {},
});

export const localCaller = (): Caller => ({
  subject: `local:${userInfo().username}`,
  groups: [],
  claims: {},
});
