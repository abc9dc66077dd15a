/** What the gateway asks of others: the law in force, the ledger, the desk. They are handed in; the gateway never decides. */
import type { Approver } from '../approval/approver.ts';
import type { Pending } from '../approval/desk.ts';
import type { DeskEvent } from '../approval/events.ts';
import type { Vote, Voted } from '../approval/vote.ts';
import type { Caller, Code, Effect, Recording } from '../exchange.ts';
import type { Flow } from '../flow/flow.ts';
import type { AuditEntry } from '../flow/steps.ts';
import type { Identified } from '../identity/callers.ts';
import type { Injected } from '../identity/credentials.ts';
import type { Asserted, Issued } from '../identity/saml-bearer.ts';
import type { Connection } from '../policy/policy.ts';
import type { Answer, Question } from '../question.ts';

/** One policy, made ready to govern. A reload swaps it whole; an exchange ends under the one it began with. */
export type Governance = Flow;

/** The audit and the recordings. */
export interface Ledger {
  /**
   * Returns once the lines are with the operating system. Throws where they cannot be, or while a recording waits that
   * cannot be written: then nothing is let through.
   */
  append(entries: readonly (AuditEntry | DeskEvent)[]): void;
  /** Makes the recording and keeps it; while one cannot be made, `append` throws. */
  record(make: () => Recording): void;
  /** While too much waits to be written: resolves when there is room for the next exchange, or none to be waited for. */
  room(): Promise<void> | undefined;
  flush(): Promise<void>;
}

/** Who calls, and the keys that only callers who are known may use. */
export interface Gatekeeper {
  /** Throws `unauthenticated` where a proof does not hold. */
  identify(headers: Readonly<Record<string, string>>, connection: string): Promise<Identified>;
  /** Who approves, by the value of their `Authorization` header: a token of the policy's issuer, nothing else. */
  approver(authorization: string): Promise<Caller>;
  /** A key for whom a SAML provider's assertion speaks of. */
  exchange(asserted: Asserted): Promise<Issued>;
  /** What goes in the place of the caller's own key; undefined where that goes on. */
  credential(connection: Connection): Promise<Injected | undefined>;
}

/** The desk, for who approves from elsewhere. */
export interface Counter {
  readonly pending: readonly Pending[];
  vote(id: string, approver: Approver, vote: Vote): Voted;
}

export interface Desk {
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Every question that waits, or comes, is refused as `gateway_stopped`. */
  close(): void;
}

/** What the log says of an exchange that is over. */
export interface ExchangeEvent {
  readonly exchange: string;
  readonly session: string;
  readonly connection: string;
  readonly caller: string;
  readonly status: number;
  readonly decision: Effect;
  /** The tools that the answer calls, refused ones too. */
  readonly tools: readonly string[];
  /** Findings on the way to the model. */
  readonly findings: number;
  /** Of a refusal of the whole exchange. */
  readonly code: Code | undefined;
  /** From the request's first byte to the end of the answer. */
  readonly ms: number;
  /** What of it the gateway itself took. */
  readonly addedMs: number;
}
