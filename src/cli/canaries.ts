/** Requests of each provider in which every position tells known values that belong to nobody: what a policy does is seen on them. */
import type { Provider } from '../exchange.ts';
import * as answers from './canary-answers.ts';
import { say } from './canary-values.ts';

export interface Canary {
  readonly path: string;
  readonly body: object;
  /** What the upstream says. */
  readonly answer: object;
}

type Body = Canary['body'];

const parameters = {
  type: 'object',
  properties: { note: { type: 'string', description: say('parameter'), default: say('default') } },
};
const tool = { name: 'lookup', description: say('tool'), parameters };
const past = { note: say('past_call') };
const [system, user, part, assistant, result] = ['system', 'user', 'part', 'assistant', 'tool_result'].map(
  (position) => say(position),
);
/** Beside what is said: what a provider keeps with a request, and what nobody knows. */
const beside = { metadata: { about: say('metadata') }, remark: say('unknown_field') };

const chat: Body = {
  model: 'canary',
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: user },
    { role: 'user', content: [{ type: 'text', text: part }] },
    {
      role: 'assistant',
      content: assistant,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'lookup', arguments: JSON.stringify(past) } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: result },
  ],
  tools: [{ type: 'function', function: tool }],
  ...beside,
};

const responses: Body = {
  model: 'canary',
  instructions: system,
  input: [
    { role: 'user', content: user },
    { role: 'user', content: [{ type: 'input_text', text: part }] },
    { role: 'assistant', content: [{ type: 'output_text', text: assistant }] },
    { type: 'function_call', call_id: 'call_1', name: 'lookup', arguments: JSON.stringify(past) },
    { type: 'function_call_output', call_id: 'call_1', output: result },
  ],
  tools: [{ type: 'function', ...tool }],
  ...beside,
};

const messages: Body = {
  model: 'canary',
  max_tokens: 1,
  system,
  messages: [
    { role: 'user', content: user },
    { role: 'user', content: [{ type: 'text', text: part }] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: assistant },
        { type: 'tool_use', id: 'call_1', name: 'lookup', input: past },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: result }] },
  ],
  tools: [{ name: tool.name, description: tool.description, input_schema: parameters }],
  ...beside,
};

const contents: Body = {
  systemInstruction: { parts: [{ text: system }] },
  contents: [
    { role: 'user', parts: [{ text: user }, { text: part }] },
    { role: 'model', parts: [{ text: assistant }, { functionCall: { name: 'lookup', args: past } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'lookup', response: { result } } }] },
  ],
  tools: [{ functionDeclarations: [tool] }],
  labels: beside.metadata,
  remark: beside.remark,
};

const ollamaChat: Body = {
  model: 'canary',
  stream: false,
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: user },
    { role: 'user', content: part },
    {
      role: 'assistant',
      content: assistant,
      tool_calls: [{ function: { name: 'lookup', arguments: past } }],
    },
    { role: 'tool', tool_name: 'lookup', content: result },
  ],
  tools: [{ type: 'function', function: tool }],
  ...beside,
};

const call = { name: 'lookup', arguments: { note: say('arguments') } };
const rpc = (method: string, params: object): Body => ({ jsonrpc: '2.0', id: 1, method, params });
const text = say('text');

/** One request for each wire that a provider speaks. */
export const canaries: Readonly<Record<Provider, readonly Canary[]>> = {
  openai: [
    { path: '/v1/chat/completions', body: chat, answer: answers.chat },
    { path: '/v1/responses', body: responses, answer: answers.responses },
    { path: '/v1/embeddings', body: { model: 'canary', input: [text] }, answer: {} },
  ],
  anthropic: [{ path: '/v1/messages', body: messages, answer: answers.messages }],
  gemini: [
    { path: '/v1beta/models/canary:generateContent', body: contents, answer: answers.contents },
    { path: '/v1beta/models/canary:embedContent', body: { content: { parts: [{ text }] } }, answer: {} },
  ],
  mistral: [
    { path: '/v1/chat/completions', body: chat, answer: answers.chat },
    { path: '/v1/embeddings', body: { model: 'canary', input: [text] }, answer: {} },
  ],
  cohere: [
    { path: '/v2/chat', body: chat, answer: answers.cohere },
    { path: '/v2/embed', body: { model: 'canary', texts: [text] }, answer: {} },
  ],
  ollama: [
    { path: '/api/chat', body: ollamaChat, answer: answers.ollama },
    { path: '/api/embed', body: { model: 'canary', input: [text] }, answer: {} },
  ],
  mcp: [
    { path: '/', body: rpc('tools/call', call), answer: answers.called },
    { path: '/', body: rpc('tools/list', {}), answer: answers.listed },
  ],
  generic: [{ path: '/v1/chat/completions', body: chat, answer: answers.chat }],
};
