/** OpenAI Responses (API reference: POST /v1/responses), whole and streamed, with its stored responses and conversations. */
import type { AnswerReading, Codec, CodecOptions, Reading } from './codec.ts';
import { Collector } from './collector.ts';
import { openaiError, responsesErrorEvent } from './errors.ts';
import { type Doc, kindOf, member, stringMember, TRUE } from './json.ts';
import { answer, request } from './openai-responses-bodies.ts';
import { refuseItems } from './openai-responses-refuse.ts';
import { ResponsesStream } from './openai-responses-stream.ts';
import type { Spot } from './spot.ts';

const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });

export const openaiResponses: Codec = {
  name: 'openai-responses',
  provider: 'openai',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const to = new Collector({ side: 'request', ...options });
    request(rootOf(doc), to);
    const stream = member(doc, 0, 'stream');
    const previous = previousOf(doc);
    return {
      model: stringMember(doc, 0, 'model') ?? '',
      stream: stream !== undefined && kindOf(doc, stream) === TRUE,
      turns: to.turns,
      offered: refersToStored(doc) || to.offersMore ? undefined : to.offered,
      ...(previous === undefined ? {} : { previous }),
      units: to.units(),
      omit: to.omitted,
    };
  },

  readAnswer(doc: Doc, options: CodecOptions): AnswerReading {
    const to = new Collector({ side: 'answer', depth: options.depth, offered: options.offered });
    answer(rootOf(doc), to);
    const id = stringMember(doc, 0, 'id');
    return { units: to.units(), omit: to.omitted, ...(id === undefined ? {} : { id }) };
  },

  refuseCalls: (doc, refused) => refuseItems(doc, refused),
  openStream: (options) => new ResponsesStream(options),
  errorBody: openaiError,
  errorEvent: (code, message) => responsesErrorEvent(code, message, 0),
};

/** The earlier response, or the conversation, by its id. */
function previousOf(doc: Doc): string | undefined {
  const conversation = member(doc, 0, 'conversation');
  return (
    stringMember(doc, 0, 'previous_response_id') ??
    stringMember(doc, 0, 'conversation') ??
    (conversation === undefined ? undefined : stringMember(doc, conversation, 'id'))
  );
}

/** What is stored at the provider may offer tools that this request does not name. */
function refersToStored(doc: Doc): boolean {
  const prompt = member(doc, 0, 'prompt');
  return (
    previousOf(doc) !== undefined || (prompt !== undefined && stringMember(doc, prompt, 'id') !== undefined)
  );
}
