/** The way back to the app: the whole answer is held, read, decided and edited before its first byte goes on. */
import { FcgateError } from '../errors.ts';
import type { Decision, Exchange, Outcome, Unit } from '../exchange.ts';
import { govern } from '../policy/govern.ts';
import { settle } from '../policy/settle.ts';
import type { Codec, RefusedCall } from '../wire/codec.ts';
import type { Splice } from '../wire/edit.ts';
import { type Framed, frame } from './framing.ts';
import { verifyGone } from './gone.ts';
import { inspect, overlaps, withEchoes } from './inspect.ts';
import { exchangeOf, failed, type Sent } from './judged.ts';
import { rememberCall, rememberListed } from './lineage.ts';
import { editAnswer, type LooseAnswer, looseAnswer } from './loose.ts';
import { type Change, restoreUnit, splicesOf } from './masking.ts';
import { tellAll } from './pointers.ts';
import { questionOf } from './questions.ts';
import { effectOf, entryHead, findingsOf, recordedDecisions, toldFindings } from './recorded.ts';
import { recordingOf } from './recording.ts';
import { messageOf } from './refusal.ts';
import type { Answer, AnswerGate, AnswerHead, AnswerStep, AuditEntry, Question, Refused } from './steps.ts';
import { omitted, type Treatment, treat } from './treatment.ts';

/** An answer that was read, before anything was decided. */
interface Heard {
  readonly framed: Framed;
  readonly exchange: Exchange;
  readonly decisions: readonly Decision[];
  /** Values of headers that are looked at. */
  readonly loose: LooseAnswer;
  /** Surrogates that become the caller's own values again, per unit. */
  readonly restored: readonly Change[][];
  readonly treatments: readonly Treatment[];
}

const NOTHING: AnswerStep = { entries: [], bytes: [], questions: [], done: false };

/** A request that was sent, and the head of its answer. */
type Answered = Sent & { readonly head: AnswerHead };

/** Opens the gate for one answer. */
export function openAnswer(sent: Answered): AnswerGate {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let over: { recording: Refused['recording'] } | undefined;
  let heard: Heard | undefined;
  const questions = new Map<string, { index: number; question: Question }>();
  const answers = new Map<number, Answer>();
  const told: { question: string; answer: Answer }[] = [];

  const fail = (code: Refused['refusal']['code'], detail: string): AnswerStep => {
    const refused = failed(sent, code, detail);
    over = refused;
    const { status, headers, body } = refused.refusal;
    return {
      entries: [refused.entry],
      head: { status, headers },
      bytes: [Buffer.from(body)],
      questions: [],
      done: true,
    };
  };

  const finish = (): AnswerStep => {
    const outcome = settleAnswer(sent, heard!, answers, told);
    over = outcome;
    return outcome.step;
  };

  const read = (): AnswerStep => {
    heard = hear(sent, frame(sent.judged.arrived.session, sent.head, Buffer.concat(chunks)));
    for (const [index, question] of ask(sent, heard)) questions.set(question.id, { index, question });
    if (questions.size === 0) return finish();
    return { ...NOTHING, questions: [...questions.values()].map(({ question }) => question) };
  };

  return {
    push(bytes) {
      if (over) return NOTHING;
      size += bytes.length;
      const { body } = sent.judged.arrived.session.law.policy.limits;
      if (size > body)
        return fail('unreadable_answer', `the answer is larger than limits.body (${body} bytes)`);
      chunks.push(bytes);
      return NOTHING;
    },
    end() {
      if (over) return NOTHING;
      try {
        return read();
      } catch (error) {
        if (error instanceof FcgateError && error.code !== 'internal_error')
          return fail('unreadable_answer', error.message);
        throw error;
      }
    },
    cut: (detail) => (over ? NOTHING : fail('unreadable_answer', detail)),
    answer(id, answer) {
      const asked = questions.get(id);
      if (!asked || over) return NOTHING;
      questions.delete(id);
      answers.set(asked.index, answer);
      told.push({ question: id, answer });
      return questions.size === 0 ? finish() : NOTHING;
    },
    recording: (ms) => over!.recording(ms),
  };
}

/** Reads the units, finds, and decides; conditions see the values as the caller has them. */
function hear(sent: Sent, framed: Framed): Heard {
  const { session } = sent.judged.arrived;
  const { policy } = session.law;
  const { vault } = session.lineage;
  const loose = looseAnswer(session.law, framed.head);
  const read = framed.reading.units.map((unit) => toApp(session.codec, unit));
  const units = [...read, ...loose.units];
  const back = units.map((unit) => restoreUnit(unit, vault, policy.restore));
  const matches = inspect(session.law, units).map((found, i) =>
    withEchoes(found, back[i]!.echoes, policy.restore.on),
  );
  const own = exchangeOf(session, units, matches);
  const exchange = {
    ...own,
    request: {
      ...own.request,
      get findings() {
        return findingsOf(sent.judged.exchange.units, sent.judged.exchange.matches);
      },
    },
  };
  const see = policy.restore.on ? seeing(sent) : undefined;
  const decisions = govern(exchange, policy, session.facts, see && ((_unit, text) => see(text))).map(
    (decision, i) => withoutEchoes(decision, back[i]!.echoes),
  );
  const treatments = units.map((unit, i) =>
    treat(session, unit, matches[i]!, decisions[i]!.masks, back[i]!.echoes),
  );
  const inBody = policy.restore.on ? framed.reading.units.length : 0;
  const restored = back.slice(0, inBody).map(({ changes }) => changes);
  return { framed, loose, exchange, decisions, restored, treatments };
}

/**
 * What a tool at the provider gave back is text of the answer. What a tool server gives and offers keeps its stage for
 * the rules, but travels to the app: it is masked as that, and again on its way to a model.
 */
const toApp = (codec: Codec, unit: Unit): Unit => {
  if (codec.provider === 'mcp') return { ...unit, towards: 'to_app' };
  return unit.stage === 'tool_result' ? { ...unit, stage: 'response' } : unit;
};

/** A text with its live surrogates turned back. */
function seeing(sent: Sent): (text: string) => string {
  const { session } = sent.judged.arrived;
  const { vault } = session.lineage;
  const { urls } = session.law.policy.restore;
  return (text) => {
    let out = '';
    let at = 0;
    for (const { start, end, original } of vault.restore(text, { urls })) {
      out += text.slice(at, start) + original;
      at = end;
    }
    return out + text.slice(at);
  };
}

/** What echoes a surrogate is the caller's own value: it is restored, not masked. */
function withoutEchoes(
  decision: Decision,
  echoes: readonly (readonly { start: number; end: number }[])[],
): Decision {
  if (decision.masks.length === 0) return decision;
  const masks = decision.masks.filter((mask) => !echoes[mask.leaf]?.some((echo) => overlaps(echo, mask)));
  if (masks.length === decision.masks.length) return decision;
  return {
    ...decision,
    masks,
    effect: decision.effect === 'mask' && masks.length === 0 ? 'allow' : decision.effect,
  };
}

function ask(sent: Sent, { exchange, decisions, treatments }: Heard): [number, Question][] {
  if (decisions.some((decision) => decision.effect === 'deny' && decision.onDeny === 'error')) return [];
  const { session } = sent.judged.arrived;
  const pending = settle(decisions, new Map());
  const see = seeing(sent);
  return decisions.flatMap((decision, i) => {
    const unit = exchange.units[i]!;
    if (decision.effect !== 'approve') return [];
    const { changes, rest } = treatments[i]!;
    return [[i, questionOf(session, pending[i]!, unit, [...changes, ...rest()], see)] as [number, Question]];
  });
}

interface Settled {
  readonly step: AnswerStep;
  recording(ms: number): ReturnType<AnswerGate['recording']>;
}

function settleAnswer(
  sent: Answered,
  heard: Heard,
  answers: ReadonlyMap<number, Answer>,
  told: readonly { question: string; answer: Answer }[],
): Settled {
  const { exchange, decisions } = heard;
  const { session } = sent.judged.arrived;
  const outcomes = settle(decisions, answers);
  const refused = outcomes.filter((outcome) => outcome.refused);
  const whole = refused.find(({ decision }) => decision.stage !== 'tool_call' || decision.onDeny === 'error');
  const tell = tellAll(session, exchange.units, exchange.matches, heard.treatments);
  const entry: AuditEntry = {
    ...entryHead(session),
    direction: 'to_app',
    effect: effectOf(outcomes),
    decisions: recordedDecisions(outcomes, exchange.units, tell, session.law),
    findings: toldFindings(findingsOf(exchange.units, exchange.matches), tell),
    ...(told.length > 0 ? { answers: told } : {}),
  };
  const record = recorder(sent, heard, entry);
  remember(sent, heard, outcomes);
  if (whole?.refused) {
    const error = failed(sent, whole.refused.code, whole.refused.reason);
    const { status, headers, body } = error.refusal;
    const step = {
      entries: [{ ...entry, refused: error.entry.refused! }],
      head: { status, headers },
      bytes: [Buffer.from(body)],
      questions: [],
      done: true,
    };
    return { step, recording: (ms) => record(ms, error.entry.refused) };
  }
  const calls = refused.map(({ decision, refused: why }) => ({
    unit: exchange.units[decision.unit]!,
    text: messageOf(why!.code, why!.reason, session.exchange),
  }));
  const step = release(heard, calls, entry);
  if (calls.length > 0)
    verifyGone(outcomes, exchange.units, frame(session, sent.head, Buffer.concat(step.bytes)).reading);
  return { step, recording: (ms) => record(ms) };
}

function release(
  { framed, loose, restored, treatments }: Heard,
  calls: readonly RefusedCall[],
  entry: AuditEntry,
): AnswerStep {
  const changes = [...treatments.map((treatment) => treatment.changes), ...restored].flatMap(splicesOf);
  const refusals: readonly Splice[] = calls.length > 0 ? framed.refuse(calls) : [];
  const bytes = framed.write([...inBody(changes, loose), ...refusals]);
  return {
    entries: [entry],
    head: editAnswer(framed.head, loose, changes),
    bytes,
    questions: [],
    done: true,
  };
}

const inBody = (splices: readonly Splice[], { chunks }: LooseAnswer): readonly Splice[] =>
  chunks.size === 0 ? splices : splices.filter((splice) => !chunks.has(splice.chunk));

/** The answer as the model gave it: surrogates stand, every other finding is hidden. */
function recorder(sent: Sent, { framed, loose, treatments }: Heard, entry: AuditEntry) {
  const { head, reading, write } = framed;
  return (ms: number, refused?: AuditEntry['refused']) => {
    const splices = inBody(
      treatments.flatMap((treatment) => treatment.recorded()),
      loose,
    );
    const answer = {
      status: head.status,
      headers: head.headers,
      body: Buffer.concat(write([...splices, ...omitted(reading.omit)])).toString(),
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
    if (decision.stage === 'tool_call') rememberCall(lineage, unit.tool.name);
    if (decision.stage === 'tool_definition') rememberListed(lineage, unit.tool.name);
  }
}
