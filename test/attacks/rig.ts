/** One gateway's flow in memory, driven by hostile bytes: what leaves for the model, what the app gets, what is kept. */
import { createHmac } from 'node:crypto';
import type { Recording } from '../../src/exchange.ts';
import { openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import type { AnswerHead, AuditEntry, RequestHead } from '../../src/flow/steps.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
export const SSE_TYPE = { 'content-type': 'text/event-stream' };

interface Attack {
  readonly connection?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes as it is, anything else as JSON. */
  readonly body?: string | Uint8Array | object;
}

interface Told {
  /** The refusal's code; undefined where the request went on. */
  readonly code: string | undefined;
  /** What the model gets. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sent: string;
  readonly session: string;
  readonly entries: readonly AuditEntry[];
  readonly recording: Recording | undefined;
  /** What the app gets when the model answers so. */
  answer(body: string | Uint8Array | object, head?: Partial<AnswerHead>): Answered;
}

interface Answered {
  readonly code: string | undefined;
  readonly head: AnswerHead;
  readonly body: string;
  readonly bytes: Buffer;
  /** All that is kept of the exchange: audit lines and recording, as text. */
  readonly kept: string;
}

function policyOf(text?: string): Policy {
  const loaded = loadPolicy(text === undefined ? undefined : { file: 'fcgate.yaml', text }, () => {
    throw new Error('nothing to extend');
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.policy;
}

/** A gateway under a policy (the built-in one where left out). */
export function gateway(policy: string | Policy | undefined = undefined) {
  const hash = (message: string) => createHmac('sha256', 'an install key').update(message).digest();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const memory = new Memory({ hash, newId });
  const flow = openFlow({
    policy: typeof policy === 'object' ? policy : policyOf(policy),
    memory,
    hash,
    newId,
    now: () => 1_700_000_000_000,
    callerOf: () => ANONYMOUS,
  });

  return (attack: Attack): Told => {
    const { connection: name = 'openai', method = 'POST', path = '/v1/chat/completions' } = attack;
    const connection = flow.connections.get(name)!;
    const head: RequestHead = { method, path, headers: { ...JSON_TYPE, ...attack.headers } };
    const body = attack.body === undefined ? undefined : bytesOf(attack.body);
    const exchange = newId();
    const admitted = flow.admit(exchange, head, connection);
    if ('refuse' in admitted) return refused(admitted.refuse.code);
    const { request, session } = flow.govern(exchange, connection, head, body);
    const answers = request.questions.map(() => ({ allow: false, code: 'approver_unavailable' }) as const);
    const step = request.settle(answers);
    if (step.kind === 'refuse')
      return { ...refused(step.refusal.code), session, entries: [step.entry], recording: step.recording(1) };
    return {
      code: undefined,
      path: step.path,
      headers: step.headers,
      sent: Buffer.concat(step.body ?? []).toString(),
      session,
      entries: [step.entry],
      recording: undefined,
      answer(told, { status = 200, headers = JSON_TYPE } = {}) {
        const gate = step.openAnswer({ status, headers });
        const steps = [gate.push(bytesOf(told)), gate.end()];
        for (const { id } of steps.flatMap(({ questions }) => questions))
          steps.push(gate.answer(id, { allow: false, code: 'approver_unavailable' }));
        const bytes = Buffer.concat(steps.flatMap((each) => each.bytes));
        const entries = [step.entry, ...steps.flatMap((each) => each.entries)];
        return {
          code: entries.find((entry) => entry.refused)?.refused?.code,
          head: steps.find(({ head }) => head)!.head!,
          body: bytes.toString(),
          bytes,
          kept: JSON.stringify([entries, gate.recording(1)]),
        };
      },
    };
  };
}

const bytesOf = (body: string | Uint8Array | object): Uint8Array =>
  typeof body === 'string'
    ? Buffer.from(body)
    : body instanceof Uint8Array
      ? body
      : Buffer.from(JSON.stringify(body));

const refused = (code: string): Told => ({
  code,
  path: '',
  headers: {},
  sent: '',
  session: '',
  entries: [],
  recording: undefined,
  answer: () => {
    throw new Error(`the request was refused: ${code}`);
  },
});

/** Events of a stream, each a `data:` line. */
export const sse = (...events: readonly (string | object)[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');

/** An OpenAI request that offers these tools. */
export const chat = (content: unknown, tools: readonly string[] = [], rest: object = {}) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  tools: tools.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } })),
  ...rest,
});
