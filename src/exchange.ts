/**
 * The nouns. An exchange is one HTTP request through the gateway and its whole response; all of its traffic
 * becomes a list of units, each of which remembers where it stands in the provider's own bytes. Types only.
 */

/** Where a value or a call stands. The first four travel to the model, the last two to the app. */
export type Stage = 'prompt' | 'tool_definition' | 'past_call' | 'tool_result' | 'response' | 'tool_call';

export type Direction = 'to_model' | 'to_app';

export type Provider =
  | 'openai'
  | 'anthropic'
  | 'gemini'
  | 'mistral'
  | 'cohere'
  | 'ollama'
  | 'mcp'
  | 'generic';

/** A JSON value as the core sees it: integers beyond 2^53 arrive as bigint, so that no digit is lost. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * One scannable value of a unit: a JSON string (decoded), the digits of a JSON number, or an object key.
 * `bytes.subarray(start, end)` is its decoded UTF-8 text; offsets of matches are byte offsets from `start`.
 */
export interface Leaf {
  /** JSON Pointer (RFC 6901) from the body's root, through the JSON inside argument strings. */
  readonly path: string;
  readonly kind: 'string' | 'number' | 'key';
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The object key it stands under, which lends context to its digits. */
  readonly key?: string;
  /** May be scanned but never altered (a signed block, a tool's name): a finding here can only be decided on. */
  readonly fixed?: true;
  /** The way back to the provider's bytes; only `wire` reads it. */
  readonly origin: unknown;
}

/** An offered tool, a text, a tool result or a tool call. */
export interface Unit {
  readonly stage: Stage;
  /** JSON Pointer of the unit in the body (of a stream: in the body that the stream would have been). */
  readonly path: string;
  /** The tool it speaks of, where it speaks of one. */
  readonly tool?: { readonly name: string; readonly description?: string };
  /** The provider's id of the call, or of the call that a result answers. */
  readonly callId?: string;
  readonly leaves: readonly Leaf[];
  /**
   * Arguments of a call, or a tool's result, as values: one reading, or two where a key stands twice
   * (first wins, last wins). `see` maps each string before it is handed out (restoring surrogates).
   * Undefined where the unit is plain text.
   */
  readonly values?: (see?: (text: string) => string) => readonly JsonValue[];
  /** Of a call: what is too short to be looked at (small numbers, empty texts, true, false, null), for editing. */
  readonly scalars?: () => readonly Leaf[];
  /** An offered tool as it stands in the body, credentials and all. */
  readonly definition?: () => JsonValue;
  /** The tool runs at the provider: the call cannot be gated in the answer, only its tool on the request. */
  readonly remote?: true;
  /** Which way it travels, where that is not its stage's: it is masked as that. */
  readonly towards?: Direction;
  /** Repeats its text in another form (log probabilities): emptied when the text is altered. */
  readonly shadows?: readonly Leaf[];
  /** Where the call stands, for taking it out; only `wire` reads it. */
  readonly origin?: unknown;
}

/** A sensitive value found: never the value itself. `start` and `end` are UTF-16 code units in the leaf. */
export interface Finding {
  readonly entity: string;
  readonly stage: Stage;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly detector: string;
}

export type MaskForm = 'surrogate' | 'placeholder' | 'redact' | 'partial' | 'hash' | 'keep';

export type Effect = 'allow' | 'mask' | 'approve' | 'deny';

/** One rule, table row or risk limit that had a say in a decision. */
export interface RuleHit {
  /** `tools["refund_*"]`, `rules.no-private-keys`, `risk.deny_at`, `unoffered_tools` … */
  readonly rule: string;
  readonly effect: 'allow' | 'approve' | 'deny';
  /** The author's words. */
  readonly reason?: string;
  /** Why the condition could not be evaluated; the rule then counts as matched. */
  readonly error?: string;
  /** `file:line:column` of the rule. */
  readonly at?: string;
}

/** What came of a boolean sub-expression of a condition; where it was asked more than once, of all times together. */
export type Seen = 'true' | 'false' | 'both' | 'error';

/** What came of one condition, whether or not it held: marks by its sub-expressions, which the policy reads. */
export interface Judged {
  readonly points: readonly { readonly text: string; readonly told: boolean }[];
  readonly seen: Uint8Array;
}

/** One value to be masked: a place in a leaf of the unit, and the form that the policy's table gives it. */
export interface Masking extends Pick<Match, 'value'> {
  readonly leaf: number;
  /** Byte offsets from the leaf's start. */
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly form: Exclude<MaskForm, 'keep'>;
  /** The table row that asked for it: `mask.to_model.pii`, `mask.fields.lookup_patient["$.ssn"]` … */
  readonly rule: string;
}

export interface ApprovalDemand {
  /** Empty: whoever sits at the gateway's terminal. */
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly min: number;
  readonly self: boolean;
  /** Milliseconds in which to decide. */
  readonly within?: number;
  /** Several rules ask different people: each of these must be met, by `min` people together. */
  readonly parts?: readonly ApprovalDemand[];
}

export interface Risk {
  /** 0 to 100. */
  readonly total: number;
  readonly lines: readonly { readonly what: string; readonly weight: number }[];
}

/** What the policy says of one unit. */
export interface Decision {
  /** Index into the exchange's units. */
  readonly unit: number;
  readonly stage: Stage;
  readonly path: string;
  readonly tool?: string;
  readonly effect: Effect;
  readonly rules: readonly RuleHit[];
  /** Present where there were conditions. */
  readonly judged?: readonly Judged[];
  readonly masks: readonly Masking[];
  readonly risk: Risk;
  /** Present when the effect is `approve`. */
  readonly approval?: ApprovalDemand;
  /** How a refused call is told: in the answer (default) or as the provider's error. */
  readonly onDeny?: 'answer' | 'error';
}

export type Code =
  | 'policy_denied'
  | 'approval_denied'
  | 'approval_timeout'
  | 'approver_unavailable'
  | 'forbidden_origin'
  | 'unauthenticated'
  | 'uninspectable'
  | 'invalid_body'
  | 'body_too_large'
  | 'unknown_connection'
  | 'upstream_unreachable'
  | 'unreadable_answer'
  | 'upstream_timeout'
  | 'gateway_stopped'
  | 'record_failed'
  | 'internal_error';

/** A decision after the human answers: allowed (perhaps masked), or refused with a code and a message. */
export interface Outcome {
  readonly decision: Decision;
  readonly refused?: { readonly code: Code; readonly reason: string };
}

export interface Caller {
  readonly subject: string;
  readonly email?: string;
  readonly groups: readonly string[];
  readonly claims: { readonly [name: string]: JsonValue };
}

/** What one unit's leaf held, with byte offsets from the leaf's start. */
export interface Match {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly score: number;
  readonly detector: string;
  /** As it reads without its escapes or encoding, where it is written with any; in memory only. */
  readonly value?: string;
}

/** An exchange as the policy sees it. */
export interface Exchange {
  readonly connection: string;
  readonly provider: Provider;
  readonly model: string;
  readonly request: { readonly bytes: number; readonly messages: number; readonly stream: boolean };
  /** Names of the tools that the request offers; undefined where it refers to state at the provider. */
  readonly offered?: ReadonlySet<string>;
  readonly units: readonly Unit[];
  /** What was found, per unit and per leaf of it. */
  readonly matches: readonly (readonly (readonly Match[])[])[];
}

/** What a decision may depend on beside the exchange and the policy: all of it data, so that it replays. */
export interface Facts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly caller: Caller;
  readonly session: {
    readonly id: string;
    readonly calls: number;
    readonly tools: readonly string[];
    /** Of the calls so far; nothing where no condition counts. */
    readonly tally?: Tally;
  };
}

/** What calls add up to, by the names of their tools. */
export interface Tally {
  readonly counts: ReadonlyMap<string, number>;
  /** By JSONPath into the arguments. NaN where something there is no number. */
  readonly sums: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The masked exchange on disk; also what a fixture is made of. */
export interface Recording {
  readonly id: string;
  readonly session: string;
  readonly label?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly connection: string;
  readonly provider: Provider;
  readonly caller: string;
  /** The caller's, where it had any. */
  readonly groups?: readonly string[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly decisions: readonly RecordedDecision[];
  readonly findings: readonly Finding[];
  /** The hash of the policy that was in force. */
  readonly policy: string;
  /** Set when the exchange was refused as a whole. */
  readonly refused?: { readonly code: Code; readonly message: string };
  readonly ms?: number;
}

/** A decision without places in bytes: masks are told by entity, path and rule. */
export interface RecordedDecision {
  readonly stage: Stage;
  readonly path: string;
  readonly tool?: string;
  readonly effect: Effect;
  readonly rules: readonly RuleHit[];
  /** What came of each sub-expression outside of loops, by its text; of those that were not reached, nothing. */
  readonly outcomes?: Readonly<Record<string, Seen>>;
  readonly risk?: Risk;
  readonly approval?: ApprovalDemand;
  readonly masked: readonly {
    readonly path: string;
    readonly entity: string;
    readonly form: MaskForm;
    readonly rule: string;
  }[];
  readonly refused?: { readonly code: Code; readonly reason: string };
}
