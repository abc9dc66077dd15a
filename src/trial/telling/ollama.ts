/** Ollama: lines instead of events, results by the tool's name, calls whole. */
import {
  type Call,
  functions,
  type ModelTurn,
  pieces,
  systemMessage,
  type Telling,
  type Turn,
} from './conversation.ts';

const head = { model: 'qwen3', created_at: '2026-02-03T09:15:00.000Z' };
const last = { done: true, done_reason: 'stop', prompt_eval_count: 90, eval_count: 20 };

export const ollama: Telling = {
  name: 'ollama',
  connection: 'ollama',
  provider: 'ollama',
  type: 'application/x-ndjson',
  path: () => '/api/chat',
  request: (conversation, turns, stream) => ({
    model: 'qwen3',
    ...(stream ? {} : { stream: false }),
    messages: [...systemMessage(conversation), ...turns.flatMap(messages)],
    ...functions(conversation),
  }),
  answer: (turn) => ({ ...head, message: assistant(turn), ...last }),
  stream: ({ text, calls }) =>
    [
      ...pieces(text).map((content) => ({ content })),
      ...toolCalls(calls).map((call) => ({ content: '', tool_calls: [call] })),
    ]
      .map((message): object => ({ ...head, message: { role: 'assistant', ...message }, done: false }))
      .concat({ ...head, message: { role: 'assistant', content: '' }, ...last })
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
};

function messages(turn: Turn): object[] {
  if ('user' in turn) return [{ role: 'user', content: turn.user }];
  if (!('results' in turn)) return [assistant(turn)];
  return turn.results.map(({ name, result }) => ({
    role: 'tool',
    tool_name: name,
    content: JSON.stringify(result),
  }));
}

const assistant = ({ text, calls }: ModelTurn): object => ({
  role: 'assistant',
  content: text,
  ...(calls.length === 0 ? {} : { tool_calls: toolCalls(calls) }),
});

const toolCalls = (calls: readonly Call[]): object[] =>
  calls.map(({ name, args }, index) => ({ function: { index, name, arguments: args } }));
