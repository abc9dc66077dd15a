/** OpenAI Chat Completions (API reference: POST /v1/chat/completions), whole and streamed; its compatible servers too. */
import { idOf, readAnswerBody, readRequestBody } from './body.ts';
import type { Codec } from './codec.ts';
import { chatErrorEvent, openaiError } from './errors.ts';
import { member, stringMember } from './json.ts';
import { answer, message, spoken } from './openai-chat-messages.ts';
import { refuseChatCalls } from './openai-chat-refuse.ts';
import { ChatStream } from './openai-chat-stream.ts';
import { all, each, object, omit, type Shape, skip, turn } from './shape.ts';
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

export const openaiChat: Codec = {
  name: 'openai-chat',
  provider: 'openai',

  readRequest: (doc, options) => readRequestBody(doc, request, options),

  readAnswer: (doc, options) => ({ ...readAnswerBody(doc, whole, options), ...idOf(doc) }),

  refuseCalls: (doc, refused) => refuseChatCalls(refused, [doc], 'message'),
  openStream: (options) => new ChatStream(options),
  errorBody: openaiError,
  errorEvent: chatErrorEvent,
};
