/** What is known of an exchange once its request is decided: both ways go on from it. */
import type { Decision, Exchange, Unit } from '../exchange.ts';
import { editLeaf, type Splice } from '../wire/edit.ts';
import type { Doc } from '../wire/json.ts';
import type { Matches } from './inspect.ts';
import type { Hidden, Session } from './law.ts';
import { editLoose, type LooseValues } from './loose.ts';
import { type Change, hideRest, splicesOf } from './masking.ts';
import { entryHead, findingsOf } from './recorded.ts';
import { recordingOf } from './recording.ts';
import { refusal } from './refusal.ts';
import type { AuditEntry, Refused } from './steps.ts';

/** A request that was read, before anything was decided. */
export interface Arrived {
  readonly session: Session;
  readonly doc: Doc | undefined;
  readonly body: Uint8Array | undefined;
  readonly loose: LooseValues;
}

/** All that is known of the request once it is decided; the answer is judged beside it. */
export interface Judged {
  readonly arrived: Arrived;
  readonly exchange: Exchange;
  readonly decisions: readonly Decision[];
}

export function exchangeOf(session: Session, units: readonly Unit[], matches: Matches): Exchange {
  const { connection, reading, bytes } = session;
  return {
    connection: connection.name,
    provider: connection.provider as Exchange['provider'],
    model: reading?.model ?? '',
    request: { bytes, messages: reading?.turns.length ?? 0, stream: reading?.stream ?? false },
    ...(reading?.offered ? { offered: reading.offered } : {}),
    units,
    matches,
  };
}

/** What the recording hides of a unit beyond its masks. */
export const hiddenRest = ({ arrived, exchange, decisions }: Judged, i: number): Change[] =>
  hideRest(exchange.units[i]!, exchange.matches[i]!, decisions[i]!.masks, arrived.session);

/** Every edit that the recording makes: the policy's masks, the findings that it lets pass, and what is never recorded. */
export function hide(judged: Judged, masks: readonly (readonly Change[])[]): Hidden {
  const { arrived, exchange } = judged;
  const rest = exchange.units.map((_unit, i) => hiddenRest(judged, i));
  const splices = [
    ...masks.flatMap(splicesOf),
    ...rest.flatMap(splicesOf),
    ...omitted(arrived.session.reading?.omit ?? []),
  ];
  return {
    path: editLoose(arrived.session.head, arrived.loose, splices).path,
    body: arrived.body,
    splices,
    stands: new Set([...masks, ...rest].flat().map(({ text }) => text)),
    findings: findingsOf(exchange.units, exchange.matches),
  };
}

/** What is never recorded leaves a word of its size. */
export const omitted = (leaves: readonly Unit['leaves'][number][]): Splice[] =>
  leaves.flatMap((leaf) =>
    editLeaf(leaf, 0, leaf.end - leaf.start, JSON.stringify(`[omitted: ${leaf.end - leaf.start} bytes]`)),
  );

/** A request that was allowed, as the answer's side knows it. */
export interface Sent {
  readonly judged: Judged;
  readonly hidden: Hidden;
  readonly entry: AuditEntry;
}

/** The upstream gave no answer that the app could get. */
export function failed(
  { judged, hidden, entry }: Sent,
  code: Refused['refusal']['code'],
  detail: string,
): Refused {
  const { arrived } = judged;
  const answer = refusal(arrived.session.codec, code, detail, arrived.session.exchange);
  const refused = { code, message: answer.message };
  return {
    refusal: answer,
    entry: {
      ...entryHead(arrived.session),
      direction: 'to_app',
      effect: 'deny',
      decisions: [],
      findings: [],
      refused,
    },
    recording: (ms) => recordingOf(arrived, hidden, entry.decisions, { ms, refused }),
  };
}
