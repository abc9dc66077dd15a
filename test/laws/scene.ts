/** Our own recordings, several policies, and exchanges run through the flow as `serve` runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Caller, Recording } from '../../src/exchange.ts';
import { type Flow, openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import type { AnswerStep, AuditEntry, RequestHead } from '../../src/flow/steps.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Connection, Policy } from '../../src/policy/policy.ts';
import type { Answer, Question } from '../../src/question.ts';
import { readFixture } from '../../src/record/fixtures.ts';
import { keyedHash } from '../../src/record/keys.ts';

const files = readdirSync('fixtures').filter((name) => name.endsWith('.json'));
const fixtures = await Promise.all(files.map((name) => readFixture(join('fixtures', name))));

/** What was recorded in each conversation, in order. */
export const conversations: ReadonlyMap<string, readonly Recording[]> = bySession(
  fixtures.flatMap(({ recordings }) => recordings),
);

function bySession(recordings: readonly Recording[]): Map<string, Recording[]> {
  const sessions = new Map<string, Recording[]>();
  for (const recording of recordings)
    sessions.set(recording.session, [...(sessions.get(recording.session) ?? []), recording]);
  return sessions;
}

const source = (file: string) => ({ file, text: readFileSync(file, 'utf8') });

function policyOf(text: string, file = 'fcgate.yaml'): Policy {
  const loaded = loadPolicy({ file, text }, (name, from) => source(join(dirname(from), name)));
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.policy;
}

const named = (name: string): Policy => policyOf(source(name).text, name);
const inAll = (form: string): Policy =>
  policyOf(`version: 1\nmask: { to_model: { all: ${form}, pii: ${form}, financial: ${form} } }`);

export const policies: Readonly<Record<string, Policy>> = {
  'built-in': policyOf('version: 1'),
  observe: named('fixtures/policies/observe.yaml'),
  support: named('fixtures/policies/support.yaml'),
  placeholder: inAll('placeholder'),
  redact: inAll('redact'),
  partial: inAll('partial'),
  hash: inAll('hash'),
  'no restoring': policyOf('version: 1\nmask: { restore: false, to_app: { pii: placeholder } }'),
  'no placeholder restored': policyOf(
    'version: 1\nmask: { to_model: { all: placeholder, pii: placeholder }, restore: false }\nrisk: { weights: { all: 10 } }',
  ),
  'every call refused': policyOf('version: 1\ntools: { "*": { deny: No calls today. } }'),
  'every call asked about': policyOf(
    'version: 1\ntools: { "*": { approve: { groups: [desk], min: 1 } } }\nunoffered_tools: allow',
  ),
  'errors for refusals': policyOf('version: 1\ntools: { "*": { deny: No., on_deny: error } }'),
  risky: policyOf(
    'version: 1\nmask: { to_model: { pii: redact } }\nrisk: { weights: { secret: 60, pii: 10, financial: 25 }, approve_at: 60, deny_at: 95 }',
  ),
};

/** What became of one exchange. */
export interface Lived {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where nothing was sent. */
  readonly toModel: string | undefined;
  /** The answer as the model gave it: it knows only what it was sent. */
  readonly given: string;
  readonly toApp: string;
  /** As it stands at the head of what the app gets. */
  readonly type: string;
  readonly questions: readonly Question[];
  readonly entries: readonly AuditEntry[];
  /** What the audit was told while the answer came. */
  readonly parts: readonly AuditEntry[];
  readonly recording: Recording;
}

export interface Life {
  readonly caller?: Caller;
  readonly key?: Uint8Array;
  /** How the answer's bytes arrive. */
  cut?(bytes: Uint8Array): Uint8Array[];
  answer?(question: Question): Answer;
}

export const YES: Answer = { allow: true, by: 'ann' };
export const NO: Answer = { allow: false, code: 'approval_denied', by: 'ann', reason: 'Not now.' };

/** One conversation after the other through one flow. */
function openLife(policy: Policy, life: Life = {}): (recording: Recording) => Lived {
  const hash = keyedHash(life.key ?? Buffer.alloc(32, 7));
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const flow = openFlow({
    policy,
    hash,
    newId,
    memory: new Memory({ hash, newId }),
    now: () => Date.parse('2026-03-01T12:00:00Z') + ids,
    callerOf: () => life.caller ?? ANONYMOUS,
  });
  return (recording) => live(flow, policy, recording, newId(), life);
}

/** A conversation as `serve` would carry it. */
export const liveAll = (policy: Policy, recordings: readonly Recording[], life: Life = {}): Lived[] =>
  recordings.map(openLife(policy, life));

/** The connection of that name, or one as a policy would have it for the recording's provider. */
const connectionOf = (policy: Policy, { connection: name, provider }: Recording): Connection => ({
  ...(policy.connections.get(name) ?? policy.connections.get('openai')!),
  name,
  provider,
});

function live(flow: Flow, policy: Policy, recording: Recording, id: string, life: Life): Lived {
  const { cut = (bytes: Uint8Array) => [bytes], answer = () => YES } = life;
  const { method, path, headers, body } = recording.request;
  const head: RequestHead = { method, path, headers };
  const connection = connectionOf(policy, recording);
  const { request } = flow.govern(id, connection, head, Buffer.from(body));
  const step = request.settle(request.questions.map(answer));
  if (step.kind === 'refuse') {
    return {
      path,
      headers,
      toModel: undefined,
      given: '',
      toApp: step.refusal.body,
      type: step.refusal.headers['content-type']!,
      questions: request.questions,
      entries: [step.entry],
      parts: [],
      recording: step.recording(1),
    };
  }
  const { body: told, ...answered } = recording.response!;
  const given = step.echo(answered, Buffer.from(told));
  const gate = step.openAnswer(answered);
  const steps: AnswerStep[] = [...cut(given).map((piece) => gate.push(piece)), gate.end()];
  const asked = steps.flatMap(({ questions }) => questions);
  steps.push(...asked.map((question) => gate.answer(question.id, answer(question))));
  const said = steps.flatMap(({ entries }) => entries);
  return {
    path: step.path,
    headers: step.headers,
    toModel: Buffer.concat(step.body ?? []).toString(),
    given: Buffer.from(given).toString(),
    toApp: Buffer.concat(steps.flatMap(({ bytes }) => bytes)).toString(),
    type: steps.find((each) => each.head)!.head!.headers['content-type']!,
    questions: [...request.questions, ...asked],
    entries: [step.entry, ...said.filter(({ part }) => !part)],
    parts: said.filter(({ part }) => part),
    recording: gate.recording(1),
  };
}
