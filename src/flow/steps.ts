import type { Caller, Code, Effect, Finding, RecordedDecision, Recording } from '../exchange.ts';
import type { Answer, No, Question, Yes } from '../question.ts';

/** What came from the app, its body decoded (no content encoding) and whole. */
export interface RequestHead {
  readonly method: string;
  /** What follows the connection's name, normalised, query included: `/v1/messages?beta=true`. */
  readonly path: string;
  /** Lower-case names; repeated headers joined as node:http joins them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who sent it, where that was proved; the proof is not among the headers. */
  readonly caller?: Caller;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A whole answer that the gateway gives itself, in the provider's own error shape. */
export interface Refusal {
  readonly code: Code;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The message inside the body, for the log. */
  readonly message: string;
}

/** What the audit says of a decision: to be on disk before what was decided is released. */
export interface AuditEntry {
  readonly exchange: string;
  readonly session: string;
  readonly connection: string;
  readonly caller: string;
  readonly policy: string;
  readonly direction: 'to_model' | 'to_app';
  readonly effect: Effect;
  readonly decisions: readonly RecordedDecision[];
  readonly findings: readonly Finding[];
  /** Units that the conversation repeats: told when they were new, and treated as then. */
  readonly repeated?: number;
  readonly refused?: { readonly code: Code; readonly message: string };
  /** Said while the answer still comes, of what goes on before its end; the answer's last line says it again. */
  readonly part?: true;
  /** The body was let through unread, as its connection says. */
  readonly uninspected?: true;
  readonly answers?: readonly { readonly question: string; readonly answer: ToldAnswer }[];
}

/** What a person said; of a call that they edited, the pointers of what they did. */
export type ToldAnswer = No | (Omit<Yes, 'edits' | 'useBy'> & { readonly edited?: readonly string[] });

/** The request was read and decided; questions, if any, must be answered before it is settled. */
export interface GovernedRequest {
  readonly questions: readonly Question[];
  /** One answer per question, in order. Call once. */
  settle(answers: readonly Answer[]): RequestStep;
}

export type RequestStep =
  | {
      readonly kind: 'refuse';
      readonly refusal: Refusal;
      readonly entry: AuditEntry;
      /** What is told of every unit, also of those that the conversation repeats. */
      all(): readonly RecordedDecision[];
      recording(ms: number): Recording;
    }
  | {
      readonly kind: 'forward';
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      /** To be written in order; undefined where the request had no body. */
      readonly body: readonly Uint8Array[] | undefined;
      readonly effect: Effect;
      /** Findings on the way to the model. */
      readonly findings: number;
      readonly entry: AuditEntry;
      /** What is told of every unit, also of those that the conversation repeats. */
      all(): readonly RecordedDecision[];
      openAnswer(head: AnswerHead): AnswerGate;
      /** A recorded answer as a model would have given it to what was sent. */
      echo(head: AnswerHead, bytes: Uint8Array): Uint8Array;
      /** The upstream gave no answer that could be opened. */
      failed(
        code: 'upstream_unreachable' | 'upstream_timeout' | 'gateway_stopped' | 'internal_error',
        detail: string,
      ): Refused;
    };

export interface Refused {
  readonly refusal: Refusal;
  readonly entry: AuditEntry;
  recording(ms: number): Recording;
}

/** One turn of the answer's machine. Write `entries` to the audit first, then release `head` and `bytes`. */
export interface AnswerStep {
  readonly entries: readonly AuditEntry[];
  /** Present once: the status and headers that the app gets. */
  readonly head?: AnswerHead;
  readonly bytes: readonly Uint8Array[];
  readonly questions: readonly Question[];
  /** Nothing more will come. */
  readonly done: boolean;
}

/** The answer as a sans-IO machine: upstream bytes and people's answers in, bytes and questions out. */
export interface AnswerGate {
  push(bytes: Uint8Array): AnswerStep;
  /** The upstream ended its answer properly. */
  end(): AnswerStep;
  /** The upstream broke off, or was unreadable: releases nothing held. */
  cut(detail: string): AnswerStep;
  answer(question: string, answer: Answer): AnswerStep;
  /** A person takes their time: the head of a JSON answer, where it may go ahead, and white space after it. */
  wait(): AnswerStep;
  /** Once done: the masked exchange. */
  recording(ms: number): Recording;
}
