/** Cases: what is looked at, and what is said where a policy does otherwise. */
import { describe, expect, test } from 'vitest';
import type { Case, Expectation } from '../../src/fixture.ts';
import { readFixture } from '../../src/record/fixtures.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { runCases } from '../../src/trial/cases.ts';
import type { Failure } from '../../src/trial/compare.ts';
import { policyOf } from '../flow/scene.ts';

const { recordings } = await readFixture('fixtures/recordings.json');
const hash = keyedHash(Buffer.alloc(32));
const user = '/messages/1/content';
const call = '/choices/0/message/tool_calls/0/function/arguments';
const asking = 'tools: { lookup_rental: { approve: { groups: [desk, boss] } } }';

function run(expected: Expectation, lines = '', caller?: Case['caller'], recording = 'rental-openai-chat-1') {
  const one = { name: 'a case', recording, expect: expected, ...(caller ? { caller } : {}) };
  const fixture = { version: 1 as const, recordings, cases: [one] };
  return runCases(fixture, { policy: policyOf(lines), hash }, () => 0)[0]!;
}

describe('a case holds where all that it names is so', () => {
  test.each<[string, Expectation, string?, string?]>([
    ['nothing', {}],
    ['the strictest decision', { decision: 'mask' }],
    ['decisions by place', { decisions: { [user]: 'mask', [call]: 'allow', '/nowhere': 'allow' } }],
    ['rules', { rules: ['tools["*"]', 'mask.to_model.pii'], not_rules: ['unoffered_tools'] }],
    ['entities', { masked: { [user]: 'CREDIT_CARD' } }],
    ['approvers in any order', { decision: 'approve', approvers: ['desk', 'boss'] }, asking],
    ['nobody asked', { approvers: [] }],
    [
      'texts',
      {
        leaves: {
          to_model: { must: ['HB-20417'], must_not: ['post.example'] },
          to_app: { must: ['mara.lindqvist@'] },
        },
      },
    ],
    ['codes', { code: 'policy_denied', decision: 'deny' }, '', 'rental-openai-chat-3'],
    [
      'a whole request refused',
      { code: 'policy_denied' },
      'rules: [{ id: no, stages: [prompt], when: "true", deny: No. }]',
    ],
  ])('%s', (_what, expected, lines, recording) => {
    expect(run(expected, lines, undefined, recording)).toMatchObject({ passed: true, failures: [] });
  });
});

test.each<[string, Expectation, Failure]>([
  ['decision', { decision: 'deny' }, { what: 'decision', expected: 'deny', actual: 'mask' }],
  [
    'place',
    { decisions: { [call]: 'deny' } },
    { what: `decisions["${call}"]`, expected: 'deny', actual: 'allow' },
  ],
  [
    'rule',
    { rules: ['rules.mine'] },
    {
      what: 'rules',
      expected: 'rules.mine',
      actual: 'mask.to_model.pii, mask.to_model.financial, tools["*"]',
    },
  ],
  [
    'mask',
    { masked: { [user]: 'US_SSN' } },
    { what: `masked["${user}"]`, expected: 'US_SSN', actual: 'CREDIT_CARD, EMAIL_ADDRESS, PHONE_NUMBER' },
  ],
  ['approvers', { approvers: ['desk'] }, { what: 'approvers', expected: 'desk', actual: 'nobody' }],
  ['code', { code: 'policy_denied' }, { what: 'code', expected: 'policy_denied', actual: 'not refused' }],
  [
    'text that must leave',
    { leaves: { to_model: { must: ['nonsense'] } } },
    { what: 'leaves.to_model.must', expected: 'nonsense', actual: 'not there' },
  ],
  [
    'text that must not',
    { leaves: { to_model: { must_not: ['HB-20417'] } } },
    { what: 'leaves.to_model.must_not', expected: 'not HB-20417', actual: 'there' },
  ],
])('a failure says what was expected and what came: %s', (_what, expected, failure) => {
  expect(run(expected)).toMatchObject({
    passed: false,
    recording: 'rental-openai-chat-1',
    failures: [failure],
  });
});

test('a case says who asks', () => {
  const lines =
    'rules: [{ id: staff, stages: [prompt], when: "!(\'staff\' in caller.groups)", deny: Staff only. }]';
  expect(run({ decision: 'deny' }, lines).failures).toEqual([]);
  expect(run({ decision: 'mask' }, lines, { subject: 'ann', groups: ['staff'] }).failures).toEqual([]);
});
