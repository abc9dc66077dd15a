/** session.count and session.sum: what they add up to, and what they refuse to. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/exchange.ts';
import { compilePath } from '../../src/policy/json-path.ts';
import { addCall, countOf, newTally, sumOf } from '../../src/policy/tally.ts';
import { call, decide, decideOne, problemsOf, rulesOf, somebody } from './scene.ts';

const amount = (path = '$.amount') => {
  const query = compilePath(path);
  if (typeof query === 'string') throw new Error(query);
  return { path, query };
};

function sumAfter(args: readonly JsonValue[], path?: string): number {
  const tally = newTally();
  for (const each of args) addCall(tally, call('pay', each), [amount(path)]);
  return sumOf([tally], 'pay', path ?? '$.amount');
}

test.each([
  [[{ amount: 400 }, { amount: 400.5 }], 800.5],
  [[{ amount: '400.00' }, { amount: '12' }], 412],
  [[{ amount: 900n }], 900],
  [[{}, { other: 5 }], 0],
  [[{ amount: 400 }, { amount: -400 }], 800],
] as [JsonValue[], number][])('%o is %d', (args, sum) => expect(sumAfter(args)).toBe(sum));

test.each(['a lot', '4e2', '0x10', '', true, null, [5], { value: 5 }] as JsonValue[])(
  'what holds %o is no sum',
  (value) => expect(sumAfter([{ amount: 5 }, { amount: value }])).toBeNaN(),
);

test('several amounts of a call, the larger of two readings, and the way back', () => {
  expect(sumAfter([{ items: [{ price: 3 }, { price: 4 }] }], '$.items[*].price')).toBe(7);
  const tally = newTally();
  const undo = addCall(tally, call('pay', { amount: 1 }, { or: { amount: 900 } }), [amount()]);
  expect(sumOf([tally], 'pay', '$.amount')).toBe(900);
  undo();
  expect([countOf([tally], '*'), sumOf([tally], '*', '$.amount')]).toEqual([0, 0]);
});

test('names beyond a bound are one that every pattern matches', () => {
  const tally = newTally();
  for (let i = 0; i < 10_000; i++) addCall(tally, call(`tool ${i}`, {}), []);
  expect(tally.counts.size).toBeLessThanOrEqual(513);
  expect(countOf([tally], '*')).toBe(10_000);
  expect(countOf([tally], 'tool 9999')).toBeGreaterThan(9000);
});

describe('a condition', () => {
  const limit =
    'version: 1\ntools: { refund_*: { deny: { if: \'session.sum("refund_*", "$.amount") > 1000\' } } }';
  const refund = (value: JsonValue, name = 'refund_order') => call(name, { amount: value });
  const effects = (policy: string, ...calls: ReturnType<typeof call>[]) =>
    decide(policy, calls).map(({ effect }) => effect);

  test('counts the calls of its answer in their order; what is refused does not count', () => {
    expect(effects(limit, ...Array.from({ length: 4 }, () => refund(400)))).toEqual([
      'allow',
      'allow',
      'deny',
      'deny',
    ]);
    expect(effects(limit, refund(900), refund(400), refund(100))).toEqual(['allow', 'deny', 'allow']);
    expect(
      effects(limit, refund(900, 'refund_a'), call('other', { amount: 9000 }), refund(200, 'refund_b')),
    ).toEqual(['allow', 'allow', 'deny']);
  });

  test('counts the calls of the session before', () => {
    const tally = {
      counts: new Map([['refund_order', 2]]),
      sums: new Map([['$.amount', new Map([['refund_order', 800]])]]),
    };
    const facts = { ...somebody, session: { ...somebody.session, tally } };
    expect(decideOne(limit, refund(300), {}, facts).effect).toBe('deny');
    expect(decideOne(limit, refund(200), {}, facts).effect).toBe('allow');
    const third = 'version: 1\nrules: [{ id: r, when: \'session.count("refund_*") > 2\', deny: Enough. }]';
    expect(rulesOf(decideOne(third, refund(1), {}, facts))).toContain('deny rules.r');
    expect(decideOne(third, refund(1)).effect).toBe('allow');
  });

  test('that meets no number counts as matched, and says so', () => {
    const { effect, rules } = decideOne(limit, refund('lots'));
    expect(effect).toBe('deny');
    expect(rules[0]!.error).toMatch(/session\.sum met something that is no number/);
  });

  test('without stages it is asked of new calls', () => {
    const text = "version: 1\nrules: [{ id: r, when: 'session.count(tool.name) >= 0', deny: x }]";
    expect(rulesOf(decideOne(text, call('x', {})))).toContain('deny rules.r');
  });

  test('in loops it is bounded, too', () => {
    const sums = new Map([['$.a', new Map<string, number>()]]);
    const tally = { counts: new Map(Array.from({ length: 512 }, (_, i) => [`t${i}`, 1])), sums };
    const facts = { ...somebody, session: { ...somebody.session, tally } };
    const text =
      'version: 1\nrules: [{ id: r, when: \'args.l.all(x, args.l.all(y, session.count("*") > 0))\', deny: x }]';
    const { rules } = decideOne(text, call('x', { l: Array.from({ length: 1000 }, (_, i) => i) }), {}, facts);
    expect(rules[0]!.error).toMatch(/too many steps/);
  });

  test.each([
    ['session.cuont("x") > 1', 'Did you mean "count"?'],
    ['session.count() > 1', 'Write it as session.count("refund_*").'],
    ['session.sum("x") > 1', 'Write it as session.sum("refund_*", "$.amount").'],
    ['session.sum("x", "amount") > 1', 'This is no JSONPath that can be summed'],
    ['session.sum("x", tool.name) > 1', 'it is not written out'],
    ['session.count(5) > 1', 'session.count needs a text; this is a number'],
    ['session.count("x") == "1"', 'a number and a text are never equal'],
    ['args.count("x") > 1', 'Unknown function "count"'],
  ])('%s: %s', (when, message) => {
    expect(problemsOf(`version: 1\nrules: [{ id: r, when: '${when}', deny: x }]`)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});
