/** What is written for the app, read by Cohere's own client. */
import { CohereClientV2, CohereError } from 'cohere-ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cohere } from '../../src/wire/cohere.ts';
import { eventsOf, fold, refuseBody, refuseStream } from './cohere-reading.ts';
import { hasCorpus, type Json, transcripts } from './reading.ts';
import { openServed, type Served } from './served.ts';

let server: Served;
let client: CohereClientV2;
beforeAll(async () => {
  server = await openServed();
  client = new CohereClientV2({ environment: server.url, token: 'none', maxRetries: 0 } as Json);
});
afterAll(() => server.close());

const ASKED = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

/** The client hands events out in names of its own style. */
async function viaStream(stream: string): Promise<Json> {
  server.serve('text/event-stream', stream);
  const events: Json[] = [];
  for await (const event of await client.chatStream(ASKED)) events.push(snake(event));
  return told(fold(events));
}

async function viaBody(body: Json): Promise<Json> {
  server.serve('application/json', JSON.stringify(body));
  return told(snake(await client.chat(ASKED)));
}

function snake(value: Json): Json {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  const named = ([key, each]: [string, Json]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snake(each),
  ];
  return Object.fromEntries(Object.entries(value).map((entry) => named(entry as [string, Json])));
}

const told = ({ message, finish_reason }: Json): Json => ({
  finish_reason,
  plan: message.tool_plan ?? '',
  content: (message.content ?? []).map(({ type, text, thinking }: Json) => [type, text ?? thinking]),
  calls: (message.tool_calls ?? []).map((call: Json) => [
    call.id,
    call.function.name,
    call.function.arguments,
  ]),
});

const events = (each: readonly Json[]): string =>
  `${each.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
const message = (type: string, told: Json, index?: number) => ({ type, index, delta: { message: told } });
const call = (index: number, name: string, args: string) => [
  message(
    'tool-call-start',
    { tool_calls: { id: `${name}_1`, type: 'function', function: { name, arguments: '' } } },
    index,
  ),
  message('tool-call-delta', { tool_calls: { function: { arguments: args } } }, index),
  { type: 'tool-call-end', index },
];
const stream = events([
  {
    id: 'c',
    ...message('message-start', {
      role: 'assistant',
      content: [],
      tool_plan: '',
      tool_calls: [],
      citations: [],
    }),
  },
  message('tool-plan-delta', { tool_plan: 'Sure.' }),
  ...call(0, 'mail', '{"to":"Ann"}'),
  ...call(1, 'look', '{}'),
  { type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage: {} } },
]);

describe('the official client', () => {
  it('reads a refused stream and a refused body alike', async () => {
    const stopped = {
      finish_reason: 'COMPLETE',
      plan: 'Sure.',
      content: [
        ['text', 'fcgate policy_denied: mail'],
        ['text', 'fcgate policy_denied: look'],
      ],
      calls: [],
    };
    expect(await viaStream(refuseStream(stream))).toEqual(stopped);
    expect(await viaBody(refuseBody(fold(eventsOf(stream))))).toEqual(stopped);
    const goesOn = {
      finish_reason: 'TOOL_CALL',
      plan: 'Sure.',
      content: [['text', 'fcgate policy_denied: mail']],
      calls: [['look_1', 'look', '{}']],
    };
    expect(await viaStream(refuseStream(stream, 'mail'))).toEqual(goesOn);
    expect(
      eventsOf(refuseStream(stream, 'mail')).filter(({ type }) => type === 'tool-call-start')[0].index,
    ).toBe(0);
    expect(await viaBody(refuseBody(fold(eventsOf(stream)), 'mail'))).toEqual(goesOn);
  });

  it('raises its ordinary errors', async () => {
    server.serve('application/json', cohere.errorBody('policy_denied', 403, 'fcgate policy_denied: no'), 403);
    const refused = await client.chat(ASKED).catch((error) => error);
    expect(refused).toBeInstanceOf(CohereError);
    expect(refused).toMatchObject({ statusCode: 403, body: { message: 'fcgate policy_denied: no' } });
    const begun = stream.slice(0, stream.indexOf('\n\n') + 2);
    server.serve('text/event-stream', begun + cohere.errorEvent('policy_denied', 'fcgate policy_denied: no'));
    const told: Json[] = [];
    for await (const event of await client.chatStream(ASKED)) told.push(event);
    expect(told.at(-1)).toMatchObject({
      delta: { finishReason: 'ERROR', error: 'fcgate policy_denied: no' },
    });
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    async () => {
      const calling = transcripts(['cohere'], ['cohere-v2']).filter(
        ({ expected }) => expected.toolCalls?.length > 0,
      );
      for (const { id, framing, responseBody } of calling) {
        const streamed = framing === 'sse';
        const whole = refuseBody(streamed ? fold(eventsOf(responseBody)) : responseBody);
        const through = streamed ? await viaStream(refuseStream(responseBody)) : await viaBody(whole);
        expect(through, id).toEqual(told(whole));
      }
      console.log(`Cohere transcripts: ${calling.length} refused answers read by the official client`);
    },
  );
});
