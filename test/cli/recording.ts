import type { Recording } from '../../src/exchange.ts';

const call = {
  id: 'c1',
  type: 'function',
  function: { name: 'send_mail', arguments: '{"to":"someone@example.org"}' },
};

/** A question, an offered tool, and the call that the model made. */
export const recording: Recording = {
  id: 'x1',
  session: 's-0001',
  at: '2026-01-02T03:04:05.678Z',
  connection: 'openai',
  provider: 'openai',
  caller: 'anonymous',
  request: {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: 'write\nto \x1b[2Jsomeone' }],
      tools: [
        { type: 'function', function: { name: 'send_mail', description: 'Sends mail.', parameters: {} } },
      ],
    }),
  },
  response: {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: 'r',
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, tool_calls: [call] },
          finish_reason: 'tool_calls',
        },
      ],
    }),
  },
  decisions: [
    {
      stage: 'tool_call',
      path: '/choices/0/message/tool_calls/0/function/arguments',
      tool: 'send_mail',
      effect: 'allow',
      rules: [{ rule: 'tools["*"]', effect: 'allow' }],
      masked: [],
    },
  ],
  findings: [],
  policy: 'abc',
};
