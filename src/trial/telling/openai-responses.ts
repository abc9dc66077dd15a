/** Responses. */
import {
  type Call,
  type ModelTurn,
  namedEvent,
  offered,
  pieces,
  type Telling,
  type Turn,
} from './conversation.ts';

export const openaiResponses: Telling = {
  name: 'openai-responses',
  connection: 'openai',
  provider: 'openai',
  path: () => '/v1/responses',
  request: ({ system, tools }, turns, stream) => ({
    model: 'gpt-4.1-mini',
    store: false,
    ...(stream ? { stream: true } : {}),
    ...(system === undefined ? {} : { instructions: system }),
    input: turns.flatMap(items),
    tools: tools.map((tool) => ({ type: 'function', ...offered(tool), strict: false })),
  }),
  answer: (turn, id) => response(id, 'completed', output(turn, id)),
  stream: (turn, id) =>
    told(turn, id)
      .map((data, sequence_number) => namedEvent(data.type, { ...data, sequence_number }))
      .join(''),
};

const response = (id: string, status: string, output: readonly object[]) => ({
  id: `resp_${id}`,
  object: 'response',
  created_at: 1770000000,
  status,
  model: 'gpt-4.1-mini-2025-04-14',
  output,
  usage: status === 'completed' ? { input_tokens: 90, output_tokens: 20, total_tokens: 110 } : null,
});

function items(turn: Turn): object[] {
  if ('user' in turn) return [{ role: 'user', content: [{ type: 'input_text', text: turn.user }] }];
  if (!('results' in turn)) return output(turn, 'past');
  return turn.results.map(({ id, result }) => ({
    type: 'function_call_output',
    call_id: id,
    output: JSON.stringify(result),
  }));
}

const part = (text: string) => ({ type: 'output_text', text, annotations: [] });
const message = (id: string, text: string) => ({
  id: `msg_${id}`,
  type: 'message' as const,
  status: 'completed',
  role: 'assistant',
  content: [part(text)],
});
const functionCall = ({ id, name, args }: Call) => ({
  id: `fc_${id}`,
  type: 'function_call' as const,
  status: 'completed',
  call_id: id,
  name,
  arguments: JSON.stringify(args),
});

type Item = ReturnType<typeof message> | ReturnType<typeof functionCall>;

const output = ({ text, calls }: ModelTurn, id: string): Item[] => [
  ...(text === '' ? [] : [message(id, text)]),
  ...calls.map(functionCall),
];

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Every text is told in pieces, and then again whole: when it is done, with its item, and with the response. */
function told(turn: ModelTurn, id: string): Event[] {
  const items = output(turn, id);
  return [
    { type: 'response.created', response: response(id, 'in_progress', []) },
    ...items.flatMap((item, output_index) => toldItem(item, { item_id: item.id, output_index })),
    { type: 'response.completed', response: response(id, 'completed', items) },
  ];
}

interface Place {
  readonly item_id: string;
  readonly output_index: number;
}

function toldItem(item: Item, place: Place): Event[] {
  const { output_index } = place;
  const begun = item.type === 'message' ? { content: [] } : { arguments: '' };
  return [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', ...begun } },
    ...(item.type === 'message'
      ? toldText(item.content[0]!, { ...place, content_index: 0 })
      : toldCall(item.arguments, place)),
    { type: 'response.output_item.done', output_index, item },
  ];
}

const toldText = (part: { readonly text: string }, place: object): Event[] => [
  { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
  ...pieces(part.text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
  { type: 'response.output_text.done', ...place, text: part.text },
  { type: 'response.content_part.done', ...place, part },
];

const toldCall = (text: string, place: object): Event[] => [
  ...pieces(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
  { type: 'response.function_call_arguments.done', ...place, arguments: text },
];
