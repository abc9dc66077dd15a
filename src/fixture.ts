/** The nouns of testing: a fixture's recordings, and what a policy is expected to do with them. Types only. */
import type { Caller, Code, Effect, Provider, Recording } from './exchange.ts';

/** Recordings kept in a file, with what the policy is expected to do with them. */
export interface Fixture {
  readonly version: 1;
  readonly recordings: readonly Recording[];
  readonly cases: readonly Case[];
}

/** A recording, who asks, and what is expected. */
export interface Case {
  readonly name: string;
  /** Id of a recording of the same file. It is decided after those of its session that stand before it. */
  readonly recording: string;
  /** Who asks, where it is not the recording's own caller. */
  readonly caller?: Partial<Caller>;
  /** What people say when they are asked, where it is not what they said then (of old recordings: yes). */
  readonly answer?: PeopleSay;
  /** Not yet so: may fail. A text says why. */
  readonly todo?: boolean | string;
  readonly expect: Expectation;
}

export type PeopleSay = 'allow' | 'approval_denied' | 'approval_timeout' | 'approver_unavailable';

/**
 * What is not named is not looked at. A place is the JSON pointer of a unit (of a stream: in the body that it would
 * have been), a stage (`tool_call`: all units of that stage), or a stage and a tool (`tool_call refund_order`).
 */
export interface Expectation {
  /** The strictest decision of the exchange. */
  readonly decision?: Effect;
  /** Decisions by place; where there are several units, the strictest. */
  readonly decisions?: Readonly<Record<string, Effect>>;
  /** Rules that must fire, and rules that must not. */
  readonly rules?: readonly string[];
  readonly not_rules?: readonly string[];
  /** Entities masked, by the value's JSON pointer or by place: one that is among them, or a list of all of them. */
  readonly masked?: Readonly<Record<string, string | readonly string[]>>;
  /** Groups that are asked. */
  readonly approvers?: readonly string[];
  /** The highest risk of a unit. */
  readonly risk?: { readonly min?: number; readonly max?: number };
  /** Text that must or must not leave in either direction. */
  readonly leaves?: { readonly to_model?: Leaving; readonly to_app?: Leaving };
  /** The refusal's code. */
  readonly code?: Code;
  /** A part of the refusal's message. */
  readonly message?: string;
}

export interface Leaving {
  readonly must?: readonly string[];
  readonly must_not?: readonly string[];
}

/** A file of cases told in few words, from which recordings are made. */
export interface SketchFile {
  readonly version: 1;
  readonly cases: readonly Sketch[];
}

/** The providers whose words a sketch can be told in. */
export type Teller =
  | 'openai'
  | 'openai-responses'
  | 'anthropic'
  | 'gemini'
  | 'mistral'
  | 'cohere'
  | 'ollama'
  | 'mcp';

/** A case in few words: what was said, what the model answered, and what is expected. */
export interface Sketch extends Omit<Case, 'recording'> {
  /** Instead of all that tells an exchange: a recording of the file beside this one. */
  readonly recording?: string;
  /** In whose words; several make a case each. Without: `openai`. */
  readonly provider?: Teller | readonly Teller[] | 'all';
  /** The answer is streamed; `both`: a case each. */
  readonly stream?: boolean | 'both';
  /** ISO 8601. */
  readonly at?: string;
  readonly system?: string;
  /** What the user said, or a whole conversation. */
  readonly messages?: string | readonly SketchMessage[];
  /** The tools offered. Without: those that are called. */
  readonly tools?: readonly (string | Offer)[];
  /** The tool that the model now calls. */
  readonly tool?: string;
  readonly args?: object;
  /** Of a tool server: what it gives back. */
  readonly result?: unknown;
  /** What the model now says. */
  readonly reply?: string;
  /** An exchange in a provider's own words. */
  readonly raw?: RawSketch;
}

export interface Offer {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: object;
}

export interface SketchMessage {
  readonly user?: string;
  readonly assistant?: string;
  /** A call of an earlier turn, and what came of it. */
  readonly tool?: string;
  readonly args?: object;
  readonly result?: unknown;
}

export interface RawSketch {
  readonly provider: Provider;
  readonly connection?: string;
  readonly path: string;
  readonly request: object;
  readonly response?: object;
}
