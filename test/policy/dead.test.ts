/** What a policy says in vain is told with its place. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deadParts } from '../../src/policy/dead.ts';
import { covers, matchesGlob, overlap } from '../../src/policy/glob.ts';
import { starterPolicy } from '../../src/policy/starter.ts';
import { load, told } from './scene.ts';

function warnings(text: string): string[] {
  const loaded = load(`version: 1\n${text}`);
  if (!loaded.ok) throw new Error(loaded.problems.map(told).join('\n'));
  return deadParts(loaded.merged, loaded.policy).map(told);
}

const one = (text: string) => {
  const all = warnings(text);
  expect(all).toHaveLength(1);
  return all[0];
};

test('the built-in policy says nothing in vain', () => {
  expect(warnings(starterPolicy.replace('version: 1\n', ''))).toEqual([]);
});

describe('tools', () => {
  test('a row whose names another takes all', () => {
    expect(one('tools:\n  a_*: allow\n  a_**: deny\n')).toMatch(
      /^fcgate\.yaml:4:3: Nothing reaches this row: "a_\*"/,
    );
  });

  test('a denial that a more specific pattern takes calls from', () => {
    expect(one('tools:\n  rm_*: deny\n  "*_files": allow\n')).toBe(
      'fcgate.yaml:3:3: This denial does not hold for "rm_files": "*_files" is more specific, and does not deny. Name such tools in a row of their own.',
    );
  });

  test('an exception is no accident', () => {
    expect(warnings('tools:\n  rm_*: deny\n  rm_tmp_*: allow\n  rm_cache: allow\n')).toEqual([]);
  });

  test('risk of tools, and a limit above another', () => {
    expect(warnings('risk:\n  tools: { a*: 5, a**: 9 }\n  approve_at: 90\n  deny_at: 80\n')).toEqual([
      expect.stringContaining('fcgate.yaml:3:'),
      expect.stringContaining('fcgate.yaml:4:3: Nobody is ever asked'),
    ]);
  });
});

test('limits that no risk comes to', () => {
  const all = warnings('risk:\n  weights: { pii: 0 }\n  approve_at: 50\n  deny_at: 80\n');
  expect(all).toEqual([
    expect.stringMatching(/^fcgate\.yaml:4:3: Nothing comes to this limit/),
    expect.stringMatching(/^fcgate\.yaml:5:3: Nothing comes to this limit/),
  ]);
  expect(warnings('risk: { tools: { pay: 80 }, deny_at: 80 }\n')).toEqual([]);
});

test('a mask that others hold over everywhere', () => {
  expect(
    one('extends: none\nmask:\n  all: { JWT: redact }\n  to_model: { JWT: keep }\n  to_app: { JWT: hash }\n'),
  ).toMatch(/^fcgate\.yaml:4:10: Nothing reaches this row/);
  expect(warnings('mask:\n  to_model: { pii: redact, EMAIL_ADDRESS: keep }\n')).toEqual([]);
});

describe('rules', () => {
  const rule = (id: string, when: string, effect = 'deny: x', stages = '') =>
    `  - { id: ${id}, ${stages}when: '${when}', ${effect} }\n`;

  test.each([
    [rule('r', '1 == 1'), 'looks at nothing'],
    [rule('r', 'stage == "prompt" && tool.name == "x"'), 'never fires'],
    [rule('r', 'findings.exists(f, f.entity == "EMAIL_ADRESS")'), 'no entity. Did you mean "EMAIL_ADDRESS"?'],
    [rule('r', 'provider in ["opnai"]'), 'no provider. Did you mean "openai"?'],
    [rule('r', '"mine" == connection'), 'is no connection'],
    [
      rule('a', 'risk > 5') + rule('b', 'risk > 5', 'approve: true'),
      'rules.b changes nothing: rules.a denies',
    ],
    [
      `${rule('r', 'tool.name in ["rm_a", "rm_b"] && risk > 1')}tools: { rm_*: deny, rm_c: allow }\n`,
      'tools["rm_*"] denies these calls already',
    ],
    [
      rule('r', 'tool.name == "x" && risk > 5 && tool.name in ["y", "z"]'),
      'rules.r never fires: `tool.name`',
    ],
    [
      `${rule('r', 'tool.name == "x" && risk > 1')}tools: { x: deny }\n`,
      'tools["x"] denies these calls already',
    ],
  ])('%s %s', (rules, message) => {
    expect(one(`rules:\n${rules}`)).toContain(message);
  });

  test('those that can fire are not spoken of', () => {
    const rules = [
      rule('a', 'stage == "prompt" || tool.name == "x"', 'deny: x', 'stages: [tool_call], '),
      rule('b', 'tool.name == "x" && risk > 1'),
      rule(
        'd',
        '"a" in caller.groups && "b" in caller.groups && tool.name in ["x", "y"] && tool.name != "x"',
      ),
      rule('e', 'tool.name == "rm_a" || tool.name == "x"'),
      rule('c', 'findings.exists(f, f.entity == "JWT" && f.stage == "prompt")'),
    ];
    expect(warnings(`rules:\n${rules.join('')}tools: { x: { deny: { if: risk > 9 } } }\n`)).toEqual([]);
  });
});

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
const name = fc.string({ unit: fc.constantFrom('a', 'b', 'x'), maxLength: 7 });

test('what covers another matches all that it does', () => {
  fc.assert(
    fc.property(pattern, pattern, fc.array(name, { minLength: 20, maxLength: 40 }), (a, b, names) => {
      if (covers(a, b))
        for (const each of names) if (matchesGlob(b, each)) expect(matchesGlob(a, each)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('an overlap is a name that both match', () => {
  fc.assert(
    fc.property(pattern, pattern, name, (a, b, each) => {
      const shared = overlap(a, b);
      if (shared !== undefined) expect(matchesGlob(a, shared) && matchesGlob(b, shared)).toBe(true);
      else expect(matchesGlob(a, each) && matchesGlob(b, each)).toBe(false);
    }),
    { numRuns: 3000 },
  );
});
