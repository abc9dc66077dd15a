/** The way back to the app: a stream goes on as far as it is decided, the rest is held until all of it was read. */
import { FcgateError } from '../errors.ts';
import type { Outcome, Unit } from '../exchange.ts';
import { settle } from '../policy/settle.ts';
import type { Answer, Edit, Question } from '../question.ts';
import type { RefusedCall } from '../wire/codec.ts';
import type { Splice } from '../wire/edit.ts';
import { ask } from './asking.ts';
import { countCall } from './counted.ts';
import { editSplices, editsOf, isReplaced } from './edited.ts';
import { frame, openStreaming, type Streaming, unreadable } from './framing.ts';
import { verifyGone } from './gone.ts';
import { type Answered, type Heard, hear, judgeUnits } from './heard.ts';
import { failed, type Sent } from './judged.ts';
import { rememberCall, rememberListed } from './lineage.ts';
import { type Flowing, flows, type Live, openLive } from './live.ts';
import { editAnswer, type LooseAnswer, looseAnswer } from './loose.ts';
import { splicesOf } from './masking.ts';
import { tellAll } from './pointers.ts';
import { effectOf, entryHead, findingsOf, recordedDecisions, toldFindings } from './recorded.ts';
import { recordingOf, unseen } from './recording.ts';
import { messageOf } from './refusal.ts';
import { inTime, toldAnswer } from './said.ts';
import type { AnswerGate, AnswerHead, AnswerStep, AuditEntry, Refused } from './steps.ts';
import { omitted } from './treatment.ts';

const NOTHING: AnswerStep = { entries: [], bytes: [], questions: [], done: false };

/** Opens the gate for one answer. */
export function openAnswer(sent: Answered): AnswerGate {
  const { session } = sent.judged.arrived;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let over: { recording: Refused['recording'] } | undefined;
  let heard: Heard | undefined;
  let stream: Streaming | undefined;
  let live: Live | undefined;
  let begun = false;
  const questions = new Map<string, number>();
  const answers = new Map<number, Answer>();
  const told: NonNullable<AuditEntry['answers']>[number][] = [];

  const fail = (code: Refused['refusal']['code'], detail: string): AnswerStep => {
    const refused = failed(sent, code, detail);
    over = refused;
    const { status, headers, body } = refused.refusal;
    // A JSON text that has begun ends short: nobody can take it for an answer.
    const bytes = begun ? (stream?.error(code, refused.refusal.message) ?? '') : body;
    return {
      entries: [refused.entry],
      ...(begun ? {} : { head: { status, headers } }),
      bytes: [Buffer.from(bytes)],
      questions: [],
      done: true,
    };
  };

  /** What cannot be read releases nothing more. */
  const attempt = (action: () => AnswerStep): AnswerStep => {
    if (over) return NOTHING;
    try {
      return action();
    } catch (error) {
      if (error instanceof FcgateError && error.code !== 'internal_error')
        return fail('unreadable_answer', error.message);
      throw error;
    }
  };

  const flow = ({ entries, bytes, questions }: Flowing): AnswerStep => {
    if (begun || (bytes.length === 0 && questions.length === 0))
      return { entries, bytes, questions, done: false };
    begun = true;
    return { entries, bytes, questions, head: headOf(sent), done: false };
  };

  const finish = (): AnswerStep => {
    const outcome = settleAnswer(sent, heard!, answers, told, { begun, stream });
    over = outcome;
    return outcome.step;
  };

  /** Calls that were asked about while the stream came are not asked about again. */
  const read = (flowed: AnswerStep): AnswerStep => {
    const framed = stream?.framed(live?.released()) ?? frame(session, sent.head, Buffer.concat(chunks));
    heard = hear(sent, framed, live?.rank);
    const asking: Question[] = [];
    for (const [index, question] of ask(sent, heard)) {
      const before = live?.asked(heard.exchange.units[index]!);
      if (before?.answer) answers.set(index, before.answer);
      else questions.set((before?.question ?? question).id, index);
      if (!before) asking.push(question);
    }
    if (questions.size > 0) return joinSteps(flowed, { ...NOTHING, questions: asking });
    return joinSteps(flowed, finish());
  };

  return {
    push: (bytes) =>
      attempt(() => {
        size += bytes.length;
        const { body } = session.law.policy.limits;
        if (size > body) throw unreadable(`it is larger than limits.body (${body} bytes)`);
        if (bytes.length === 0) return NOTHING;
        if (size === bytes.length) stream = openStreaming(session, sent.head, bytes);
        if (!stream) {
          chunks.push(bytes);
          return NOTHING;
        }
        if (flows(sent)) live ??= openLive(sent, stream);
        for (const event of stream.push(bytes)) live?.push(event);
        return live ? flow(live.flow()) : NOTHING;
      }),
    end: () =>
      attempt(() => {
        for (const event of stream?.end() ?? []) live?.push(event);
        return read(live ? flow(live.flow()) : NOTHING);
      }),
    cut: (detail) => (over ? NOTHING : fail('unreadable_answer', detail)),
    answer: (id, answer) =>
      attempt(() => {
        const index = questions.get(id);
        told.push({ question: id, answer: toldAnswer(answer) });
        if (!heard) return flow(live!.answer(id, answer));
        if (index === undefined) return NOTHING;
        questions.delete(id);
        answers.set(index, answer);
        return questions.size === 0 ? finish() : NOTHING;
      }),
    wait() {
      if (over || begun || stream || !heard || !everyRefusalFits(sent, heard)) return NOTHING;
      begun = true;
      return { ...NOTHING, head: headOf(sent) };
    },
    recording: (ms) => over!.recording(ms),
  };
}

/** Whether the answer keeps its status whatever people say: a refused call becomes a text in it. White space may then stand before. */
const everyRefusalFits = ({ head }: Answered, { decisions, framed }: Heard): boolean =>
  /\bjson\b/i.test(head.headers['content-type'] ?? '') &&
  !framed.uninspected &&
  decisions.every(
    ({ effect, stage, onDeny }) =>
      (effect !== 'deny' && effect !== 'approve') || (stage === 'tool_call' && onDeny !== 'error'),
  );

/** The head as the app gets it, before the body is known. */
function headOf(sent: Answered): AnswerHead {
  const loose = looseAnswer(sent.judged.arrived.session.law, sent.head);
  const { treatments } = judgeUnits(sent, loose.units);
  return editAnswer(
    sent.head,
    loose,
    treatments.flatMap(({ changes }) => splicesOf(changes)),
  );
}

const joinSteps = (first: AnswerStep, then: AnswerStep): AnswerStep => ({
  ...first,
  ...then,
  entries: [...first.entries, ...then.entries],
  bytes: [...first.bytes, ...then.bytes],
  questions: [...first.questions, ...then.questions],
});

interface Settled {
  readonly step: AnswerStep;
  recording(ms: number): ReturnType<AnswerGate['recording']>;
}

function settleAnswer(
  sent: Answered,
  heard: Heard,
  answers: ReadonlyMap<number, Answer>,
  told: NonNullable<AuditEntry['answers']>,
  { begun, stream }: { readonly begun: boolean; readonly stream: Streaming | undefined },
): Settled {
  const { exchange, decisions } = heard;
  const { session } = sent.judged.arrived;
  const outcomes = settle(decisions, inTime(answers, session.law.now()));
  const refused = outcomes.filter((outcome) => outcome.refused);
  const whole = refused.find(({ decision }) => decision.stage !== 'tool_call' || decision.onDeny === 'error');
  const tell = tellAll(session, exchange.units, exchange.matches, heard.treatments);
  const entry: AuditEntry = {
    ...entryHead(session),
    direction: 'to_app',
    effect: effectOf(outcomes),
    decisions: recordedDecisions(outcomes, exchange.units, tell, session.law),
    findings: toldFindings(findingsOf(exchange.units, exchange.matches), tell),
    ...(heard.framed.uninspected ? { uninspected: true } : {}),
    ...(told.length > 0 ? { answers: told } : {}),
  };
  const record = recorder(sent, heard, entry);
  remember(sent, heard, outcomes);
  if (whole?.refused) {
    const error = failed(sent, whole.refused.code, whole.refused.reason);
    const { status, headers, body } = error.refusal;
    const step = {
      entries: [{ ...entry, refused: error.entry.refused! }],
      ...(begun ? {} : { head: { status, headers } }),
      bytes: [Buffer.from(begun ? (stream?.error(error.refusal.code, error.refusal.message) ?? '') : body)],
      questions: [],
      done: true,
    };
    return { step, recording: (ms) => record(ms, error.entry.refused) };
  }
  const calls = refused.map(({ decision, refused: why }) => ({
    unit: exchange.units[decision.unit]!,
    text: messageOf(why!.code, why!.reason, session.exchange),
  }));
  const edited = outcomes.flatMap(({ decision: { unit }, refused: no }, i) => {
    const edits = no ? [] : editsOf(answers.get(i));
    return edits.length > 0 ? [{ unit: exchange.units[unit]!, edits }] : [];
  });
  const { whole: bytes, ...step } = release(sent, heard, { calls, edited, entry, begun });
  if (calls.length > 0)
    verifyGone(outcomes, exchange.units, frame(session, sent.head, Buffer.concat(bytes())).reading);
  return { step, recording: (ms) => record(ms) };
}

interface Releasing {
  readonly calls: readonly RefusedCall[];
  readonly edited: readonly { readonly unit: Unit; readonly edits: readonly Edit[] }[];
  readonly entry: AuditEntry;
  readonly begun: boolean;
}

function release(
  sent: Answered,
  { framed, loose, restored, treatments }: Heard,
  { calls, edited, entry, begun }: Releasing,
): AnswerStep & { whole(): readonly Uint8Array[] } {
  const changes = [...treatments.map((treatment) => treatment.changes), ...restored]
    .map((own) => own.filter((each) => !edited.some(({ unit, edits }) => isReplaced(each, unit, edits))))
    .flatMap(splicesOf);
  const refusals: readonly Splice[] = calls.length > 0 ? framed.refuse(calls) : [];
  const edits = edited.flatMap(({ unit, edits: own }) => editSplices(sent, unit, own));
  const splices = [...inBody(changes, loose), ...edits, ...refusals];
  return {
    entries: [entry],
    ...(begun ? {} : { head: editAnswer(framed.head, loose, changes) }),
    bytes: framed.write(splices),
    questions: [],
    done: true,
    whole: () => framed.write(splices, true),
  };
}

const inBody = (splices: readonly Splice[], { chunks }: LooseAnswer): readonly Splice[] =>
  chunks.size === 0 ? splices : splices.filter((splice) => !chunks.has(splice.chunk));

/** The answer as the model gave it: surrogates stand, every other finding is hidden. */
function recorder(sent: Sent, { framed, loose, treatments }: Heard, entry: AuditEntry) {
  const { head, reading, write, uninspected } = framed;
  return (ms: number, refused?: AuditEntry['refused']) => {
    const splices = inBody(
      treatments.flatMap((treatment) => treatment.recorded()),
      loose,
    );
    const body = Buffer.concat(write([...splices, ...omitted(reading.omit)], true));
    const answer = {
      status: head.status,
      headers: head.headers,
      body: uninspected ? unseen(body) : body.toString(),
      decisions: entry.decisions,
      findings: entry.findings,
    };
    return recordingOf(sent.judged, sent.entry, { ms, answer, ...(refused ? { refused } : {}) });
  };
}

/** What the session knows afterwards: the answer's id, and the calls that went on. */
function remember(sent: Sent, { framed, exchange }: Heard, outcomes: readonly Outcome[]): void {
  const { session } = sent.judged.arrived;
  const { law, lineage, connection, codec } = session;
  const id = framed.reading.id ?? codec.sessionOf?.(framed.head.headers);
  if (id !== undefined) law.memory.answered(lineage, connection.name, id);
  for (const { decision, refused } of outcomes) {
    const unit = exchange.units[decision.unit]!;
    if (refused || !unit.tool) continue;
    if (decision.stage === 'tool_call') {
      rememberCall(lineage, unit.tool.name);
      countCall(lineage, unit, law.policy);
    }
    if (decision.stage === 'tool_definition') rememberListed(lineage, unit.tool.name);
  }
}
