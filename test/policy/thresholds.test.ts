import { describe, expect, test } from 'vitest';
import { find } from '../../src/policy/find.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { policyOf, problemsOf, unit } from './scene.ts';

/** Entities in a text, with the scores that the detectors give them. */
const found = (policy: Policy, text: string): string[] =>
  find(policy, unit('prompt', text).leaves[0]!).map(({ entity, score }) => `${entity} ${score}`);

const national = 'ring 079 2718 1155 now';
const dummy = 'see 000-12-3456';

describe('what counts as a finding', () => {
  test('is what scores 0.5, where nothing is said', () => {
    expect(found(policyOf(''), national)).toEqual(['PHONE_NUMBER 0.6']);
    expect(found(policyOf(''), dummy)).toEqual([]);
  });

  test('begins higher or lower for an entity', () => {
    expect(found(policyOf('thresholds: { PHONE_NUMBER: 0.6 }'), national)).toEqual(['PHONE_NUMBER 0.6']);
    expect(found(policyOf('thresholds: { PHONE_NUMBER: 0.61 }'), national)).toEqual([]);
    expect(found(policyOf('thresholds: { US_SSN: 0.2 }'), dummy)).toEqual(['US_SSN 0.2']);
  });

  test('entity over group over all', () => {
    expect(found(policyOf('thresholds: { pii: 0.7 }'), national)).toEqual([]);
    expect(found(policyOf('thresholds: { all: 0.7 }'), national)).toEqual([]);
    expect(found(policyOf('thresholds: { all: 0.7, pii: 0.5 }'), national)).toEqual(['PHONE_NUMBER 0.6']);
    expect(found(policyOf('thresholds: { pii: 0.7, PHONE_NUMBER: 0.5 }'), national)).toEqual([
      'PHONE_NUMBER 0.6',
    ]);
  });

  test('may be a right check digit alone, where that is enough', () => {
    const text = 'in box 111222333 of the store';
    expect(found(policyOf(''), text)).toEqual([]);
    expect(found(policyOf('thresholds: { NL_BSN: 0.4 }'), text)).toEqual(['NL_BSN 0.4']);
    expect(found(policyOf('thresholds: { NL_BSN: 0.4 }'), text.replace('333', '334'))).toEqual([]);
  });

  test('holds for detectors of one’s own, and for their examples', () => {
    const own = "detectors: [{ entity: DESK, group: place, pattern: 'D\\d{4}', score: 0.3 }]\n";
    expect(found(policyOf(own), 'at D1234')).toEqual([]);
    expect(found(policyOf(`${own}thresholds: { place: 0.3 }`), 'at D1234')).toEqual(['DESK 0.3']);
    const checked = own.replace('0.3 }', '0.3, examples: { match: [D1234] } }');
    expect(problemsOf(checked)).toEqual(['fcgate.yaml:1:13: detector DESK does not match examples.match[0]']);
    expect(problemsOf(`${checked}thresholds: { DESK: 0.3 }`)).toEqual([]);
  });
});

test.each<[why: string, text: string, problem: string]>([
  [
    'an unknown entity',
    'thresholds: { PHONE_NUMBR: 0.6 }',
    '1:15: Unknown entity "PHONE_NUMBR". Did you mean "PHONE_NUMBER"?',
  ],
  [
    'an unknown group',
    'thresholds: { secrets: 0.6 }',
    '1:15: Unknown group "secrets". Did you mean "secret"?',
  ],
  ['a percentage', 'thresholds: { pii: 60 }', '1:20: thresholds.pii must be a score: above 0, at most 1.'],
  ['nothing', 'thresholds: { pii: 0 }', '1:20: thresholds.pii must be a score: above 0, at most 1.'],
  [
    'a name like it',
    'treshold: { pii: 0.6 }',
    '1:1: Unknown key "treshold" in a policy. Did you mean "thresholds"?',
  ],
])('thresholds do not load with %s', (_, text, problem) => {
  expect(problemsOf(text)).toEqual([`fcgate.yaml:${problem}`]);
});

describe('a file that extends another', () => {
  const team = { 'team.yaml': 'thresholds: { pii: 0.4, EMAIL_ADDRESS: 0.3 }' };
  const problems = (thresholds: string, files = team) =>
    problemsOf(`extends: ./team.yaml\nthresholds: ${thresholds}`, files);

  test('may find more than its base does', () => {
    expect(problems('{ PHONE_NUMBER: 0.4, secret: 0.9, EMAIL_ADDRESS: 0.2 }')).toEqual([]);
  });

  test('cannot let pass what its base counts as a finding', () => {
    expect(problems('{ PHONE_NUMBER: 0.45 }')).toEqual([
      'fcgate.yaml:2:29: team.yaml counts PHONE_NUMBER from 0.4 on, which this file cannot loosen; write 0.4 or less, or take the line out.',
    ]);
    expect(problems('{ EMAIL_ADDRESS: 0.4 }')[0]).toContain('team.yaml counts EMAIL_ADDRESS from 0.3 on');
    expect(problems('{ pii: 0.5 }')[0]).toContain('team.yaml counts pii from 0.4 on');
    expect(problems('{ US_SSN: 0.6 }', { 'team.yaml': 'thresholds: { all: 0.5 }' })[0]).toContain(
      'team.yaml counts US_SSN from 0.5 on',
    );
  });

  test('keeps what its base says of other entities', () => {
    const policy = policyOf('extends: ./team.yaml\nthresholds: { pii: 0.1 }', team);
    expect(policy.detectors.thresholdOf('EMAIL_ADDRESS')).toBe(0.3);
    expect(policy.detectors.thresholdOf('US_SSN')).toBe(0.1);
    expect(policy.detectors.thresholdOf('CREDIT_CARD')).toBe(0.5);
  });
});
