/** A recording decided again, by the very flow that `serve` runs. */
import type { Caller, Code, RecordedDecision, Recording } from '../exchange.ts';
import type { PeopleSay } from '../fixture.ts';
import { type Flow, openFlow } from '../flow/flow.ts';
import { ANONYMOUS, type Law } from '../flow/law.ts';
import { Memory } from '../flow/lineage.ts';
import type { AnswerGate, AnswerStep, AuditEntry, RequestStep } from '../flow/steps.ts';
import type { Connection, Policy } from '../policy/policy.ts';
import type { Answer, Question } from '../question.ts';

/** What a policy makes of a recording. */
export interface Trial {
  readonly recording: Recording;
  /** What is new in the conversation. */
  readonly decisions: readonly RecordedDecision[];
  /** The same, and what the conversation repeats. */
  readonly all: readonly RecordedDecision[];
  /** What left towards the model; undefined where the request was refused. */
  readonly toModel?: string;
  /** What the app got: the answer, or the refusal. */
  readonly toApp: string;
  readonly codes: readonly Code[];
  /** Why something was refused, in the words that are told. */
  readonly messages: readonly string[];
}

export interface Court {
  readonly policy: Policy;
  readonly hash: Law['hash'];
  /** Who asks, where it is not who asked when it was recorded. */
  readonly caller?: Partial<Caller>;
  /** What people say, where it is not what they said when it was recorded. */
  readonly answer?: PeopleSay;
  readonly witness?: Law['witness'];
}

/** Decides one recording after the other, as one conversation. */
export const decideAll = (recordings: readonly Recording[], court: Court): Trial[] => {
  const decide = openTrial(court);
  return recordings.map(decide);
};

/** Decides recordings as they are handed in, as one conversation. */
export function openTrial(court: Court): (recording: Recording) => Trial {
  const open = openExchange(court);
  return (recording) => {
    const step = open(recording);
    return 'toApp' in step ? step : answered(step, (bytes) => [bytes]);
  };
}

/** An exchange whose request was sent: its answer is still to be decided. */
export interface Sent {
  readonly recording: Recording;
  readonly step: Extract<RequestStep, { kind: 'forward' }>;
  readonly say: (question: Question) => Answer;
}

/** Decides requests; where one is refused, that is all of its trial. */
export function openExchange(court: Court): (recording: Recording) => Trial | Sent {
  let at = 0;
  let ids = 0;
  let caller = ANONYMOUS;
  const newId = () => `trial-${++ids}`;
  const given: Law = {
    policy: court.policy,
    hash: court.hash,
    memory: new Memory({ hash: court.hash, newId }),
    newId,
    now: () => at,
    callerOf: () => caller,
    recorded: true,
    ...(court.witness ? { witness: court.witness } : {}),
  };
  const flow = openFlow(given);
  return (recording) => {
    at = Date.parse(recording.at);
    caller = callerIn(recording, court);
    return decide(flow, court, recording);
  };
}

/** Who asked then, as far as recordings tell, but for what the court says of it; of all that nothing is known of, one. */
function callerIn({ caller: subject, groups = [] }: Recording, { caller }: Court): Caller {
  const isNobody = subject === ANONYMOUS.subject && groups.length === 0 && !caller;
  return isNobody ? ANONYMOUS : { ...ANONYMOUS, subject, groups, ...caller };
}

function decide(flow: Flow, { policy, answer }: Court, recording: Recording): Trial | Sent {
  const { method, path, headers, body } = recording.request;
  const head = {
    method,
    path,
    headers: recording.label === undefined ? headers : { ...headers, 'x-fcgate-session': recording.label },
  };
  const connection = connectionOf(policy, recording);
  const admitted = flow.admit(recording.id, head, connection);
  if ('refuse' in admitted) {
    const { code, message, body } = admitted.refuse;
    return { recording, decisions: [], all: [], toApp: body, codes: [code], messages: [message] };
  }
  const { request } = flow.govern(
    recording.id,
    connection,
    head,
    body === '' ? undefined : Buffer.from(body),
  );
  const say = answer ? always(answer) : answersOf(recording);
  const step = request.settle(request.questions.map(say));
  if (step.kind === 'forward') return { recording, step, say };
  const { entry, refusal } = step;
  return {
    recording,
    decisions: entry.decisions,
    all: step.all(),
    toApp: refusal.body,
    codes: [refusal.code],
    messages: [refusal.message],
  };
}

const always = (said: PeopleSay) => (): Answer =>
  said === 'allow' ? { allow: true, by: 'trial' } : { allow: false, code: said };

/** What was answered when it was recorded; what is new is allowed. */
const answersOf =
  ({ decisions }: Recording) =>
  ({ decision: { stage, path } }: Question): Answer => {
    const then = decisions.find((each) => each.stage === stage && each.path === path);
    const code = DISAGREED.find((each) => each === then?.refused?.code);
    return code === undefined ? { allow: true, by: 'trial' } : { allow: false, code };
  };

const DISAGREED = ['approval_denied', 'approval_timeout', 'approver_unavailable', 'gateway_stopped'] as const;

/** The whole trial, the answer arriving in the pieces that it is `cut` into. */
export function answered(
  { recording, step, say }: Sent,
  cut: (bytes: Uint8Array) => readonly Uint8Array[],
): Trial {
  const toModel = step.body ? Buffer.concat(step.body).toString() : '';
  const before = step.all();
  if (!recording.response)
    return {
      recording,
      toModel,
      decisions: step.entry.decisions,
      all: before,
      toApp: '',
      codes: [],
      messages: [],
    };
  const { status, headers, body } = recording.response;
  const echo = step.echo({ status, headers }, Buffer.from(body));
  const last = run(step.openAnswer({ status, headers }), cut(echo), say);
  const entries = last.flatMap(({ entries }) => entries).filter(({ part }) => !part);
  const after = entries.flatMap((entry) => entry.decisions);
  return {
    recording,
    toModel,
    decisions: [...step.entry.decisions, ...after],
    all: [...before, ...after],
    toApp: Buffer.concat(last.flatMap(({ bytes }) => [...bytes])).toString(),
    ...refusalsIn(entries, [...before, ...after]),
  };
}

function refusalsIn(
  entries: readonly AuditEntry[],
  decisions: readonly RecordedDecision[],
): Pick<Trial, 'codes' | 'messages'> {
  const refused = [...entries, ...decisions].flatMap((each) => each.refused ?? []);
  const codes = refused.map(({ code }) => code);
  const messages = refused.map((each) => ('message' in each ? each.message : each.reason));
  return { codes: [...new Set(codes)], messages: [...new Set(messages)] };
}

/** All steps of an answer. */
function run(
  gate: AnswerGate,
  pieces: readonly Uint8Array[],
  say: (question: Question) => Answer,
): AnswerStep[] {
  const steps = [...pieces.map((bytes) => gate.push(bytes)), gate.end()];
  for (const question of steps.flatMap((step) => step.questions))
    steps.push(gate.answer(question.id, say(question)));
  return steps;
}

/** The connection of that name, or one like it for the recording's provider: nothing is sent anywhere. */
function connectionOf(policy: Policy, { connection, provider }: Recording): Connection {
  return (
    policy.connections.get(connection) ?? {
      name: connection,
      provider,
      target: 'http://127.0.0.1:9',
      credential: { kind: 'passthrough' },
      uninspectable: 'refuse',
      paths: [],
    }
  );
}
