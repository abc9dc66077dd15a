/** What people are asked, and what callers are told when the answer is no. */
import { describe, expect, test } from 'vitest';
import { calling, offering, open, user } from './scene.ts';

const mail = 'kim.vos@mailbox.example';
const asking = 'tools: { pay: { approve: { groups: [desk] } } }';
const more = offering('pay');
const hashOf = (args: object, lines = asking, caller = 'ann'): string => {
  const { ask } = open(lines);
  return ask([user('Pay.')], { more, caller, reply: calling(['pay', args]) }).questions[0]!.hash;
};

describe('a question', () => {
  test('shows the call masked, and asks whom the policy names', () => {
    const { ask } = open(asking);
    const { questions } = ask([user(`Pay ${mail}.`)], {
      more,
      reply: calling(['pay', { to: 'x@y.example', n: 3 }]),
    });
    expect(questions).toMatchObject([{ tool: 'pay', caller: 'ann', demand: { groups: ['desk'], min: 1 } }]);
    const shown = JSON.parse(questions[0]!.shown);
    expect(shown).toEqual({ to: expect.stringContaining('@example.'), n: 3 });
    expect(shown.to).not.toContain('x@y');
  });

  test('is bound to what the call says, not to how it is written', () => {
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf({ a: 1, b: 2 })).not.toBe(hashOf({ a: 1, b: '2' }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 1 }, `${asking}\nlimits: { depth: 64 }`));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 1 }, asking, 'bo'));
  });

  test('is bound to the values that the caller gets, not to their surrogates', () => {
    const { ask } = open(asking);
    const first = ask([user(`Pay ${mail}.`)]);
    const surrogate = /Pay (\S+@example\.\w+)\./.exec(first.sent)![1]!;
    const restored = ask([user(`Pay ${mail}.`)], { more, reply: calling(['pay', { to: surrogate }]) });
    expect(restored.questions[0]!.hash).toBe(hashOf({ to: mail }));
    expect(restored.questions[0]!.shown).toContain(surrogate);
    expect(restored.got).toContain(mail);
  });
});

describe('what is masked in a question', () => {
  const said = `Pay ${mail}.`;

  test('is marked where it is shown, and says who said it first', () => {
    const { ask } = open(asking);
    const surrogate = /Pay (\S+@example\.\w+)\./.exec(ask([user(said)]).sent)![1]!;
    const note = `To ${surrogate} and x@y.example.`;
    const { questions } = ask([user(said)], { more, reply: calling(['pay', { n: 3, note }]) });
    const { shown, marks } = questions[0]!;
    const text: string = JSON.parse(shown).note;
    expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual([
      surrogate,
      expect.stringMatching(/^\S+@example\.\w+$/),
    ]);
    expect(marks).toMatchObject([
      { path: expect.stringMatching(/\/note$/), from: { kind: 'prompt' } },
      { entity: 'EMAIL_ADDRESS', from: { kind: 'this_call' } },
    ]);
  });

  test("is told to come from a tool's result where that was first", () => {
    const { ask } = open(asking);
    const history = [
      user('Whom do I pay?'),
      calling(['look', {}]),
      { role: 'tool', tool_call_id: 'call_1', content: `{"mail":"${mail}"}` },
    ];
    const { questions } = ask(history, { more, reply: calling(['pay', { to: mail }]) });
    expect(questions[0]!.marks).toMatchObject([{ from: { kind: 'tool_result' } }]);
  });

  test('can be revealed, one leaf at a time, as the caller has it', () => {
    const { ask } = open(asking);
    const surrogate = /Pay (\S+@example\.\w+)\./.exec(ask([user(said)]).sent)![1]!;
    const { questions } = ask([user(said)], { more, reply: calling(['pay', { to: surrogate }]) });
    const { path } = questions[0]!.marks[0]!;
    expect(questions[0]!.reveal(path)).toBe(mail);
    expect(questions[0]!.reveal('/elsewhere')).toBeUndefined();
  });
});

describe('who is refused', () => {
  const refused = (lines: string, answer?: Parameters<ReturnType<typeof open>['ask']>[1]) =>
    open(lines).ask([user(`Pay ${mail}.`)], {
      more,
      reply: calling(['pay', { to: 'x@y.example' }]),
      ...answer,
    });

  test.each([
    ['approval_denied', { by: 'bo', reason: 'Too much.' }, 'Refused by bo: Too much. Asked by tools["pay"]'],
    ['approval_timeout', {}, 'Nobody answered in time. Asked by tools["pay"]'],
    ['approver_unavailable', {}, 'Nobody is there to approve. Asked by tools["pay"]'],
  ] as const)('reads %s and why, in the place of the call', (code, told, message) => {
    const { got } = refused(asking, { answer: { allow: false, code, ...told } });
    const { content, tool_calls } = JSON.parse(got).choices[0].message;
    expect(tool_calls).toBeUndefined();
    expect(content).toContain(`fcgate ${code}: ${message} (exchange id-1)`);
  });

  test('reads rule and reason of a request that did not go, and no value', () => {
    const { step, got } = refused(
      'rules: [{ id: no-mail, stages: [prompt], when: "findings.size() > 0", deny: No mail here. }]',
    );
    expect(step).toMatchObject({ kind: 'refuse', refusal: { code: 'policy_denied', status: 403 } });
    expect(JSON.parse(got).error).toMatchObject({
      code: 'policy_denied',
      message: expect.stringContaining('fcgate policy_denied: rules.no-mail: No mail here (exchange id-1)'),
    });
    expect(got).not.toContain('kim.vos');
  });
});

describe('a call that a person edits', () => {
  const pay = {
    type: 'object',
    properties: {
      amount: { type: 'number', maximum: 5000 },
      to: { type: 'string', minLength: 2 },
      now: { type: 'boolean' },
    },
    required: ['amount'],
  };
  const offered = { tools: [{ type: 'function', function: { name: 'pay', parameters: pay } }] };
  const policy = `tools: { pay: { approve: { if: args.amount > 10 } } }
rules:
  - { id: large, stages: [tool_call], when: args.amount > 1000, approve: { groups: [finance] } }
  - { id: huge, stages: [tool_call], when: args.amount > 2000, deny: Too much. }`;
  const question = (lines = policy) => {
    const { ask } = open(lines);
    const reply = calling(['pay', { amount: 900, to: 'x@y.example', now: true }]);
    return ask([user('Pay.')], { more: offered, reply }).questions[0]!;
  };

  test.each([
    ['another amount', '/amount', '40', undefined],
    ['another text', '/to', 'bo', undefined],
    ['no number', '/amount', 'many', /^\/amount has to be a number/],
    ['what no JSON number is', '/amount', '040', /^\/amount has to be a number/],
    ['what the schema forbids: a text too short', '/to', 'b', /schema does not allow it: \/to \(minLength\)/],
    ['what the schema forbids: a number too large', '/amount', '5001', /schema does not allow it: \/amount/],
    ['what the policy refuses', '/amount', '2500', 'The policy refuses it like that (rules.huge).'],
    ['what others would have to approve', '/amount', '1500', 'Like that, others have to approve it.'],
    ['another truth', '/now', 'false', undefined],
    [
      'what the schema forbids: a number for a truth',
      '/now',
      '1',
      /schema does not allow it: \/now \(type\)/,
    ],
    ['what is not there', '/from', 'me', '/from cannot be edited.'],
  ])('%s', (_what, path, value, fault) => {
    const said = question().edit([{ path, value }]);
    if (fault instanceof RegExp) expect(said).toMatch(fault);
    else expect(said).toBe(fault);
  });

  /** Of a tool that takes one thing, what an edit of it is told. */
  const editOf = (what: object, value: string, was: unknown = 'x') => {
    const schema = { type: 'object', properties: { what }, additionalProperties: false };
    const tools = [{ type: 'function', function: { name: 'pay', parameters: schema } }];
    const reply = calling(['pay', { what: was }]);
    const { questions } = open(asking).ask([user('Pay.')], { more: { tools }, reply });
    return questions[0]!.edit([{ path: '/what', value }]);
  };
  const many = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`);
  const forbidden = expect.stringContaining('schema does not allow it');
  const tooLarge = "The tool's schema is too large to check an edit against.";
  const nested = (levels: number): object =>
    levels === 0 ? { type: 'string' } : { allOf: [nested(levels - 1)] };

  test.each<[string, object, string, unknown]>([
    ['the last of 5,000 values', { enum: many(5000) }, 'v4999', undefined],
    ['none of 5,000 values', { enum: many(5000) }, 'v5000', forbidden],
    ['a long value', { enum: ['x', 'y'.repeat(2000)] }, 'y'.repeat(2000), undefined],
    ['a list among the values', { enum: [['x'], 'y'] }, 'y', undefined],
    ['the last of 500 branches', { anyOf: many(500).map((each) => ({ const: each })) }, 'v499', undefined],
    ['no branch of 500', { anyOf: many(500).map((each) => ({ const: each })) }, 'v500', forbidden],
    [
      'two branches that differ in a pattern',
      { oneOf: [{ pattern: '^a' }, { pattern: '^b' }] },
      'a',
      undefined,
    ],
    ['no branch at all', { oneOf: [{ const: 'a' }, { const: 'b' }] }, 'c', forbidden],
    ['16 levels', nested(15), 'y', undefined],
    ['a schema deeper than that', nested(16), 'y', tooLarge],
    ['a schema of too many values', { enum: many(20_000) }, 'v1', tooLarge],
  ])('a schema is checked whole, or the edit is refused: %s', (_what, schema, value, fault) => {
    expect(editOf(schema, value)).toEqual(fault);
  });

  test('the last of 500 parameters is known, and its schema', () => {
    const names = many(500);
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string', maxLength: 3 }]));
    const what = { type: 'object', properties, additionalProperties: false };
    const edit = (value: string) => {
      const tools = [{ type: 'function', function: { name: 'pay', parameters: what } }];
      const reply = calling(['pay', { v499: 'x' }]);
      const { questions } = open(asking).ask([user('Pay.')], { more: { tools }, reply });
      return questions[0]!.edit([{ path: '/v499', value }]);
    };
    expect(edit('yes')).toBeUndefined();
    expect(edit('no way')).toEqual(forbidden);
  });

  test('a number beyond 2^53 is known as a value', () => {
    const big = '12345678901234567890';
    const schema = JSON.parse(`{"enum":[1,${big}]}`);
    expect(editOf(schema, big, 1)).toBeUndefined();
  });

  test('what it said of the value is not told', () => {
    expect(question().edit([{ path: '/to', value: 'k' }])).not.toContain('"k"');
  });
});

test('an approval that is not used in time is none', () => {
  const late = (useBy: number) =>
    open(asking).ask([user('Pay.')], {
      more,
      reply: calling(['pay', { n: 3 }]),
      answer: { allow: true, by: 'bo', useBy },
    });
  const now = Date.parse('2026-05-01T08:00:00Z');
  expect(late(now).got).toContain('"tool_calls"');
  const { got, entries } = late(now - 1);
  expect(got).toContain('fcgate approval_timeout: Approved, but not used in time.');
  expect(entries.at(-1)).toMatchObject({ effect: 'deny' });
});

describe('while a person takes their time', () => {
  const held = (lines: string, type = 'application/json') => {
    const gate = open(lines).gate([user('Pay.')], more, type);
    const reply = { choices: [{ index: 0, message: calling(['pay', { n: 3 }]) }] };
    const steps = [gate.push(Buffer.from(JSON.stringify(reply))), gate.end()];
    return { gate, steps, id: steps.at(-1)!.questions[0]!.id };
  };
  const bytesOf = ({ bytes }: { readonly bytes: readonly Uint8Array[] }) => Buffer.concat(bytes).toString();

  test('the head of a JSON answer goes ahead, once, and the body comes with the yes', () => {
    const { gate, steps, id } = held(asking);
    expect(steps.every(({ head }) => head === undefined)).toBe(true);
    expect(gate.wait()).toMatchObject({ head: { status: 200 }, bytes: [], done: false });
    expect(gate.wait()).not.toHaveProperty('head');
    const last = gate.answer(id, { allow: true, by: 'bo' });
    expect(last).toMatchObject({ done: true });
    expect(last).not.toHaveProperty('head');
    expect(JSON.parse(bytesOf(last)).choices[0].message.tool_calls).toHaveLength(1);
  });

  test('a no after that is the text that it would have been', () => {
    const { gate, id } = held(asking);
    gate.wait();
    const last = gate.answer(id, { allow: false, code: 'approval_denied', by: 'bo' });
    expect(JSON.parse(bytesOf(last)).choices[0].message.content).toMatch(/^fcgate approval_denied: /);
  });

  test('a JSON answer that is cut after that ends short: nobody can read it', () => {
    const { gate } = held(asking);
    gate.wait();
    expect(gate.cut('It broke.')).toMatchObject({ done: true, entries: [{ effect: 'deny' }] });
    expect(gate.recording(1).refused).toMatchObject({ code: 'unreadable_answer' });
  });

  test('nothing goes ahead where a no is an error with a status of its own', () => {
    const { gate, id } = held('tools: { pay: { approve: { groups: [desk] }, on_deny: error } }');
    expect(gate.wait()).not.toHaveProperty('head');
    const last = gate.answer(id, { allow: false, code: 'approval_denied', by: 'bo' });
    expect(last.head).toMatchObject({ status: 403 });
  });
});
