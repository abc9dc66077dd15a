/** What is written for the app, read by the official SDK. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gemini } from '../../src/wire/gemini.ts';
import { jsonArraySplitter } from '../../src/wire/json-array.ts';
import { call, eventsOf, fold, folded, refusals, refuseBody, said } from './gemini-reading.ts';
import { hasCorpus, hear, type Json, sse, transcripts } from './reading.ts';

let server: Server;
let client: GoogleGenAI;
let served: { status: number; type: string; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(served.status, { 'content-type': served.type }).end(served.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } });
});
afterAll(() => server.close());

const ASKED = { model: 'm', contents: 'hi' };
const serve = (type: string, body: string, status = 200) => {
  served = { status, type, body };
};

async function viaStream(body: string): Promise<Json> {
  serve('text/event-stream', body);
  const chunks: Json[] = [];
  for await (const chunk of await client.models.generateContentStream(ASKED)) chunks.push(told(chunk));
  return fold(chunks);
}

async function viaBody(body: string): Promise<Json> {
  serve('application/json', body);
  return told(await client.models.generateContent(ASKED));
}

/** The candidates of a response, as the wire has them. */
const told = ({ candidates }: Json): Json => JSON.parse(JSON.stringify({ candidates: candidates ?? [] }));

const refuseStream = (stream: string): string => {
  const heard = hear(gemini, stream);
  return heard.write(heard.reader.refuse(refusals(heard.reading().units)));
};

const words = (body: Json) =>
  body.candidates.map(({ content, finishReason }: Json) => ({ finishReason, parts: content?.parts }));

describe('the official SDK', () => {
  const body = said({ text: 'Sure.' }, call('mail', { to: 'Ann' }), call('pay', {}));
  const stream = sse(
    body.candidates[0].content.parts.map((part: Json, i: number) => ({
      candidates: [
        { content: { role: 'model', parts: [part] }, ...(i === 2 ? { finishReason: 'STOP' } : {}), index: 0 },
      ],
    })),
    '\r\n',
  );

  it('reads a refused stream and a refused body alike', async () => {
    const text = 'Sure.\n\nfcgate policy_denied: mail\n\nfcgate policy_denied: pay';
    expect(words(await viaStream(refuseStream(stream)))).toEqual([
      { finishReason: 'STOP', parts: [{ text }] },
    ]);
    serve('application/json', JSON.stringify(refuseBody(body)));
    const response = await client.models.generateContent(ASKED);
    expect(response.text).toBe(text);
    expect(response.functionCalls).toBeUndefined();
  });

  it('raises its ordinary errors', async () => {
    serve('application/json', gemini.errorBody('policy_denied', 403, 'fcgate policy_denied: no'), 403);
    const refused = await client.models.generateContent(ASKED).catch((error) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect([refused.status, refused.message]).toEqual([
      403,
      expect.stringContaining('fcgate policy_denied: no'),
    ]);
    const begun = stream.slice(0, stream.indexOf('\r\n\r\n') + 4);
    const broken = viaStream(begun + gemini.errorEvent('policy_denied', 'fcgate policy_denied: no'));
    await expect(broken).rejects.toThrow(/fcgate policy_denied: no/);
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    async () => {
      let read = 0;
      const calling = transcripts(['gemini', 'vertex'], ['generateContent']).filter(
        (each) => each.expected.toolCalls?.length > 0 && each.status === 200,
      );
      for (const { id, framing, responseBody } of calling) {
        const message = framing === 'none' ? JSON.parse(responseBody) : fold(eventsOf(responseBody));
        const whole = folded(refuseBody(message));
        const through =
          framing === 'none'
            ? folded(await viaBody(JSON.stringify(refuseBody(message))))
            : await viaStream(refuseStream(responseBody));
        expect(words(through), id).toEqual(words(whole));
        read++;
      }
      console.log(`gemini transcripts: ${read} refused answers read by the official SDK`);
    },
  );

  it('would read a streamed array as it came', () => {
    const array = `[${JSON.stringify(body)}\n,\r\n${JSON.stringify(said({ text: '.' }))}]`;
    const heard = hear(gemini, array, jsonArraySplitter());
    const edited = heard.write(heard.reader.refuse(refusals(heard.reading().units)));
    expect(fold(JSON.parse(edited))).toEqual(fold([refuseBody(body), said({ text: '.' })]));
  });
});
