/** A streamed answer in its parts, as each provider's server writes them: some text, perhaps a call, the end. */

/** What the model says, one event after the other; each method gives the events that tell it. */
export interface Telling {
  begin(): string[];
  /** What the model thinks before it speaks, where that is told apart and unsigned. */
  thought?(piece: string): string[];
  text(piece: string): string[];
  /** A call of `name`, its arguments in the given pieces. */
  call(name: string, pieces: readonly string[]): string[];
  end(): string[];
}

export interface Dialect {
  readonly name: string;
  readonly connection: 'openai' | 'anthropic' | 'gemini' | 'mistral' | 'cohere' | 'ollama';
  readonly path: string;
  readonly type: string;
  /** A request that says `prompt`, and offers the tools. */
  body(prompt: string, tools: readonly string[]): object;
  tell(): Telling;
  /** The pieces of text in what the app got. */
  readonly pieces: RegExp;
  /** How a stream ends in which something went wrong. */
  readonly error: RegExp;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string; readonly [key: string]: unknown }): string =>
  `event: ${value.type}\n${data(value)}`;
const parameters = { type: 'object', properties: { to: { type: 'string' } } } as const;

const chat: Dialect = {
  name: 'OpenAI chat',
  connection: 'openai',
  path: '/v1/chat/completions',
  type: 'text/event-stream',
  body: (content, tools) => ({
    model: 'scripted',
    stream: true,
    messages: [{ role: 'user', content }],
    tools: tools.map((name) => ({ type: 'function', function: { name, parameters } })),
  }),
  tell() {
    const chunk = (delta: object, finish_reason: string | null = null): string =>
      data({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'scripted',
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      });
    const piece = (call: object): string => chunk({ tool_calls: [{ index: 0, ...call }] });
    let finish = 'stop';
    return {
      begin: () => [chunk({ role: 'assistant', content: '' })],
      thought: (reasoning_content) => [chunk({ reasoning_content })],
      text: (content) => [chunk({ content })],
      call(name, pieces) {
        finish = 'tool_calls';
        return [
          piece({ id: 'call_1', type: 'function', function: { name, arguments: '' } }),
          ...pieces.map((args) => piece({ function: { arguments: args } })),
        ];
      },
      end: () => [chunk({}, finish), 'data: [DONE]\n\n'],
    };
  },
  pieces: /"content":"((?:[^"\\]|\\.)*)"/g,
  error: /data: \{"error":\{"message":"fcgate \w+: [^\n]*\n\n$/,
};

/** Calls come whole, with the reason why the answer ends. */
const mistral: Dialect = {
  ...chat,
  name: 'Mistral',
  connection: 'mistral',
  tell() {
    const telling = chat.tell();
    let called = false;
    return {
      begin: telling.begin,
      text: telling.text,
      call(name, pieces) {
        called = true;
        const call = { id: 'call_1abc', function: { name, arguments: pieces.join('') }, index: 0 };
        const delta = { content: '', tool_calls: [call] };
        const choices = [{ index: 0, delta, finish_reason: 'tool_calls' }];
        return [data({ id: 'c', object: 'chat.completion.chunk', model: 'scripted', choices })];
      },
      end: () => (called ? telling.end().slice(1) : telling.end()),
    };
  },
  error: /data: \{[^\n]*fcgate \w+: [^\n]*"finish_reason":"error"[^\n]*\n\ndata: \[DONE\]\n\n$/,
};

const responses: Dialect = {
  name: 'OpenAI Responses',
  connection: 'openai',
  path: '/v1/responses',
  type: 'text/event-stream',
  body: (input, tools) => ({
    model: 'scripted',
    stream: true,
    input,
    tools: tools.map((name) => ({ type: 'function', name, parameters, strict: false })),
  }),
  tell() {
    let sequence_number = 0;
    let said = '';
    const output: object[] = [];
    const event = (type: string, more: object): string =>
      named({ type, sequence_number: sequence_number++, ...more });
    const response = (status: string): object => ({
      response: { id: 'resp_1', object: 'response', model: 'scripted', status, output: [...output] },
    });
    const spot = { item_id: 'msg_1', output_index: 0, content_index: 0 };
    const part = () => ({ type: 'output_text', text: said, annotations: [] });
    const message = (status: string, content: readonly object[]) => ({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status,
      content,
    });
    const endText = (): string[] => {
      if (output.length > 0) return [];
      output.push(message('completed', [part()]));
      return [
        event('response.output_text.done', { ...spot, text: said }),
        event('response.content_part.done', { ...spot, part: part() }),
        event('response.output_item.done', { output_index: 0, item: output[0] }),
      ];
    };
    return {
      begin: () => [
        event('response.created', response('in_progress')),
        event('response.output_item.added', { output_index: 0, item: message('in_progress', []) }),
        event('response.content_part.added', { ...spot, part: part() }),
      ],
      text(delta) {
        said += delta;
        return [event('response.output_text.delta', { ...spot, delta })];
      },
      call(name, pieces) {
        const ended = endText();
        const there = { item_id: 'fc_1', output_index: 1 };
        const item = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name };
        const whole = { ...item, status: 'completed', arguments: pieces.join('') };
        const begun = { ...item, status: 'in_progress', arguments: '' };
        const told = [
          ...ended,
          event('response.output_item.added', { output_index: 1, item: begun }),
          ...pieces.map((delta) => event('response.function_call_arguments.delta', { ...there, delta })),
          event('response.function_call_arguments.done', { ...there, name, arguments: whole.arguments }),
          event('response.output_item.done', { output_index: 1, item: whole }),
        ];
        output.push(whole);
        return told;
      },
      end: () => [...endText(), event('response.completed', response('completed'))],
    };
  },
  pieces: /"response\.output_text\.delta"[^\n]*"delta":"((?:[^"\\]|\\.)*)"/g,
  error: /event: error\ndata: \{"type":"error","code":"\w+","message":"fcgate \w+: [^\n]*\n\n$/,
};

const anthropic: Dialect = {
  name: 'Anthropic',
  connection: 'anthropic',
  path: '/v1/messages',
  type: 'text/event-stream',
  body: (content, tools) => ({
    model: 'scripted',
    stream: true,
    max_tokens: 100,
    messages: [{ role: 'user', content }],
    tools: tools.map((name) => ({ name, input_schema: parameters })),
  }),
  tell() {
    const event = (type: string, more: object = {}): string => named({ type, ...more });
    const start = (index: number, content_block: object) =>
      event('content_block_start', { index, content_block });
    const delta = (index: number, value: object) => event('content_block_delta', { index, delta: value });
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'scripted',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    let reason = 'end_turn';
    return {
      begin: () => [event('message_start', { message }), start(0, { type: 'text', text: '' })],
      text: (text) => [delta(0, { type: 'text_delta', text })],
      call(name, pieces) {
        reason = 'tool_use';
        return [
          event('content_block_stop', { index: 0 }),
          start(1, { type: 'tool_use', id: 'toolu_1', name, input: {} }),
          ...pieces.map((partial_json) => delta(1, { type: 'input_json_delta', partial_json })),
        ];
      },
      end: () => [
        event('content_block_stop', { index: reason === 'tool_use' ? 1 : 0 }),
        event('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage }),
        event('message_stop'),
      ],
    };
  },
  pieces: /"text_delta","text":"((?:[^"\\]|\\.)*)"/g,
  error: /event: error\ndata: \{"type":"error","error":\{[^\n]*"message":"fcgate \w+: [^\n]*\n\n$/,
};

const cohere: Dialect = {
  name: 'Cohere',
  connection: 'cohere',
  path: '/v2/chat',
  type: 'text/event-stream',
  body: chat.body,
  tell() {
    const event = (type: string, more: object = {}): string => named({ type, ...more });
    const message = (type: string, index: number, told: object): string =>
      event(type, { index, delta: { message: told } });
    let text = false;
    let finish_reason = 'COMPLETE';
    const endText = (): string[] => {
      const ended = text ? [event('content-end', { index: 0 })] : [];
      text = false;
      return ended;
    };
    return {
      begin: () => [event('message-start', { id: 'msg_1', delta: { message: { role: 'assistant' } } })],
      thought: (tool_plan) => [event('tool-plan-delta', { delta: { message: { tool_plan } } })],
      text(piece) {
        const begun = text ? [] : [message('content-start', 0, { content: { type: 'text', text: '' } })];
        text = true;
        return [...begun, message('content-delta', 0, { content: { text: piece } })];
      },
      call(name, pieces) {
        finish_reason = 'TOOL_CALL';
        const called = { id: 'call_1', type: 'function', function: { name, arguments: '' } };
        return [
          ...endText(),
          message('tool-call-start', 0, { tool_calls: called }),
          ...pieces.map((args) =>
            message('tool-call-delta', 0, { tool_calls: { function: { arguments: args } } }),
          ),
          event('tool-call-end', { index: 0 }),
        ];
      },
      end: () => [...endText(), event('message-end', { delta: { finish_reason } }), 'data: [DONE]\n\n'],
    };
  },
  pieces: /"text":"((?:[^"\\]|\\.)*)"/g,
  error: /event: message-end\ndata: [^\n]*fcgate \w+: [^\n]*\n\n(?:data: \[DONE\]\n\n)?$/,
};

/** Calls come whole; a line is an event. */
const ollama: Dialect = {
  name: 'Ollama',
  connection: 'ollama',
  path: '/api/chat',
  type: 'application/x-ndjson',
  body: chat.body,
  tell() {
    const line = (message: object, more: object = { done: false }): string =>
      `${JSON.stringify({ model: 'scripted', message: { role: 'assistant', ...message }, ...more })}\n`;
    return {
      begin: () => [],
      thought: (thinking) => [line({ content: '', thinking })],
      text: (content) => [line({ content })],
      call: (name, pieces) => [
        line({ content: '', tool_calls: [{ function: { name, arguments: JSON.parse(pieces.join('')) } }] }),
      ],
      end: () => [line({ content: '' }, { done: true, done_reason: 'stop' })],
    };
  },
  pieces: /"content":"((?:[^"\\]|\\.)*)"/g,
  error: /\{"error":"fcgate \w+: [^\n]*\n$/,
};

/** Gemini tells calls whole, and streams events or the elements of an array. */
interface Gemini extends Pick<Dialect, 'name' | 'path' | 'type' | 'error'> {
  write(value: object, first: boolean): string;
  readonly close: readonly string[];
}

const gemini = ({ write, close, ...more }: Gemini): Dialect => ({
  ...more,
  connection: 'gemini',
  body: (text, tools) => ({
    contents: [{ role: 'user', parts: [{ text }] }],
    tools: [{ functionDeclarations: tools.map((name) => ({ name, parameters })) }],
  }),
  tell() {
    let first = true;
    const chunk = (part: object, ending: object = {}): string => {
      const candidates = [{ content: { role: 'model', parts: [part] }, index: 0, ...ending }];
      const written = write({ candidates }, first);
      first = false;
      return written;
    };
    return {
      begin: () => [],
      text: (text) => [chunk({ text })],
      call: (name, pieces) => [chunk({ functionCall: { name, args: JSON.parse(pieces.join('')) } })],
      end: () => [chunk({ text: '' }, { finishReason: 'STOP' }), ...close],
    };
  },
  pieces: /"text":"((?:[^"\\]|\\.)*)"/g,
});

export const dialects: readonly Dialect[] = [
  chat,
  mistral,
  responses,
  anthropic,
  cohere,
  ollama,
  gemini({
    name: 'Gemini, events',
    path: '/v1beta/models/scripted:streamGenerateContent?alt=sse',
    type: 'text/event-stream',
    write: (value) => `data: ${JSON.stringify(value)}\r\n\r\n`,
    close: [],
    error: /data: \{"error":\{"code":\d+,"message":"fcgate \w+: [^\n]*\n\n$/,
  }),
  gemini({
    name: 'Gemini, an array',
    path: '/v1beta/models/scripted:streamGenerateContent',
    type: 'application/json',
    write: (value, first) => `${first ? '[' : ',\r\n'}${JSON.stringify(value)}\n`,
    close: [']'],
    error: /,\s*\{"error":\{"code":\d+,"message":"fcgate \w+: [^\n]*\]$/,
  }),
];

/** Every connection that the dialects speak over, to one upstream. */
export const upstreamsAt = (url: string): Record<string, string> =>
  Object.fromEntries(dialects.map(({ connection }) => [connection, url]));
