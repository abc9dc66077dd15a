/** A login by authorization code with PKCE, for providers without device codes: the browser brings the code to loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration } from 'openid-client';
import type { Asked } from './device.ts';
import { failed, spoken, type Tokens } from './provider.ts';

const patienceMs = 5 * 60_000;

export async function loginByBrowser(
  provider: Configuration,
  asked: Asked,
  show: (page: string) => void,
): Promise<Tokens> {
  const oidc = await import('openid-client');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
    const [secret, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    const page = oidc.buildAuthorizationUrl(provider, {
      ...asked,
      ...(asked.scope.includes('offline_access') ? { prompt: 'consent' } : {}),
      redirect_uri: home,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(secret),
      code_challenge_method: 'S256',
    });
    const arrival = returned(server, home, state);
    show(page.href);
    const checks = { pkceCodeVerifier: secret, expectedState: state, expectedNonce: nonce };
    const came = await arrival;
    return await spoken('did not take the code', () => oidc.authorizationCodeGrant(provider, came, checks));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** The address that the browser comes back to. What does not know the state is nobody's answer. */
function returned(server: Server, home: string, state: string): Promise<URL> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(failed('nobody came back from the provider’s page')), patienceMs);
    server.on('request', (request, response) => {
      const url = new URL(URL.canParse(request.url!, home) ? request.url! : '/', home);
      const ours = url.pathname === '/callback' && url.searchParams.get('state') === state;
      response.writeHead(ours ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(ours ? 'fcgate has heard. You can close this page.\n' : 'Nothing is here.\n');
      if (!ours) return;
      clearTimeout(late);
      resolve(url);
    });
  });
}
