/** Exchanges in which every position tells known values that belong to nobody: what a policy does is seen on them. */
import type { Recording } from '../exchange.ts';
import type { Teller } from '../fixture.ts';
import { oddStreams } from './canary-streams.ts';
import type { Call, ModelTurn, Telling, Turn } from './telling/conversation.ts';
import { tell } from './telling/tell.ts';
import { models, tellings } from './telling/tellings.ts';

/** An exchange, and the positions that tell something in it. */
export interface Canary {
  readonly wire: Teller;
  readonly path: string;
  readonly recording: Recording;
  readonly positions: readonly string[];
}

/** What stands in each position: a value of each group. */
const VALUES =
  'mail kim.vos@mailbox.nl, card 4539 1488 0343 6467, account NL91ABNA0417164300, SSN 536-90-4399, key ghp_9aBcD3fGhIjKlMn0pQrStUvWxYz123456789, host 81.2.69.160';

const say = (position: string): string => `position ${position} holds ${VALUES} and ends`;

/** The position that a text tells, where it tells one. */
export const positionIn = (text: string): string | undefined => /position (.*?) holds /.exec(text)?.[1];

export const canaries = (): Canary[] =>
  (Object.keys(tellings) as Teller[]).flatMap((wire) => [
    requestOf(wire),
    ...answersOf(wire),
    streamOf(wire),
    ...oddStreamOf(wire),
  ]);

const AT = '2026-01-05T12:00:00.000Z';
const HELLO: readonly Turn[] = [{ user: 'Hello.' }];
const FINE: ModelTurn = { text: 'Fine.', calls: [] };
const lookup = (note: string): Call => ({ id: 'call_1', name: 'lookup', args: { note } });
const PARAMETERS = { type: 'object', properties: { note: { type: 'string' } } };

/** Where what the model is told stands. */
function requestOf(wire: Teller): Canary {
  const turns: readonly Turn[] =
    wire === 'mcp'
      ? [{ text: '', calls: [lookup(say('arguments'))] }]
      : [
          { user: say('user') },
          { text: say('assistant'), calls: [lookup(say('history arguments'))] },
          { results: [{ id: 'call_1', name: 'lookup', result: { note: say('tool result') } }] },
        ];
  const parameters = {
    type: 'object',
    properties: { note: { type: 'string', description: say('parameter description') } },
  };
  const tools = [{ name: 'lookup', description: say('tool description'), parameters }];
  const conversation = { system: say('system'), tools };
  const told = tell(tellings[wire], {
    ...{ id: `${wire} request`, session: wire, at: AT, stream: false },
    ...{ conversation, turns, answer: FINE },
  });
  const body = JSON.stringify({ ...JSON.parse(told.request.body), canary: say('unknown key') });
  return canary(wire, { ...told, request: { ...told.request, body } }, told.request.path, body);
}

/** Where what the app is told stands, in an answer that is one JSON text. */
const answersOf = (wire: Teller): Canary[] =>
  bodies[wire].map((said) => {
    const told = exchange(wire, false, FINE);
    const body = JSON.stringify(said);
    const response = { ...told.response!, body };
    return canary(wire, { ...told, response }, told.request.path, body);
  });

/** The same in pieces, of which none holds a whole value. */
function streamOf(wire: Teller): Canary {
  const calls = wire === 'mcp' ? [] : [lookup(say('argument deltas'))];
  const turn = { text: say('text deltas'), calls };
  const told = exchange(wire, true, turn);
  return canary(wire, told, told.request.path, JSON.stringify(turn));
}

/** What else comes in pieces. */
function oddStreamOf(wire: Teller): Canary[] {
  const said: string[] = [];
  const body = oddStreams[wire]?.((position) => {
    said.push(position);
    return say(position);
  });
  if (body === undefined) return [];
  const told = exchange(wire, true, FINE);
  const recording = { ...told, response: { ...told.response!, body } };
  return [{ ...canary(wire, recording, told.request.path, ''), positions: said }];
}

function exchange(wire: Teller, stream: boolean, answer: ModelTurn): Recording {
  const telling: Telling = tellings[wire];
  const turns = wire in models ? HELLO : [{ text: '', calls: [lookup('hello')] }];
  const conversation = { tools: [{ name: 'lookup', parameters: PARAMETERS }] };
  const kind = stream ? 'stream' : 'answer';
  return tell(telling, { id: `${wire} ${kind}`, session: wire, at: AT, stream, conversation, turns, answer });
}

const canary = (wire: Teller, recording: Recording, path: string, body: string): Canary => ({
  wire,
  path,
  recording,
  positions: [...body.matchAll(/position ([\w ]+?) holds /g)].map(([, position]) => position!),
});

const url = 'https://example.com/';
const fn = (note: string) => ({ name: 'lookup', arguments: JSON.stringify({ note }) });
const chatCall = (note: string) => ({ id: 'call_1', type: 'function', function: fn(note) });

/** Answers with all that a wire can tell, in the members of its API reference. */
const bodies: Readonly<Record<Teller, readonly object[]>> = {
  openai: [
    {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1770000000, model: 'gpt-4.1-mini' },
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: say('text'),
            refusal: say('refusal'),
            reasoning_content: say('thinking'),
            annotations: [
              {
                type: 'url_citation',
                url_citation: { start_index: 0, end_index: 8, url, title: say('citation') },
              },
            ],
            tool_calls: [chatCall(say('arguments'))],
          },
        },
        { index: 1, finish_reason: 'stop', message: { role: 'assistant', content: say('second answer') } },
      ],
      canary: say('unknown key'),
    },
  ],
  'openai-responses': [
    {
      ...{ id: 'resp_1', object: 'response', created_at: 1770000000, status: 'completed', model: 'gpt-4.1' },
      output: [
        { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: say('thinking') }] },
        {
          ...{ id: 'msg_1', type: 'message', status: 'completed', role: 'assistant' },
          content: [
            {
              type: 'output_text',
              text: say('text'),
              annotations: [
                { type: 'url_citation', start_index: 0, end_index: 8, url, title: say('citation') },
              ],
            },
            { type: 'refusal', refusal: say('refusal') },
          ],
        },
        { ...{ id: 'fc_1', type: 'function_call', call_id: 'call_1' }, ...fn(say('arguments')) },
      ],
      canary: say('unknown key'),
    },
  ],
  anthropic: [
    {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' },
      content: [
        { type: 'thinking', thinking: say('thinking'), signature: 'RXJyb3I=' },
        {
          type: 'text',
          text: say('text'),
          citations: [
            { type: 'char_location', cited_text: say('citation'), document_index: 0, document_title: null },
          ],
        },
        { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: { note: say('arguments') } },
      ],
      stop_reason: 'tool_use',
      canary: say('unknown key'),
    },
  ],
  gemini: [
    {
      candidates: [
        {
          index: 0,
          content: {
            role: 'model',
            parts: [
              { text: say('thinking'), thought: true },
              { text: say('text') },
              { functionCall: { name: 'lookup', args: { note: say('arguments') } } },
            ],
          },
          citationMetadata: { citationSources: [{ startIndex: 0, uri: url, title: say('citation') }] },
          finishReason: 'STOP',
        },
        {
          index: 1,
          content: { role: 'model', parts: [{ text: say('second answer') }] },
          finishReason: 'STOP',
        },
      ],
      canary: say('unknown key'),
    },
  ],
  mistral: [
    {
      ...{ id: '1', object: 'chat.completion', created: 1770000000, model: 'mistral-small-latest' },
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: say('thinking') }] },
              { type: 'text', text: say('text') },
            ],
            tool_calls: [chatCall(say('arguments'))],
          },
        },
        { index: 1, finish_reason: 'stop', message: { role: 'assistant', content: say('second answer') } },
      ],
      canary: say('unknown key'),
    },
  ],
  cohere: [
    {
      id: '1',
      message: {
        role: 'assistant',
        tool_plan: say('thinking'),
        content: [{ type: 'text', text: say('text') }],
        tool_calls: [chatCall(say('arguments'))],
        citations: [{ start: 0, end: 8, text: say('citation'), type: 'TEXT_CONTENT' }],
      },
      finish_reason: 'TOOL_CALL',
      canary: say('unknown key'),
    },
  ],
  ollama: [
    {
      ...{ model: 'qwen3', created_at: AT, done: true, done_reason: 'stop' },
      message: {
        role: 'assistant',
        content: say('text'),
        thinking: say('thinking'),
        tool_calls: [{ function: { name: 'lookup', arguments: { note: say('arguments') } } }],
      },
      canary: say('unknown key'),
    },
  ],
  mcp: [
    {
      ...{ jsonrpc: '2.0', id: 1 },
      result: {
        content: [{ type: 'text', text: say('tool result') }],
        structuredContent: { note: say('structured result') },
        canary: say('unknown key'),
      },
    },
  ],
};
