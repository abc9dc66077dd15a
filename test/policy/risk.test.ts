import { expect, test } from 'vitest';
import { call, decideOne, policyOf, rulesOf, unit } from './scene.ts';

const policy = policyOf(`
risk:
  weights: { secret: 60, financial: 25, pii: 10, US_SSN: 45 }
  tools: { delete_*: 40, delete_all: 70, send_email: 20 }
  approve_at: 60
  groups: [security]
  deny_at: 90
`);
const at = (entity: string, start: number, end: number) => ({ entity, start, end, score: 1, detector: 'x' });
/** A text of `a b c …`, and what was found at which letters. */
const found = (...matches: [entity: string, letter: number][]) => ({
  matches: [[matches.map(([entity, letter]) => at(entity, letter, letter + 1))]],
});

test('is the sum of the distinct findings in a unit, line by line', () => {
  const decision = decideOne(
    policy,
    unit('prompt', 'abca'),
    found(['EMAIL_ADDRESS', 0], ['EMAIL_ADDRESS', 1], ['EMAIL_ADDRESS', 3], ['CREDIT_CARD', 2]),
  );
  expect(decision.risk).toEqual({
    total: 45,
    lines: [
      { what: 'CREDIT_CARD', weight: 25 },
      { what: 'EMAIL_ADDRESS × 2', weight: 20 },
    ],
  });
  expect(decision.rules).toEqual([]);
});

test('weighs an entity over its group, and leaves out what has no weight', () => {
  expect(decideOne(policy, unit('prompt', 'ab'), found(['US_SSN', 0], ['IP_ADDRESS', 1])).risk).toEqual({
    total: 45,
    lines: [{ what: 'US_SSN', weight: 45 }],
  });
});

test('counts the tool of a new call, by its most specific pattern', () => {
  expect(decideOne(policy, call('delete_one', {})).risk).toEqual({
    total: 40,
    lines: [{ what: 'tools["delete_*"]', weight: 40 }],
  });
  expect(decideOne(policy, call('delete_all', {})).risk.total).toBe(70);
  expect(decideOne(policy, unit('tool_result', {}, { tool: 'delete_all' })).risk.total).toBe(0);
});

test('asks from one limit on, refuses from another', () => {
  const asked = decideOne(policy, unit('prompt', 'a'), found(['GITHUB_PAT', 0]));
  expect(asked).toMatchObject({ effect: 'approve', approval: { groups: ['security'], min: 1 } });
  expect(asked.rules).toEqual([
    {
      rule: 'risk.approve_at',
      effect: 'approve',
      reason: 'The risk is 60 of 100 (GITHUB_PAT: 60); the limit is 60.',
      at: 'fcgate.yaml:5:3',
    },
  ]);
  const refused = decideOne(policy, unit('prompt', 'ab'), found(['GITHUB_PAT', 0], ['GITHUB_PAT', 1]));
  expect(refused).toMatchObject({ effect: 'deny', risk: { total: 100 } });
  expect(rulesOf(refused)).toEqual(['deny risk.deny_at', 'approve risk.approve_at']);
});

test('does not ask about history again, but refuses it', () => {
  expect(decideOne(policy, unit('past_call', 'a'), found(['GITHUB_PAT', 0])).effect).toBe('mask');
  expect(decideOne(policy, unit('past_call', 'ab'), found(['GITHUB_PAT', 0], ['GITHUB_PAT', 1])).effect).toBe(
    'deny',
  );
});

test('can be read by conditions', () => {
  const reading = policyOf(
    'risk: { weights: { pii: 30 } }\nrules: [{ id: a, stages: [prompt], when: risk >= 30, deny: x }]',
  );
  expect(decideOne(reading, unit('prompt', 'a'), found(['EMAIL_ADDRESS', 0])).effect).toBe('deny');
  expect(decideOne(reading, unit('prompt', 'a')).effect).toBe('allow');
});
