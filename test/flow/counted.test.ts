/** Ten refunds of 400 do not pass for one of 4,000: along a session, within an answer, in streams, and decided again. */
import { expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { decideAll } from '../../src/trial/decide.ts';
import { assistant, calling, offering, open, policyOf, user } from './scene.ts';

const limit = 'tools: { refund: { deny: { if: \'session.sum("refund", "$.amount") > 1000\' } } }';
const more = offering('refund');
const refund = (amount: unknown) => ['refund', { amount }] as const;
const hash = keyedHash(Buffer.alloc(32, 9));

test('along a conversation', () => {
  const { ask } = open(limit);
  const messages = [user('Pay.')];
  const effects = Array.from({ length: 4 }, () => {
    const { entries } = ask(messages, { more, reply: calling(refund(400)) });
    messages.push(assistant('Done.'), user('More.'));
    return entries.at(-1)!.effect;
  });
  expect(effects).toEqual(['allow', 'allow', 'deny', 'deny']);
});

test('within one answer, and what was refused there is not counted after', () => {
  const { ask } = open(limit);
  const first = ask([user('Pay.')], { more, reply: calling(refund(400), refund(700), refund(500)) });
  expect(first.entries.at(-1)!.decisions.map(({ effect }) => effect)).toEqual(['allow', 'deny', 'allow']);
  const next = ask([user('Pay.'), assistant('Done.'), user('More.')], { more, reply: calling(refund(101)) });
  expect(next.entries.at(-1)!.effect).toBe('deny');
});

test('conversations are counted apart, and each caller', () => {
  const { ask } = open(limit);
  ask([user('Pay.')], { more, reply: calling(refund(900)) });
  const other = ask([user('Pay somebody else.')], { more, reply: calling(refund(900)) });
  const another = ask([user('Pay.'), assistant('x'), user('y')], {
    more,
    caller: 'bob',
    reply: calling(refund(900)),
  });
  expect([other, another].map(({ entries }) => entries.at(-1)!.effect)).toEqual(['allow', 'allow']);
});

test('a conversation that began elsewhere is counted from its history, once', () => {
  const { ask } = open(limit);
  const result = { role: 'tool', tool_call_id: 'call_0', content: 'ok' };
  const history = [user('Pay.'), calling(refund(800)), result, user('More.')];
  const first = ask(history, { more, reply: calling(refund(150)) });
  expect(first.entries.at(-1)!.effect).toBe('allow');
  const second = ask([...history, assistant('Done.'), user('More.')], { more, reply: calling(refund(50)) });
  expect(second.entries.at(-1)!.effect).toBe('allow');
  const third = ask([...history, assistant('Done.'), user('More.'), assistant('x'), user('y')], {
    more,
    reply: calling(refund(1)),
  });
  expect(third.entries.at(-1)!.effect).toBe('deny');
});

test('a session that is decided again comes to the same', () => {
  const { ask } = open(limit);
  const recordings: Recording[] = [];
  const messages = [user('Pay.')];
  for (let i = 0; i < 4; i++) {
    recordings.push(ask(messages, { more, reply: calling(refund(400)) }).recording);
    messages.push(assistant('Done.'), user('More.'));
  }
  const trials = decideAll(recordings, { policy: policyOf(limit), hash });
  expect(trials.map(({ codes }) => codes.length)).toEqual([0, 0, 1, 1]);
});

/** A streamed answer of calls, told in pieces of so many bytes, choices and calls side by side. */
function streamed(amounts: readonly number[], choices: number, piece: number): Recording {
  const { recording } = open().ask([user('Pay.')], { more });
  const event = (index: number, calls: object[]) =>
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index, delta: { tool_calls: calls } }] })}\n\n`;
  const events = amounts.flatMap((amount, i) => {
    const [choice, index] = [choices - 1 - (i % choices), Math.floor(i / choices)];
    const text = JSON.stringify({ amount });
    const begun = event(choice, [
      { index, id: `c${i}`, type: 'function', function: { name: 'refund', arguments: '' } },
    ]);
    const pieces = text.match(new RegExp(`.{1,${piece}}`, 'g'))!;
    return [begun, ...pieces.map((part) => event(choice, [{ index, function: { arguments: part } }]))];
  });
  const ends = Array.from(
    { length: choices },
    (_, index) =>
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index, delta: {}, finish_reason: 'tool_calls' }] })}\n\n`,
  );
  const body = `${events.join('')}${ends.join('')}data: [DONE]\n\n`;
  return {
    ...recording,
    decisions: [],
    response: { status: 200, headers: { 'content-type': 'text/event-stream' }, body },
  };
}

test.each([1, 2, 3])('in a stream of %d choices, however it is cut', (choices) => {
  for (const piece of [1, 5, 100]) {
    const recording = streamed([400, 400, 400, 100, 900], choices, piece);
    const [trial] = decideAll([recording], { policy: policyOf(limit), hash });
    const went = [...trial!.toApp.matchAll(/"name":"refund"/g)].length;
    expect(trial!.decisions.filter(({ effect }) => effect === 'deny')).toHaveLength(2);
    expect(went).toBe(3);
    expect(trial!.codes).toEqual(['policy_denied']);
  }
});

test('the price of a call does not grow with the calls before it', () => {
  const { ask } = open(limit.replace('1000', '1000000'));
  const messages = [user('Pay.')];
  const cost = (calls: number): number => {
    const started = process.cpuUsage().user;
    for (let i = 0; i < calls; i++)
      ask(messages, { more, headers: { 'x-fcgate-session': 'one' }, reply: calling(refund(1)) });
    return process.cpuUsage().user - started;
  };
  cost(50);
  const early = cost(150);
  cost(600);
  expect(cost(150)).toBeLessThan(3 * early);
});
