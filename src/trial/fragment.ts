/** Streamed recordings cut up: wherever their bytes are cut, the same must be decided and the same leave. */
import type { Recording } from '../exchange.ts';
import type { CaseResult, ExplainedFailure } from './cases.ts';
import { answered, type Court, openExchange, type Sent, type Trial } from './decide.ts';

/**
 * Pieces of this length: so many runs through an answer, each beginning its cuts a byte later, cut it at every byte,
 * in time that grows with its length and not with its square. One run more hands it over byte by byte.
 */
const LENGTH = 64;
/** Bytes that the runs through one answer may read together: a longer one is cut at some of its bytes only. */
const BUDGET = 16 * 1024 * 1024;

/** One result for each streamed recording that is `wanted`; all are decided, session by session. */
export function* runFragments(
  recordings: readonly Recording[],
  court: Court,
  clock: () => number,
  wanted: (recording: Recording) => boolean = () => true,
): Iterable<CaseResult> {
  const sessions = new Map<string, ReturnType<typeof openExchange>>();
  for (const recording of recordings) {
    const open = sessions.get(recording.session) ?? openExchange(court);
    sessions.set(recording.session, open);
    const started = clock();
    const sent = open(recording);
    if ('toApp' in sent) continue;
    const whole = answered(sent, uncut);
    if (!isStreamed(recording) || !wanted(recording)) continue;
    const { failures, share } = fragmented(sent, whole);
    yield {
      name: `${recording.id}: cut at ${share}`,
      recording: recording.id,
      passed: failures.length === 0,
      failures,
      ms: clock() - started,
    };
  }
}

const uncut = (bytes: Uint8Array): Uint8Array[] => [bytes];

function isStreamed({ request, response }: Recording): boolean {
  const type = response?.headers['content-type'] ?? '';
  return /event-stream|ndjson|jsonl/.test(type) || request.path.includes(':streamGenerateContent');
}

function fragmented(sent: Sent, whole: Trial): { failures: ExplainedFailure[]; share: string } {
  const size = Buffer.byteLength(sent.recording.response!.body);
  const offsets = Math.max(1, Math.min(LENGTH, Math.floor(BUDGET / Math.max(1, size))));
  const share = offsets === LENGTH ? 'every byte' : `every byte of ${offsets} in ${LENGTH}`;
  const told = toldOf(whole);
  const same = (cut: Cut): boolean => toldOf(answered(sent, cut)) === told;
  if (!same(inPieces(1, 0)))
    return { failures: [failure('byte by byte', whole, sent, inPieces(1, 0))], share };
  for (let offset = 0; offset < offsets; offset++) {
    const cut = inPieces(LENGTH, offset);
    if (same(cut)) continue;
    const [what, narrowed] = narrow(offset, size, same) ?? [
      `in pieces of ${LENGTH} from byte ${offset}`,
      cut,
    ];
    return { failures: [failure(what, whole, sent, narrowed)], share };
  }
  return { failures: [], share };
}

type Cut = (bytes: Uint8Array) => readonly Uint8Array[];

const inPieces =
  (length: number, offset: number): Cut =>
  (bytes) => {
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (let to = offset > 0 ? offset : length; from < bytes.length; to += length) {
      pieces.push(bytes.subarray(from, to));
      from = to;
    }
    return pieces;
  };

const inTwo =
  (at: number): Cut =>
  (bytes) => [bytes.subarray(0, at), bytes.subarray(at)];

/** The one cut among those of a run that does it alone, if one does. */
function narrow(offset: number, size: number, same: (cut: Cut) => boolean): [string, Cut] | undefined {
  for (let at = offset; at < size; at += LENGTH)
    if (!same(inTwo(at))) return [`cut at byte ${at}`, inTwo(at)];
  return undefined;
}

const toldOf = ({ all, codes, toApp }: Trial): string => JSON.stringify([all, codes, toApp]);

function failure(what: string, whole: Trial, sent: Sent, cut: Cut): ExplainedFailure {
  const broken = answered(sent, cut);
  const decided = (trial: Trial): string => JSON.stringify([trial.all, trial.codes]);
  const byText = decided(whole) === decided(broken);
  const effects = ({ all, codes }: Trial): string =>
    [...all.map(({ effect }) => effect), ...codes].join(', ');
  return {
    what: `${what}, ${byText ? 'text' : 'decisions'}`,
    expected: byText ? around(whole.toApp, broken.toApp) : effects(whole),
    actual: byText ? around(broken.toApp, whole.toApp) : effects(broken),
    decisions: broken.all,
    testimony: [],
  };
}

/** A text from shortly before where it differs from another. */
function around(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  return `…${text.slice(Math.max(0, at - 20), at + 40)}…`;
}
