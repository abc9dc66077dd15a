/** What is written for the app, read by Mistral's own client. */
import { Mistral } from '@mistralai/mistralai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mistral } from '../../src/wire/mistral.ts';
import { chunksOf, fold, refusals, refuseBody } from './openai-chat-reading.ts';
import { docOf, hasCorpus, hear, type Json, OPTIONS, sse, transcripts } from './reading.ts';
import { openServed, type Served } from './served.ts';

let server: Served;
let client: Mistral;
beforeAll(async () => {
  server = await openServed();
  client = new Mistral({ serverURL: server.url, apiKey: 'none' });
});
afterAll(() => server.close());

const ASKED = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

async function viaStream(stream: string): Promise<Json> {
  server.serve('text/event-stream', stream);
  const said: Json = { content: '', calls: [], end: '' };
  for await (const { data } of await client.chat.stream(ASKED)) {
    const [choice] = data.choices as Json[];
    const { content, toolCalls } = choice.delta;
    said.content += textOf(content);
    for (const call of toolCalls ?? []) said.calls.push([call.function.name, call.function.arguments]);
    if (choice.finishReason) said.end = choice.finishReason;
  }
  return said;
}

async function viaBody(body: Json): Promise<Json> {
  server.serve('application/json', JSON.stringify(body));
  const [choice] = (await client.chat.complete(ASKED)).choices as Json[];
  const { content, toolCalls } = choice.message;
  const calls = (toolCalls ?? []).map((call: Json) => [call.function.name, call.function.arguments]);
  return { content: textOf(content), calls, end: choice.finishReason };
}

const textOf = (content: Json): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }: Json) => text ?? '').join('');

const refuseStream = (stream: string, ...names: string[]): string => {
  const heard = hear(mistral, stream);
  return heard.write(heard.reader.refuse(refusals(heard.reading().units, ...names)));
};

const call = (id: string, name: string, index: number) => ({
  id,
  index,
  function: { name, arguments: '{"to":"Ann"}' },
});
const chunk = (delta: Json, finish_reason: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});
const stream = sse([
  chunk({ role: 'assistant', content: 'Sure.' }),
  chunk(
    { content: '', tool_calls: [call('aaaaaaaaa', 'mail', 0), call('bbbbbbbbb', 'look', 1)] },
    'tool_calls',
  ),
  '[DONE]',
]);
const body = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: 'Sure.',
        tool_calls: [call('aaaaaaaaa', 'mail', 0), call('bbbbbbbbb', 'look', 1)],
      },
    },
  ],
};

describe('the official client', () => {
  it('reads a refused stream and a refused body alike', async () => {
    const content = 'Sure.\n\nfcgate policy_denied: mail\n\nfcgate policy_denied: look';
    const stopped = { content, calls: [], end: 'stop' };
    expect(await viaStream(refuseStream(stream))).toEqual(stopped);
    expect(await viaBody(refuseBody(body))).toEqual(stopped);
    const goesOn = {
      content: 'Sure.\n\nfcgate policy_denied: mail',
      calls: [['look', '{"to":"Ann"}']],
      end: 'tool_calls',
    };
    expect(await viaStream(refuseStream(stream, 'mail'))).toEqual(goesOn);
    expect(await viaBody(refuseBody(body, 'mail'))).toEqual(goesOn);
  });

  it('raises its ordinary errors, and ends a stream with one that it can read', async () => {
    server.serve(
      'application/json',
      mistral.errorBody('policy_denied', 403, 'fcgate policy_denied: no'),
      403,
    );
    const refused = await client.chat.complete(ASKED).catch((error) => error);
    expect(refused).toMatchObject({ statusCode: 403 });
    expect(refused.body).toContain('fcgate policy_denied: no');
    const begun = stream.slice(0, stream.indexOf('\n\n') + 2);
    const ended = await viaStream(begun + mistral.errorEvent('policy_denied', '\nfcgate policy_denied: no'));
    expect(ended).toEqual({ content: 'Sure.\nfcgate policy_denied: no', calls: [], end: 'error' });
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    async () => {
      let read = 0;
      const calling = transcripts(['mistral'], ['chat']).filter(
        ({ expected, status }) => expected.toolCalls?.some(({ name }: Json) => name !== '') && status === 200,
      );
      for (const { id, framing, responseBody } of calling) {
        if (framing === 'sse') {
          const whole = refuseBody(fold(chunksOf(responseBody)));
          const [{ message, finish_reason }] = whole.choices;
          expect(await viaStream(refuseStream(responseBody)), id).toEqual({
            content: textOf(message.content),
            calls: [],
            end: finish_reason,
          });
        } else expect(await viaBody(refuseBody(responseBody)), id).toMatchObject({ calls: [], end: 'stop' });
        read++;
      }
      console.log(`Mistral transcripts: ${read} refused answers read by the official client`);
    },
  );
});

describe('an agent', () => {
  it('may have tools that the request does not name', () => {
    const asked = { agent_id: 'ag:1', messages: [{ role: 'user', content: 'hi' }] };
    expect(mistral.readRequest(docOf(asked), OPTIONS).offered).toBeUndefined();
  });
});
