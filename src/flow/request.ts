/** The way to the model: read, find, decide, ask, settle, edit. */
import type { FcgateError } from '../errors.ts';
import type { Decision, Outcome, RecordedDecision, Unit } from '../exchange.ts';
import { govern } from '../policy/govern.ts';
import { once } from '../policy/once.ts';
import { settle } from '../policy/settle.ts';
import type { Answer } from '../question.ts';
import { applySplices, type Chunk, type Splice } from '../wire/edit.ts';
import { openAnswer } from './answer.ts';
import { countCall } from './counted.ts';
import { echoed } from './echo.ts';
import { inspect, type Matches } from './inspect.ts';
import { type Arrived, exchangeOf, failed, type Judged } from './judged.ts';
import { type Lineage, rememberCall, type Seen } from './lineage.ts';
import { editLoose } from './loose.ts';
import { maskForeign, splicesOf } from './masking.ts';
import { tellAll } from './pointers.ts';
import { questionOf } from './questions.ts';
import { effectOf, entryHead, findingsOf, recordedDecisions, toldFindings } from './recorded.ts';
import { recordingOf } from './recording.ts';
import { refusal } from './refusal.ts';
import { inTime, toldAnswer } from './said.ts';
import { sameContent } from './same.ts';
import type { AuditEntry, GovernedRequest, Refusal, RequestStep } from './steps.ts';
import { type Treatment, treat } from './treatment.ts';

export function governRequest(arrived: Arrived): GovernedRequest {
  const judged = judge(arrived);
  const { session } = arrived;
  const pending = settle(judged.decisions, new Map());
  const asking = pending
    .filter(({ decision }) => decision.effect === 'approve')
    .map(({ decision }) => decision.unit);
  const questions = pending.some(({ decision }) => decision.effect === 'deny')
    ? []
    : asking.map((i) => {
        const { changes, rest } = judged.treatments[i]!;
        return questionOf(session, {
          unit: judged.exchange.units[i]!,
          outcome: pending[i]!,
          hidden: [...changes, ...rest()],
          restored: [],
          before: judged.exchange.units.slice(0, i),
          see: (text) => text,
          edit: () => 'Only the calls of an answer can be edited.',
        });
      });
  return {
    questions,
    settle(answers) {
      const said = new Map(answers.map((answer, q) => [asking[q]!, answer]));
      const outcomes = settle(judged.decisions, inTime(said, session.law.now()));
      const told = questions.map((question, q) => ({
        question: question.id,
        answer: toldAnswer(answers[q]!),
      }));
      const refused = outcomes.find((outcome) => outcome.refused);
      return refused ? refuseRequest(judged, outcomes, refused, told) : forward(judged, outcomes, told);
    },
  };
}

function judge(arrived: Arrived): Judged {
  const { session, loose } = arrived;
  const { law, lineage } = session;
  const units = [...(session.reading?.units ?? []), ...loose.units];
  const ofPolicy = (before: Seen | undefined) => (before?.policy === law.policy.hash ? before : undefined);
  const seen = (unit: Unit): Seen | undefined => ofPolicy(lineage.seen.get(unit));
  const branched = (unit: Unit): Seen | undefined => ofPolicy(lineage.branched?.get(unit));
  const matches = inspect(session, units, (unit) => (seen(unit) ?? branched(unit))?.matches);
  const exchange = exchangeOf(session, units, matches);
  const decisions = govern(exchange, law.policy, session.facts, undefined, law.witness).map((decision, i) =>
    seen(units[i]!) ? decision : withForeign(decision, units[i]!, arrived),
  );
  const repeats = repetitions(lineage.seen, law.policy.hash);
  const treatments = units.map((unit, i): Treatment => {
    const before = seen(unit);
    if (before) return { ...before.treatment, repeated: true };
    const own = treat(session, unit, matches[i]!, decisions[i]!.masks);
    return { ...asBefore(own, branched(unit)?.treatment), repeated: repeats(unit) };
  });
  const judged = { arrived, exchange, decisions, treatments };
  remember(judged);
  const tell = tellAll(session, units, matches, treatments);
  const findings = findingsOf(units, matches, (i) => !treatments[i]!.repeated);
  return { ...judged, tell, findings: toldFindings(findings, tell) };
}

/** Keeps what was made of the units: the next request will repeat those of the turns. */
function remember({ arrived: { session }, exchange, treatments }: Omit<Judged, 'findings' | 'tell'>): void {
  const policy = session.law.policy.hash;
  const seen = new Map<Unit, Seen>();
  exchange.units.forEach((unit, i) => {
    seen.set(unit, { policy, matches: exchange.matches[i]!, treatment: treatments[i]! });
  });
  session.lineage.seen = seen;
  session.lineage.branched = undefined;
}

/** The same changes were worked out before, and with them what the recording needs. */
function asBefore(own: Treatment, before: Treatment | undefined): Treatment {
  const isSame =
    before?.changes.length === own.changes.length &&
    own.changes.every(({ leaf, start, end, text }, i) => {
      const other = before.changes[i]!;
      return leaf === other.leaf && start === other.start && end === other.end && text === other.text;
    });
  return isSame ? before : own;
}

/** Does a unit say what stood in its place in the request before? Also where its turn had to be read anew. */
function repetitions(seen: Lineage['seen'], policy: string): (unit: Unit) => boolean {
  const place = ({ stage, path }: Unit): string => `${stage} ${path}`;
  const places = once(() => {
    const units = [...seen].flatMap(([unit, each]) => (each.policy === policy ? [unit] : []));
    return new Map(units.map((unit) => [place(unit), unit]));
  });
  return (unit) => {
    const before = places().get(place(unit));
    return before !== undefined && sameContent(before, unit);
  };
}

/** A surrogate that comes from outside is masked itself. */
function withForeign(decision: Decision, unit: Unit, { session }: Arrived): Decision {
  const foreign = maskForeign(unit, decision.masks, session.lineage.vault);
  if (foreign.length === 0) return decision;
  const effect = decision.effect === 'allow' ? 'mask' : decision.effect;
  return { ...decision, masks: [...decision.masks, ...foreign], effect };
}

/** A body that cannot be read goes nowhere. Nothing of it is recorded. */
export function refuseUnread(arrived: Arrived, error: FcgateError): GovernedRequest {
  const { session } = arrived;
  const head = { ...session.head, path: session.head.path.split('?')[0]! };
  const bare = { ...arrived, body: undefined, session: { ...session, head } };
  const answer = refusal(session.codec, error.code as Refusal['code'], error.message, session.exchange);
  const refused = { code: answer.code, message: answer.message };
  const entry = {
    ...entryHead(session),
    direction: 'to_model',
    effect: 'deny',
    decisions: [],
    findings: [],
    refused,
  } as const;
  const exchange = exchangeOf(session, [], []);
  const tell = tellAll(session, [], [], []);
  const judged = { arrived: bare, exchange, decisions: [], treatments: [], findings: [], tell };
  return {
    questions: [],
    settle: () => ({
      kind: 'refuse',
      refusal: answer,
      entry,
      all: () => [],
      recording: (ms) => recordingOf(judged, entry, { ms, refused }),
    }),
  };
}

type Told = readonly { readonly question: string; readonly answer: Answer }[];

/** What is said of the request: what a conversation repeats was said when it was new. */
function entryOf(
  { arrived, exchange, treatments, findings, tell }: Judged,
  outcomes: readonly Outcome[],
  told: Told,
): AuditEntry {
  const repeated = treatments.filter((treatment) => treatment.repeated).length;
  const fresh = outcomes.filter(({ decision, refused }) => refused || !treatments[decision.unit]!.repeated);
  return {
    ...entryHead(arrived.session),
    direction: 'to_model',
    effect: effectOf(outcomes),
    decisions: recordedDecisions(fresh, exchange.units, tell, arrived.session.law),
    findings,
    ...(repeated > 0 ? { repeated } : {}),
    ...(told.length > 0 ? { answers: told } : {}),
    ...(arrived.uninspected ? { uninspected: true } : {}),
  };
}

const allOf = ({ arrived, exchange, tell }: Judged, outcomes: readonly Outcome[]): RecordedDecision[] =>
  recordedDecisions(outcomes, exchange.units, tell, arrived.session.law);

function refuseRequest(
  judged: Judged,
  outcomes: readonly Outcome[],
  { refused }: Outcome,
  told: Told,
): RequestStep {
  const { session } = judged.arrived;
  const { code, reason } = refused!;
  const answer = refusal(session.codec, code, reason, session.exchange, session.reading?.asked);
  const why = { code: answer.code, message: answer.message };
  const entry = { ...entryOf(judged, outcomes, told), refused: why };
  return {
    kind: 'refuse',
    refusal: answer,
    entry,
    all: () => allOf(judged, outcomes),
    recording: (ms) => recordingOf(judged, entry, { ms, refused: why }),
  };
}

function forward(judged: Judged, outcomes: readonly Outcome[], told: Told): RequestStep {
  const { arrived, exchange, treatments } = judged;
  const { session, body, loose } = arrived;
  const splices = treatments.flatMap(({ changes }) => splicesOf(changes));
  const head = editLoose(session.head, loose, splices);
  const entry = entryOf(judged, outcomes, told);
  session.lineage.calls++;
  for (const unit of exchange.units) {
    if (unit.stage !== 'tool_call' || !unit.tool) continue;
    rememberCall(session.lineage, unit.tool.name);
    countCall(session.lineage, unit, session.law.policy);
  }
  return {
    kind: 'forward',
    path: head.path,
    headers: head.headers,
    body: body && applySplices({ bytes: body }, inBody(splices, loose.chunks)),
    effect: entry.effect,
    findings: countMatches(exchange.matches),
    entry,
    all: () => allOf(judged, outcomes),
    echo: (answer, bytes) =>
      echoed(
        session,
        answer,
        bytes,
        treatments.flatMap(({ changes }) => changes),
      ),
    openAnswer: (answer) => openAnswer({ judged, entry, head: answer }),
    failed: (code, detail) => failed({ judged, entry }, code, detail),
  };
}

/** Splices of turns that were read before speak of the same places: whatever is not outside the body is in it. */
const inBody = (splices: readonly Splice[], outside: ReadonlySet<Chunk>): readonly Splice[] =>
  splices.filter((splice) => !outside.has(splice.chunk));

const countMatches = (matches: Matches): number => {
  let count = 0;
  for (const unit of matches) for (const leaf of unit) count += leaf.length;
  return count;
};
