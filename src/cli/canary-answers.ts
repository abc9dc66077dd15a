/** Answers of each provider in which every position tells known values: what a policy does to them on their way back is seen. */
import { say } from './canary-values.ts';

const text = say('answer');
const args = { note: say('call') };
const spelled = { name: 'lookup', arguments: JSON.stringify(args) };
const message = {
  role: 'assistant',
  content: text,
  tool_calls: [{ id: 'call_2', type: 'function', function: spelled }],
};

export const chat = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'canary',
  choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
};

export const responses = {
  id: 'resp_1',
  object: 'response',
  model: 'canary',
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
    { type: 'function_call', id: 'fc_1', call_id: 'call_2', status: 'completed', ...spelled },
  ],
};

export const messages = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'canary',
  content: [
    { type: 'text', text },
    { type: 'tool_use', id: 'call_2', name: 'lookup', input: args },
  ],
  stop_reason: 'tool_use',
  usage: { input_tokens: 1, output_tokens: 1 },
};

export const contents = {
  candidates: [
    {
      index: 0,
      content: { role: 'model', parts: [{ text }, { functionCall: { name: 'lookup', args } }] },
      finishReason: 'STOP',
    },
  ],
};

export const cohere = {
  id: '1',
  finish_reason: 'TOOL_CALL',
  message: { ...message, content: [{ type: 'text', text }] },
};

export const ollama = {
  model: 'canary',
  created_at: '2000-01-01T00:00:00Z',
  message: {
    role: 'assistant',
    content: text,
    tool_calls: [{ function: { name: 'lookup', arguments: args } }],
  },
  done: true,
  done_reason: 'stop',
};

const rpc = (result: object) => ({ jsonrpc: '2.0', id: 1, result });

export const called = rpc({
  content: [{ type: 'text', text: say('result') }],
  structuredContent: { note: say('structured_result') },
});

export const listed = rpc({
  tools: [
    {
      name: 'lookup',
      description: say('tool'),
      inputSchema: {
        type: 'object',
        properties: { note: { type: 'string', description: say('parameter') } },
      },
    },
  ],
});
