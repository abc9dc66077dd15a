/** Cohere Chat: what a turn says before its calls is the plan; results are documents. */
import {
  event,
  functions,
  type ModelTurn,
  namedEvent,
  pieces,
  systemMessage,
  type Telling,
  type Turn,
} from './conversation.ts';
import { chatCall } from './openai-chat.ts';

const usage = { tokens: { input_tokens: 90, output_tokens: 20 } };

export const cohere: Telling = {
  name: 'cohere',
  connection: 'cohere',
  provider: 'cohere',
  path: () => '/v2/chat',
  request: (conversation, turns, stream) => ({
    model: 'command-a-03-2025',
    stream,
    messages: [...systemMessage(conversation), ...turns.flatMap(messages)],
    ...functions(conversation),
  }),
  answer: (turn, id) => ({ id, message: assistant(turn), finish_reason: endOf(turn), usage }),
  stream: (turn, id) =>
    told(turn, id)
      .map((each) => namedEvent(each.type, each))
      .join('') + event('[DONE]'),
};

const endOf = ({ calls }: ModelTurn): string => (calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE');

function messages(turn: Turn): object[] {
  if ('user' in turn) return [{ role: 'user', content: [{ type: 'text', text: turn.user }] }];
  if (!('results' in turn)) return [assistant(turn)];
  return turn.results.map(({ id, result }) => ({
    role: 'tool',
    tool_call_id: id,
    content: [{ type: 'document', document: { data: JSON.stringify(result) } }],
  }));
}

const assistant = ({ text, calls }: ModelTurn): object => {
  if (calls.length === 0) return { role: 'assistant', content: [{ type: 'text', text }] };
  return { role: 'assistant', ...(text === '' ? {} : { tool_plan: text }), tool_calls: calls.map(chatCall) };
};

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

function message(type: string, message: object, index?: number): Event {
  return { type, ...(index === undefined ? {} : { index }), delta: { message } };
}

function told(turn: ModelTurn, id: string): Event[] {
  const { text, calls } = turn;
  return [
    { id, ...message('message-start', { role: 'assistant', content: [], tool_plan: '', tool_calls: [] }) },
    ...(calls.length === 0 ? toldText(text) : toldCalls(turn)),
    { type: 'message-end', delta: { finish_reason: endOf(turn), usage } },
  ];
}

const toldText = (text: string): Event[] => [
  message('content-start', { content: { type: 'text', text: '' } }, 0),
  ...pieces(text).map((piece) => message('content-delta', { content: { text: piece } }, 0)),
  { type: 'content-end', index: 0 },
];

const toldCalls = ({ text, calls }: ModelTurn): Event[] => [
  ...pieces(text).map((tool_plan) => message('tool-plan-delta', { tool_plan })),
  ...calls.flatMap(({ id, name, args }, index) => [
    message(
      'tool-call-start',
      { tool_calls: { id, type: 'function', function: { name, arguments: '' } } },
      index,
    ),
    ...pieces(JSON.stringify(args)).map((piece) =>
      message('tool-call-delta', { tool_calls: { function: { arguments: piece } } }, index),
    ),
    { type: 'tool-call-end', index },
  ]),
];
