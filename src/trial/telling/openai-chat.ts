/** Chat Completions. */
import {
  type Call,
  event,
  functions,
  type ModelTurn,
  pieces,
  systemMessage,
  type Telling,
  type Turn,
} from './conversation.ts';

export const openaiChat: Telling = {
  name: 'openai-chat',
  connection: 'openai',
  provider: 'openai',
  path: () => '/v1/chat/completions',
  request: (conversation, turns, stream) => ({
    model: 'gpt-4.1-mini',
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    messages: chatMessages(systemMessage(conversation), turns),
    ...functions(conversation),
  }),
  answer: (turn, id) => ({
    ...head(id, 'chat.completion'),
    choices: [{ index: 0, message: assistant(turn), logprobs: null, finish_reason: endOf(turn) }],
    usage,
  }),
  stream: (turn, id) =>
    told(turn, id)
      .map((chunk) => event(chunk))
      .join('') + event('[DONE]'),
};

export const usage = { prompt_tokens: 90, completion_tokens: 20, total_tokens: 110 };
const head = (id: string, object: string) => ({
  id: `chatcmpl-${id}`,
  object,
  created: 1770000000,
  model: 'gpt-4.1-mini-2025-04-14',
});

export const endOf = ({ calls }: ModelTurn): string => (calls.length > 0 ? 'tool_calls' : 'stop');

export interface ChatMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly ChatCall[];
  readonly tool_call_id?: string;
}

export interface ChatCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

const chatMessages = (first: readonly object[], turns: readonly Turn[]): object[] => [
  ...first,
  ...turns.flatMap(messages),
];

export function messages(turn: Turn): ChatMessage[] {
  if ('user' in turn) return [{ role: 'user', content: turn.user }];
  if (!('results' in turn)) return [assistant(turn)];
  return turn.results.map(({ id, result }) => ({
    role: 'tool',
    tool_call_id: id,
    content: JSON.stringify(result),
  }));
}

export const assistant = ({ text, calls }: ModelTurn): ChatMessage => ({
  role: 'assistant',
  content: text === '' ? null : text,
  ...(calls.length === 0 ? {} : { tool_calls: calls.map(chatCall) }),
});

export const chatCall = ({ id, name, args }: Call): ChatCall => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
});

function told(turn: ModelTurn, id: string): object[] {
  const { text, calls } = turn;
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...head(id, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
  });
  const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] });
  return [
    chunk({ role: 'assistant', content: text === '' ? null : '' }),
    ...pieces(text).map((content) => chunk({ content })),
    ...calls.flatMap(({ id, name, args }, index) => [
      call(index, { id, type: 'function', function: { name, arguments: '' } }),
      ...pieces(JSON.stringify(args)).map((piece) => call(index, { function: { arguments: piece } })),
    ]),
    chunk({}, endOf(turn)),
    { ...head(id, 'chat.completion.chunk'), choices: [], usage },
  ];
}
