import { describe, expect, test } from 'vitest';
import { govern } from '../../src/policy/govern.ts';
import { call, decideOne, exchangeOf, policyOf, problemsOf, rulesOf, somebody, unit } from './scene.ts';

const ADA = 'ada@lovelace.org';

describe('the tools table', () => {
  const policy = policyOf(`
tools:
  lookup_*: allow
  refund_*: { approve: { if: args.amount > 500, groups: [finance], min: 1, within: 2m } }
  refund_all: { approve: { groups: [board], min: 2, self: true, reason: All of it! } }
  delete_*: { deny: Ask an operator. }
  wipe: deny
  ask: approve
  transfer: { deny: { if: args.amount > 10000, reason: Too much. }, approve: { if: args.amount > 100 }, on_deny: error }
  "*": allow
`);

  test.each<[tool: string, args: { amount?: number }, effect: string, rules: string[]]>([
    ['lookup_user', {}, 'allow', ['allow tools["lookup_*"]']],
    ['refund_one', { amount: 500 }, 'allow', ['allow tools["refund_*"]']],
    ['refund_one', { amount: 500.5 }, 'approve', ['approve tools["refund_*"]']],
    ['refund_all', { amount: 1 }, 'approve', ['approve tools["refund_all"]']],
    ['delete_user', {}, 'deny', ['deny tools["delete_*"]']],
    ['wipe', {}, 'deny', ['deny tools["wipe"]']],
    ['ask', {}, 'approve', ['approve tools["ask"]']],
    ['transfer', { amount: 100 }, 'allow', ['allow tools["transfer"]']],
    ['transfer', { amount: 101 }, 'approve', ['approve tools["transfer"]']],
    ['transfer', { amount: 10001 }, 'deny', ['deny tools["transfer"]', 'approve tools["transfer"]']],
    ['Delete_user', {}, 'allow', ['allow tools["*"]']],
  ])('%s(%j): %s', (tool, args, effect, rules) => {
    const decision = decideOne(policy, call(tool, args));
    expect(decision.effect).toBe(effect);
    expect(rulesOf(decision)).toEqual(rules);
  });

  test('says who is asked, in what time, and where the row stands', () => {
    const decision = decideOne(policy, call('refund_one', { amount: 501 }));
    expect(decision.approval).toEqual({
      groups: ['finance'],
      users: [],
      min: 1,
      self: false,
      within: 120_000,
    });
    expect(decision.rules[0]!.at).toBe('fcgate.yaml:4:3');
    expect(decideOne(policy, call('refund_all', {}))).toMatchObject({
      approval: { groups: ['board'], min: 2, self: true },
      rules: [{ reason: 'All of it!' }],
    });
    expect(decideOne(policy, call('ask', {})).approval).toEqual({
      groups: [],
      users: [],
      min: 1,
      self: false,
    });
  });

  test('how a refusal is told', () => {
    expect(decideOne(policy, call('transfer', { amount: 20_000 })).onDeny).toBe('error');
    expect(decideOne(policy, call('transfer', { amount: 1 })).onDeny).toBeUndefined();
    expect(decideOne(policy, call('wipe', {})).onDeny).toBeUndefined();
  });

  test('speaks of new calls: not of past ones, offers, results', () => {
    for (const stage of ['past_call', 'tool_definition', 'tool_result'] as const) {
      expect(decideOne(policy, unit(stage, { a: 'x' }, { tool: 'wipe' }))).toMatchObject({
        effect: 'allow',
        rules: [],
      });
    }
  });

  test('speaks of a tool that runs at the provider as it is offered: its calls are over before anyone sees them', () => {
    const offer = (tool: string) =>
      decideOne(policy, unit('tool_definition', { a: 'x' }, { tool, remote: true }));
    expect(offer('wipe').effect).toBe('deny');
    expect(offer('lookup_web').effect).toBe('allow');
    expect(offer('refund_web').effect).toBe('approve');
  });

  test('a tool that no row names is allowed', () => {
    expect(decideOne('extends: none', call('anything', {}))).toMatchObject({ effect: 'allow', rules: [] });
  });

  test.each([
    ['a_b_c', ['*', 'a*', 'a_*', 'a_b_c'], 'a_b_c'],
    ['a_b_c', ['*', 'a*', 'a_*c'], 'a_*c'],
    ['a_b_c', ['a_?_c', 'a_*_c'], 'a_?_c'],
    ['ab', ['a*', '*b'], '*b'],
    ['ab', ['*b', 'a*'], '*b'],
  ])('for %s the most specific of %j is %s', (tool, patterns, holds) => {
    const rows = patterns.map(
      (pattern) => `  ${JSON.stringify(pattern)}: { deny: ${JSON.stringify(`by ${pattern}`)} }`,
    );
    expect(rulesOf(decideOne(`tools:\n${rows.join('\n')}`, call(tool, {})))).toEqual([
      `deny tools[${JSON.stringify(holds)}]`,
    ]);
  });
});

describe('rules', () => {
  test('a rule holds at its stages', () => {
    const policy = policyOf(`
rules:
  - id: no-private-keys
    stages: [to_model]
    when: findings.exists(f, f.entity == "EMAIL_ADDRESS")
    deny: No addresses.
`);
    const decision = decideOne(policy, unit('prompt', `to ${ADA}`));
    expect(decision).toMatchObject({
      effect: 'deny',
      rules: [
        { rule: 'rules.no-private-keys', effect: 'deny', reason: 'No addresses.', at: 'fcgate.yaml:3:5' },
      ],
    });
    expect(decideOne(policy, unit('prompt', 'nobody')).effect).toBe('allow');
    expect(decideOne(policy, unit('response', `to ${ADA}`)).effect).toBe('allow');
  });

  test.each<[when: string, ...stages: string[]]>([
    ['args.a == 1', 'tool_call'],
    ['tool.name == "x"', 'tool_call'],
    ['result.a == 1', 'tool_result'],
    ['tool.name == "x" && result.a == 1', 'tool_result'],
    ['session.calls > 3', 'prompt', 'tool_definition', 'past_call', 'tool_result', 'response', 'tool_call'],
  ])('without stages, %s is for %s', (when, ...stages) => {
    const { rules } = policyOf(`rules: [{ id: a, when: '${when}', deny: x }]`);
    expect(Object.entries(rules).flatMap(([stage, clauses]) => (clauses.length > 0 ? [stage] : []))).toEqual(
      stages,
    );
  });

  test.each<[rule: string, problem: string]>([
    [
      "stages: [prompt], when: 'args.a == 1'",
      'rules.a reads `args`, which the stage prompt does not have. Only past_call, tool_call have it; name those in `stages`.',
    ],
    [
      'stages: [to_app], when: \'tool.name == "x"\'',
      'rules.a reads `tool`, which the stage response does not have.',
    ],
    [
      "when: 'args.a == result.a'",
      'rules.a reads `args`, which the stage tool_result does not have. Make two rules of it.',
    ],
  ])('a variable that its stages cannot have is an error: %s', (rule, problem) => {
    expect(problemsOf(`rules: [{ id: a, ${rule}, deny: x }]`)[0]).toContain(problem);
  });

  test('what was approved in history is not asked again', () => {
    const policy = policyOf("rules: [{ id: a, when: 'session.calls > 0', approve: { groups: [ops] } }]");
    expect(decideOne(policy, unit('prompt', 'x')).effect).toBe('approve');
    expect(decideOne(policy, unit('past_call', {}, { tool: 'x' })).effect).toBe('allow');
    expect(problemsOf("rules: [{ id: a, stages: [past_call], when: 'true', approve: true }]")[0]).toContain(
      'is not asked again',
    );
    const denying = policyOf("rules: [{ id: a, stages: [past_call], when: 'args.a == 1', deny: x }]");
    expect(decideOne(denying, unit('past_call', { a: 1 }, { tool: 'x' })).effect).toBe('deny');
  });

  test('for tools that run at the provider, rules on calls hold as the tool is offered, if they look at no arguments', () => {
    const policy = policyOf(`
rules:
  - { id: by-name, when: 'tool.name == "web_search"', deny: No web. }
  - { id: by-argument, when: 'args.query == "x"', deny: Not x. }
`);
    const offer = (tool: string) =>
      rulesOf(decideOne(policy, unit('tool_definition', {}, { tool, remote: true })));
    expect(offer('web_search')).toEqual(['deny rules.by-name', 'allow tools["*"]']);
    expect(offer('code')).toEqual(['allow tools["*"]']);
  });
});

describe('strength', () => {
  test('deny over approve over allow; all that had a say is told, the strongest first', () => {
    const policy = policyOf(`
tools: { pay: { approve: { groups: [finance] } } }
rules:
  - { id: b, when: 'args.to == "eve"', deny: Not to Eve. }
  - { id: a, when: 'args.to == "eve"', approve: { groups: [ops] } }
`);
    const eve = decideOne(policy, call('pay', { to: 'eve' }));
    expect(eve.effect).toBe('deny');
    expect(rulesOf(eve)).toEqual(['deny rules.b', 'approve rules.a', 'approve tools["pay"]']);
    expect(eve.approval).toBeUndefined();
    expect(decideOne(policy, call('pay', { to: 'bob' })).effect).toBe('approve');
  });

  test('masks apply to what is allowed, perhaps after somebody approved', () => {
    const policy = policyOf('mask: { to_app: { pii: redact } }\ntools: { pay: approve }');
    expect(decideOne(policy, call('look', { to: ADA }))).toMatchObject({
      effect: 'mask',
      masks: [{ form: 'redact' }],
    });
    expect(decideOne(policy, call('pay', { to: ADA }))).toMatchObject({
      effect: 'approve',
      masks: [{ form: 'redact' }],
    });
  });

  test.each<[a: string, b: string, joined: object]>([
    ['groups: [x, y]', 'groups: [y, z]', { groups: ['y'], min: 1 }],
    ['groups: [x], min: 2', 'groups: [x], self: true', { groups: ['x'], min: 2, self: false }],
    ['groups: [x]', '', { groups: ['x'] }],
    ['groups: [x]', 'groups: [y]', { groups: ['x', 'y'], min: 2 }],
    [
      'users: [ada], within: 5m',
      'groups: [y], users: [ada], within: 2m',
      { groups: [], users: ['ada'], within: 120_000 },
    ],
  ])('{ %s } and { %s } are one demand that answers both', (a, b, joined) => {
    const policy = policyOf(
      `tools: { pay: { approve: { ${a} } } }\nrules: [{ id: a, when: 'tool.name == "pay"', approve: { ${b} } }]`,
    );
    expect(decideOne(policy, call('pay', {})).approval).toMatchObject(joined);
  });
});

describe('tools that were not offered', () => {
  const offered = new Set(['lookup']);

  test('are refused, unless the policy lets them pass or the request refers to state at the provider', () => {
    expect(decideOne('', call('look', {}), { offered })).toMatchObject({
      effect: 'deny',
      rules: [{ rule: 'unoffered_tools' }, {}],
    });
    expect(decideOne('', call('Lookup', {}), { offered }).effect).toBe('deny');
    expect(decideOne('', call('lookup', {}), { offered }).effect).toBe('allow');
    expect(decideOne('', call('look', {})).effect).toBe('allow');
    expect(decideOne('unoffered_tools: allow', call('look', {}), { offered }).effect).toBe('allow');
    expect(decideOne('', call('web_search', {}, { remote: true }), { offered }).effect).toBe('allow');
    expect(decideOne('', call('look', {}), { offered: new Set() }).effect).toBe('deny');
  });
});

test('a key that stands twice is judged under both readings, and the stricter holds', () => {
  const policy = 'tools: { pay: { deny: { if: args.amount > 500 } } }';
  expect(decideOne(policy, call('pay', { amount: 1 }, { or: { amount: 900 } })).effect).toBe('deny');
  expect(decideOne(policy, call('pay', { amount: 900 }, { or: { amount: 1 } })).effect).toBe('deny');
  expect(decideOne(policy, call('pay', { amount: 1 }, { or: { amount: 2 } })).effect).toBe('allow');
});

test('conditions see the values as the caller has them, not their surrogates', () => {
  const policy = policyOf(`tools: { mail: { deny: { if: 'args.to == "${ADA}"' } } }`);
  const exchange = exchangeOf(policy, [call('mail', { to: 'user17@example.com' })]);
  const see = (_: number, text: string): string => text.replace('user17@example.com', ADA);
  expect(govern(exchange, policy, somebody)[0]!.effect).toBe('allow');
  expect(govern(exchange, policy, somebody, see)[0]!.effect).toBe('deny');
});
