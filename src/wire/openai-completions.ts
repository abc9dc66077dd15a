/** OpenAI Completions, older than roles and calls (API reference: POST /v1/completions): a prompt, and texts that go on from it. */
import type { Codec } from './codec.ts';
import { Collector } from './collector.ts';
import { otherOf } from './generic.ts';
import { openaiChat } from './openai-chat.ts';
import { around, choiceWith } from './openai-chat-messages.ts';
import { ChatStream } from './openai-chat-stream.ts';
import { text } from './shape.ts';

const answer = around(choiceWith({ text }));

export const openaiCompletions: Codec = {
  ...otherOf(openaiChat),
  name: 'openai-completions',
  readAnswer(doc, { depth }) {
    const to = new Collector({ side: 'answer', depth });
    answer({ doc, node: 0, path: '', key: '' }, to);
    return { units: to.units(), omit: to.omitted };
  },
  openStream: (options) => new ChatStream(options, answer),
};
