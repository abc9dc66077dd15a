/** The masked exchange as it goes to disk. */
import type { Finding, RecordedDecision, Recording } from '../exchange.ts';
import { applySplices, type Splice } from '../wire/edit.ts';
import type { Judged } from './judged.ts';
import type { Law } from './law.ts';
import { editLoose, recordedPath } from './loose.ts';
import { recordingHead } from './recorded.ts';
import { redactText } from './scan.ts';
import type { AuditEntry } from './steps.ts';
import { omitted } from './treatment.ts';

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
  const { session, loose, body, uninspected } = judged.arrived;
  const splices = [
    ...judged.treatments.flatMap((treatment) => treatment.recorded()),
    ...omitted(session.reading?.omit ?? []),
  ];
  return {
    ...recordingHead(session),
    request: {
      method: session.head.method,
      path: recordedPath(session.law, editLoose(session.head, loose, splices).path),
      headers: recordedHeaders(session.law, session.head.headers),
      body: uninspected
        ? unseen(body!)
        : textWith(
            body ?? NOTHING,
            splices.filter((splice) => !loose.chunks.has(splice.chunk)),
          ),
    },
    ...(answer
      ? {
          response: {
            status: answer.status,
            headers: recordedHeaders(session.law, answer.headers),
            body: answer.body,
          },
        }
      : {}),
    decisions: [...entry.decisions, ...(answer?.decisions ?? [])],
    findings: [...entry.findings, ...(answer?.findings ?? [])],
    ...(refused ? { refused } : {}),
    ms,
  };
}

/** What stands for a body that nobody looked into. */
export const unseen = ({ length }: Uint8Array): string => `[uninspected: ${length} bytes]`;

const NOTHING = new Uint8Array(0);

const textWith = (bytes: Uint8Array, splices: readonly Splice[]): string =>
  Buffer.concat(applySplices({ bytes }, splices)).toString();

const recordedHeaders = (law: Law, headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    RECORDED.flatMap((name) => (headers[name] === undefined ? [] : [[name, redactText(law, headers[name])]])),
  );
