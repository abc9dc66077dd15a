/** A recording decided again, by the very flow that `serve` runs. */
import type { Caller, Code, RecordedDecision, Recording } from '../exchange.ts';
import { type Flow, openFlow } from '../flow/flow.ts';
import { ANONYMOUS, type Law } from '../flow/law.ts';
import { Memory } from '../flow/lineage.ts';
import type { Answer, AnswerGate, AnswerStep, Question, RequestStep } from '../flow/steps.ts';
import type { Connection, Policy } from '../policy/policy.ts';

/** What a policy makes of a recording. */
export interface Trial {
  readonly recording: Recording;
  readonly decisions: readonly RecordedDecision[];
  /** What left towards the model; undefined where the request was refused. */
  readonly toModel?: string;
  /** What the app got: the answer, or the refusal. */
  readonly toApp: string;
  readonly codes: readonly Code[];
}

export interface Court {
  readonly policy: Policy;
  readonly hash: Law['hash'];
  /** Who asks, where it is not an anonymous caller. */
  readonly caller?: Partial<Caller>;
}

/** Decides one recording after the other, as one conversation. People say again what they said, and otherwise yes. */
export function decideAll(recordings: readonly Recording[], court: Court): Trial[] {
  let at = 0;
  let ids = 0;
  const newId = () => `trial-${++ids}`;
  const given: Law = {
    policy: court.policy,
    hash: court.hash,
    memory: new Memory({ hash: court.hash, newId }),
    newId,
    now: () => at,
    callerOf: () => (court.caller ? { ...ANONYMOUS, ...court.caller } : ANONYMOUS),
    recorded: true,
  };
  const flow = openFlow(given);
  return recordings.map((recording) => {
    at = Date.parse(recording.at);
    return decide(flow, court.policy, recording);
  });
}

function decide(flow: Flow, policy: Policy, recording: Recording): Trial {
  const { method, path, headers, body } = recording.request;
  const head = {
    method,
    path,
    headers: recording.label === undefined ? headers : { ...headers, 'x-fcgate-session': recording.label },
  };
  const connection = connectionOf(policy, recording);
  const admitted = flow.admit(recording.id, head, connection);
  if ('refuse' in admitted)
    return { recording, decisions: [], toApp: admitted.refuse.body, codes: [admitted.refuse.code] };
  const { request } = flow.govern(
    recording.id,
    connection,
    head,
    body === '' ? undefined : Buffer.from(body),
  );
  const step = request.settle(request.questions.map(answersOf(recording)));
  if (step.kind === 'refuse') {
    return {
      recording,
      decisions: step.entry.decisions,
      toApp: step.refusal.body,
      codes: [step.refusal.code],
    };
  }
  return answered(recording, step);
}

/** What was answered when it was recorded. */
const answersOf =
  ({ decisions }: Recording) =>
  ({ decision: { stage, path } }: Question): Answer => {
    const then = decisions.find((each) => each.stage === stage && each.path === path);
    const code = DISAGREED.find((each) => each === then?.refused?.code);
    return code === undefined ? { allow: true, by: 'trial' } : { allow: false, code };
  };

const DISAGREED = ['approval_denied', 'approval_timeout', 'approver_unavailable', 'gateway_stopped'] as const;

function answered(recording: Recording, step: Extract<RequestStep, { kind: 'forward' }>): Trial {
  const toModel = step.body ? Buffer.concat(step.body).toString() : '';
  const sent = { recording, toModel };
  if (!recording.response) return { ...sent, decisions: step.entry.decisions, toApp: '', codes: [] };
  const { status, headers, body } = recording.response;
  const gate = step.openAnswer({ status, headers });
  const last = run(gate, step.echo({ status, headers }, Buffer.from(body)), answersOf(recording));
  const entries = last.flatMap(({ entries }) => entries).filter(({ part }) => !part);
  const decisions = [...step.entry.decisions, ...entries.flatMap((entry) => entry.decisions)];
  const codes = [
    ...entries.map((entry) => entry.refused?.code),
    ...decisions.map((each) => each.refused?.code),
  ];
  return {
    ...sent,
    decisions,
    toApp: Buffer.concat(last.flatMap(({ bytes }) => [...bytes])).toString(),
    codes: [...new Set(codes.filter((code) => code !== undefined))],
  };
}

/** All steps of an answer. */
function run(gate: AnswerGate, bytes: Uint8Array, answer: (question: Question) => Answer): AnswerStep[] {
  const steps = [gate.push(bytes), gate.end()];
  for (const question of steps.flatMap((step) => step.questions))
    steps.push(gate.answer(question.id, answer(question)));
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
