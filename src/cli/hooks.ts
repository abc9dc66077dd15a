/** The webhooks that a policy names: where they lead, and what signs what they are sent. */
import type { Hook } from '../control/announce.ts';
import { FcgateError } from '../errors.ts';
import type { Secrets } from '../identity/secrets.ts';
import type { Notify } from '../policy/policy.ts';
import { secureUrlFault } from '../policy/trust.ts';

export interface HookPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  secrets(): Secrets | undefined;
  hash(text: string): Uint8Array;
  warn(line: string): void;
}

/** Nobody is told where a URL is missing: who is not told cannot be waited for. */
export async function hooksOf(notify: readonly Notify[], places: HookPlaces): Promise<Hook[]> {
  const secret = signingSecret(places.hash);
  const found = await Promise.all(
    notify.map(async ({ group, source }): Promise<Hook | undefined> => {
      const url = await urlOf(source, places).catch(() => undefined);
      const fault = url === undefined ? 'is not there.' : secureUrlFault(url);
      if (url !== undefined && !fault) return { group, url, secret };
      places.warn(`warning: approvals.notify: ${named(source)} ${fault} Nobody is told by it.`);
      return undefined;
    }),
  );
  return found.filter((hook) => hook !== undefined);
}

/** A receiver checks with it that a message came from this install. It follows from the install's own key. */
export const signingSecret = (hash: HookPlaces['hash']): string =>
  `whsec_${Buffer.from(hash('webhook signing secret')).toString('base64')}`;

/** Where `fcgate approvals hook` keeps a URL. */
export const hookAccount = (name: string): string => `webhook:${name}`;

async function urlOf(source: string, { env, secrets }: HookPlaces): Promise<string | undefined> {
  const [, kind, name] = /^(env|keychain):(.*)$/.exec(source) ?? [];
  if (kind === 'env') return env[name!];
  return kind === 'keychain' ? secrets()?.get(hookAccount(name!)) : source;
}

/** A URL lets its holder write: it is not repeated. */
const named = (source: string): string => (/^(env|keychain):/.test(source) ? source : 'the URL');

/** The URL as it was typed. Throws what is wrong with it. */
export function checkedUrl(url: string): string {
  const fault = secureUrlFault(url);
  if (fault) throw new FcgateError('usage', `The URL ${fault}`);
  return url;
}
