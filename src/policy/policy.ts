/** A policy as it is in force: read, merged, compiled, never changed. */
import type { Detectors } from '../detect/detect.ts';
import { type Connection, overridden } from './connections.ts';
import type { MaskTable } from './masks.ts';
import type { RiskTable } from './risk.ts';
import type { Rules } from './rules.ts';

export type { Connection } from './connections.ts';

export interface Policy extends Rules {
  /** SHA-256 of all its sources, in hexadecimal. */
  readonly hash: string;
  /** The files it came from, its own first. Empty: the built-in policy. */
  readonly files: readonly string[];
  readonly detectors: Detectors;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly identity: Identity | undefined;
  readonly masks: MaskTable;
  readonly restore: { readonly on: boolean; readonly urls: boolean };
  readonly risk: RiskTable | undefined;
  readonly approvals: Approvals;
  readonly record: {
    readonly keepMs: number;
    readonly onError: 'refuse' | 'pass';
    readonly durability: 'batch' | 'each';
  };
  readonly limits: {
    readonly body: number;
    readonly depth: number;
    /** How long an upstream may say nothing, before its headers and within its answer. */
    readonly idleMs: number;
  };
  readonly unofferedTools: 'deny' | 'allow';
  /** Why a file that was found, not named, must be trusted before it is used. Empty: it need not be. */
  readonly trustReasons: readonly string[];
}

export interface Identity {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly audience?: string;
  readonly scope?: string;
  /** A SAML provider's metadata. */
  readonly saml?: string;
  readonly groupsClaim: string;
  readonly required: boolean;
}

export interface Approvals {
  readonly timeoutMs: number;
  readonly reason: 'optional' | 'required';
  /** Whether approving from elsewhere needs the code that the gateway shows; `auto`: where it has a screen. */
  readonly pairing: 'auto' | 'always' | 'never';
  readonly notify: readonly Notify[];
}

/** A webhook that is told of questions. */
export interface Notify {
  /** Whose members it reaches: those who may answer anything, where undefined. */
  readonly group: string | undefined;
  /** `keychain:NAME`, `env:NAME` or a URL. */
  readonly source: string;
  /** Where in the file it stands. */
  readonly at: readonly string[];
}

/** The policy under `--connection NAME=URL`. Throws a usage error for a name or URL that does not serve. */
export const overrideConnection = (policy: Policy, name: string, url: string): Policy => ({
  ...policy,
  connections: overridden(policy.connections, name, url),
});
