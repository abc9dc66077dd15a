import { describe, expect, test } from 'vitest';
import { conditionCompiler } from '../../src/policy/condition.ts';
import { call, decideOne, policyOf, type somebody, unit } from './scene.ts';

/** Whether a rule with this condition fires on a unit, or the error it counts as matched by. */
function fires(
  when: string,
  one = call('pay', {}),
  ...rest: [parts?: object, facts?: typeof somebody]
): boolean | string {
  const policy = policyOf(
    `extends: none\nrules: [{ id: a, stages: [${one.stage}], when: ${JSON.stringify(when)}, deny: x }]`,
  );
  const rule = decideOne(policy, one, ...rest).rules.find((each) => each.effect === 'deny');
  return rule?.error ?? rule !== undefined;
}

describe('what conditions see', () => {
  test.each<[when: string]>([
    ['stage == "tool_call" && connection == "openai" && provider == "openai" && model.startsWith("gpt")'],
    ['tool.name == "pay" && tool.description == ""'],
    [
      'caller.subject == "ada" && "support" in caller.groups && caller.claims.team == "blue" && !has(caller.email)',
    ],
    ['session.id == "s1" && session.calls + 1 == 4 && session.tools == ["read_inbox"]'],
    ['request.bytes > 2000 && request.messages == 2 && !request.stream && size(request.findings) == 0'],
    ['now > timestamp("2026-11-22T00:00:00Z") && now.getHours() == 20 && now.getHours("Asia/Tokyo") == 5'],
    ['risk == 0 && size(findings) == 0'],
    ['args == {} && type(args) == map'],
  ])('%s', (when) => {
    expect(fires(when)).toBe(true);
  });

  test('whole numbers are ints, beyond 2^53 too; others are doubles', () => {
    const args = { n: 7, big: 2n ** 60n + 1n, half: 0.5, list: [1, 2, 3], name: 'x', none: null, yes: true };
    expect(fires('args.n + 1 == 8 && args.n % 2 == 1 && args.n > 6.5', call('pay', args))).toBe(true);
    expect(fires('args.big == 1152921504606846977', call('pay', args))).toBe(true);
    expect(fires('args.half < 1 && args.half * 2.0 == 1.0', call('pay', args))).toBe(true);
    expect(
      fires(
        'args.list.exists(n, n == 3) && args.list.map(n, n * 2) == [2, 4, 6] && 2 in args.list',
        call('pay', args),
      ),
    ).toBe(true);
    expect(fires('args.name.matches("^[a-z]$") && args.none == null && args.yes', call('pay', args))).toBe(
      true,
    );
  });

  test('findings by all that is known of them, and never the value', () => {
    const one = unit('tool_result', { note: 'äö ada@lovelace.org' }, { tool: 'read' });
    expect(
      fires(
        'findings.exists(f, f.entity == "EMAIL_ADDRESS" && f.stage == stage && f.path == "/at/note" && f.start == 3 && f.end == 19 && f.score > 0.5 && f.detector != "")',
        one,
      ),
    ).toBe(true);
    expect(fires('result.note.contains("ada") && has(result.note) && !has(result.other)', one)).toBe(true);
  });

  test('the findings of the request, in its answer too', () => {
    const findings = [
      { entity: 'US_SSN', stage: 'prompt' as const, path: '/a', start: 0, end: 1, score: 1, detector: 'x' },
    ];
    const request = { bytes: 1, messages: 1, stream: false, findings };
    expect(fires('request.findings.exists(f, f.entity == "US_SSN")', call('mail', {}), { request })).toBe(
      true,
    );
    expect(fires('request.findings.exists(f, f.entity == "US_SSN")', call('mail', {}))).toBe(false);
  });

  test('names that JavaScript would find on any object are not there', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(fires(`has(args.${name})`)).toBe(false);
  });
});

describe('a condition that cannot be evaluated counts as matched, and says how to guard it', () => {
  test.each<[when: string, args: object, error: string | boolean]>([
    ['args.amount > 500', {}, '`args.amount` is not there; guard it: `has(args.amount) && …`'],
    [
      'args.order.amount > 500',
      { order: {} },
      '`args.order.amount` is not there; guard it: `has(args.order.amount) && …`',
    ],
    ['has(args.amount) && args.amount > 500', {}, false],
    [
      'args.amount > 500',
      { amount: 'much' },
      "an operator does not fit its operands' types; guard it: `type(…) == int && …`",
    ],
    ['int(args.amount) > 500', { amount: 'my-secret' }, 'it could not be evaluated'],
    ['args[args.key] == 1', { key: 'my-secret' }, '`args` is not there; guard it with has(…)'],
    ['args.amount', { amount: 1 }, 'its value is neither true nor false'],
    ['args.amount > 500 || true', {}, true],
    ['args.amount > 500 && false', {}, false],
  ])('%s on %j: %s', (when, args, error) => {
    expect(fires(when, call('pay', args as never))).toBe(error);
  });

  test('arguments that are no JSON have no values', () => {
    expect(fires('args.amount > 500', unit('tool_call', 'amount: 7', { tool: 'pay' }))).toContain(
      'is not there',
    );
    expect(fires('tool.name == "pay"', unit('tool_call', '{}'))).toContain('is not there');
  });
});

describe('a slip is an error when the file loads', () => {
  const compile = conditionCompiler(() => true);
  test.each<[text: string, offset: number, message: string]>([
    ['arg.amount > 5', 0, 'Unknown variable "arg". Did you mean "args"?'],
    ['args.a > 5 && tool.nmae == "x"', 18, '`tool` has no field "nmae". Did you mean "name"?'],
    ['has(caller.mail)', 0, '`caller` has no field "mail". Did you mean "email"?'],
    ['findings.exists(f, f.entty == "x")', 20, 'A finding has no field "entty". Did you mean "entity"?'],
    ['request.findings.all(f, f.sore > 0.1)', 25, 'A finding has no field "sore". Did you mean "score"?'],
    ['args.to.startWith("x")', 7, 'Unknown function "startWith". Did you mean "startsWith"?'],
    ['exists(args)', 0, '`exists` is used wrongly.'],
    ['args.a >', 7, 'This is no CEL that can be read: found > but expecting end of input.'],
    ['Foo{a: 1} == args', 0, 'Messages cannot be made here; `Foo{…}` is unknown.'],
    [
      'args.a.matches(args.b)',
      19,
      'The pattern of `matches` must be written out: whoever supplies a value must not choose one that takes long.',
    ],
    [
      'args.a.matches("(?=x)")',
      15,
      'This pattern cannot run in linear time (no lookaround, no back-references) or cannot be read: error parsing regexp: invalid or unsupported Perl syntax: `(?=`.',
    ],
    [
      'args.a.matches("(a{1,1000}){1,1000}")',
      15,
      'This pattern is too large: counts such as {1,1000} are written out, those within others many times over; ask for less, or write + or * instead.',
    ],
    [`args.a${'.b'.repeat(300)} == 1`, 0, 'More than 200 levels stand within each other; nest fewer.'],
    [
      `risk > 1${' || risk > 1'.repeat(2000)}`,
      0,
      'A condition has at most 16384 characters; make several rules of it.',
    ],
    [
      '[1].all(x, [1].all(y, [1].all(z, true)))',
      25,
      'More than 2 loops (all, exists, map, filter) stand within each other; nest fewer.',
    ],
  ])('%s', (text, offset, message) => {
    const result = compile(text);
    expect(result.ok ? [] : result.faults).toEqual([{ message, offset }]);
  });

  test.each([
    ['args.exists(k, k == "x")'],
    ['args.a.map(x, args.b.filter(y, y == x)).size() > 0'],
    ['[1, 2].exists_one(x, x == args.n)'],
    ['type(args.a) == int ? args.a > 1 : true'],
  ])('%s is fine', (text) => {
    expect(compile(text)).toMatchObject({ ok: true });
  });
});

describe('evaluation is bounded', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => i);
  const long = 'a'.repeat(1_000_000);
  /** As a bad generator throws it: nothing repeats, so a pattern that looks back has to remember it all. */
  const random = Array.from({ length: 500_000 }, (_, i) => ((i * i * 2_654_435_761) & 4096 ? 'a' : 'b')).join(
    '',
  );
  test.each<[when: string, args: object]>([
    ['args.many.all(x, args.many.all(y, x >= 0))', { many }],
    ['args.many.all(x, x in args.many)', { many }],
    ['args.many.all(x, args.many == args.many)', { many }],
    ['args.many.all(x, args.long.contains("b") == false)', { many, long }],
    ['args.many.exists(x, args.many.map(y, y + x).size() == 0)', { many }],
    ['args.many.map(x, args.many).exists(l, l.exists(y, y == -1))', { many }],
    ['args.many.exists(x, args.long.matches("(a*)*b"))', { many, long }],
    ['args.many.all(x, (args.long + args.long).size() > 0)', { many, long }],
    ['args.random.matches("[ab]*a[ab]{500}c")', { random }],
    ['args.random.matches("(a|b)*a(x|a|b){900}d$")', { random }],
    ['args.all.exists(x, x.matches("^(.*a.{100}|.*b.{99})$"))', { all: Array(1000).fill('ab'.repeat(500)) }],
    ['int(args.digits) > 1', { digits: '9'.repeat(4_000_000) }],
    ['args.many.map(a, args.many + args.many).size() > 0', { many }],
  ])('%s', (when, args) => {
    const begun = performance.now();
    expect(fires(when, call('pay', args as never))).toBe('it took too many steps; loop over less');
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('patterns that other engines go astray over take linear time', () => {
    const begun = performance.now();
    for (const pattern of ['(a+)+$', '(a|aa)+$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*b'])
      expect(
        fires(`args.long.matches("${pattern}")`, call('pay', { long: `${long.slice(0, 100_000)}!` })),
      ).toBe(false);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('a pattern may be written in pieces', () => {
    expect(fires('args.a.matches("^a" + r"\\.b" + "$")', call('pay', { a: 'a.b' }))).toBe(true);
  });

  test('values as deep as a body may be', () => {
    const deep = JSON.parse(`${'['.repeat(1000)}1${']'.repeat(1000)}`);
    expect(fires('args.a == args.b && args.a in [args.b]', call('pay', { a: deep, b: deep }))).toBe(true);
  });

  test('what people write is well within', () => {
    expect(fires('args.many.all(x, x >= 0) && args.many.exists(x, x == 19999)', call('pay', { many }))).toBe(
      true,
    );
    expect(fires('args.many.all(x, x in [1, 2, 3] || x > 3 || x == 0)', call('pay', { many }))).toBe(true);
    expect(fires('args.many.map(x, x * 2).filter(x, x > 10).size() > 100', call('pay', { many }))).toBe(true);
  });
});
