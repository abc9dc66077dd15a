/** What is written for the app, read by the official SDK. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { chunksOf, fold, refusals, refuseBody } from './openai-chat-reading.ts';
import { hasCorpus, hear, type Json, sse, transcripts } from './reading.ts';

let server: Server;
let client: OpenAI;
let served: { status: number; type: string; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(served.status, { 'content-type': served.type }).end(served.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

const ASKED = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };
const serve = (type: string, body: string, status = 200) => {
  served = { status, type, body };
};

/** By the SDK's own accumulator of chunks. */
async function viaStream(body: string): Promise<Json> {
  serve('text/event-stream', body);
  return told(await client.chat.completions.stream(ASKED).finalChatCompletion());
}

async function viaBody(body: Json): Promise<Json> {
  serve('application/json', JSON.stringify(body));
  return told(await client.chat.completions.create(ASKED));
}

/** What the choices say: text, calls and how they end. */
const told = ({ choices }: Json): Json =>
  choices.map(({ finish_reason, message }: Json) => ({
    finish_reason,
    content: message.content ?? null,
    calls: (message.tool_calls ?? []).map((call: Json) => [
      call.id,
      call.function?.name,
      call.function?.arguments,
    ]),
  }));

/** Does the SDK read the answer as it came? It knows no content in parts, and wants a role. */
async function isRead(type: 'sse' | 'none', body: string): Promise<boolean> {
  if (type === 'none') return true;
  const said = await viaStream(body).catch(() => []);
  return said.length > 0 && said.every(({ content }: Json) => !content?.includes('[object Object]'));
}

const refuseStream = (stream: string, ...names: string[]): string => {
  const heard = hear(openaiChat, stream);
  return heard.write(heard.reader.refuse(refusals(heard.reading().units, ...names)));
};

describe('the official SDK', () => {
  const call = (index: number, id: string, name: string) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: '' },
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
    chunk({ tool_calls: [call(0, 'a', 'mail')] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"to":"Ann"}' } }] }),
    chunk({ tool_calls: [call(1, 'b', 'look')] }),
    chunk({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  ]);

  it('reads a refused stream and a refused body alike', async () => {
    const stopped = [
      {
        finish_reason: 'stop',
        content: 'Sure.\n\nfcgate policy_denied: mail\n\nfcgate policy_denied: look',
        calls: [],
      },
    ];
    expect(await viaStream(refuseStream(stream))).toEqual(stopped);
    expect(await viaBody(refuseBody(fold(chunksOf(stream))))).toEqual(stopped);
    const goesOn = [
      {
        finish_reason: 'tool_calls',
        content: 'Sure.\n\nfcgate policy_denied: mail',
        calls: [['b', 'look', '{}']],
      },
    ];
    expect(await viaStream(refuseStream(stream, 'mail'))).toEqual(goesOn);
    expect(await viaBody(refuseBody(fold(chunksOf(stream)), 'mail'))).toEqual(goesOn);
  });

  it('raises its ordinary errors', async () => {
    serve('application/json', openaiChat.errorBody('policy_denied', 403, 'fcgate policy_denied: no'), 403);
    const refused = await client.chat.completions.create(ASKED).catch((error) => error);
    expect(refused).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(refused).toMatchObject({ code: 'policy_denied', type: 'permission_error' });
    const begun = stream.slice(0, stream.indexOf('\n\n') + 2);
    const broken = viaStream(begun + openaiChat.errorEvent('policy_denied', 'fcgate policy_denied: no'));
    await expect(broken).rejects.toThrow(/fcgate policy_denied: no/);
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    async () => {
      let read = 0;
      const calling = transcripts(
        ['openai-chat', 'azure-openai', 'openai-compatible', 'mistral'],
        ['chat'],
      ).filter(
        ({ expected, status }) => expected.toolCalls?.some(({ name }: Json) => name !== '') && status === 200,
      );
      for (const { id, framing, responseBody } of calling) {
        const body = framing === 'sse' ? fold(chunksOf(responseBody)) : JSON.parse(responseBody);
        const whole = refuseBody(body);
        if (!(await isRead(framing, responseBody))) continue;
        const through =
          framing === 'sse' ? await viaStream(refuseStream(responseBody)) : await viaBody(whole);
        expect(through, id).toEqual(told(whole));
        read++;
      }
      console.log(`chat transcripts: ${read} refused answers read by the official SDK`);
    },
  );
});
