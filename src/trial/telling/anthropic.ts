/** Messages. */
import { type ModelTurn, namedEvent, offered, pieces, type Telling, type Turn } from './conversation.ts';

export const anthropic: Telling = {
  name: 'anthropic',
  connection: 'anthropic',
  provider: 'anthropic',
  headers: { 'anthropic-version': '2023-06-01' },
  path: () => '/v1/messages',
  request: ({ system, tools }, turns, stream) => ({
    model: 'claude-sonnet-4-5',
    max_tokens: 1024,
    ...(stream ? { stream: true } : {}),
    ...(system === undefined ? {} : { system: [{ type: 'text', text: system }] }),
    tools: tools.map(offered).map(({ name, description, parameters }) => ({
      name,
      description,
      input_schema: parameters,
    })),
    messages: turns.map(message),
  }),
  answer: (turn, id) => ({ ...opening(id), content: blocks(turn), stop_reason: endOf(turn) }),
  stream: (turn, id) =>
    told(turn, id)
      .map((data) => namedEvent(data.type, data))
      .join(''),
};

const endOf = ({ calls }: ModelTurn): string => (calls.length > 0 ? 'tool_use' : 'end_turn');

const opening = (id: string) => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 90, output_tokens: 20 },
});

function message(turn: Turn): object {
  if ('user' in turn) return { role: 'user', content: turn.user };
  if (!('results' in turn)) return { role: 'assistant', content: blocks(turn) };
  return {
    role: 'user',
    content: turn.results.map(({ id, result }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: JSON.stringify(result),
    })),
  };
}

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object };

const blocks = ({ text, calls }: ModelTurn): Block[] => [
  ...(text === '' ? [] : [{ type: 'text', text } as const]),
  ...calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }) as const),
];

const told = (turn: ModelTurn, id: string): Event[] => [
  { type: 'message_start', message: opening(id) },
  { type: 'ping' },
  ...blocks(turn).flatMap(toldBlock),
  {
    type: 'message_delta',
    delta: { stop_reason: endOf(turn), stop_sequence: null },
    usage: { output_tokens: 20 },
  },
  { type: 'message_stop' },
];

function toldBlock(block: Block, index: number): Event[] {
  const isText = block.type === 'text';
  const deltas = isText
    ? pieces(block.text).map((text) => ({ type: 'text_delta', text }))
    : ['', ...pieces(JSON.stringify(block.input))].map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
  return [
    {
      type: 'content_block_start',
      index,
      content_block: { ...block, ...(isText ? { text: '' } : { input: {} }) },
    },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}
