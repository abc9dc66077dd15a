/** What is written for the app, read by the official SDK. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Unit } from '../../src/exchange.ts';
import { anthropic } from '../../src/wire/anthropic.ts';
import {
  docOf,
  fold,
  hasCorpus,
  hear,
  type Json,
  OPTIONS,
  sse,
  transcripts,
  write,
  writeStream,
} from './anthropic-reading.ts';

let server: Server;
let client: Anthropic;
let served: { status: number; type: string; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(served.status, { 'content-type': served.type }).end(served.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  client = new Anthropic({ baseURL: `http://127.0.0.1:${port}`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

const ASKED = { model: 'm', max_tokens: 1, messages: [{ role: 'user' as const, content: 'hi' }] };
const serve = (type: string, body: string, status = 200) => {
  served = { status, type, body };
};
const viaStream = async (body: string): Promise<Json> => {
  serve('text/event-stream', body);
  return JSON.parse(JSON.stringify(await client.messages.stream(ASKED).finalMessage()));
};
const viaBetaStream = async (body: string): Promise<Json> => {
  serve('text/event-stream', body);
  return JSON.parse(JSON.stringify(await client.beta.messages.stream(ASKED).finalMessage()));
};
const viaBody = async (body: string): Promise<Json> => {
  serve('application/json', body);
  return JSON.parse(JSON.stringify(await client.messages.create(ASKED)));
};

const refusals = (units: readonly Unit[]) =>
  units
    .filter((unit) => unit.stage === 'tool_call')
    .map((unit) => ({ unit, text: `fcgate policy_denied: ${unit.tool?.name}` }));

function refuseStream(stream: string): string {
  const heard = hear(stream);
  return writeStream(heard.events, heard.reader.refuse(refusals(heard.reading().units)));
}

function refuseBody(body: Json): string {
  const doc = docOf(body);
  return write(doc, anthropic.refuseCalls(doc, refusals(anthropic.readAnswer(doc, OPTIONS).units)));
}

/** What the SDK makes of a message, but for what it adds of its own. */
const told = ({ content, stop_reason }: Json) => ({
  stop_reason,
  content: content.map(({ parsed: _parsed, parsed_output: _output, ...block }: Json) => block),
});

describe('the official SDK', () => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'mail', input: {} };
  const stream = sse([
    {
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Sure.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: call },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"to":' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"Ann"}' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'content_block_start', index: 2, content_block: { ...call, id: 'toolu_2', name: 'stop' } },
    { type: 'content_block_stop', index: 2 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 2 },
    },
    { type: 'message_stop' },
  ]);
  const expected = {
    stop_reason: 'end_turn',
    content: [
      { type: 'text', text: 'Sure.' },
      { type: 'text', text: 'fcgate policy_denied: mail' },
      { type: 'text', text: 'fcgate policy_denied: stop' },
    ],
  };

  it('reads a refused stream and a refused body alike', async () => {
    expect(told(await viaStream(refuseStream(stream)))).toEqual(expected);
    expect(told(await viaBetaStream(refuseStream(stream)))).toEqual(expected);
    expect(told(await viaBody(refuseBody(fold(stream))))).toEqual(expected);
  });

  it('tells the refusal as it streams', async () => {
    serve('text/event-stream', refuseStream(stream));
    const words: string[] = [];
    await client.messages
      .stream(ASKED)
      .on('text', (each) => words.push(each))
      .done();
    expect(words).toEqual(expected.content.map(({ text }) => text));
  });

  it('raises its ordinary errors', async () => {
    serve('application/json', anthropic.errorBody('policy_denied', 403, 'fcgate policy_denied: no'), 403);
    await expect(client.messages.create(ASKED)).rejects.toThrow(Anthropic.PermissionDeniedError);
    const begun = stream.slice(0, stream.indexOf('event: content_block_start'));
    const broken = viaStream(begun + anthropic.errorEvent('policy_denied', 'fcgate policy_denied: no'));
    await expect(broken).rejects.toThrow(/fcgate policy_denied: no/);
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    async () => {
      let read = 0;
      const calling = transcripts().filter((each) => each.expected.toolCalls?.length > 0);
      for (const { id, framing, responseBody } of calling) {
        const message = framing === 'sse' ? fold(responseBody) : responseBody;
        const whole = refuseBody(message);
        if (framing === 'sse')
          expect(told(await viaBetaStream(refuseStream(responseBody))), id).toEqual(told(JSON.parse(whole)));
        else expect(told(await viaBody(whole)), id).toEqual(told(JSON.parse(whole)));
        read++;
      }
      console.log(`anthropic transcripts: ${read} refused answers read by the official SDK`);
    },
  );
});
