/** Streams go on while they come: text up to its last word, calls once they are whole and allowed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import type { AnswerGate, AnswerStep } from '../../src/flow/steps.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { keyedHash } from '../../src/record/keys.ts';

const mail = 'mara.lindqvist@post.example';
const tools = [{ type: 'function', function: { name: 'pay', parameters: { type: 'object' } } }];

/** The gate of a streamed chat answer, and what the model was sent. */
function openChat(policy = 'version: 1'): { gate: AnswerGate; sent: string } {
  const loaded = loadPolicy({ file: 'fcgate.yaml', text: policy }, () => {
    throw new Error('extends nothing');
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const hash = keyedHash(Buffer.alloc(32, 3));
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const memory = new Memory({ hash, newId });
  const flow = openFlow({
    policy: loaded.policy,
    memory,
    hash,
    newId,
    now: () => 1_770_000_000_000,
    callerOf: () => ANONYMOUS,
  });
  const head = {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
  };
  const body = {
    model: 'm',
    stream: true,
    tools,
    messages: [{ role: 'user', content: `I am ${mail}, pay` }],
  };
  const connection = flow.connections.get('openai')!;
  const step = flow.govern('e', connection, head, Buffer.from(JSON.stringify(body))).request.settle([]);
  if (step.kind === 'refuse') throw new Error(step.refusal.message);
  return {
    gate: step.openAnswer({ status: 200, headers: { 'content-type': 'text/event-stream' } }),
    sent: Buffer.concat(step.body ?? []).toString(),
  };
}

const event = (delta: object, finish: string | null = null): Buffer =>
  Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
const text = (content: string): Buffer => event({ content });
const call = (piece: object): Buffer => event({ tool_calls: [{ index: 0, ...piece }] });
const DONE = Buffer.from('data: [DONE]\n\n');
const out = (...steps: AnswerStep[]): string => Buffer.concat(steps.flatMap(({ bytes }) => bytes)).toString();

/** What the deltas that went on say. */
const said = (...steps: AnswerStep[]): string =>
  [...out(...steps).matchAll(/"content":("(?:[^"\\]|\\.)*")/g)]
    .map(([, each]) => JSON.parse(each!) as string)
    .join('');

describe('a text', () => {
  test('goes on but for its last word', () => {
    const { gate } = openChat();
    expect(out(gate.push(event({ role: 'assistant', content: '' })))).toContain('assistant');
    expect(out(gate.push(text('Hello')))).toBe('');
    const then = out(gate.push(text(' there')));
    expect(then).toBe(text('Hello').toString());
  });

  test('waits with what may become a secret, and loses it', () => {
    const { gate } = openChat();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const steps = [...`it is ${token} now`].map((letter) => gate.push(text(letter)));
    const all = [...steps, gate.push(event({}, 'stop')), gate.push(DONE), gate.end()];
    expect(said(...all)).toBe('it is [REDACTED:GITHUB_PAT] now');
    expect(out(...steps)).toContain(text('i').toString());
  });

  test('under a key that says what it is waits until it is whole', () => {
    const { gate } = openChat();
    const steps = ['a ', 'secret ', 'of ', 'words'].map((password) => gate.push(event({ password })));
    expect(out(...steps)).toBe('');
    expect(out(gate.push(event({}, 'stop')), gate.push(DONE), gate.end())).toContain('secret');
  });

  test('gives the caller its own value back, piece by piece', () => {
    const { gate, sent } = openChat();
    const surrogate = /I am ([^,]+), pay/.exec(sent)![1]!;
    const steps = [...`to ${surrogate} then on and on`].map((letter) => gate.push(text(letter)));
    expect(said(...steps)).toContain(`to ${mail} then`);
  });

  test('in a script without spaces goes on as well', () => {
    const { gate } = openChat();
    const steps = [...'订单已经发货，预计星期二上午到达。'.repeat(40)].map((letter) =>
      gate.push(text(letter)),
    );
    for (const at of [30, 300, 600]) expect(said(...steps.slice(0, at + 1))).toHaveLength(at + 1);
  });

  test.each(['version: 1', 'version: 1\nmask: { to_app: { all: redact } }'])(
    'is the same however it comes, under %j',
    (policy) => {
      const surrogate = /I am ([^,]+), pay/.exec(openChat(policy).sent)![1]!;
      const parts = [
        '订单已经发货，',
        '。',
        'テスト',
        ' ',
        '\n',
        '","',
        '密码：',
        'password: 密码',
        'https://例子/',
      ];
      const values = [
        surrogate,
        `ghp_${'a1B2'.repeat(9)}`,
        '4111111111111111',
        'ann@例子.公司',
        'call415-666-7777forme',
        'is030594W903B',
        'tel02079460018',
        'hunter2xY9',
      ];
      const whole = fc
        .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...parts) }, fc.constantFrom(...values)), {
          minLength: 30,
          maxLength: 90,
        })
        .map((all) => all.join(''));
      const saidIn = (pieces: readonly string[]): string => {
        const { gate } = openChat(policy);
        const steps = pieces.map((piece) => gate.push(text(piece)));
        return said(...steps, gate.push(event({}, 'stop')), gate.push(DONE), gate.end());
      };
      const cut = fc.tuple(whole, fc.infiniteStream(fc.integer({ min: 1, max: 40 })));
      fc.assert(
        fc.property(cut, ([all, sizes]) => {
          const pieces: string[] = [];
          for (let at = 0; at < all.length; at += pieces.at(-1)!.length)
            pieces.push(all.slice(at, at + sizes.next().value));
          expect(saidIn(pieces)).toBe(saidIn([all]));
        }),
        { numRuns: 40 },
      );
    },
  );

  test('is held where a rule speaks of it', () => {
    const { gate } = openChat(
      'version: 1\nrules:\n  - { id: r, stages: [response], when: "size(findings) > 5", deny: No. }\n',
    );
    expect(out(gate.push(text('one ')), gate.push(text('two ')), gate.push(text('three ')))).toBe('');
  });

  test('is held from where its risk reaches the limit', () => {
    const { gate } = openChat('version: 1\nrisk: { weights: { EMAIL_ADDRESS: 50 }, deny_at: 90 }\n');
    const before = out(gate.push(text('to a1@acme.io and ')), gate.push(text('then ')));
    expect(before).toContain('a1@acme.io');
    const after = [gate.push(text('b2@acme.io and ')), gate.push(text('then ')), gate.push(DONE)];
    expect(out(...after)).toBe('');
    expect(out(gate.end())).toContain('fcgate policy_denied');
  });
});

describe('a call', () => {
  const pieces = [
    call({ id: 'c', type: 'function', function: { name: 'pay', arguments: '' } }),
    call({ function: { arguments: '{"am' } }),
    call({ function: { arguments: 'ount":5}' } }),
  ];

  test('is held until it is whole; what came before it is not', () => {
    const { gate } = openChat();
    expect(out(gate.push(text('I will. ')), gate.push(text('Now.')), gate.push(pieces[0]!))).toContain(
      'I will',
    );
    expect(out(gate.push(pieces[1]!), gate.push(pieces[2]!))).not.toContain('amount');
    expect(out(gate.push(event({}, 'tool_calls')), gate.push(DONE))).toContain(pieces[2]!.toString());
  });

  test('that is asked about waits for the answer, and goes on with it before the end', () => {
    const { gate } = openChat('version: 1\ntools: { pay: { approve: { groups: [desk] } } }\n');
    const steps = [...pieces, event({}, 'tool_calls'), DONE].map((each) => gate.push(each));
    const [question] = steps.flatMap(({ questions }) => questions);
    expect(out(...steps)).not.toContain('pay');
    const answered = gate.answer(question!.id, { allow: true, by: 'ann' });
    expect(out(answered)).toContain('"name":"pay"');
    expect(answered.entries).toMatchObject([{ part: true, answers: [{ question: question!.id }] }]);
    expect(gate.end().done).toBe(true);
  });

  test('that is refused is a text in its place', () => {
    const { gate } = openChat('version: 1\ntools: { pay: { deny: Not today. } }\n');
    const steps = [text('I will. '), text('Now. '), ...pieces, event({}, 'tool_calls'), DONE];
    const told = out(...steps.map((each) => gate.push(each)), gate.end());
    expect(told).toContain('fcgate policy_denied');
    expect(told).not.toMatch(/"name":"pay"|amount/);
  });

  test('that is refused is so too where one begins before it whose index comes after', () => {
    const { gate } = openChat('version: 1\ntools: { pay: { deny: Not today. } }\nunoffered_tools: allow\n');
    const piece = (index: number, name: string) =>
      event({
        tool_calls: [{ index, id: `c${index}`, type: 'function', function: { name, arguments: '{}' } }],
      });
    const steps = [text('I will. '), piece(1, 'look'), piece(0, 'pay'), event({}, 'tool_calls'), DONE];
    const told = out(...steps.map((each) => gate.push(each)), gate.end());
    expect(told).toContain('fcgate policy_denied');
    expect(told).toMatch(/"index":0,"id":"c1"/);
    expect(told).not.toMatch(/"name":"pay"/);
  });

  test('that breaks off ends what has begun with the provider’s error', () => {
    const { gate } = openChat();
    gate.push(text('I will. '));
    gate.push(text('Now.'));
    gate.push(pieces[0]!);
    const last = gate.cut('The upstream broke off.');
    expect(last).toMatchObject({ done: true });
    expect(last.head).toBeUndefined();
    expect(out(last)).toMatch(/^data: \{"error":.*unreadable_answer/);
  });
});
