/** A model, or an upstream, that wants the gateway to stand still for everybody: cost grows with size, not with its square. */
import { expect, test } from 'vitest';
import { chat, gateway, SSE_TYPE, sse } from './rig.ts';

const POLICY = 'version: 1\ntools: { danger: { deny: Never. }, "*": allow }\n';
const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const call = (i: number, index = i) => ({
  index,
  id: `call_${i}`,
  function: { name: 'danger', arguments: '{}' },
});
const chunk = (index: number, delta: object, rest: object = {}) => ({ choices: [{ index, delta, ...rest }] });

test.each([
  [
    'choices with log probabilities',
    many(10_000, (i) => chunk(i, { content: 'a' }, { logprobs: { content: [] } })),
  ],
  ['choices that call', many(4_000, (i) => chunk(i, { tool_calls: [call(i, 0)] }))],
  ['calls', many(4_000, (i) => chunk(0, { tool_calls: [call(i)] }))],
  ['calls of one index', many(10_000, (i) => chunk(0, { tool_calls: [call(i, 0)] }))],
])('many %s', (_, events) => {
  const started = performance.now();
  const { body } = gateway(POLICY)({ body: chat('hi', ['danger']) }).answer(sse(...events, '[DONE]'), {
    headers: SSE_TYPE,
  });
  expect(body).not.toContain('"name":"danger"');
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('many calls in one wrapper', () => {
  const uses = many(10_000, () => ({ recipient_name: 'functions.danger', parameters: { text: 'hello' } }));
  const wrapper = { name: 'parallel', arguments: JSON.stringify({ tool_uses: uses }) };
  const started = performance.now();
  const { body } = gateway(POLICY)({ body: chat('hi', ['danger']) }).answer({
    choices: [{ message: { tool_calls: [{ id: 'a', function: wrapper }] } }],
  });
  expect(body).not.toContain('recipient_name');
  expect(performance.now() - started).toBeLessThan(10_000);
});
