/** OpenAI Completions, older than roles and calls (API reference: POST /v1/completions): a prompt, and texts that go on from it. */
import { readAnswerBody } from './body.ts';
import type { Codec } from './codec.ts';
import { otherOf } from './generic.ts';
import { openaiChat } from './openai-chat.ts';
import { around, choiceWith } from './openai-chat-messages.ts';
import { ChatStream } from './openai-chat-stream.ts';
import { text } from './shape.ts';

const answer = around(choiceWith({ text }));

export const openaiCompletions: Codec = {
  ...otherOf(openaiChat),
  name: 'openai-completions',
  readAnswer: (doc, { depth }) => readAnswerBody(doc, answer, { depth }),
  openStream: (options) => new ChatStream(options, answer),
};
