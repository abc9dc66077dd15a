/** OpenAI Chat Completions (API reference: POST /v1/chat/completions), whole and streamed; its compatible servers too. */
import type { AnswerReading, Codec, CodecOptions, Reading } from './codec.ts';
import { Collector } from './collector.ts';
import { chatErrorEvent, openaiError } from './errors.ts';
import { type Doc, kindOf, member, stringMember, TRUE } from './json.ts';
import { answer, message, spoken } from './openai-chat-messages.ts';
import { refuseChatCalls } from './openai-chat-refuse.ts';
import { ChatStream } from './openai-chat-stream.ts';
import { all, each, object, omit, type Shape, skip, turn } from './shape.ts';
import type { Spot } from './spot.ts';
import { describeTool, offerTool, schemaText } from './tools.ts';

/** A function or custom tool of the app's; any other type runs at the provider. */
const tool: Shape = (spot, to) => {
  const { doc, node } = spot;
  const body = member(doc, node, 'function') ?? member(doc, node, 'custom');
  const type = stringMember(doc, node, 'type') ?? 'function';
  if (body !== undefined || type === 'function') offerTool(spot, to, { ...spot, node: body ?? node });
  else describeTool(spot, to, { name: stringMember(doc, node, 'name') ?? type, remote: true });
};

const webSearch: Shape = (spot, to) => describeTool(spot, to, { name: 'web_search', remote: true });

const authentication = omit;

/** Azure's own data: what is searched, and the credentials for it. */
const dataSource = object({
  type: skip,
  parameters: object({ authentication, embedding_dependency: object({ authentication }) }),
});

const request = object({
  ...all(
    [
      'model',
      'stream',
      'stream_options',
      'temperature',
      'top_p',
      'n',
      'max_tokens',
      'max_completion_tokens',
      'seed',
      'presence_penalty',
      'frequency_penalty',
      'logprobs',
      'top_logprobs',
      'parallel_tool_calls',
      'reasoning_effort',
      'service_tier',
      'modalities',
      'store',
      'tool_choice',
      'function_call',
      'logit_bias',
      'verbosity',
    ],
    skip,
  ),
  response_format: schemaText,
  data_sources: each(dataSource),
  messages: each(turn(message)),
  tools: each(tool),
  functions: each(tool),
  web_search_options: webSearch,
});

const whole = answer('message', spoken);

const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });

export const openaiChat: Codec = {
  name: 'openai-chat',
  provider: 'openai',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const to = new Collector({ side: 'request', ...options });
    request(rootOf(doc), to);
    const stream = member(doc, 0, 'stream');
    return {
      model: stringMember(doc, 0, 'model') ?? '',
      stream: stream !== undefined && kindOf(doc, stream) === TRUE,
      turns: to.turns,
      offered: to.offered,
      units: to.units(),
      omit: to.omitted,
    };
  },

  readAnswer(doc: Doc, options: CodecOptions): AnswerReading {
    const to = new Collector({ side: 'answer', depth: options.depth, offered: options.offered });
    whole(rootOf(doc), to);
    const id = stringMember(doc, 0, 'id');
    return { units: to.units(), omit: to.omitted, ...(id === undefined ? {} : { id }) };
  },

  refuseCalls: (doc, refused) => refuseChatCalls(refused, [doc], 'message'),
  openStream: (options) => new ChatStream(options),
  errorBody: openaiError,
  errorEvent: chatErrorEvent,
};
