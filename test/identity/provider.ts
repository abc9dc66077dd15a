/** A real OIDC provider in the test's own process, and a browser that fills its forms. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, type JWK } from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';

interface Wish {
  /** Seconds that an access token lasts. */
  readonly lasts?: number;
  /** Seconds that a device code lasts. */
  readonly codeLasts?: number;
  /** Refuses device codes, as many providers do. */
  readonly noDevice?: true;
  /** Says once that it is asked too fast. */
  readonly hurried?: true;
  /** Private keys that it signs with: the first one. */
  readonly keys?: readonly JWK[];
}

export async function startProvider({ lasts = 600, codeLasts = 600, noDevice, hurried, keys }: Wish = {}) {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'info').mockImplementation(() => {});
  onTestFinished(() => void vi.restoreAllMocks());
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked: string[] = [];
  const granted: string[] = [];
  const answered: string[] = [];
  /** What was posted to it, but for its own forms. */
  const posted: Record<string, string>[] = [];
  let slower = hurried;
  /** Goes on as before, with these keys: what it gave out is remembered beyond any one of its lives. */
  const live = (own: readonly JWK[] | undefined): void => {
    const config = configured(lasts, codeLasts, !noDevice);
    const provider = new Provider(issuer, { ...config, ...(own ? { jwks: { keys: [...own] } } : {}) });
    provider.on('grant.success', ({ oidc }) => void granted.push(String(oidc.params?.grant_type)));
    provider.use(async (context, next) => {
      asked.push(context.path);
      if (slower && context.path === '/token')
        Object.assign(context, { status: 400, body: { error: 'slow_down' } });
      else await next();
      slower &&= context.path === '/token' ? undefined : true;
      const body = context.body as { error?: string; interval?: number } | undefined;
      if (body?.error) answered.push(body.error);
      const said = (context.oidc as { body?: Record<string, string> } | undefined)?.body;
      if (said?.client_id) posted.push(said);
      if (context.path === '/device/auth' && body) body.interval = 1;
    });
    server.removeAllListeners('request').on('request', provider.callback());
  };
  live(keys);
  return { issuer, asked, answered, granted, posted, server, rotate: live };
}

const configured = (lasts: number, codeLasts: number, device: boolean): Configuration => ({
  clients: [
    {
      client_id: 'fcgate',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: [
        ...(device ? ['urn:ietf:params:oauth:grant-type:device_code'] : []),
        'refresh_token',
        'authorization_code',
      ],
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code'],
    },
  ],
  features: { deviceFlow: { enabled: device }, revocation: { enabled: true } },
  claims: { openid: ['sub'], email: ['email'], groups: ['groups'] },
  conformIdTokenClaims: false,
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@corp.test`, groups: ['support'] }),
  }),
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: lasts,
    DeviceCode: codeLasts,
    IdToken: 600,
    RefreshToken: 6000,
    Session: 600,
    Grant: 6000,
    Interaction: 600,
  },
  cookies: { keys: ['a key of the test'] },
});

/** Goes from form to form until there is none, as ann; `abort` says no where it is asked to confirm. */
export async function browse(page: string, { abort = false } = {}): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (url: string, body?: URLSearchParams): Promise<{ url: string; html: string }> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = body ? { method: 'POST', body } : {};
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie }, ...sent });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const next = answer.headers.get('location');
    return next ? visit(new URL(next, url).href) : { url, html: await answer.text() };
  };
  let { url, html } = await visit(page);
  for (let form = formIn(html); form; form = formIn(html)) {
    if (form.fields.has('login')) form.fields.set('login', 'ann');
    const refuses = abort && form.fields.has('confirm');
    if (refuses) form.fields.set('abort', 'yes');
    ({ url, html } = await visit(new URL(form.action, url).href, form.fields));
    if (refuses) break;
  }
  return html;
}

function formIn(html: string): { readonly action: string; readonly fields: URLSearchParams } | undefined {
  const [, head, inside] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(html) ?? [];
  const action = head && /action="([^"]+)"/.exec(head)?.[1];
  if (!action || inside === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of inside.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(input)?.[1];
    if (name) fields.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  return { action, fields };
}
