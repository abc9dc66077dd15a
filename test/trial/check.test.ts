/** A policy against recorded traffic: tools, arguments and groups that nobody knows. */
import { expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { checkAgainst } from '../../src/trial/check.ts';
import { load, told } from '../policy/scene.ts';

const tool = (name: string, properties?: object) => ({
  type: 'function',
  function: { name, ...(properties ? { parameters: { type: 'object', properties } } : {}) },
});

const seen: Recording = {
  id: 'x1',
  session: 's1',
  at: '2026-01-02T03:04:05.678Z',
  connection: 'openai',
  provider: 'openai',
  caller: 'ada',
  groups: ['finance'],
  request: {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      tools: [
        tool('refund_order', {
          amount: { type: 'number' },
          to: { type: 'object', properties: { iban: {} } },
        }),
        tool('send_mail', { to: { type: 'string' } }),
        tool('anything'),
      ],
    }),
  },
  decisions: [],
  findings: [],
  policy: 'abc',
};

function warnings(text: string, recordings = [seen]): string[] {
  const loaded = load(`version: 1\n${text}`);
  if (!loaded.ok) throw new Error(loaded.problems.map(told).join('\n'));
  return checkAgainst(loaded.merged, recordings).map(told);
}

const rule = (when: string) => `rules:\n  - { id: r, stages: [tool_call], when: '${when}', deny: x }\n`;
const row = (condition: string) => `tools:\n  refund_*: { deny: { if: '${condition}' } }\n`;

test.each([
  [
    row('args.amuont > 5'),
    'tools["refund_*"]: "refund_order" has no argument "amuont". Did you mean "amount"?',
  ],
  [
    row('has(args.to.ibann)'),
    'has no argument "to.ibann". Did you mean "to.iban"?'.replace('to.iban"?', 'iban"?'),
  ],
  [rule('tool.name == "send_mail" && args.cc == "x"'), 'rules.r: "send_mail" has no argument "cc".'],
  [rule('tool.name == "refund_oder"'), 'which no recorded tool is called. Did you mean "refund_order"?'],
  [
    'tools: { refnd_order: deny }\n',
    'No recorded tool is called "refnd_order". Did you mean "refund_order"?',
  ],
  ['mask: { fields: { send_mial: { $.to: redact } } }\n', 'Did you mean "send_mail"?'],
  ['risk: { tools: { wire_*: 5 } }\n', 'No recorded tool is called "wire_*".'],
  ['tools: { "*": { approve: { groups: [finanse] } } }\n', 'in the group "finanse". Did you mean "finance"?'],
  [rule('"support" in caller.groups'), 'in the group "support".'],
  ['connections: { openai: { groups: [staff] } }\n', 'in the group "staff".'],
])('%s %s', (text, message) => {
  const all = warnings(text);
  expect(all).toHaveLength(1);
  expect(all[0]).toMatch(/^fcgate\.yaml:\d+:\d+: /);
  expect(all[0]).toContain(message);
});

test('a place within a condition is told to the column', () => {
  expect(warnings(row('risk > 1 && args.amuont > 5'))[0]).toMatch(/^fcgate\.yaml:3:44: /);
});

test.each([
  row('args.amount > 5 && has(args.to.iban)'),
  rule('tool.name == "anything" && args.whatever == 1'),
  rule('has(args.amuont)'),
  'tools: { "*": { approve: { groups: [finance] } }, send_*: deny }\n',
])('%s is in order, as far as the traffic tells', (text) => {
  expect(warnings(text)).toEqual([]);
});

test('traffic in which nobody had a group, or no tool was offered, says nothing of them', () => {
  const { groups: _, ...nobody } = seen;
  expect(warnings(rule('"support" in caller.groups'), [nobody])).toEqual([]);
  const bare = { ...nobody, request: { ...seen.request, body: '{"model":"m","messages":[]}' } };
  expect(warnings('tools: { pay: deny }\n', [bare])).toEqual([]);
});

test('arguments of calls count where no schema was offered', () => {
  const messages = [
    { role: 'user', content: 'hi' },
    {
      role: 'assistant',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'pay', arguments: '{"amount":4}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: 'ok' },
  ];
  const called = { ...seen, request: { ...seen.request, body: JSON.stringify({ model: 'm', messages }) } };
  expect(warnings('tools: { pay: { deny: { if: args.amont > 1 } } }\n', [called])).toEqual([
    expect.stringContaining('"pay" has no argument "amont". Did you mean "amount"?'),
  ]);
});
