/** OpenAI Chat Completions (API reference: POST /v1/chat/completions), whole and streamed; its compatible servers too. */
import type { AnswerReading, Codec, CodecOptions, Reading, RefusedCall, StreamReader } from './codec.ts';
import { Collector, type Spot } from './collector.ts';
import { chatErrorEvent, openaiError } from './errors.ts';
import { type Doc, kindOf, member, numberMember, OBJECT, stringMember, TRUE, tryParseJson } from './json.ts';
import { refuseChatCalls } from './openai-chat-refuse.ts';
import { all, by, each, mediaUrl, object, omit, type Shape, skip, text, turn } from './shape.ts';
import type { StreamEvent } from './sse.ts';
import { offerTool } from './tools.ts';
import { pointer } from './units.ts';

const part = object({
  ...all(['type', 'detail', 'file_id', 'cache_control', 'format'], skip),
  image_url: (spot, to) =>
    (kindOf(spot.doc, spot.node) === OBJECT ? object({ url: mediaUrl, detail: skip }) : mediaUrl)(spot, to),
  input_audio: object({ data: omit, format: skip }),
  file: object({ file_data: omit, file_id: skip }),
});

/** A call of a tool. In a stream, its index says which call it is a piece of. */
const call: Shape = (spot, to) => {
  const { doc, node, path } = spot;
  const custom = member(doc, node, 'custom');
  const body = member(doc, node, 'function') ?? custom;
  const head = { spot, path, id: stringMember(doc, node, 'id') || undefined };
  if (body === undefined) return to.walk(spot, to.stage);
  const key = body === custom ? 'custom' : 'function';
  const named = { ...head, name: stringMember(doc, body, 'name') };
  object({
    ...all(['id', 'index', 'type'], skip),
    [key]: (inner) => callBody({ ...inner }, named, to),
  })(spot, to);
};

type Head = Parameters<Collector['call']>[0];

/** `name` and its arguments: JSON in a string, or a custom tool's free text. */
function callBody(spot: Spot, head: Head, to: Collector): void {
  let heard = false;
  const input =
    (form: 'json' | 'free'): Shape =>
    (value) => {
      heard = true;
      to.call(head, value, kindOf(value.doc, value.node) === OBJECT ? 'object' : form);
    };
  object({ name: skip, arguments: input('json'), input: input('free') })(spot, to);
  if (!heard) to.call(head);
}

const legacyCall: Shape = (spot, to) =>
  callBody(spot, { spot, path: spot.path, name: stringMember(spot.doc, spot.node, 'name') }, to);

const result =
  (name: (spot: Spot, to: Collector) => string | undefined): Shape =>
  (spot, to) => {
    const callId = stringMember(spot.doc, spot.node, 'tool_call_id');
    const tool = name(spot, to) ?? to.names.get(callId ?? '');
    object({
      ...all(['role', 'name', 'tool_call_id'], skip),
      content: (content) => to.result(content, tool, callId, { skip: new Set(['type']), numbers: true }),
    })(spot, to);
  };

const indexOf = ({ doc, node }: Spot): number | undefined => numberMember(doc, node, 'index');

const spoken = object({
  role: skip,
  content: each((spot, to) => (kindOf(spot.doc, spot.node) === OBJECT ? part : text)(spot, to)),
  tool_calls: each(call, indexOf),
  function_call: legacyCall,
  audio: object({ id: skip, data: omit, expires_at: skip }),
  reasoning_details: object({ signature: omit, data: omit }),
});

const message: Shape = by(
  'role',
  {
    tool: result(() => undefined),
    function: result((spot) => stringMember(spot.doc, spot.node, 'name')),
  },
  spoken,
);

const tool: Shape = (spot, to) => {
  const body = member(spot.doc, spot.node, 'function') ?? member(spot.doc, spot.node, 'custom');
  offerTool(spot, to, body === undefined ? spot : { ...spot, node: body });
};

const request = object({
  ...all(
    [
      'model',
      'stream',
      'stream_options',
      'temperature',
      'top_p',
      'n',
      'max_tokens',
      'max_completion_tokens',
      'seed',
      'presence_penalty',
      'frequency_penalty',
      'logprobs',
      'top_logprobs',
      'parallel_tool_calls',
      'reasoning_effort',
      'service_tier',
      'modalities',
      'store',
      'tool_choice',
      'function_call',
      'logit_bias',
      'verbosity',
    ],
    skip,
  ),
  messages: each(turn(message)),
  tools: each(tool),
  functions: each(tool),
});

const choice =
  (body: 'message' | 'delta'): Shape =>
  (spot, to) => {
    object({
      ...all(
        ['index', 'finish_reason', 'content_filter_results', 'native_finish_reason', 'stop_reason'],
        skip,
      ),
      [body]: (inner) => spoken({ ...inner, path: pointer(spot.path, 'message') }, to),
      logprobs: (inner) => to.shadow(spot.path, inner),
    })(spot, to);
  };

const answer = (body: 'message' | 'delta'): Shape =>
  object({
    ...all(
      ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier', 'usage', 'obfuscation'],
      skip,
    ),
    ...all(['prompt_filter_results', 'provider', 'x_groq', 'timings'], skip),
    choices: each(choice(body), indexOf),
  });

const whole = answer('message');
const chunk = answer('delta');

const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });

export const openaiChat: Codec = {
  name: 'openai-chat',
  provider: 'openai',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const to = new Collector({ side: 'request', ...options });
    request(rootOf(doc), to);
    const stream = member(doc, 0, 'stream');
    return {
      model: stringMember(doc, 0, 'model') ?? '',
      stream: stream !== undefined && kindOf(doc, stream) === TRUE,
      turns: to.turns,
      offered: to.offered,
      units: to.units(),
      omit: to.omitted,
    };
  },

  readAnswer(doc: Doc, options: CodecOptions): AnswerReading {
    const to = new Collector({ side: 'answer', depth: options.depth, offered: options.offered });
    whole(rootOf(doc), to);
    return readingOf(doc, to);
  },

  refuseCalls: (doc, refused) => refuseChatCalls(refused, [doc], 'message'),
  openStream: (options) => new ChatStream(options),
  errorBody: openaiError,
  errorEvent: chatErrorEvent,
};

function readingOf(doc: Doc, to: Collector): AnswerReading {
  const id = stringMember(doc, 0, 'id');
  return { units: to.units(), omit: to.omitted, ...(id === undefined ? {} : { id }) };
}

/** Chunks until `[DONE]`; pieces of a call are told apart by choice and index. */
class ChatStream implements StreamReader {
  private readonly to: Collector;
  private readonly docs: Doc[] = [];
  private readonly depth: number;
  private done = false;

  constructor(options: CodecOptions) {
    this.depth = options.depth;
    this.to = new Collector({
      side: 'answer',
      depth: options.depth,
      streamed: true,
      offered: options.offered,
    });
  }

  push(event: StreamEvent): boolean {
    if (!event.data) return true;
    const { bytes, start, end, ground } = event.data;
    if (Buffer.from(bytes.subarray(start, end)).toString('latin1').trim() === '[DONE]') {
      this.done = true;
      return true;
    }
    const doc = tryParseJson(bytes, ground, { start, end, depth: this.depth });
    if (!doc) return false;
    this.docs.push(doc);
    chunk(rootOf(doc), this.to);
    return true;
  }

  finished(): boolean {
    return this.done;
  }

  reading(): AnswerReading {
    const [first] = this.docs;
    return first ? readingOf(first, this.to) : { units: [], omit: [] };
  }

  refuse(refused: readonly RefusedCall[]) {
    return refuseChatCalls(refused, this.docs, 'delta');
  }
}
