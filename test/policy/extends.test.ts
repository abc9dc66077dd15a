import { describe, expect, test } from 'vitest';
import { call, decideOne, policyOf, problemsOf, rulesOf, unit } from './scene.ts';

test('`none` starts from nothing', () => {
  const policy = policyOf('extends: none');
  expect(policy.restore.on).toBe(false);
  expect(policy.masks.row('prompt', 'US_SSN')).toBeUndefined();
  expect(policy.connections.has('openai')).toBe(true);
});

test('a file extends another, which extends the built-in one', () => {
  const policy = policyOf('extends: ./team.yaml\ntools: { b: deny }', {
    'team.yaml': 'tools: { a: deny, b: allow }',
  });
  expect(policy.files).toEqual(['fcgate.yaml', 'team.yaml']);
  expect(rulesOf(decideOne(policy, call('a', {})))).toEqual(['deny tools["a"]']);
  expect(rulesOf(decideOne(policy, call('b', {})))).toEqual(['deny tools["b"]']);
  expect(rulesOf(decideOne(policy, call('c', {})))).toEqual(['allow tools["*"]']);
  expect(policy.restore.on).toBe(true);
});

test('each rule says in which file it stands', () => {
  const policy = policyOf('extends: ./team.yaml\nrules:\n  - { id: own, when: "true", deny: x }', {
    'team.yaml': 'rules:\n\n  - { id: base, when: "true", deny: y }',
  });
  expect(decideOne(policy, unit('prompt', 'x')).rules.map(({ rule, at }) => `${rule} ${at}`)).toEqual([
    'rules.base team.yaml:3:5',
    'rules.own fcgate.yaml:3:5',
  ]);
});

describe('merging', () => {
  test('the same id replaces a rule, the same tool a row, and both say so', () => {
    const policy = policyOf(
      'extends: ./team.yaml\nrules: [{ id: a, when: "false", deny: own }]\ntools: { t: { approve: { groups: [own] } } }',
      { 'team.yaml': 'rules: [{ id: a, when: "true", deny: base }]\ntools: { t: { deny: base } }' },
    );
    expect(decideOne(policy, unit('prompt', 'x')).effect).toBe('allow');
    expect(decideOne(policy, call('t', {}))).toMatchObject({
      effect: 'approve',
      rules: [{ at: 'fcgate.yaml:3:10' }],
    });
  });

  test('lists append, maps merge', () => {
    const policy = policyOf(
      "extends: ./team.yaml\nmask: { except: ['a@b.co'] }\nconnections: { mine: { uninspectable: pass } }",
      { 'team.yaml': "mask: { except: ['c@d.co'] }\nconnections: { mine: { target: 'https://x.example' } }" },
    );
    expect(policy.masks.spared!('a@b.co', 'pii') && policy.masks.spared!('c@d.co', 'pii')).toBe(true);
    expect(policy.connections.get('mine')).toMatchObject({
      target: 'https://x.example',
      uninspectable: 'pass',
    });
  });

  test('restore is one statement', () => {
    const restore = (own: string) => policyOf(`mask: { restore: ${own} }`).restore;
    expect(restore('false')).toEqual({ on: false, urls: false });
    expect(restore('{ urls: true }')).toEqual({ on: true, urls: true });
    expect(restore('{ urls: false }')).toEqual({ on: true, urls: false });
  });
});

test.each<[name: string, own: string, files: Record<string, string>, problem: string]>([
  [
    'a file that is not there',
    'version: 1\nextends: ./gone.yaml',
    {},
    'fcgate.yaml:2:10: ./gone.yaml cannot be read (no such file). Name a file, or `none`.',
  ],
  [
    'a circle',
    'extends: ./a.yaml',
    { 'a.yaml': 'extends: ./fcgate.yaml', 'fcgate.yaml': 'extends: ./a.yaml' },
    'a.yaml:1:10: ./fcgate.yaml extends this file in turn; break the circle.',
  ],
  [
    'a fault in the base',
    'extends: ./a.yaml',
    { 'a.yaml': 'tols: {}' },
    'a.yaml:1:1: Unknown key "tols" in a policy. Did you mean "tools"?',
  ],
  [
    'a fault that only shows in the whole',
    'extends: ./a.yaml',
    { 'a.yaml': 'tools:\n  x: { deny: { if: arg.a } }' },
    'a.yaml:2:20: Unknown variable "arg". Did you mean "args"?',
  ],
  [
    'an identity no longer required',
    'extends: ./a.yaml\nidentity: { required: false }',
    { 'a.yaml': 'identity: { required: true }' },
    'fcgate.yaml:2:23: a.yaml requires an identity, which this file cannot loosen; take the line out.',
  ],
])('%s is told at its place', (_, own, files, problem) => {
  expect(problemsOf(own, files)).toEqual([problem]);
});

test('a long chain is refused', () => {
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`${i}.yaml`, `extends: ./${i + 1}.yaml`]),
  );
  expect(problemsOf('extends: ./0.yaml', files)).toEqual([
    '6.yaml:1:10: More than 8 files extend one another; use fewer.',
  ]);
});

test('an identity stays required', () => {
  const policy = policyOf('extends: ./a.yaml\nidentity: { issuer: "https://x.example" }', {
    'a.yaml': 'identity: { required: true }',
  });
  expect(policy.identity).toEqual({ issuer: 'https://x.example', groupsClaim: 'groups', required: true });
});
