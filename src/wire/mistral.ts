/** Mistral (API reference: POST /v1/chat/completions, /v1/fim/completions, /v1/agents/completions): Chat Completions, with errors of its own. */
import type { Codec } from './codec.ts';
import { mistralError, mistralErrorEvent } from './errors.ts';
import { member } from './json.ts';
import { openaiChat } from './openai-chat.ts';

export const mistral: Codec = {
  ...openaiChat,
  name: 'mistral',
  provider: 'mistral',

  /** An agent brings tools along that the request does not name. */
  readRequest(doc, options) {
    const reading = openaiChat.readRequest(doc, options);
    return member(doc, 0, 'agent_id') === undefined ? reading : { ...reading, offered: undefined };
  },

  errorBody: mistralError,
  errorEvent: mistralErrorEvent,
};
