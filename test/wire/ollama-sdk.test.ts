/** What is written for the app, read by Ollama's own client. */
import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ollama } from '../../src/wire/ollama.ts';
import { fold, linesOf, refuseBody, refuseStream } from './ollama-reading.ts';
import { hasCorpus, type Json, transcripts } from './reading.ts';
import { openServed, type Served } from './served.ts';

let server: Served;
let client: Ollama;
beforeAll(async () => {
  server = await openServed();
  client = new Ollama({ host: server.url });
});
afterAll(() => server.close());

const ASKED = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

async function viaStream(lines: string): Promise<Json> {
  server.serve('application/x-ndjson', lines);
  const parts: Json[] = [];
  for await (const part of await client.chat({ ...ASKED, stream: true })) parts.push(part);
  return told(fold(parts));
}

async function viaBody(body: Json): Promise<Json> {
  server.serve('application/json', JSON.stringify(body));
  return told(await client.chat(ASKED));
}

const told = ({ message, done }: Json): Json => ({
  done,
  content: message.content,
  calls: (message.tool_calls ?? []).map((call: Json) => [call.function.name, call.function.arguments]),
});

const line = (message: Json, done = false) => JSON.stringify({ model: 'm', message, done });
const call = (name: string, args: Json) => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ function: { name, arguments: args } }],
});
const stream = [
  line({ role: 'assistant', content: 'Sure.' }),
  line(call('mail', { to: 'Ann' })),
  line(call('look', {})),
  line({ role: 'assistant', content: '' }, true),
  '',
].join('\n');

describe('the official client', () => {
  it('reads a refused stream and a refused body alike', async () => {
    const content = 'Sure.\n\nfcgate policy_denied: mail\n\nfcgate policy_denied: look';
    const stopped = { done: true, content, calls: [] };
    expect(await viaStream(refuseStream(stream))).toEqual(stopped);
    expect(await viaBody(refuseBody(fold(linesOf(stream))))).toEqual(stopped);
    const goesOn = { done: true, content: 'Sure.\n\nfcgate policy_denied: mail', calls: [['look', {}]] };
    expect(await viaStream(refuseStream(stream, 'mail'))).toEqual(goesOn);
    expect(await viaBody(refuseBody(fold(linesOf(stream)), 'mail'))).toEqual(goesOn);
  });

  it('raises its ordinary errors', async () => {
    server.serve('application/json', ollama.errorBody('policy_denied', 403, 'fcgate policy_denied: no'), 403);
    const refused = await client.chat(ASKED).catch((error) => error);
    expect(refused).toMatchObject({ name: 'ResponseError', status_code: 403 });
    expect(refused.message).toBe('fcgate policy_denied: no');
    const broken = `${line({ role: 'assistant', content: 'S' })}\n${ollama.errorEvent('policy_denied', 'fcgate policy_denied: no')}`;
    await expect(viaStream(broken)).rejects.toThrow('fcgate policy_denied: no');
  });

  it.skipIf(!hasCorpus)(
    'reads every recorded answer whose calls were refused (needs ../shared/corpora)',
    async () => {
      const calling = transcripts(['ollama'], ['ollama-chat']).filter(
        ({ expected }) => expected.toolCalls?.length > 0,
      );
      for (const { id, framing, responseBody } of calling) {
        const streamed = framing === 'ndjson';
        const whole = refuseBody(streamed ? fold(linesOf(responseBody)) : responseBody);
        const through = streamed ? await viaStream(refuseStream(responseBody)) : await viaBody(whole);
        expect(through, id).toEqual(told(whole));
      }
      console.log(`Ollama transcripts: ${calling.length} refused answers read by the official client`);
    },
  );
});
