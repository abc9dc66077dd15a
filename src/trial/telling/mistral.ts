/** Mistral: Chat Completions with ids of nine letters, and each call whole in the last chunk. */
import { event, functions, pieces, systemMessage, type Telling } from './conversation.ts';
import { assistant, type ChatMessage, endOf, messages, usage } from './openai-chat.ts';

const model = 'mistral-small-latest';
const nine = (id: string): string => id.replace(/\W|_/g, '').padEnd(9, '0');

const withIds = ({ role, tool_calls, tool_call_id, ...message }: ChatMessage) => ({
  role,
  ...message,
  ...(tool_calls ? { tool_calls: tool_calls.map((call) => ({ ...call, id: nine(call.id) })) } : {}),
  ...(tool_call_id ? { tool_call_id: nine(tool_call_id) } : {}),
});

export const mistral: Telling = {
  name: 'mistral',
  connection: 'mistral',
  provider: 'mistral',
  path: () => '/v1/chat/completions',
  request: (conversation, turns, stream) => ({
    model,
    ...(stream ? { stream: true } : {}),
    messages: [...systemMessage(conversation), ...turns.flatMap(messages).map(withIds)],
    ...functions(conversation),
  }),
  answer: (turn, id) => ({
    id,
    object: 'chat.completion',
    created: 1770000000,
    model,
    choices: [{ index: 0, finish_reason: endOf(turn), message: withIds(assistant(turn)) }],
    usage,
  }),
  stream: (turn, id) => {
    const { text, calls } = turn;
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      id,
      object: 'chat.completion.chunk',
      created: 1770000000,
      model,
      choices: [{ index: 0, delta, finish_reason }],
    });
    const tool_calls = calls.map(({ id, name, args }, index) => ({
      id: nine(id),
      function: { name, arguments: JSON.stringify(args) },
      index,
    }));
    return [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(text).map((content) => chunk({ content })),
      chunk({ content: '', ...(calls.length === 0 ? {} : { tool_calls }) }, endOf(turn)),
      '[DONE]',
    ]
      .map(event)
      .join('');
  },
};
