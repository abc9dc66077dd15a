/** Exchanges in which every position tells known values that belong to nobody: what a policy does is seen on them. */
import type { Recording } from '../exchange.ts';
import type { Teller } from '../fixture.ts';
import { answers } from './canary-answers.ts';
import { oddStreams } from './canary-streams.ts';
import { namesIn, say } from './canary-values.ts';
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

export const canaries = (): Canary[] =>
  (Object.keys(tellings) as Teller[]).flatMap((wire) => [
    requestOf(wire),
    ...answersOf(wire),
    ...listedOf(wire),
    ...embeddedOf(wire),
    streamOf(wire),
    ...oddStreamOf(wire),
  ]);

const AT = '2026-01-05T12:00:00.000Z';
const HELLO: readonly Turn[] = [{ user: 'Hello.' }];
const FINE: ModelTurn = { text: 'Fine.', calls: [] };
const lookup = (note: string): Call => ({ id: 'call_1', name: 'lookup', args: { note } });
const PARAMETERS = { type: 'object', properties: { note: { type: 'string' } } };
const NOTE = {
  type: 'string',
  description: say('parameter description'),
  default: say('parameter default'),
};
const TOOL = {
  name: 'lookup',
  description: say('tool description'),
  parameters: { type: 'object', properties: { note: NOTE } },
};

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
  const conversation = { system: say('system'), tools: [TOOL] };
  const told = tell(tellings[wire], {
    ...{ id: `${wire} request`, session: wire, at: AT, stream: false },
    ...{ conversation, turns, answer: FINE },
  });
  return asking(wire, told, {
    ...beside(wire, JSON.parse(told.request.body)),
    canary: say('unknown key'),
  });
}

/** What a provider takes beside what a conversation tells. */
function beside(wire: Teller, body: Record<string, readonly object[]>): object {
  const parts = (type: string) => ({ role: 'user', content: [{ type, text: say('text part') }] });
  const metadata = { about: say('metadata') };
  if (wire === 'openai-responses') return { ...body, metadata, input: [...body.input!, parts('input_text')] };
  if (wire === 'gemini') return { ...body, labels: metadata };
  if (wire === 'mcp' || wire === 'ollama') return { ...body, metadata };
  return { ...body, metadata, messages: [...body.messages!, parts('text')] };
}

const TEXTS = [say('text')];
const EMBED: Partial<Record<Teller, { readonly path: string; readonly body: object }>> = {
  openai: { path: '/v1/embeddings', body: { model: 'text-embedding-3-small', input: TEXTS } },
  gemini: {
    path: '/v1beta/models/gemini-embedding-001:embedContent',
    body: { content: { parts: [{ text: TEXTS[0] }] } },
  },
  mistral: { path: '/v1/embeddings', body: { model: 'mistral-embed', input: TEXTS } },
  cohere: { path: '/v2/embed', body: { model: 'embed-v4.0', texts: TEXTS } },
  ollama: { path: '/api/embed', body: { model: 'nomic-embed-text', input: TEXTS } },
};

/** Where texts are made numbers of, and nothing is said. */
function embeddedOf(wire: Teller): Canary[] {
  const embed = EMBED[wire];
  if (!embed) return [];
  const { response: _, ...told } = exchange(wire, false, FINE);
  const recording = { ...told, id: `${wire} embeddings request` };
  return [asking(wire, { ...recording, request: { ...told.request, path: embed.path } }, embed.body)];
}

function asking(wire: Teller, recording: Recording, said: object): Canary {
  const body = JSON.stringify(said);
  const request = { ...recording.request, body };
  return canary(wire, { ...recording, request }, request.path, body);
}

/** Where what the app is told stands, in an answer that is one JSON text. */
const answersOf = (wire: Teller): Canary[] =>
  answers[wire].map((said) => {
    const told = exchange(wire, false, FINE);
    const body = JSON.stringify(said);
    const response = { ...told.response!, body };
    return canary(wire, { ...told, response }, told.request.path, body);
  });

/** A server's own list of tools, which the model is told next. */
function listedOf(wire: Teller): Canary[] {
  if (wire !== 'mcp') return [];
  const rpc = { jsonrpc: '2.0', id: 1 };
  const { parameters: inputSchema, ...tool } = TOOL;
  const told = exchange(wire, false, FINE);
  const [asked, answered] = [
    { ...rpc, method: 'tools/list', params: {} },
    { ...rpc, result: { tools: [{ ...tool, inputSchema }] } },
  ].map((body) => JSON.stringify(body)) as [string, string];
  const recording = {
    ...told,
    id: 'mcp list answer',
    request: { ...told.request, body: asked },
    response: { ...told.response!, body: answered },
  };
  return [canary(wire, recording, told.request.path, answered)];
}

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
  positions: namesIn(body),
});
