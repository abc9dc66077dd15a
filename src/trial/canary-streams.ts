/** Streams of what comes in deltas beside text and arguments: thinking, refusals, citations, further answers, unknown keys. */
import type { Teller } from '../fixture.ts';
import { event, namedEvent, pieces } from './telling/conversation.ts';

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

const url = 'https://example.com/';
const events = (all: readonly object[]): string => all.map((each) => event(each)).join('');
const named = (all: readonly Event[]): string => all.map((each) => namedEvent(each.type, each)).join('');

type Say = (position: string) => string;

/** By wire; `say` tells what stands in a position. */
export const oddStreams: Partial<Record<Teller, (say: Say) => string>> = {
  openai: chat,
  'openai-responses': responses,
  anthropic: messages,
  gemini: contents,
  cohere,
  ollama,
};

function chat(say: Say): string {
  const head = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1770000000,
    model: 'gpt-4.1-mini',
  };
  const chunk = (delta: object, index = 0, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index, delta, finish_reason }],
  });
  const annotations = [
    { type: 'url_citation', url_citation: { start_index: 0, end_index: 8, url, title: say('citation') } },
  ];
  return (
    events([
      ...pieces(say('thinking deltas')).map((reasoning_content) => chunk({ reasoning_content })),
      ...pieces(say('refusal deltas')).map((refusal) => chunk({ refusal })),
      ...pieces(say('second answer deltas')).map((content) => chunk({ content }, 1)),
      chunk({ annotations, canary: say('unknown key') }),
      ...[0, 1].map((index) => chunk({}, index, 'stop')),
    ]) + event('[DONE]')
  );
}

function responses(say: Say): string {
  const thinking = say('thinking deltas');
  const refusal = say('refusal deltas');
  const annotation = { type: 'url_citation', start_index: 0, end_index: 8, url, title: say('citation') };
  const thought = { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: thinking }] };
  const said = { type: 'output_text', text: 'Fine.', annotations: [annotation] };
  const message = {
    ...{ id: 'msg_1', type: 'message', status: 'completed', role: 'assistant' },
    content: [said, { type: 'refusal', refusal }],
  };
  const item = (kind: string, output_index: number, item: object) => ({
    type: `response.output_item.${kind}`,
    ...{ output_index, item },
  });
  const within = (content_index: number) => ({ item_id: 'msg_1', output_index: 1, content_index });
  const head = { id: 'resp_1', object: 'response', model: 'gpt-4.1' };
  return named([
    { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
    item('added', 0, { ...thought, summary: [] }),
    ...pieces(thinking).map((delta) => ({
      type: 'response.reasoning_summary_text.delta',
      ...{ item_id: 'rs_1', output_index: 0, summary_index: 0, delta },
    })),
    item('done', 0, thought),
    item('added', 1, { ...message, content: [] }),
    { type: 'response.output_text.delta', ...within(0), delta: 'Fine.' },
    { type: 'response.output_text.annotation.added', ...within(0), annotation_index: 0, annotation },
    ...pieces(refusal).map((delta) => ({ type: 'response.refusal.delta', ...within(1), delta })),
    item('done', 1, message),
    {
      type: 'response.completed',
      response: { ...head, status: 'completed', output: [thought, message], canary: say('unknown key') },
    },
  ]);
}

function messages(say: Say): string {
  const block = (index: number, content_block: object, deltas: readonly object[]): Event[] => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
  const citation = {
    type: 'char_location',
    cited_text: say('citation'),
    document_index: 0,
    document_title: null,
  };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
  };
  const stop_details = { type: 'refusal', explanation: say('refusal') };
  return named([
    { type: 'message_start', message },
    ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
      ...pieces(say('thinking deltas')).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 'RXJyb3I=' },
    ]),
    ...block(1, { type: 'text', text: '', citations: [] }, [
      { type: 'text_delta', text: 'Fine.' },
      { type: 'citations_delta', citation },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: 'refusal', stop_details },
      ...{ usage: { output_tokens: 20 }, canary: say('unknown key') },
    },
    { type: 'message_stop' },
  ]);
}

function contents(say: Say): string {
  const chunk = (parts: readonly object[], index = 0, more: object = {}) => ({
    candidates: [{ index, content: { role: 'model', parts }, ...more }],
  });
  const citationMetadata = { citationSources: [{ startIndex: 0, uri: url, title: say('citation') }] };
  return events([
    ...pieces(say('thinking deltas')).map((text) => chunk([{ text, thought: true }])),
    ...pieces(say('second answer deltas')).map((text) => chunk([{ text }], 1)),
    chunk([], 1, { finishReason: 'STOP' }),
    { ...chunk([], 0, { finishReason: 'STOP', citationMetadata }), canary: say('unknown key') },
  ]);
}

function cohere(say: Say): string {
  const told = (type: string, message: object, index = 0) => ({ type, index, delta: { message } });
  const citations = { start: 0, end: 8, text: say('citation'), type: 'TEXT_CONTENT' };
  return (
    named([
      { id: '1', ...told('message-start', { role: 'assistant', content: [] }) },
      told('content-start', { content: { type: 'thinking', thinking: '' } }),
      ...pieces(say('thinking deltas')).map((thinking) => told('content-delta', { content: { thinking } })),
      { type: 'content-end', index: 0 },
      told('citation-start', { citations }),
      { type: 'citation-end', index: 0 },
      { type: 'message-end', delta: { finish_reason: 'COMPLETE', canary: say('unknown key') } },
    ]) + event('[DONE]')
  );
}

function ollama(say: Say): string {
  const line = (message: object, more: object): string =>
    `${JSON.stringify({ model: 'qwen3', message: { role: 'assistant', content: '', ...message }, ...more })}\n`;
  return [
    ...pieces(say('thinking deltas')).map((thinking) => line({ thinking }, { done: false })),
    line({}, { done: true, done_reason: 'stop', canary: say('unknown key') }),
  ].join('');
}
