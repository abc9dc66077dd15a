/** The masked exchange as it goes to disk; looked through once more, so that no finding is left in it. */
import type { Finding, RecordedDecision, Recording } from '../exchange.ts';
import { applySplices } from '../wire/edit.ts';
import { parseJson } from '../wire/json.ts';
import type { Arrived } from './judged.ts';
import type { Hidden, Session } from './law.ts';
import { withoutCredentials } from './loose.ts';
import { type Draft, recheck } from './recheck.ts';
import { recordingHead } from './recorded.ts';

/** Headers that say how a body is to be read; no other header is recorded. */
const RECORDED = [
  'content-type',
  'accept',
  'anthropic-version',
  'anthropic-beta',
  'openai-beta',
  'x-request-id',
  'request-id',
];

export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly decisions: readonly RecordedDecision[];
  readonly findings: readonly Finding[];
}

export interface Ending {
  readonly ms: number;
  readonly answer?: RecordedAnswer;
  readonly refused?: NonNullable<Recording['refused']>;
}

export function recordingOf(
  arrived: Arrived,
  hidden: Hidden,
  decisions: readonly RecordedDecision[],
  ending: Ending,
): Recording {
  const { session } = arrived;
  const { answer, refused, ms } = ending;
  return {
    ...recordingHead(session),
    request: {
      method: session.head.method,
      path: withoutCredentials(hidden.path),
      headers: recordedHeaders(session.head.headers),
      body: recordedRequest(session, hidden),
    },
    ...(answer
      ? { response: { status: answer.status, headers: recordedHeaders(answer.headers), body: answer.body } }
      : {}),
    decisions: [...decisions, ...(answer?.decisions ?? [])],
    findings: [...hidden.findings, ...(answer?.findings ?? [])],
    ...(refused ? { refused } : {}),
    ms,
  };
}

/** The request's body with everything hidden, as text. */
function recordedRequest(session: Session, { body, splices, stands }: Hidden): string {
  if (!body) return '';
  const own = splices.filter((splice) => splice.chunk.bytes === body);
  const masked = Buffer.concat(applySplices({ bytes: body }, own));
  return Buffer.from(recheck(session, masked, stands, (bytes) => requestDraft(session, bytes))).toString();
}

function requestDraft({ codec, law }: Session, bytes: Uint8Array): Draft {
  const options = { depth: law.policy.limits.depth };
  const doc = parseJson(bytes, { chunk: { bytes } }, options);
  return {
    units: codec.readRequest(doc, options).units,
    write: (splices) => Buffer.concat(applySplices({ bytes }, splices)),
  };
}

const recordedHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    RECORDED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
