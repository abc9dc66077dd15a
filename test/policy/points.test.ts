import { describe, expect, test } from 'vitest';
import type { Seen } from '../../src/exchange.ts';
import { conditionCompiler } from '../../src/policy/condition.ts';
import { recordedVerdict } from '../../src/policy/logic.ts';
import { seenOf } from '../../src/policy/trace.ts';
import { call, decideOne, load, policyOf } from './scene.ts';

function conditionOf(text: string) {
  const result = conditionCompiler(() => true)(text);
  if (!result.ok) throw new Error(result.faults[0]!.message);
  return result.condition;
}

const pointsOf = (text: string): string[] => conditionOf(text).points.map((point) => point.text);

/** What came of each sub-expression where `args` is this. */
function seen(text: string, args: Record<string, unknown>): Record<string, string> {
  const condition = conditionOf(text);
  const entries = new Map(Object.entries(args).map(([key, value]) => [key, celOf(value)]));
  const verdict = condition.evaluate({ args: entries } as never);
  return Object.fromEntries(
    condition.points.map((point, i) => [point.text, seenOf(verdict.seen[i]!) ?? 'not reached']),
  );
}

const celOf = (value: unknown): unknown =>
  typeof value === 'number' ? BigInt(value) : Array.isArray(value) ? value.map(celOf) : value;

describe('the boolean sub-expressions of a condition', () => {
  test.each<[text: string, points: string[]]>([
    ['args.a > 5', ['args.a > 5']],
    ['!has(args.a) || args.a > 5', ['has(args.a)', 'args.a > 5']],
    ['args.a && args.b && args.c', ['args.a', 'args.b', 'args.c']],
    ['(args.a || args.b) && args.c', ['args.a', 'args.b', 'args.a || args.b', 'args.c']],
    [
      'args.c && (args.a || (args.b && args.d))',
      ['args.c', 'args.a', 'args.b', 'args.d', 'args.b && args.d', 'args.a || (args.b && args.d)'],
    ],
    ['(args.a + args.b) > 3 && true', ['(args.a + args.b) > 3']],
    [
      '((args.a > 1)) ? args.b[0] == "x" : size(args.c) > 0',
      ['args.a > 1', 'args.b[0] == "x"', 'size(args.c) > 0'],
    ],
    ['args.to.exists(a, !a.endsWith("@x"))', ['a.endsWith("@x")', 'args.to.exists(a, !a.endsWith("@x"))']],
    ['args.n.all(x, x > 1 && x < 3)', ['x > 1', 'x < 3', 'args.n.all(x, x > 1 && x < 3)']],
    ['args.n.filter(x, x > 1).size() > 0', ['x > 1', 'args.n.filter(x, x > 1).size() > 0']],
    ['args.n.map(x, x != 1 ? 1 : 2)[0] == 1', ['x != 1', 'args.n.map(x, x != 1 ? 1 : 2)[0] == 1']],
    [
      'args.t.matches(r"a && (b|\\))") && args.u == "x || y"',
      ['args.t.matches(r"a && (b|\\))")', 'args.u == "x || y"'],
    ],
    ['args.a in [1, 2] && -args.b < 1', ['args.a in [1, 2]', '-args.b < 1']],
    ['{"a": args.x}["a"] == 1 || args.y != 2', ['{"a": args.x}["a"] == 1', 'args.y != 2']],
    ['args.a ==\n  1 // says && no more\n  && args.b', ['args.a ==\n  1 // says && no more', 'args.b']],
  ])('%s', (text, points) => {
    expect(pointsOf(text)).toEqual(points);
  });
});

describe('what came of each', () => {
  test('true, false, failed, not reached', () => {
    const text = 'has(args.a) && (args.a > 5 || args.b == "x")';
    const or = 'args.a > 5 || args.b == "x"';
    expect(seen(text, {})).toEqual({
      'has(args.a)': 'false',
      'args.a > 5': 'not reached',
      'args.b == "x"': 'not reached',
      [or]: 'not reached',
    });
    expect(seen(text, { a: 1 })).toEqual({
      'has(args.a)': 'true',
      'args.a > 5': 'false',
      'args.b == "x"': 'error',
      [or]: 'error',
    });
    expect(seen(text, { a: 7 })).toEqual({
      'has(args.a)': 'true',
      'args.a > 5': 'true',
      'args.b == "x"': 'not reached',
      [or]: 'true',
    });
  });

  test('in a loop, of all its turns', () => {
    expect(seen('args.n.exists(x, x > 1)', { n: [0, 2, 1] })['x > 1']).toBe('both');
    expect(seen('args.n.exists(x, x > 1)', { n: [] })['x > 1']).toBe('not reached');
    expect(seen('args.n.exists(x, x > 1)', { n: ['a', 0] })['x > 1']).toBe('error');
    expect(seen('args.n.exists(x, args.n.exists(y, x + y > 2))', { n: [0, 1, 2] })['x + y > 2']).toBe('both');
  });

  test('a value that is neither true nor false has failed', () => {
    expect(seen('args.a && args.b', { a: true, b: 7 })).toEqual({ 'args.a': 'true', 'args.b': 'error' });
  });
});

describe('a decision keeps the outcomes', () => {
  const policy = policyOf(`extends: none
rules: [{ id: big, when: 'has(args.amount) && args.amount > 500', deny: x }]`);

  test('of rules that did not hold, too', () => {
    const { judged } = decideOne(policy, call('pay', { amount: 7 }));
    expect(judged!.map(({ seen: bits }) => [...bits].map(seenOf))).toEqual([['true', 'false']]);
  });

  test('of both readings where a key stands twice', () => {
    const { judged } = decideOne(policy, call('pay', { amount: 7 }, { or: { amount: 700 } }));
    expect(judged!.map(({ seen: bits }) => [...bits].map(seenOf))).toEqual([['true', 'both']]);
  });

  test('but tells no text of the policy that holds a value to be masked', () => {
    const own = policyOf(`extends: none
rules: [{ id: mine, when: 'args.to == "ada@lovelace.org" || args.n > 1', deny: x }]`);
    const { judged } = decideOne(own, call('mail', { to: 'x', n: 1 }));
    expect(judged![0]!.points.map(({ told }) => told)).toEqual([false, true]);
  });
});

test.each<[name: string, when: string, at: string]>([
  ['in one line', '    when: has(args.a) && args.b', 'fcgate.yaml:4:26'],
  ['in quotes', "    when: 'args.a == ''x'' && args.b'", 'fcgate.yaml:4:31'],
  ['in double quotes', '    when: "args.a == \\"x\\" && args.b"', 'fcgate.yaml:4:31'],
  ['folded', '    when: >-\n      has(args.a) &&\n      args.b', 'fcgate.yaml:6:7'],
  ['as it stands', '    when: |\n      has(args.a)\n        && args.b', 'fcgate.yaml:6:12'],
  ['over lines', '    when: has(args.a) &&\n      args.b', 'fcgate.yaml:5:7'],
])('a sub-expression is placed in the file: %s', (_, when, at) => {
  const loaded = load(`extends: none\nrules:\n  - id: a\n${when}\n    deny: x\n`);
  if (!loaded.ok) throw new Error(loaded.problems[0]!.message);
  const { condition } = loaded.policy.rules.tool_call[0]!;
  expect(condition!.at(condition!.points.at(-1)!.start)).toBe(at);
});

describe('what a condition comes to by recorded outcomes', () => {
  test.each<[text: string, outcomes: Record<string, Seen>, verdict: string | undefined]>([
    ['args.a && args.b', { 'args.a': 'false' }, 'false'],
    ['args.a && args.b', { 'args.a': 'true' }, undefined],
    ['args.b && args.a', { 'args.a': 'false' }, 'false'],
    ['args.a || args.b', { 'args.a': 'error', 'args.b': 'true' }, 'true'],
    ['args.a || args.b', { 'args.a': 'error', 'args.b': 'false' }, 'error'],
    ['!(args.a || args.b)', { 'args.a': 'false', 'args.b': 'false' }, 'true'],
    ['args.a ? args.b : args.c', { 'args.a': 'false', 'args.c': 'true' }, 'true'],
    ['args.a ? args.b : args.c', { 'args.c': 'true' }, undefined],
    ['args.a', { 'args.a': 'both' }, undefined],
    ['args.a || true', {}, 'true'],
  ])('%s by %o: %s', (text, outcomes, verdict) => {
    expect(recordedVerdict(conditionOf(text), outcomes)).toBe(verdict);
  });
});
