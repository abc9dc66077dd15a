/** What is written for the app, read by the official SDK. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI, { APIError, PermissionDeniedError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Unit } from '../../src/exchange.ts';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import {
  calls,
  docOf,
  eventsOf,
  hasCorpus,
  hear,
  type Json,
  OPTIONS,
  replacing,
  sse,
  transcripts,
  write,
  writeStream,
} from './openai-responses-reading.ts';
import { letters, tell } from './openai-responses-telling.ts';

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
  client = new OpenAI({ baseURL: `http://127.0.0.1:${port}`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

const ASKED = { model: 'gpt-5', input: 'hi' };
const serve = (type: string, body: string, status = 200) => {
  served = { status, type, body };
};
const viaStream = async (body: string): Promise<Json> => {
  serve('text/event-stream', body);
  return JSON.parse(JSON.stringify(await client.responses.stream(ASKED).finalResponse()));
};
const viaBody = async (body: string): Promise<Json> => {
  serve('application/json', body);
  return JSON.parse(JSON.stringify(await client.responses.create(ASKED)));
};

const refusals = (units: readonly Unit[]) =>
  calls(units).map((unit) => ({ unit, text: `fcgate policy_denied: ${unit.tool?.name}` }));

function refuseStream(stream: string): string {
  const { events, reader, units } = hear(stream);
  return writeStream(events, reader.refuse(refusals(units)));
}

function refuseBody(body: Json): string {
  const doc = docOf(body);
  return write(
    doc,
    openaiResponses.refuseCalls(doc, refusals(openaiResponses.readAnswer(doc, OPTIONS).units)),
  );
}

/** Without the event that says the whole response: the SDK then hands out what it added up. */
const unended = (stream: string): string =>
  stream
    .split('\n\n')
    .filter((block) => !/"type": ?"response\.(completed|incomplete|failed)"/.test(block))
    .join('\n\n');

/** What the SDK makes of output, but for what it adds of its own. */
const told = ({ output }: Json): Json[] =>
  output.map(({ parsed_arguments: _arguments, ...item }: Json) =>
    item.type === 'message'
      ? { ...item, content: item.content.map(({ parsed: _parsed, ...part }: Json) => part) }
      : item,
  );

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'gpt-5',
  error: null,
  output: [
    { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'think' }], content: [] },
    {
      id: 'msg_1',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'mailing ann@example.com', annotations: [] }],
    },
    {
      id: 'fc_1',
      type: 'function_call',
      status: 'completed',
      call_id: 'call_1',
      name: 'send',
      arguments: '{"to":"ann@example.com"}',
    },
    {
      id: 'ct_1',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'call_2',
      name: 'note',
      input: 'hello',
    },
  ],
};

describe('the official SDK', () => {
  it('reads an edited stream as the edited body, also where it adds the pieces up itself', async () => {
    const stream = sse(tell(RESPONSE, letters));
    const { events, units } = hear(stream);
    const edited = writeStream(events, replacing(units, 'ann@example.com', 'bo@example.org'));
    const output = JSON.parse(
      JSON.stringify(RESPONSE.output).replaceAll('ann@example.com', 'bo@example.org'),
    );
    expect(told(await viaStream(edited))).toEqual(output);
    expect(told(await viaStream(unended(edited)))).toEqual(output);
  });

  it('reads a refused stream and a refused body alike', async () => {
    const stream = refuseStream(sse(tell(RESPONSE, letters)));
    const body = await viaBody(refuseBody(RESPONSE));
    expect(body.output_text).toBe(
      'mailing ann@example.comfcgate policy_denied: sendfcgate policy_denied: note',
    );
    expect(body.output.map(({ type }: Json) => type)).toEqual(['reasoning', 'message', 'message', 'message']);
    expect(told(await viaStream(stream))).toEqual(told(body));
    expect(told(await viaStream(unended(stream)))).toEqual(told(body));
  });

  it('hands a refusal to whoever listens for text', async () => {
    serve('text/event-stream', refuseStream(sse(tell(RESPONSE, letters))));
    let text = '';
    const stream = client.responses.stream(ASKED).on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    await stream.done();
    expect(text).toBe('mailing ann@example.comfcgate policy_denied: sendfcgate policy_denied: note');
  });

  it('raises its ordinary error for a refused request', async () => {
    serve(
      'application/json',
      openaiResponses.errorBody('policy_denied', 403, 'fcgate policy_denied: no'),
      403,
    );
    const raised = await client.responses.create(ASKED).catch((error: unknown) => error);
    expect(raised).toBeInstanceOf(PermissionDeniedError);
    expect(raised).toMatchObject({ status: 403, code: 'policy_denied', type: 'permission_error' });
    expect((raised as Error).message).toContain('fcgate policy_denied: no');
  });

  it('raises an error inside a stream', async () => {
    const begun = sse(tell(RESPONSE).slice(0, 3));
    serve(
      'text/event-stream',
      begun + openaiResponses.errorEvent('policy_denied', 'fcgate policy_denied: no'),
    );
    const raised = await client.responses
      .stream(ASKED)
      .finalResponse()
      .catch((error: unknown) => error);
    expect(raised).toBeInstanceOf(APIError);
    expect(raised).toMatchObject({ code: 'policy_denied' });
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    { timeout: 120_000 },
    async () => {
      let [streams, bodies] = [0, 0];
      for (const record of transcripts()) {
        if (record.status !== 200 || record.expected.officialSdk !== 'agree') continue;
        if (record.expected.toolCalls.length === 0) continue;
        if (record.framing === 'sse') {
          const refused = refuseStream(record.responseBody);
          const end = eventsOf(refused).at(-1);
          expect(told(await viaStream(refused))).toEqual(told(end.response));
          expect(told(await viaStream(unended(refused))).map(({ type }) => type)).toEqual(
            end.response.output.map(({ type }: Json) => type),
          );
          streams++;
        } else {
          const read = await viaBody(refuseBody(record.responseBody));
          expect(calls(openaiResponses.readAnswer(docOf(JSON.stringify(read)), OPTIONS).units)).toEqual([]);
          bodies++;
        }
      }
      console.log(
        `responses transcripts: ${streams} refused streams, ${bodies} refused bodies read by the SDK`,
      );
    },
  );
});
