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

/** CPU time, so that whoever else uses the machine does not count. */
function cost(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const args = (content: object) =>
  chat('hi', [], {
    messages: [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: JSON.stringify(content) } },
        ],
      },
    ],
  });
const mail = (i: number): string => `ann${i}.lee@acme.io`;
const none = { choices: [] };
const danger = { name: 'danger', arguments: '{}' };

/** What is done with so many of each. */
const loads: Record<string, [count: number, (count: number) => void]> = {
  'keys that are found': [
    6000,
    (count) =>
      void gateway()({ body: args(Object.fromEntries(many(count, (i) => [mail(i), 1]))) }).answer(none),
  ],
  'values that are found': [
    8000,
    (count) => void gateway()({ body: args({ list: many(count, mail) }) }).answer(none),
  ],
  'values that are found in one text': [
    5000,
    (count) => void gateway()({ body: chat(many(count, mail).join(' ')) }).answer(none),
  ],
  'denied calls of Chat Completions': [
    10_000,
    (count) =>
      void gateway(POLICY)({ body: chat('hi', ['danger']) }).answer({
        choices: [
          {
            message: {
              tool_calls: many(count, (i) => ({ id: `c${i}`, type: 'function', function: danger })),
            },
          },
        ],
      }),
  ],
  'denied calls of Responses': [
    4000,
    (count) =>
      void gateway(POLICY)({
        path: '/v1/responses',
        body: { model: 'm', input: 'hi', tools: [{ type: 'function', name: 'danger', parameters: {} }] },
      }).answer({
        id: 'r',
        output: many(count, (i) => ({ type: 'function_call', id: `f${i}`, call_id: `c${i}`, ...danger })),
      }),
  ],
  'denied calls of Anthropic': [
    5000,
    (count) =>
      void gateway(POLICY)({
        connection: 'anthropic',
        path: '/v1/messages',
        body: {
          model: 'm',
          max_tokens: 1,
          tools: [{ name: 'danger', input_schema: { type: 'object' } }],
          messages: [{ role: 'user', content: 'hi' }],
        },
      }).answer({
        id: 'm',
        type: 'message',
        role: 'assistant',
        content: many(count, (i) => ({ type: 'tool_use', id: `t${i}`, name: 'danger', input: {} })),
      }),
  ],
  'denied calls in events of Anthropic': [
    8_000,
    (count) =>
      void gateway(POLICY)({ connection: 'anthropic', path: '/v1/messages', body: { messages: [] } }).answer(
        sse(
          { type: 'message_start', message: { id: 'm', content: [] } },
          ...many(count, (index) => [
            {
              type: 'content_block_start',
              index,
              content_block: { type: 'tool_use', id: `t${index}`, name: 'danger', input: {} },
            },
            { type: 'content_block_stop', index },
          ]).flat(),
          { type: 'message_stop' },
        ),
        { headers: SSE_TYPE },
      ),
  ],
  deltas: [
    8_000,
    (count) => {
      const events = many(count, (i) => chunk(0, { content: `word${i} ` }));
      gateway()({ body: chat('hi') }).answer(sse(...events, '[DONE]'), { headers: SSE_TYPE });
    },
  ],
};

/** Four times as many may cost four times as much, with room for a noisy machine: not sixteen times. */
test.each(Object.entries(loads))(
  '%s cost by their number',
  (_, [count, load]) => {
    load(count);
    const least = (size: number): number => Math.min(...many(3, () => cost(() => load(size))));
    expect(least(count) / least(count / 4)).toBeLessThan(10);
  },
  120_000,
);
