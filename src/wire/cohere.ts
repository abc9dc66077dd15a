/** Cohere Chat (API reference: POST /v2/chat), whole and streamed. */
import { readAnswerBody, readRequestBody } from './body.ts';
import type { Codec } from './codec.ts';
import { answer, message } from './cohere-messages.ts';
import { refuseCohereCalls } from './cohere-refuse.ts';
import { CohereStream } from './cohere-stream.ts';
import { cohereError, cohereErrorEvent } from './errors.ts';
import { kindOf, member, OBJECT } from './json.ts';
import { all, each, object, type Shape, skip, text, turn } from './shape.ts';
import { offerTool, schemaText } from './tools.ts';

const tool: Shape = (spot, to) => {
  const body = member(spot.doc, spot.node, 'function');
  offerTool(spot, to, body === undefined ? spot : { ...spot, node: body });
};

const document: Shape = (spot, to) =>
  (kindOf(spot.doc, spot.node) === OBJECT ? object({ id: skip, data: text }) : text)(spot, to);

const request = object({
  ...all(['model', 'stream', 'strict_tools', 'citation_options', 'safety_mode', 'max_tokens'], skip),
  ...all(['temperature', 'seed', 'frequency_penalty', 'presence_penalty', 'k', 'p', 'logprobs'], skip),
  ...all(['tool_choice', 'thinking', 'priority', 'raw_prompting'], skip),
  messages: each(turn(message)),
  tools: each(tool),
  documents: each(document),
  response_format: object({ type: skip, ...all(['json_schema', 'schema'], schemaText) }),
  stop_sequences: each(text),
});

export const cohere: Codec = {
  name: 'cohere',
  provider: 'cohere',

  readRequest: (doc, options) => readRequestBody(doc, request, options),

  readAnswer: (doc, options) => readAnswerBody(doc, answer, options),

  refuseCalls: (doc, refused) => refuseCohereCalls(doc, refused),
  openStream: (options) => new CohereStream(options),
  errorBody: cohereError,
  errorEvent: cohereErrorEvent,
};
