/** The upstreams of a policy: built in, from the file, and as the command line overrides them. */
import { FcgateError } from '../errors.ts';
import type { Provider } from '../exchange.ts';
import type { Credential } from './credential.ts';
import { readCredential } from './credential.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Report } from './report.ts';

export interface Connection {
  readonly name: string;
  readonly provider: Provider;
  /** Without a slash at its end. */
  readonly target: string;
  readonly credential: Credential;
  /** What becomes of bodies that cannot be inspected. */
  readonly uninspectable: 'refuse' | 'pass';
  /** Paths that are let through beside those the provider is known for. */
  readonly paths: readonly string[];
  /** Whose members may use it; everybody where undefined. */
  readonly groups?: readonly string[];
}

const builtIn: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
};

/** Dialects that a connection of their name speaks. */
const dialects: readonly Provider[] = ['openai', 'anthropic', 'gemini', 'mistral', 'cohere', 'ollama', 'mcp'];

const providerOf = (name: string): Provider => dialects.find((each) => each === name) ?? 'generic';

export const builtInTarget = (name: string): string | undefined => builtIn[name];

export function compileConnections(
  file: NonNullable<PolicyFile['connections']>,
  report: Report,
): Map<string, Connection> {
  const connections = new Map(
    Object.entries(builtIn).map(([name, target]) => [name, plain(name, providerOf(name), target)]),
  );
  for (const [name, own] of Object.entries(file)) {
    const at = ['connections', name];
    const target = own.target ?? builtIn[name];
    if (target === undefined) {
      report.problem(at, `connections.${name} needs a \`target\`.`);
      continue;
    }
    const fault = faultOf(target);
    if (fault) report.problem([...at, 'target'], `connections.${name}.target ${fault}`);
    connections.set(name, {
      name,
      provider: own.provider ?? providerOf(name),
      target: trimmed(target),
      credential: readCredential(own.credential),
      uninspectable: own.uninspectable ?? 'refuse',
      paths: own.paths ?? [],
      ...(own.groups ? { groups: own.groups } : {}),
    });
  }
  return connections;
}

/** `--connection NAME=URL`: another target for a connection that is known, or a new one. */
export function overridden(
  connections: ReadonlyMap<string, Connection>,
  name: string,
  url: string,
): Map<string, Connection> {
  const fault = /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)
    ? faultOf(url)
    : 'needs a name of letters, digits, `.`, `_` and `-`.';
  if (fault) throw new FcgateError('usage', `--connection ${name}=${url} ${fault}`);
  const known = connections.get(name);
  const target = trimmed(url);
  return new Map(connections).set(name, known ? { ...known, target } : plain(name, providerOf(name), target));
}

const plain = (name: string, provider: Provider, target: string): Connection => ({
  name,
  provider,
  target,
  credential: { kind: 'passthrough' },
  uninspectable: 'refuse',
  paths: [],
});

const trimmed = (target: string): string => target.replace(/\/+$/, '');

function faultOf(target: string): string | undefined {
  if (!URL.canParse(target)) return 'is no URL; write https://HOST/PATH.';
  const { protocol, username, password, search, hash } = new URL(target);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:// or http://.';
  if (username !== '' || password !== '') return 'cannot hold credentials; use `credential`.';
  if (search !== '' || hash !== '') return 'cannot have a query or a fragment.';
  return undefined;
}
