/** The nouns of approval: what a person is asked, and what is answered. Types only. */
import type { ApprovalDemand, RecordedDecision } from './exchange.ts';

/** What a person is asked. Arguments are shown masked; the hash binds the answer to exactly what was shown. */
export interface Question {
  readonly id: string;
  readonly exchange: string;
  readonly session: string;
  readonly caller: string;
  readonly connection: string;
  readonly tool?: string;
  readonly shown: string;
  /** What is masked in it. */
  readonly marks: readonly Mark[];
  /** What the session did before: exchanges, and the tools that were called in them. */
  readonly before: { readonly calls: number; readonly tools: readonly string[] };
  readonly hash: string;
  readonly demand: ApprovalDemand;
  /** Milliseconds in which to decide. */
  readonly within: number;
  /** Whether who answers must say why. */
  readonly reason: 'optional' | 'required';
  readonly decision: RecordedDecision;
  /** The value of the leaf at that pointer, unmasked: for one person's eyes, and only where the books tell of it. */
  reveal(path: string): string | undefined;
  /** Why the call may not go on as a person would have it; undefined where it may. */
  edit(edits: readonly Edit[]): string | undefined;
  /** What a person wrote, with what is found in it masked: it is put on the books, and told. */
  conceal(text: string): string;
}

/** Another value for an argument: a string's text, or a number as JSON writes it. */
export interface Edit {
  /** JSON pointer (RFC 6901) into the arguments as they are shown. */
  readonly path: string;
  readonly value: string;
}

/** A masked place of a shown leaf, in UTF-16 code units. */
export interface Mark {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly entity?: string;
  readonly from: Origin;
}

/** Where a masked value came from: who said it first in the conversation. */
export type Origin =
  | { readonly kind: 'prompt' | 'past_call' | 'tool_definition'; readonly path: string }
  | { readonly kind: 'tool_result'; readonly path: string; readonly tool?: string }
  | { readonly kind: 'this_call' };

export type Answer = Yes | No;

export interface Yes {
  readonly allow: true;
  /** Who: subjects, joined by a comma. */
  readonly by: string;
  readonly reason?: string;
  /** The grant that said so, in place of a person. */
  readonly grant?: string;
  /** As a person would have the call; the books tell where it was edited, not what stands there. */
  readonly edits?: readonly Edit[];
  /** Milliseconds since 1970: an approval that was not used by then is void. */
  readonly useBy?: number;
}

export interface No {
  readonly allow: false;
  readonly code: 'approval_denied' | 'approval_timeout' | 'approver_unavailable' | 'gateway_stopped';
  readonly state?: Unanswered;
  readonly by?: string;
  readonly reason?: string;
}

/** Why nobody answered, or an answer came to nothing, beyond what the code says. */
export type Unanswered = 'approver_gone' | 'client_gone' | 'crowded' | 'unused';
