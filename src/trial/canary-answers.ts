/** Answers in one JSON text, with all that a wire can tell, in positions of known values. */
import type { Teller } from '../fixture.ts';
import { say } from './canary-values.ts';

const url = 'https://example.com/';
const fn = (note: string) => ({ name: 'lookup', arguments: JSON.stringify({ note }) });
const chatCall = (note: string) => ({ id: 'call_1', type: 'function', function: fn(note) });

/** By wire, in the members of its API reference. */
export const answers: Readonly<Record<Teller, readonly object[]>> = {
  openai: [
    {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1770000000, model: 'gpt-4.1-mini' },
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: say('text'),
            refusal: say('refusal'),
            reasoning_content: say('thinking'),
            annotations: [
              {
                type: 'url_citation',
                url_citation: { start_index: 0, end_index: 8, url, title: say('citation') },
              },
            ],
            tool_calls: [chatCall(say('arguments'))],
          },
        },
        { index: 1, finish_reason: 'stop', message: { role: 'assistant', content: say('second answer') } },
      ],
      canary: say('unknown key'),
    },
  ],
  'openai-responses': [
    {
      ...{ id: 'resp_1', object: 'response', created_at: 1770000000, status: 'completed', model: 'gpt-4.1' },
      output: [
        { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: say('thinking') }] },
        {
          ...{ id: 'msg_1', type: 'message', status: 'completed', role: 'assistant' },
          content: [
            {
              type: 'output_text',
              text: say('text'),
              annotations: [
                { type: 'url_citation', start_index: 0, end_index: 8, url, title: say('citation') },
              ],
            },
            { type: 'refusal', refusal: say('refusal') },
          ],
        },
        { ...{ id: 'fc_1', type: 'function_call', call_id: 'call_1' }, ...fn(say('arguments')) },
      ],
      canary: say('unknown key'),
    },
  ],
  anthropic: [
    {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' },
      content: [
        { type: 'thinking', thinking: say('thinking'), signature: 'RXJyb3I=' },
        {
          type: 'text',
          text: say('text'),
          citations: [
            { type: 'char_location', cited_text: say('citation'), document_index: 0, document_title: null },
          ],
        },
        { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: { note: say('arguments') } },
      ],
      stop_reason: 'tool_use',
      canary: say('unknown key'),
    },
  ],
  gemini: [
    {
      candidates: [
        {
          index: 0,
          content: {
            role: 'model',
            parts: [
              { text: say('thinking'), thought: true },
              { text: say('text') },
              { functionCall: { name: 'lookup', args: { note: say('arguments') } } },
            ],
          },
          citationMetadata: { citationSources: [{ startIndex: 0, uri: url, title: say('citation') }] },
          finishReason: 'STOP',
        },
        {
          index: 1,
          content: { role: 'model', parts: [{ text: say('second answer') }] },
          finishReason: 'STOP',
        },
      ],
      canary: say('unknown key'),
    },
  ],
  mistral: [
    {
      ...{ id: '1', object: 'chat.completion', created: 1770000000, model: 'mistral-small-latest' },
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: say('thinking') }] },
              { type: 'text', text: say('text') },
            ],
            tool_calls: [chatCall(say('arguments'))],
          },
        },
        { index: 1, finish_reason: 'stop', message: { role: 'assistant', content: say('second answer') } },
      ],
      canary: say('unknown key'),
    },
  ],
  cohere: [
    {
      id: '1',
      message: {
        role: 'assistant',
        tool_plan: say('thinking'),
        content: [{ type: 'text', text: say('text') }],
        tool_calls: [chatCall(say('arguments'))],
        citations: [{ start: 0, end: 8, text: say('citation'), type: 'TEXT_CONTENT' }],
      },
      finish_reason: 'TOOL_CALL',
      canary: say('unknown key'),
    },
  ],
  ollama: [
    {
      ...{ model: 'qwen3', created_at: '2026-01-05T12:00:00.000Z', done: true, done_reason: 'stop' },
      message: {
        role: 'assistant',
        content: say('text'),
        thinking: say('thinking'),
        tool_calls: [{ function: { name: 'lookup', arguments: { note: say('arguments') } } }],
      },
      canary: say('unknown key'),
    },
  ],
  mcp: [
    {
      ...{ jsonrpc: '2.0', id: 1 },
      result: {
        content: [{ type: 'text', text: say('tool result') }],
        structuredContent: { note: say('structured result') },
        canary: say('unknown key'),
      },
    },
  ],
};
