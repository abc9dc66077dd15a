/** Mutants: the steps by which a policy is broken, and who notices. */
import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/fixture.ts';
import { variantOf } from '../../src/policy/compile.ts';
import { readFixture } from '../../src/record/fixtures.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { mutantsOf } from '../../src/trial/mutants.ts';
import { mutate } from '../../src/trial/mutate.ts';
import { load } from '../policy/scene.ts';

const { recordings } = await readFixture('fixtures/support.json');
const hash = keyedHash(Buffer.alloc(32));

function loaded(text: string) {
  const one = load(`version: 1\n${text}`);
  if (!one.ok) throw new Error(one.problems[0]!.message);
  return one;
}

function mutantsIn(text: string): string[] {
  const { policy, merged } = loaded(text);
  return mutantsOf(policy, merged).map(
    ({ line, column, operator, change }) => `${line}:${column} ${operator} ${change}`,
  );
}

describe('a policy is broken one step at a time, each at its place', () => {
  test.each<[what: string, policy: string, mutants: string[]]>([
    ['not what is built in', '', []],
    [
      'a row',
      'tools:\n  send_email: { deny: No. }',
      [
        '3:3 drop-row dropped',
        '3:3 widen-glob "send_email" → "send_*"',
        '3:3 swap-effect deny → allow',
        '3:3 swap-effect deny → approve',
      ],
    ],
    [
      'an allow that stands alone says nothing',
      'tools:\n  send_email: allow',
      ['3:3 swap-effect allow → deny'],
    ],
    [
      'an allow that is an exception does',
      'tools:\n  send_email: allow\n  send_*: deny',
      [
        '3:3 drop-row dropped',
        '3:3 swap-effect allow → deny',
        '4:3 drop-row dropped',
        '4:3 widen-glob "send_*" → "*"',
        '4:3 swap-effect deny → allow',
        '4:3 swap-effect deny → approve',
      ],
    ],
    [
      'a condition',
      'rules:\n  - id: a\n    when: args.n > 5 && has(args.b)\n    deny: x',
      [
        '3:5 drop-rule dropped',
        '3:5 swap-effect deny → approve',
        '4:11 negate `args.n > 5` → `!(args.n > 5)`',
        '4:11 drop-operand `args.n > 5` → `true`',
        '4:11 always `args.n > 5 && has(args.b)` → `true`',
        '4:18 shift-edge `>` → `>=`',
        '4:20 shift-bound `5` → `6`',
        '4:22 swap-operator `&&` → `||`',
        '4:25 negate `has(args.b)` → `!(has(args.b))`',
        '4:25 drop-operand `has(args.b)` → `true`',
      ],
    ],
    [
      'a guard that makes no difference is left alone',
      'rules:\n  - id: a\n    when: "!has(args.b) || args.b == \'>= 1\'"\n    deny: x',
      [
        '3:5 drop-rule dropped',
        '3:5 swap-effect deny → approve',
        "4:12 always `!has(args.b) || args.b == '>= 1'` → `true`",
        '4:13 negate `has(args.b)` → `!(has(args.b))`',
        '4:25 swap-operator `||` → `&&`',
        "4:28 drop-operand `args.b == '>= 1'` → `false`",
        '4:35 flip-comparison `==` → `!=`',
      ],
    ],
    [
      'masks',
      'mask:\n  to_model:\n    US_SSN: redact\n  except:\n    - 10.0.0.0/8',
      [
        '4:5 drop-mask dropped',
        '4:5 keep-entity redact → keep',
        '4:5 change-form redact → surrogate',
        '6:7 drop-except dropped',
        '6:7 widen-except 10.0.0.0/8 → 10.0.0.0/0',
      ],
    ],
    [
      'risk, by steps that can matter',
      'risk:\n  weights:\n    secret: 60\n    pii: 15\n  approve_at: 60\n  groups: [a, b]',
      [
        '4:5 drop-weight 60 → 0',
        '5:5 drop-weight 15 → 0',
        '6:3 drop-limit dropped',
        '6:3 shift-bound 60 → 45',
        '6:3 shift-bound 60 → 75',
        '7:12 drop-group group a dropped',
        '7:15 drop-group group b dropped',
      ],
    ],
  ])('%s', (_, policy, mutants) => {
    expect(mutantsIn(policy).toSorted()).toEqual(mutants.toSorted());
  });

  test('and most of them load', () => {
    const { policy, merged } = loaded(
      'tools:\n  a_*: { approve: { if: args.n > 5, groups: [x] } }\nrules:\n  - { id: r, stages: [prompt], when: stage == "prompt", deny: x }',
    );
    const broken = mutantsOf(policy, merged).filter((mutant) => !variantOf(policy, mutant.merged));
    expect(broken.map(({ operator }) => operator)).toEqual([]);
  });
});

describe('who notices', () => {
  const refund = 'tools:\n  refund_*: { approve: { if: args.amount > 500 } }';
  const one = (expected: Case['expect']): Case => ({
    name: 'one',
    recording: 'support-openai-chat-2',
    expect: expected,
  });
  const survivors = (...cases: Case[]): string[] => {
    const { policy, merged } = loaded(refund);
    const { survivors: left } = mutate([{ version: 1, recordings, cases }], merged, { policy, hash });
    return left.map(({ operator, change }) => `${operator} ${change}`);
  };

  test('nobody, without cases', () => {
    const { policy, merged } = loaded(refund);
    expect(mutate([], merged, { policy, hash })).toMatchObject({ mutants: 8, runs: 0 });
  });

  test('a case that expects what the policy says', () => {
    const left = survivors(one({ rules: ['tools["refund_*"]'], decision: 'approve' }));
    expect(left).not.toContain('drop-row dropped');
    expect(left).toContain('shift-bound `500` → `501`');
  });

  test('not a case that fails anyway', () => {
    expect(survivors(one({ decision: 'mask' }))).toHaveLength(8);
  });
});
