/** Where an answer carries a text, by provider: how a model tells it in pieces, and what an app reads of it. */
import type { Provider } from '../../src/exchange.ts';
import { jsonOf } from './fragments.ts';
import type { Site } from './sites.ts';

type Json = { readonly [key: string]: unknown };

export interface Carrier {
  readonly name: string;
  readonly provider: Provider;
  readonly path: string;
  /** Carries JSON arguments instead of a text. */
  readonly args?: true;
  /** How its events are framed, where not as its provider does it. */
  readonly frame?: 'array' | 'body';
  /** Where its requests say something, where not everywhere. */
  readonly sites?: readonly Site[];
  /** What it is told is on its way from a model: nothing comes back to who said it. */
  readonly oneWay?: true;
  /** The upstream's events, as objects. */
  tell(pieces: readonly string[]): Json[];
  /** Every telling of the text in the events that came. */
  read(events: readonly Json[]): string[];
}

/** Where in an event a string stands, by keys: `choices.0.delta.content`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => (part as Json | undefined)?.[key], value);
}

const strings = (events: readonly Json[], path: string): string =>
  events
    .map((event) => at(event, path))
    .filter((part) => typeof part === 'string')
    .join('');

const putAt = (path: string, value: unknown): unknown =>
  path.split('.').reduceRight((inner, key) => (key === '0' ? [inner] : { [key]: inner }), value);

/** A carrier in a member of one delta; `around` says what stands about each. */
const joined = (path: string) => (events: readonly Json[]) => [strings(events, path)];

const chunk = (delta: unknown, index = 0, finish_reason: string | null = null): Json => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index, delta, finish_reason }],
});

const CHAT = '/v1/chat/completions';

const chatText = (name: string, member: string, provider: Provider = 'openai'): Carrier => ({
  name: `${provider} ${name}`,
  provider,
  path: CHAT,
  tell: (pieces) => [
    chunk({ role: 'assistant' }),
    ...pieces.map((piece) => chunk({ [member]: piece })),
    chunk({}, 0, 'stop'),
  ],
  read: joined(`choices.0.delta.${member}`),
});

const chatCall = (provider: Provider): Carrier => ({
  name: `${provider} tool arguments`,
  provider,
  path: CHAT,
  args: true,
  tell: (pieces) => [
    chunk({
      role: 'assistant',
      content: null,
      tool_calls: [
        { index: 0, id: 'call12345', type: 'function', function: { name: 'note', arguments: '' } },
      ],
    }),
    ...pieces.map((piece) => chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
    chunk({}, 0, 'tool_calls'),
  ],
  read: joined('choices.0.delta.tool_calls.0.function.arguments'),
});

const openai: readonly Carrier[] = [
  chatText('text', 'content'),
  chatText('refusal', 'refusal'),
  chatText('reasoning', 'reasoning_content'),
  chatCall('openai'),
  {
    name: 'openai function_call',
    provider: 'openai',
    path: CHAT,
    args: true,
    tell: (pieces) => [
      chunk({ role: 'assistant', content: null, function_call: { name: 'note', arguments: '' } }),
      ...pieces.map((piece) => chunk({ function_call: { arguments: piece } })),
      chunk({}, 0, 'function_call'),
    ],
    read: joined('choices.0.delta.function_call.arguments'),
  },
  {
    name: 'openai n > 1',
    provider: 'openai',
    path: CHAT,
    tell: (pieces) => [
      ...[0, 1].map((index) => chunk({ role: 'assistant', content: '' }, index)),
      ...pieces.flatMap((content) => [0, 1].map((index) => chunk({ content }, index))),
      ...[0, 1].map((index) => chunk({}, index, 'stop')),
    ],
    read: (events) =>
      [0, 1].map((index) =>
        strings(
          events.filter((event) => at(event, 'choices.0.index') === index),
          'choices.0.delta.content',
        ),
      ),
  },
];

/** Told in deltas, when it is done, with its item, and with the response. */
function responsesItem(item: Json, place: string, kind: string, member: string): Carrier['tell'] {
  const where = { item_id: item.id, output_index: 0, ...INDEX[kind] };
  const response = (status: string, output: readonly unknown[]) => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status,
    model: 'm',
    output,
  });
  return (pieces) => {
    const whole = pieces.join('');
    const full = { ...item, ...(putAt(place, whole) as Json) };
    const done = withTypes(full);
    return [
      { type: 'response.created', response: response('in_progress', []) },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: {
          ...item,
          ...(kind === 'function_call_arguments' ? { arguments: '' } : { [place.split('.')[0]!]: [] }),
        },
      },
      ...(PARTS[kind]?.(where) ?? []),
      ...pieces.map((delta) => ({ type: `response.${kind}.delta`, ...where, delta })),
      { type: `response.${kind}.done`, ...where, [member]: whole },
      { type: 'response.output_item.done', output_index: 0, item: done },
      { type: 'response.completed', response: response('completed', [done]) },
    ].map((event, sequence_number) => ({ ...event, sequence_number }));
  };
}

const INDEX: Readonly<Record<string, Json>> = {
  output_text: { content_index: 0 },
  refusal: { content_index: 0 },
  reasoning_summary_text: { summary_index: 0 },
};

const added = (part: Json) => (where: Json) => [{ type: 'response.content_part.added', ...where, part }];
const PARTS: Readonly<Record<string, (where: Json) => Json[]>> = {
  output_text: added({ type: 'output_text', text: '', annotations: [] }),
  refusal: added({ type: 'refusal', refusal: '' }),
  reasoning_summary_text: (where) => [
    { type: 'response.reasoning_summary_part.added', ...where, part: { type: 'summary_text', text: '' } },
  ],
};

/** Parts say what they are. */
function withTypes(item: Json): Json {
  const typed = (list: unknown, more: (part: Json) => Json) =>
    (list as Json[]).map((part) => ({ ...part, ...more(part) }));
  if (Array.isArray(item.summary))
    return { ...item, summary: typed(item.summary, () => ({ type: 'summary_text' })) };
  if (!Array.isArray(item.content)) return item;
  const kind = (part: Json) =>
    'refusal' in part ? { type: 'refusal' } : { type: 'output_text', annotations: [] };
  return { ...item, content: typed(item.content, kind) };
}

const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed' };
const call = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'note', status: 'completed' };

const responses = (name: string, kind: string, item: Json, place: string): Carrier => {
  const member = place.split('.').at(-1)!;
  return {
    name: `responses ${name}`,
    provider: 'openai',
    path: '/v1/responses',
    ...(kind === 'function_call_arguments' ? { args: true as const } : {}),
    tell: responsesItem(item, place, kind, member),
    read: (events) => [
      strings(
        events.filter(({ type }) => type === `response.${kind}.delta`),
        'delta',
      ),
      strings(
        events.filter(({ type }) => type === `response.${kind}.done`),
        member,
      ),
      strings(events, `item.${place}`),
      strings(events, `response.output.0.${place}`),
    ],
  };
};

const openaiResponses: readonly Carrier[] = [
  responses('text', 'output_text', message, 'content.0.text'),
  responses('refusal', 'refusal', message, 'content.0.refusal'),
  responses('tool arguments', 'function_call_arguments', call, 'arguments'),
  responses(
    'reasoning summary',
    'reasoning_summary_text',
    { id: 'rs_1', type: 'reasoning' },
    'summary.0.text',
  ),
];

const block = (start: Json, deltas: readonly Json[]): Json[] => [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      usage: {},
    },
  },
  { type: 'content_block_start', index: 0, content_block: start },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 1 },
  },
  { type: 'message_stop' },
];

const claude = (name: string, start: Json, type: string, member: string, args?: true): Carrier => ({
  name: `anthropic ${name}`,
  provider: 'anthropic',
  path: '/v1/messages',
  ...(args && { args }),
  tell: (pieces) =>
    block(
      start,
      pieces.map((piece) => ({ type, [member]: piece })),
    ),
  read: joined(`delta.${member}`),
});

const anthropic: readonly Carrier[] = [
  claude('text', { type: 'text', text: '' }, 'text_delta', 'text'),
  claude('thinking', { type: 'thinking', thinking: '', signature: '' }, 'thinking_delta', 'thinking'),
  claude(
    'tool input',
    { type: 'tool_use', id: 'toolu_1', name: 'note', input: {} },
    'input_json_delta',
    'partial_json',
    true,
  ),
  {
    name: 'anthropic citations',
    provider: 'anthropic',
    path: '/v1/messages',
    tell: (pieces) =>
      block({ type: 'text', text: '', citations: [] }, [
        { type: 'text_delta', text: 'As the paper says.' },
        {
          type: 'citations_delta',
          citation: {
            type: 'char_location',
            cited_text: pieces.join(''),
            document_index: 0,
            document_title: 'Paper',
            start_char_index: 0,
            end_char_index: 9,
          },
        },
      ]),
    read: joined('delta.citation.cited_text'),
  },
];

const candidate = (part: Json, finishReason?: string): Json => ({
  candidates: [
    { content: { parts: [part], role: 'model' }, index: 0, ...(finishReason && { finishReason }) },
  ],
  modelVersion: 'm',
});
const GEMINI = '/v1beta/models/m:streamGenerateContent?alt=sse';

const geminiText = (name: string, more: Json): Carrier => ({
  name: `gemini ${name}`,
  provider: 'gemini',
  path: GEMINI,
  tell: (pieces) => [...pieces.map((text) => candidate({ text, ...more })), candidate({ text: '' }, 'STOP')],
  read: joined('candidates.0.content.parts.0.text'),
});

const gemini: readonly Carrier[] = [
  geminiText('text', {}),
  geminiText('thought', { thought: true }),
  {
    name: 'gemini arguments',
    provider: 'gemini',
    path: GEMINI,
    args: true,
    tell: (pieces) => [
      candidate({ functionCall: { name: 'note', args: JSON.parse(pieces.join('')) as Json } }, 'STOP'),
    ],
    read: (events) => objects(events, 'candidates.0.content.parts.0.functionCall.args'),
  },
];

const objects = (events: readonly Json[], path: string): string[] =>
  events
    .map((event) => at(event, path))
    .filter((found) => found !== undefined)
    .map((found) => JSON.stringify(found));

const cohereEvent = (type: string, message: Json, index?: number): Json => ({
  type,
  ...(index === undefined ? {} : { index }),
  delta: { message },
});
const cohereOf = (
  name: string,
  tell: (pieces: readonly string[]) => Json[],
  path: string,
  args?: true,
): Carrier => ({
  name: `cohere ${name}`,
  provider: 'cohere',
  path: '/v2/chat',
  ...(args && { args }),
  tell: (pieces) => [
    {
      id: 'c1',
      ...cohereEvent('message-start', { role: 'assistant', content: [], tool_plan: '', tool_calls: [] }),
    },
    ...tell(pieces),
    { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: {} } },
  ],
  read: joined(`delta.message.${path}`),
});

const cohere: readonly Carrier[] = [
  cohereOf(
    'text',
    (pieces) => [
      cohereEvent('content-start', { content: { type: 'text', text: '' } }, 0),
      ...pieces.map((text) => cohereEvent('content-delta', { content: { text } }, 0)),
      { type: 'content-end', index: 0 },
    ],
    'content.text',
  ),
  cohereOf(
    'plan',
    (pieces) => pieces.map((tool_plan) => cohereEvent('tool-plan-delta', { tool_plan })),
    'tool_plan',
  ),
  cohereOf(
    'tool arguments',
    (pieces) => [
      cohereEvent(
        'tool-call-start',
        { tool_calls: { id: 'c_1', type: 'function', function: { name: 'note', arguments: '' } } },
        0,
      ),
      ...pieces.map((piece) =>
        cohereEvent('tool-call-delta', { tool_calls: { function: { arguments: piece } } }, 0),
      ),
      { type: 'tool-call-end', index: 0 },
    ],
    'tool_calls.function.arguments',
    true,
  ),
];

const line = (message: Json): Json => ({
  model: 'm',
  created_at: '2026-02-03T09:15:00Z',
  message,
  done: false,
});
const last: Json = { ...line({ role: 'assistant', content: '' }), done: true, done_reason: 'stop' };

const ollamaText = (member: string): Carrier => ({
  name: `ollama ${member}`,
  provider: 'ollama',
  path: '/api/chat',
  tell: (pieces) => [
    ...pieces.map((piece) => line({ role: 'assistant', content: '', [member]: piece })),
    last,
  ],
  read: joined(`message.${member}`),
});

const ollama: readonly Carrier[] = [
  ollamaText('content'),
  ollamaText('thinking'),
  {
    name: 'ollama arguments',
    provider: 'ollama',
    path: '/api/chat',
    args: true,
    tell: (pieces) => [
      line({
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name: 'note', arguments: JSON.parse(pieces.join('')) as Json } }],
      }),
      last,
    ],
    read: (events) => objects(events, 'message.tool_calls.0.function.arguments'),
  },
];

/** The same wires where others serve them. */
const elsewhere = (name: string, carrier: Carrier, path: string): Carrier => ({ ...carrier, name, path });

const AZURE = '/openai/deployments/gpt/chat/completions?api-version=2024-10-21';
const VERTEX = '/v1/projects/p/locations/europe-west4/publishers';

/** What Azure tells beside: a first chunk without choices, and what its filter said of each. */
const filtered = (carrier: Carrier): Carrier => ({
  ...carrier,
  tell: (pieces) => [
    {
      ...chunk({}),
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false } } }],
    },
    ...carrier.tell(pieces).map((event) => ({
      ...event,
      choices: (event.choices as Json[]).map((choice) => ({ ...choice, content_filter_results: {} })),
    })),
  ],
});

const arrays: readonly Carrier[] = gemini.map((carrier) => ({
  ...carrier,
  name: carrier.name.replace('gemini', 'gemini array'),
  path: GEMINI.replace('?alt=sse', ''),
  frame: 'array',
}));

const placed: readonly Carrier[] = [
  elsewhere('azure text', filtered(openai[0]!), AZURE),
  elsewhere('azure tool arguments', filtered(chatCall('openai')), AZURE),
  elsewhere('azure responses', openaiResponses[0]!, '/openai/v1/responses'),
  elsewhere('vertex gemini text', gemini[0]!, `${VERTEX}/google/models/g:streamGenerateContent?alt=sse`),
  elsewhere('vertex gemini array', arrays[0]!, `${VERTEX}/google/models/g:streamGenerateContent`),
  elsewhere('vertex claude text', anthropic[0]!, `${VERTEX}/anthropic/models/c:streamRawPredict`),
  elsewhere('vertex claude tool input', anthropic[2]!, `${VERTEX}/anthropic/models/c:streamRawPredict`),
];

/** A tool server: its caller is told what its tools say. */
const tools = (name: string, told: (text: string) => Json, path: string, more: Partial<Carrier> = {}) => {
  const carrier: Carrier = {
    name: `mcp ${name}`,
    provider: 'mcp',
    path: '/',
    sites: ['history arguments'],
    oneWay: true,
    tell: (pieces) => [
      ...(more.frame
        ? []
        : [{ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } }]),
      { jsonrpc: '2.0', id: 1, result: told(pieces.join('')) },
    ],
    read: more.args ? (events) => objects(events, `result.${path}`) : joined(`result.${path}`),
    ...more,
  };
  return carrier;
};
const content = (text: string): Json => ({ content: [{ type: 'text', text }] });

const mcp: readonly Carrier[] = [
  tools('result', content, 'content.0.text'),
  tools('result, whole', content, 'content.0.text', { frame: 'body' }),
  tools(
    'resource',
    (text) => ({ content: [{ type: 'resource', resource: { uri: 'file:///n', text } }] }),
    'content.0.resource.text',
  ),
  tools(
    'structured result',
    (text) => ({ content: [], structuredContent: JSON.parse(text) as Json }),
    'structuredContent',
    { args: true },
  ),
];

export const carriers: readonly Carrier[] = [
  ...openai,
  ...openaiResponses,
  ...anthropic,
  ...gemini,
  ...arrays,
  ...placed,
  chatText('text', 'content', 'mistral'),
  chatCall('mistral'),
  ...cohere,
  ...ollama,
  ...mcp,
];

export const typeOf = ({ provider, frame }: Carrier): string =>
  frame ? 'application/json' : provider === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';

/** As the provider frames it. */
export function framed(
  { provider, path, frame }: Carrier,
  events: readonly Json[],
  escaped: boolean,
): string[] {
  if (frame === 'body') return events.map((event) => jsonOf(event, escaped));
  if (frame === 'array')
    return [...events.map((event, i) => `${i === 0 ? '[' : ',\r\n'}${jsonOf(event, escaped)}`), ']\n'];
  if (provider === 'ollama') return events.map((event) => `${jsonOf(event, escaped)}\n`);
  const named = provider === 'anthropic' || provider === 'cohere' || path.endsWith('/responses');
  const lines = events.map(
    (event) => `${named ? `event: ${String(event.type)}\n` : ''}data: ${jsonOf(event, escaped)}\n\n`,
  );
  return path.includes('/chat/completions') || provider === 'cohere' ? [...lines, 'data: [DONE]\n\n'] : lines;
}

/** What came: the app's view of a stream. */
export function eventsOf({ provider, frame }: Carrier, body: string): Json[] {
  if (frame) return [JSON.parse(body) as Json | Json[]].flat();
  return body
    .split('\n')
    .filter((each) => (provider === 'ollama' ? each.trim() !== '' : /^data: ?\{/.test(each)))
    .map((each) => JSON.parse(each.replace(/^data: ?/, '')) as Json);
}
