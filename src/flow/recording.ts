/** The masked exchange as it goes to disk. */
import type { Finding, RecordedDecision, Recording } from '../exchange.ts';
import { applySplices, type Splice } from '../wire/edit.ts';
import type { Judged } from './judged.ts';
import { editLoose, withoutCredentials } from './loose.ts';
import { recordingHead } from './recorded.ts';
import type { AuditEntry } from './steps.ts';
import { omitted, recordedSplices } from './treatment.ts';

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

export function recordingOf(judged: Judged, entry: AuditEntry, { answer, refused, ms }: Ending): Recording {
  const { session, loose, body } = judged.arrived;
  const splices = [
    ...judged.treatments.flatMap((treatment) => recordedSplices(session, treatment)),
    ...omitted(session.reading?.omit ?? []),
  ];
  return {
    ...recordingHead(session),
    request: {
      method: session.head.method,
      path: withoutCredentials(editLoose(session.head, loose, splices).path),
      headers: recordedHeaders(session.head.headers),
      body: body
        ? textWith(
            body,
            splices.filter((splice) => !loose.chunks.has(splice.chunk)),
          )
        : '',
    },
    ...(answer
      ? { response: { status: answer.status, headers: recordedHeaders(answer.headers), body: answer.body } }
      : {}),
    decisions: [...entry.decisions, ...(answer?.decisions ?? [])],
    findings: [...entry.findings, ...(answer?.findings ?? [])],
    ...(refused ? { refused } : {}),
    ms,
  };
}

const textWith = (bytes: Uint8Array, splices: readonly Splice[]): string =>
  Buffer.concat(applySplices({ bytes }, splices)).toString();

const recordedHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    RECORDED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
