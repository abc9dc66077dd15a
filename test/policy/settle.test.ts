import { expect, test } from 'vitest';
import { type Settlement, settle } from '../../src/policy/settle.ts';
import { call, decide } from './scene.ts';

const decisions = decide(
  'tools: { ask: { approve: { reason: Costly. } }, no: { deny: Never. }, bad: { deny: { if: args.x > 1 } } }',
  [call('free', {}), call('ask', {}), call('no', {}), call('bad', {})],
);

const outcome = (index: number, answer?: Settlement) =>
  settle(decisions, new Map(answer ? [[index, answer]] : []))[index]!;

test('what is allowed goes on', () => {
  expect(outcome(0)).toEqual({ decision: decisions[0] });
});

test('what is denied is refused with rule and reason, whatever anybody answers', () => {
  const refused = { code: 'policy_denied', reason: 'tools["no"]: Never.' };
  expect(outcome(2).refused).toEqual(refused);
  expect(outcome(2, { allow: true }).refused).toEqual(refused);
});

test('a condition that failed says so', () => {
  expect(outcome(3).refused!.reason).toBe(
    'tools["bad"] (its condition failed: `args.x` is not there; guard it: `has(args.x) && …`)',
  );
});

test.each<[answer: Settlement | undefined, code: string | undefined, reason?: string]>([
  [{ allow: true, by: 'bob' }, undefined],
  [undefined, 'approver_unavailable', 'Nobody is there to approve. Asked by tools["ask"]: Costly.'],
  [{ allow: false }, 'approver_unavailable', 'Nobody is there to approve. Asked by tools["ask"]: Costly.'],
  [
    { allow: false, code: 'approval_denied', by: 'bob', reason: 'too dear' },
    'approval_denied',
    'Refused by bob: too dear. Asked by tools["ask"]: Costly.',
  ],
  [
    { allow: false, code: 'approval_timeout' },
    'approval_timeout',
    'Nobody answered in time. Asked by tools["ask"]: Costly.',
  ],
  [
    { allow: false, code: 'gateway_stopped' },
    'gateway_stopped',
    'The gateway stopped before anybody answered. Asked by tools["ask"]: Costly.',
  ],
])('what needs approval: answered %j, it is %s', (answer, code, reason) => {
  expect(outcome(1, answer).refused).toEqual(code === undefined ? undefined : { code, reason });
});
