/** What the gateway asks of others: the law in force, the books, the desk. They are handed in; the gateway never decides. */
import type { Code, Effect, Provider, Recording } from '../exchange.ts';
import type { Answer, AuditEntry, GovernedRequest, Question, Refusal, RequestHead } from '../flow/steps.ts';

export interface Connection {
  readonly name: string;
  readonly provider: Provider;
  /** Where it leads: an http(s) URL, with a base path or without. */
  readonly target: string;
}

/** One policy, made ready to govern. A reload swaps it whole; an exchange ends under the one it began with. */
export interface Governance {
  /** The hash of the policy. */
  readonly policy: string;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly limits: { readonly body: number };
  /** Before the body is read: may this request go at all, and does its body have to be inspected? */
  admit(
    exchange: string,
    head: RequestHead,
    connection: Connection,
  ): { readonly refuse: Refusal } | { readonly inspect: boolean };
  /** The whole request: whose conversation it belongs to, and what is decided on it. */
  govern(exchange: string, connection: Connection, head: RequestHead, body: Uint8Array | undefined): Governed;
  /** A refusal in the provider's own error shape, for what the transport itself refuses. */
  refusal(provider: Provider, code: Code, detail: string, exchange: string): Refusal;
}

export interface Governed {
  readonly session: string;
  readonly caller: string;
  readonly request: GovernedRequest;
}

/** The audit and the recordings. */
export interface Ledger {
  /** Returns once the lines are with the operating system, and throws where they cannot be. */
  append(entries: readonly AuditEntry[]): void;
  record(recording: Recording): void | Promise<void>;
  flush(): Promise<void>;
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
  /** Findings on the way to the model. */
  readonly findings: number;
  readonly code?: Code;
  /** From the request's first byte to the end of the answer. */
  readonly ms: number;
  /** What of it the gateway itself took. */
  readonly addedMs: number;
}
