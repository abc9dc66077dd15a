/** The identity provider, as a public client speaks to it. The library is loaded when it is first asked for. */
import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { FcgateError } from '../errors.ts';
import { callerIn } from './bearer.ts';
import type { Login } from './logins.ts';

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** Whom to log in with, and as what. */
export interface Client {
  readonly issuer: string;
  readonly clientId: string;
  /** The claim that lists groups. */
  readonly groupsClaim: string;
}

/** Waiting for a person, the provider says one of these. */
export type Pending = 'authorization_pending' | 'slow_down';

const timeoutSeconds = 15;

/** Reads what the provider says of itself. */
export async function openProvider(
  { issuer, clientId }: Pick<Client, 'issuer' | 'clientId'>,
  onPending: (said: Pending) => void = () => {},
): Promise<Configuration> {
  const oidc = await import('openid-client');
  // Elsewhere than on loopback the policy does not accept http.
  const execute = [
    oidc.enableNonRepudiationChecks,
    ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
  ];
  const provider = await spoken('cannot be read', () =>
    oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), { execute, timeout: timeoutSeconds }),
  );
  provider[oidc.customFetch] = listening(onPending);
  return provider;
}

/** The polling in the library tells nobody how it goes. */
const listening =
  (onPending: (said: Pending) => void) =>
  async (url: string, options: object): Promise<Response> => {
    const answer = await fetch(url, options as RequestInit);
    if (answer.status === 400) {
      const { error } = (await answer
        .clone()
        .json()
        .catch(() => ({}))) as { error?: unknown };
      if (error === 'authorization_pending' || error === 'slow_down') onPending(error);
    }
    return answer;
  };

const usual = ['openid', 'profile', 'email', 'groups', 'offline_access'];

/** What is asked for where nobody says: as much of the usual as the provider knows. */
export function usualScope(provider: Configuration): string {
  const known = provider.serverMetadata().scopes_supported;
  return usual.filter((scope) => known?.includes(scope) ?? scope !== 'groups').join(' ');
}

export function loginOf(client: Client, tokens: Tokens, now: number, before?: Login): Login {
  const claims = tokens.claims();
  if (!claims && !before) throw failed('the provider gave no ID token; let --scope have openid in it');
  const { subject, email, groups } = claims ? callerIn(claims, client.groupsClaim) : before!;
  if (before && before.subject !== subject) throw failed('the provider renewed the login of somebody else');
  const refreshToken = tokens.refresh_token ?? before?.refreshToken;
  const idToken = tokens.id_token ?? before?.idToken;
  return {
    ...{ issuer: client.issuer, clientId: client.clientId, groupsClaim: client.groupsClaim, subject, groups },
    ...(email === undefined ? {} : { email }),
    accessToken: tokens.access_token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(idToken === undefined ? {} : { idToken }),
    expires: now + (tokens.expiresIn() ?? 3600) * 1000,
  };
}

/** Takes the tokens back at the provider. False: it has no place for that. */
export async function revokeLogin(login: Login): Promise<boolean> {
  const { refreshToken, accessToken } = login;
  if (accessToken === undefined) return false;
  const { tokenRevocation } = await import('openid-client');
  const provider = await openProvider(login);
  if (!provider.serverMetadata().revocation_endpoint) return false;
  for (const token of refreshToken === undefined ? [accessToken] : [refreshToken, accessToken]) {
    await spoken('did not take the tokens back', () => tokenRevocation(provider, token));
  }
  return true;
}

export const expired = 'the code expired before anybody confirmed it; run fcgate login again';

/** Each way in which a provider says no has its own words; none of them are the provider's. */
const words: Readonly<Record<string, string>> = {
  access_denied: 'the login was denied at the provider',
  expired_token: expired,
  invalid_grant: 'the provider does not know this login any more; run fcgate login again',
  invalid_client: 'the provider does not know this client id; check --client-id',
  unauthorized_client: 'the provider does not let this client log in so; check its grant types',
  invalid_scope: 'the provider does not give this scope; check --scope',
  OAUTH_TIMEOUT: 'the provider does not answer in time; try again',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED:
    'the provider calls itself by another name than the issuer; say the issuer as the provider does',
};

const notOpenId = 'it does not answer as OpenID Connect has it; check the issuer';

/** What answers is no such provider, or not now. */
const reasons: Readonly<Record<string, string>> = {
  'fetch failed': 'it cannot be reached; try again',
  OAUTH_PARSE_ERROR: notOpenId,
  OAUTH_RESPONSE_IS_NOT_JSON: notOpenId,
  OAUTH_RESPONSE_IS_NOT_CONFORM: notOpenId,
};

/** What the provider is asked, with errors in words of ours. */
export async function spoken<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof FcgateError) throw cause;
    const {
      error = '',
      code = '',
      message = '',
    } = cause as { error?: string; code?: string; message?: string };
    const reason = reasons[message] ?? reasons[code] ?? (isWord(error) ? error : code || 'no reason given');
    throw failed(words[error] ?? words[code] ?? `the provider ${what} (${reason})`, cause);
  }
}

/** A code as the specifications make them, and no text of the provider's. */
const isWord = (text: string): boolean => /^\w{1,40}$/.test(text);

export const failed = (why: string, cause?: unknown): FcgateError =>
  new FcgateError('login_failed', `Not logged in: ${why}.`, { cause });
