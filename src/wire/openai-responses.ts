/** OpenAI Responses (API reference: POST /v1/responses), whole and streamed, with its stored responses and conversations. */
import { idOf, readAnswerBody, readRequestBody } from './body.ts';
import type { Codec, CodecOptions, Reading } from './codec.ts';
import { openaiError, responsesErrorEvent } from './errors.ts';
import { type Doc, member, stringMember } from './json.ts';
import { answer, request } from './openai-responses-bodies.ts';
import { refuseItems } from './openai-responses-refuse.ts';
import { ResponsesStream } from './openai-responses-stream.ts';

export const openaiResponses: Codec = {
  name: 'openai-responses',
  provider: 'openai',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const previous = previousOf(doc);
    return {
      ...readRequestBody(doc, request, options),
      ...(refersToStored(doc) ? { offered: undefined } : {}),
      ...(previous === undefined ? {} : { previous }),
    };
  },

  readAnswer: (doc, options) => ({ ...readAnswerBody(doc, answer, options), ...idOf(doc) }),

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
