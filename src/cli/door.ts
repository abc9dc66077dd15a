/** How a gateway is reached: on loopback by its own user; from elsewhere over TLS, by callers who prove who they are. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { FcgateError } from '../errors.ts';
import { isLoopback } from '../policy/network.ts';
import type { Policy } from '../policy/policy.ts';
import type { Door } from '../proxy/gateway.ts';
import type { Context } from './context.ts';

export interface DoorOptions {
  readonly host: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** The name under which whatever speaks TLS in front is reached, where that is said. */
  readonly behindTls?: string | true;
}

/** Whether others than this machine's own programs may knock. */
const isShared = ({ host, behindTls }: DoorOptions): boolean => !isLoopback(host) || behindTls !== undefined;

export function doorOf({ cwd }: Context, options: DoorOptions): Door {
  const { host, tlsCert, tlsKey, behindTls } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new FcgateError('usage', '--tls-cert and --tls-key go together; give both.');
  const tls = tlsCert && tlsKey ? { cert: fileOf(cwd, tlsCert), key: fileOf(cwd, tlsKey) } : undefined;
  if (isShared(options) && !tls && behindTls === undefined) {
    const advice =
      'give --tls-cert and --tls-key, or say --behind-tls where a proxy in front of it speaks TLS';
    throw new FcgateError('usage', `--host ${host} can be reached from elsewhere, and needs TLS: ${advice}.`);
  }
  const named = typeof behindTls === 'string' ? [behindTls.toLowerCase()] : [];
  return {
    ...(tls ? { tls } : {}),
    names: [...named, ...(tls ? namesIn(tls.cert) : []), ...(isEvery(host) ? ownNames() : [])],
    ownUserOnly: !isShared(options),
  };
}

/** Throws where the policy lets in callers that nobody knows, through a door that is open to others. */
export function admitted(policy: Policy, options: DoorOptions): Policy {
  if (!isShared(options) || policy.identity?.required) return policy;
  throw new FcgateError(
    'usage',
    `--host ${options.host} can be reached from elsewhere: the policy must say identity: { required: true }.`,
  );
}

const isEvery = (host: string): boolean => host === '0.0.0.0' || host === '::';

const ownNames = (): string[] => [
  hostname().toLowerCase(),
  ...Object.values(networkInterfaces()).flatMap((all = []) =>
    all.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  ),
];

function namesIn(cert: Buffer): string[] {
  try {
    const { subjectAltName = '' } = new X509Certificate(cert);
    return [...subjectAltName.matchAll(/(?:DNS|IP Address):([\w.-]+)/g)].map(([, name]) =>
      name!.toLowerCase(),
    );
  } catch (cause) {
    throw new FcgateError('usage', '--tls-cert names no certificate in PEM.', { cause });
  }
}

function fileOf(cwd: string, file: string): Buffer {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new FcgateError('usage', `${file} cannot be read (${why}); name one that can.`, { cause });
  }
}
