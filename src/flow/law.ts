/** What all exchanges under one policy have in common, and what one exchange carries through its flow. */
import type { Caller, Facts } from '../exchange.ts';
import type { KeyedHash } from '../mask/mask.ts';
import type { Witness } from '../policy/govern.ts';
import type { Connection, Policy } from '../policy/policy.ts';
import type { Codec, Reading } from '../wire/codec.ts';
import type { Described } from './described.ts';
import type { Lineage, Memory } from './lineage.ts';
import type { RequestHead } from './steps.ts';

/** A policy, and the effects that the pure core is handed: the keyed hash, ids, the clock. */
export interface Law {
  readonly policy: Policy;
  readonly memory: Memory;
  readonly hash: KeyedHash;
  newId(): string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Who a request comes from. */
  callerOf(head: RequestHead): Caller;
  /** The traffic is a recording: marks of masked values count as the findings that they stand for. */
  readonly recorded?: true;
  readonly witness?: Witness;
}

/** A caller that nothing is known of. */
export const ANONYMOUS: Caller = { subject: 'anonymous', groups: [], claims: {} };

/** A request that was read, and whose it is. */
export interface Session {
  readonly law: Law;
  readonly exchange: string;
  readonly connection: Connection;
  readonly codec: Codec;
  readonly head: RequestHead;
  readonly lineage: Lineage;
  readonly facts: Facts;
  readonly reading: Reading | undefined;
  /** What the tools that the request offers say of their parameters. */
  readonly described: Described;
  readonly bytes: number;
}
