/** The variables by which SDKs find their provider, and so the gateway. */
import { anthropicBearer } from '../identity/credentials.ts';
import type { Connection } from '../policy/policy.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Connections = ReadonlyMap<string, Connection>;

export interface Sdk {
  readonly addresses: readonly [string, ...string[]];
  /** What stands behind the connection's name in an address. */
  readonly rest: string;
  readonly keys: readonly [string, ...string[]];
  /** What stands in the place of a key, and is sent as a bearer. */
  readonly bearers?: readonly string[];
}

/** By the connection that they lead to; the first variable of each kind is the one that is set where none was. */
const sdks: Readonly<Record<string, Sdk>> = {
  openai: { addresses: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'], rest: '/v1', keys: ['OPENAI_API_KEY'] },
  anthropic: {
    addresses: ['ANTHROPIC_BASE_URL'],
    rest: '',
    keys: ['ANTHROPIC_API_KEY'],
    bearers: [anthropicBearer],
  },
  gemini: { addresses: ['GOOGLE_GEMINI_BASE_URL'], rest: '', keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] },
};

export const sdkOf = (connection: string): Sdk | undefined => sdks[connection];

export const addressOf = (url: string, connection: string): string =>
  `${url}/${connection}${sdks[connection]?.rest ?? ''}`;

/** Keys that a command would have found in its environment are the gateway's to send, so that the command needs none. */
export const heldFrom = (env: Variables, connections: Connections): Map<string, Connection> =>
  new Map(
    [...connections].map(([name, connection]) => {
      const { keys = [], bearers = [] } = sdkOf(name) ?? {};
      const found = [...keys, ...bearers].find((key) => env[key]);
      if (found === undefined || connection.credential.kind !== 'passthrough') return [name, connection];
      return [name, { ...connection, credential: { kind: 'env', name: found } }];
    }),
  );

/** An environment in which every SDK finds the gateway, and a virtual key in the place of each key of a provider. */
export function governedEnv(
  env: Variables,
  connections: Connections,
  { url, key }: { readonly url: string; readonly key: string },
): Variables {
  const governed: Record<string, string | undefined> = { ...env, ...unproxied(env) };
  delete governed.FCGATE_PASSPHRASE;
  for (const { credential } of connections.values()) {
    if (credential.kind === 'env') delete governed[credential.name];
  }
  for (const name of connections.keys()) {
    const sdk = sdkOf(name);
    for (const variable of sdk?.addresses ?? []) governed[variable] = addressOf(url, name);
    const [usual, ...others] = sdk?.keys ?? [];
    if (usual !== undefined) governed[usual] = key;
    for (const variable of [...others, ...(sdk?.bearers ?? [])])
      if (env[variable] !== undefined) governed[variable] = key;
  }
  return governed;
}

/** The gateway is on this machine: no proxy of the network leads there. */
function unproxied(env: Variables): Variables {
  const told = env.no_proxy ?? env.NO_PROXY;
  const all = told ? `${told},127.0.0.1` : '127.0.0.1';
  return { NO_PROXY: all, no_proxy: all };
}
