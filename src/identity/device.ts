/** A login by device code (RFC 8628): a person confirms a code on any screen, while this machine asks whether it happened. */
import type { Configuration } from 'openid-client';
import { expired, failed, spoken, type Tokens } from './provider.ts';

/** What a person has to be shown. */
export interface DeviceCode {
  readonly code: string;
  readonly page: string;
  /** The page with the code in it, where the provider has one. */
  readonly wholePage: string | undefined;
  readonly expiresMs: number;
}

export interface Asked {
  readonly scope: string;
  readonly audience?: string;
}

export const hasDevicePage = (provider: Configuration): boolean =>
  provider.serverMetadata().device_authorization_endpoint !== undefined;

export async function loginByDevice(
  provider: Configuration,
  asked: Asked,
  show: (code: DeviceCode) => void,
): Promise<Tokens> {
  const oidc = await import('openid-client');
  const secret = takesPkce(provider) ? oidc.randomPKCECodeVerifier() : undefined;
  const challenge = secret && {
    code_challenge: await oidc.calculatePKCECodeChallenge(secret),
    code_challenge_method: 'S256',
  };
  const given = await spoken('gave no code', () =>
    oidc.initiateDeviceAuthorization(provider, { ...asked, ...challenge }),
  );
  show({
    code: given.user_code,
    page: given.verification_uri,
    wholePage: given.verification_uri_complete,
    expiresMs: given.expires_in * 1000,
  });
  const end = AbortSignal.timeout(given.expires_in * 1000);
  const proof = secret === undefined ? {} : { code_verifier: secret };
  try {
    return await spoken('ended the login', () =>
      oidc.pollDeviceAuthorizationGrant(provider, given, proof, { signal: end }),
    );
  } catch (error) {
    // A provider may have forgotten a code that expired.
    throw end.aborted ? failed(expired, error) : error;
  }
}

const takesPkce = (provider: Configuration): boolean =>
  provider.serverMetadata().code_challenge_methods_supported?.includes('S256') ?? false;
