/** What people are asked, and what callers are told when the answer is no. */
import { describe, expect, test } from 'vitest';
import { calling, offering, open, user } from './scene.ts';

const mail = 'kim.vos@mailbox.example';
const asking = 'tools: { pay: { approve: { groups: [desk] } } }';
const more = offering('pay');
const hashOf = (args: object, lines = asking, caller = 'ann'): string => {
  const { ask } = open(lines);
  return ask([user('Pay.')], { more, caller, reply: calling(['pay', args]) }).questions[0]!.hash;
};

describe('a question', () => {
  test('shows the call masked, and asks whom the policy names', () => {
    const { ask } = open(asking);
    const { questions } = ask([user(`Pay ${mail}.`)], {
      more,
      reply: calling(['pay', { to: 'x@y.example', n: 3 }]),
    });
    expect(questions).toMatchObject([{ tool: 'pay', caller: 'ann', demand: { groups: ['desk'], min: 1 } }]);
    const shown = JSON.parse(questions[0]!.shown);
    expect(shown).toEqual({ to: expect.stringContaining('@example.'), n: 3 });
    expect(shown.to).not.toContain('x@y');
  });

  test('is bound to what the call says, not to how it is written', () => {
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf({ a: 1, b: 2 })).not.toBe(hashOf({ a: 1, b: '2' }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 1 }, `${asking}\nlimits: { depth: 64 }`));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 1 }, asking, 'bo'));
  });

  test('is bound to the values that the caller gets, not to their surrogates', () => {
    const { ask } = open(asking);
    const first = ask([user(`Pay ${mail}.`)]);
    const surrogate = /Pay (\S+@example\.\w+)\./.exec(first.sent)![1]!;
    const restored = ask([user(`Pay ${mail}.`)], { more, reply: calling(['pay', { to: surrogate }]) });
    expect(restored.questions[0]!.hash).toBe(hashOf({ to: mail }));
    expect(restored.questions[0]!.shown).toContain(surrogate);
    expect(restored.got).toContain(mail);
  });
});

describe('who is refused', () => {
  const refused = (lines: string, answer?: Parameters<ReturnType<typeof open>['ask']>[1]) =>
    open(lines).ask([user(`Pay ${mail}.`)], {
      more,
      reply: calling(['pay', { to: 'x@y.example' }]),
      ...answer,
    });

  test.each([
    ['approval_denied', { by: 'bo', reason: 'Too much.' }, 'Refused by bo: Too much. Asked by tools["pay"]'],
    ['approval_timeout', {}, 'Nobody answered in time. Asked by tools["pay"]'],
    ['approver_unavailable', {}, 'Nobody is there to approve. Asked by tools["pay"]'],
  ] as const)('reads %s and why, in the place of the call', (code, told, message) => {
    const { got } = refused(asking, { answer: { allow: false, code, ...told } });
    const { content, tool_calls } = JSON.parse(got).choices[0].message;
    expect(tool_calls).toBeUndefined();
    expect(content).toContain(`fcgate ${code}: ${message} (exchange id-1)`);
  });

  test('reads rule and reason of a request that did not go, and no value', () => {
    const { step, got } = refused(
      'rules: [{ id: no-mail, stages: [prompt], when: "findings.size() > 0", deny: No mail here. }]',
    );
    expect(step).toMatchObject({ kind: 'refuse', refusal: { code: 'policy_denied', status: 403 } });
    expect(JSON.parse(got).error).toMatchObject({
      code: 'policy_denied',
      message: expect.stringContaining('fcgate policy_denied: rules.no-mail: No mail here (exchange id-1)'),
    });
    expect(got).not.toContain('kim.vos');
  });
});
