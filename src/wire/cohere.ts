/** Cohere Chat (API reference: POST /v2/chat), whole and streamed. */
import type { AnswerReading, Codec, CodecOptions, Reading } from './codec.ts';
import { answer, message } from './cohere-messages.ts';
import { refuseCohereCalls } from './cohere-refuse.ts';
import { CohereStream } from './cohere-stream.ts';
import { Collector } from './collector.ts';
import { cohereError, cohereErrorEvent } from './errors.ts';
import { type Doc, kindOf, member, OBJECT, stringMember, TRUE } from './json.ts';
import { all, each, object, type Shape, skip, text, turn } from './shape.ts';
import type { Spot } from './spot.ts';
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

const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });

export const cohere: Codec = {
  name: 'cohere',
  provider: 'cohere',

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

  readAnswer(doc: Doc, { depth, offered }: CodecOptions): AnswerReading {
    const to = new Collector({ side: 'answer', depth, offered });
    answer(rootOf(doc), to);
    return { units: to.units(), omit: to.omitted };
  },

  refuseCalls: (doc, refused) => refuseCohereCalls(doc, refused),
  openStream: (options) => new CohereStream(options),
  errorBody: cohereError,
  errorEvent: cohereErrorEvent,
};
