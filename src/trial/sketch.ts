/** A case told in few words becomes a recording and a case for each provider and framing that it names. */
import type { Recording } from '../exchange.ts';
import type { Case, Offer, RawSketch, Sketch, SketchMessage, Teller } from '../fixture.ts';
import type { Call, Conversation, ModelTurn, Turn } from './telling/conversation.ts';
import { tell, undecided } from './telling/tell.ts';
import { models, tellings } from './telling/tellings.ts';

export interface Sketched {
  /** None where the case speaks of a recording that is there already. */
  readonly recording?: Recording;
  readonly case: Case;
}

/** A time at which nothing happens, where a sketch names none. */
const NOON = '2026-01-05T12:00:00.000Z';

export function sketched(sketch: Sketch): Sketched[] {
  const { name, recording, raw } = sketch;
  if (recording !== undefined) return [{ case: caseOf(sketch, name, recording) }];
  if (raw) return [{ recording: rawRecording(sketch, raw), case: caseOf(sketch, name, name) }];
  const tellers = tellersOf(sketch);
  const framings = sketch.stream === 'both' ? [false, true] : [sketch.stream ?? false];
  return tellers.flatMap((teller) =>
    framings.map((stream) => {
      const marks = [...(tellers.length > 1 ? [teller] : []), ...(stream ? ['streamed'] : [])];
      const full = marks.length > 0 ? `${name} (${marks.join(', ')})` : name;
      return { recording: toldIn(sketch, teller, stream, full), case: caseOf(sketch, full, full) };
    }),
  );
}

const tellersOf = ({ provider = 'openai' }: Sketch): readonly Teller[] =>
  provider === 'all'
    ? (Object.keys(models) as Teller[])
    : typeof provider === 'string'
      ? [provider]
      : provider;

function caseOf({ caller, answer, todo, expect }: Sketch, name: string, recording: string): Case {
  return {
    name,
    recording,
    ...(caller ? { caller } : {}),
    ...(answer ? { answer } : {}),
    ...(todo === undefined ? {} : { todo }),
    expect,
  };
}

const rawRecording = (
  { name, at = NOON }: Sketch,
  { provider, connection = provider, path, request, response }: RawSketch,
): Recording => {
  const headers = { 'content-type': 'application/json' };
  return {
    id: name,
    session: name,
    at,
    connection,
    provider,
    caller: 'anonymous',
    request: { method: 'POST', path, headers, body: JSON.stringify(request) },
    ...(response ? { response: { status: 200, headers, body: JSON.stringify(response) } } : {}),
    ...undecided,
  };
};

function toldIn(sketch: Sketch, teller: Teller, stream: boolean, id: string): Recording {
  const { at = NOON, system } = sketch;
  const tools = offersOf(sketch);
  const conversation: Conversation = system === undefined ? { tools } : { system, tools };
  const said = turnsOf(sketch);
  const now = newTurn(sketch);
  // A tool server is called by the app: what it gives back is its answer.
  const turns = teller === 'mcp' ? [now] : said;
  const answer = teller === 'mcp' ? { text: textOf(sketch.result ?? ''), calls: [] } : now;
  return tell(tellings[teller], { id, session: id, at, stream, conversation, turns, answer });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Named ones, or all that are called. */
function offersOf({ tools, tool, messages }: Sketch): readonly Offer[] {
  if (tools) return tools.map((each) => (typeof each === 'string' ? { name: each } : each));
  const past = typeof messages === 'object' ? messages.map((message) => message.tool) : [];
  const names = new Set([...past, tool].filter((each) => each !== undefined));
  return [...names].map((name) => ({ name }));
}

const newTurn = ({ tool, args = {}, reply = '' }: Sketch): ModelTurn => ({
  text: reply === '' && tool === undefined ? 'Done.' : reply,
  calls: tool === undefined ? [] : [{ id: 'call_new', name: tool, args }],
});

function turnsOf({ messages = 'Go on.' }: Sketch): Turn[] {
  if (typeof messages === 'string') return [{ user: messages }];
  return messages.flatMap((message, i) => turnsOfMessage(message, `call_${i}`));
}

function turnsOfMessage(
  { user, assistant = '', tool, args = {}, result }: SketchMessage,
  id: string,
): Turn[] {
  if (user !== undefined) return [{ user }];
  if (tool === undefined) return [{ text: assistant, calls: [] }];
  const call: Call = { id, name: tool, args };
  return [{ text: assistant, calls: [call] }, { results: [{ id, name: tool, result: result ?? '' }] }];
}
