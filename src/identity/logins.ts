/** The login of whoever uses this install: what the identity provider gave, kept in one piece. */
import { readSecret, type Secrets } from './secrets.ts';

export interface Login {
  readonly issuer: string;
  readonly clientId: string;
  readonly subject: string;
  readonly email?: string;
  readonly groups: readonly string[];
  /** The claim that groups were read from. */
  readonly groupsClaim: string;
  /** None where the login was by SAML. */
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** Milliseconds since 1970: until when it is good. */
  readonly expires: number;
}

const account = 'login';

export const readLogin = (secrets: Secrets): Promise<Login | undefined> =>
  readSecret<Login>(secrets, account);

export const keepLogin = (secrets: Secrets, login: Login): Promise<void> =>
  secrets.set(account, JSON.stringify(login));

export const removeLogin = (secrets: Secrets): Promise<boolean> => secrets.remove(account);
