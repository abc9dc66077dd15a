/** What is known of an exchange once its request is decided: both ways go on from it. */
import type { Decision, Exchange, Finding, Unit } from '../exchange.ts';
import type { Matches } from './inspect.ts';
import type { Session } from './law.ts';
import type { LooseValues } from './loose.ts';
import type { Tell } from './pointers.ts';
import { entryHead } from './recorded.ts';
import { recordingOf } from './recording.ts';
import { refusal } from './refusal.ts';
import type { AuditEntry, Refused } from './steps.ts';
import type { Treatment } from './treatment.ts';

/** A request that was read, before anything was decided. */
export interface Arrived {
  readonly session: Session;
  readonly body: Uint8Array | undefined;
  readonly loose: LooseValues;
  /** The body cannot be read, and goes on all the same, as its connection says. */
  readonly uninspected?: true;
}

/** A request that was decided: what is done to each of its units. */
export interface Judged {
  readonly arrived: Arrived;
  readonly exchange: Exchange;
  readonly decisions: readonly Decision[];
  readonly treatments: readonly Treatment[];
  /** Of the units that are new in this conversation. */
  readonly findings: readonly Finding[];
  /** How the books tell its pointers. */
  readonly tell: Tell;
}

export function exchangeOf(session: Session, units: readonly Unit[], matches: Matches): Exchange {
  const { connection, reading, bytes, lineage } = session;
  const offered = reading?.offered ?? lineage.listed;
  return {
    connection: connection.name,
    provider: connection.provider,
    model: reading?.model ?? '',
    request: { bytes, messages: reading?.turns.length ?? 0, stream: reading?.stream ?? false },
    ...(offered ? { offered } : {}),
    units,
    matches,
  };
}

/** A request that was allowed, as the answer's side knows it. */
export interface Sent {
  readonly judged: Judged;
  readonly entry: AuditEntry;
}

/** The upstream gave no answer that the app could get. */
export function failed({ judged, entry }: Sent, code: Refused['refusal']['code'], detail: string): Refused {
  const { session } = judged.arrived;
  const answer = refusal(session.codec, code, detail, session.exchange, session.reading?.asked);
  const refused = { code, message: answer.message };
  return {
    refusal: answer,
    entry: {
      ...entryHead(session),
      direction: 'to_app',
      effect: 'deny',
      decisions: [],
      findings: [],
      refused,
    },
    recording: (ms) => recordingOf(judged, entry, { ms, refused }),
  };
}
