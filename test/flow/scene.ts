/** One flow under a policy of a few lines, spoken to in Chat Completions. */
import type { Recording } from '../../src/exchange.ts';
import { openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import type { AnswerGate, AuditEntry, RequestStep } from '../../src/flow/steps.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Answer, Question } from '../../src/question.ts';
import { keyedHash } from '../../src/record/keys.ts';

export function policyOf(lines = ''): Policy {
  const loaded = loadPolicy({ file: 'fcgate.yaml', text: `version: 1\n${lines}\n` }, () => {
    throw new Error('extends nothing');
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.policy;
}

type Message = Readonly<Record<string, unknown>>;

export const system = (content: string): Message => ({ role: 'system', content });
export const user = (content: string): Message => ({ role: 'user', content });
export const assistant = (content: string): Message => ({ role: 'assistant', content });

export interface Asking {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caller?: string;
  /** Members of the body beside its messages. */
  readonly more?: object;
  readonly answer?: Answer;
  /** What the model says: a message, or none. */
  readonly reply?: Message;
}

export interface Asked {
  readonly session: string;
  readonly step: RequestStep;
  readonly questions: readonly Question[];
  readonly entries: readonly AuditEntry[];
  readonly sent: string;
  readonly got: string;
  readonly recording: Recording;
}

/** A flow, and the hands of its clock. */
export function open(lines = '') {
  const policy = policyOf(lines);
  const hash = keyedHash(Buffer.alloc(32, 3));
  let ids = 0;
  const clock = { now: Date.parse('2026-05-01T08:00:00Z') };
  let subject = 'ann';
  const newId = () => `id-${++ids}`;
  const flow = openFlow({
    policy,
    hash,
    newId,
    memory: new Memory({ hash, newId }),
    now: () => clock.now,
    callerOf: () => ({ ...ANONYMOUS, subject }),
  });
  const ask = (messages: readonly Message[], asking: Asking = {}): Asked => {
    subject = asking.caller ?? 'ann';
    const {
      path = '/v1/chat/completions',
      headers = {},
      more = {},
      answer = { allow: true, by: 'bo' },
    } = asking;
    const head = { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers } };
    const body = Buffer.from(JSON.stringify({ model: 'm', messages, ...more }));
    const governed = flow.govern(newId(), policy.connections.get('openai')!, head, body);
    const { questions } = governed.request;
    const step = governed.request.settle(questions.map(() => answer));
    const asked = { session: governed.session, step, questions };
    if (step.kind === 'refuse')
      return {
        ...asked,
        entries: [step.entry],
        sent: '',
        got: step.refusal.body,
        recording: step.recording(1),
      };
    const sent = Buffer.concat(step.body ?? []).toString();
    const gate = step.openAnswer({ status: 200, headers: { 'content-type': 'application/json' } });
    const message = asking.reply ?? assistant('Fine.');
    const reply = { id: `r-${ids}`, object: 'chat.completion', choices: [{ index: 0, message }] };
    const steps = [gate.push(Buffer.from(JSON.stringify(reply))), gate.end()];
    const late = steps.flatMap((each) => each.questions);
    steps.push(...late.map((question) => gate.answer(question.id, answer)));
    return {
      ...asked,
      questions: [...questions, ...late],
      entries: [step.entry, ...steps.flatMap(({ entries }) => entries)],
      sent,
      got: Buffer.concat(steps.flatMap(({ bytes }) => bytes)).toString(),
      recording: gate.recording(1),
    };
  };
  /** The gate of an answer: a stream, or what its type says. */
  const gate = (messages: readonly Message[], more: object, type = 'text/event-stream'): AnswerGate => {
    const head = {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
    };
    const body = Buffer.from(JSON.stringify({ model: 'm', messages, ...more }));
    const step = flow.govern(newId(), policy.connections.get('openai')!, head, body).request.settle([]);
    if (step.kind === 'refuse') throw new Error(step.refusal.message);
    return step.openAnswer({ status: 200, headers: { 'content-type': type } });
  };
  return { ask, gate, clock, policy, hash };
}

/** A message that calls tools by name, with arguments. */
export const calling = (...calls: readonly (readonly [name: string, args: object])[]): Message => ({
  role: 'assistant',
  content: null,
  tool_calls: calls.map(([name, args], i) => ({
    id: `call_${i}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  })),
});

export const offering = (...names: readonly string[]): object => ({
  tools: names.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } })),
});
