/** The way to the model: read, find, decide, ask, settle, edit. */
import type { FcgateError } from '../errors.ts';
import type { Outcome } from '../exchange.ts';
import { govern } from '../policy/govern.ts';
import { settle } from '../policy/settle.ts';
import { applySplices } from '../wire/edit.ts';
import { openAnswer } from './answer.ts';
import { echoed } from './echo.ts';
import { inspect } from './inspect.ts';
import { type Arrived, exchangeOf, failed, hiddenRest, hide, type Judged } from './judged.ts';
import type { Hidden } from './law.ts';
import { editLoose } from './loose.ts';
import { maskForeign, maskUnit, splicesOf } from './masking.ts';
import { questionOf } from './questions.ts';
import { effectOf, entryHead, recordedDecisions } from './recorded.ts';
import { recordingOf } from './recording.ts';
import { refusal } from './refusal.ts';
import type { Answer, AuditEntry, GovernedRequest, Refusal, RequestStep } from './steps.ts';

export function judgeRequest(arrived: Arrived): Judged {
  const { session, loose } = arrived;
  const units = [...(session.reading?.units ?? []), ...loose.units];
  const matches = inspect(session.law, units);
  const exchange = exchangeOf(session, units, matches);
  const decisions = govern(exchange, session.law.policy, session.facts).map((decision, i) => {
    const foreign = maskForeign(units[i]!, decision.masks, session.lineage.vault);
    if (foreign.length === 0) return decision;
    return {
      ...decision,
      masks: [...decision.masks, ...foreign],
      effect: decision.effect === 'allow' ? 'mask' : decision.effect,
    } as const;
  });
  return { arrived, exchange, decisions };
}

export function governRequest(arrived: Arrived): GovernedRequest {
  const judged = judgeRequest(arrived);
  const { session } = arrived;
  const asking = judged.decisions.flatMap((decision, i) => (decision.effect === 'approve' ? [i] : []));
  const pending = settle(judged.decisions, new Map());
  const denied = judged.decisions.some((decision) => decision.effect === 'deny');
  const questions = denied
    ? []
    : asking.map((i) => {
        const unit = judged.exchange.units[i]!;
        const changes = [...maskUnit(unit, judged.decisions[i]!.masks, session), ...hiddenRest(judged, i)];
        return questionOf(session, pending[i]!, unit, changes, (text) => text);
      });
  return {
    questions,
    settle(answers) {
      const heard = new Map(answers.map((answer, q) => [asking[q]!, answer]));
      const outcomes = settle(judged.decisions, heard);
      const told = questions.map((question, q) => ({ question: question.id, answer: answers[q]! }));
      const refused = outcomes.find((outcome) => outcome.refused);
      return refused ? refuseRequest(judged, outcomes, refused, told) : forward(judged, outcomes, told);
    },
  };
}

/** A body that cannot be read goes nowhere. Nothing of it is recorded. */
export function refuseUnread(arrived: Arrived, error: FcgateError): GovernedRequest {
  const { session } = arrived;
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
  const hidden = {
    path: session.head.path.split('?')[0]!,
    body: undefined,
    splices: [],
    stands: new Set<string>(),
    findings: [],
  };
  return {
    questions: [],
    settle: () => ({
      kind: 'refuse',
      refusal: answer,
      entry,
      recording: (ms) => recordingOf(arrived, hidden, [], { ms, refused }),
    }),
  };
}

type Told = readonly { readonly question: string; readonly answer: Answer }[];

function entryOf(judged: Judged, outcomes: readonly Outcome[], hidden: Hidden, told: Told): AuditEntry {
  return {
    ...entryHead(judged.arrived.session),
    direction: 'to_model',
    effect: effectOf(outcomes),
    decisions: recordedDecisions(outcomes, judged.exchange.units),
    findings: hidden.findings,
    ...(told.length > 0 ? { answers: told } : {}),
  };
}

function refuseRequest(
  judged: Judged,
  outcomes: readonly Outcome[],
  { refused }: Outcome,
  told: Told,
): RequestStep {
  const { arrived } = judged;
  const changes = outcomes.map(({ decision }, i) =>
    maskUnit(judged.exchange.units[i]!, decision.masks, arrived.session),
  );
  const hidden = hide(judged, changes);
  const answer = refusal(arrived.session.codec, refused!.code, refused!.reason, arrived.session.exchange);
  const entry = {
    ...entryOf(judged, outcomes, hidden, told),
    refused: { code: answer.code, message: answer.message },
  };
  return {
    kind: 'refuse',
    refusal: answer,
    entry,
    recording: (ms) => recordingOf(arrived, hidden, entry.decisions, { ms, refused: entry.refused }),
  };
}

function forward(judged: Judged, outcomes: readonly Outcome[], told: Told): RequestStep {
  const { arrived, exchange } = judged;
  const { session, body } = arrived;
  const changes = outcomes.map(({ decision }, i) => maskUnit(exchange.units[i]!, decision.masks, session));
  const splices = changes.flatMap(splicesOf);
  const head = editLoose(session.head, arrived.loose, splices);
  const hidden = hide(judged, changes);
  const entry = entryOf(judged, outcomes, hidden, told);
  session.lineage.calls++;
  return {
    kind: 'forward',
    path: head.path,
    headers: head.headers,
    body:
      body &&
      applySplices(
        { bytes: body },
        splices.filter((splice) => splice.chunk.bytes === body),
      ),
    effect: entry.effect,
    findings: hidden.findings.length,
    entry,
    echo: (answer, bytes) => echoed(session, answer, bytes, changes.flat()),
    openAnswer: (answer) => openAnswer({ judged, hidden, entry, head: answer }),
    failed: (code, detail) => failed({ judged, hidden, entry }, code, detail),
  };
}
