/** What the gateway asks of others: the law in force, the ledger, the desk. They are handed in; the gateway never decides. */
import type { Code, Effect, Recording } from '../exchange.ts';
import type { Flow } from '../flow/flow.ts';
import type { Answer, AuditEntry, Question } from '../flow/steps.ts';

/** One policy, made ready to govern. A reload swaps it whole; an exchange ends under the one it began with. */
export type Governance = Flow;

/** The audit and the recordings. */
export interface Ledger {
  /**
   * Returns once the lines are with the operating system. Throws where they cannot be, or while a recording waits that
   * cannot be written: then nothing is let through.
   */
  append(entries: readonly AuditEntry[]): void;
  /** Makes the recording and keeps it; while one cannot be made, `append` throws. */
  record(make: () => Recording): void;
  /** While too much waits to be written: resolves when there is room for the next exchange, or none to be waited for. */
  room(): Promise<void> | undefined;
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
  /** Of a refusal of the whole exchange. */
  readonly code: Code | undefined;
  /** From the request's first byte to the end of the answer. */
  readonly ms: number;
  /** What of it the gateway itself took. */
  readonly addedMs: number;
}
