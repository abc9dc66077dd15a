/** Calls that Anthropic's first event brings already (programmatic calling), as streaming clients read what becomes of them. */
import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';
import { jsonSchema, streamText } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discard, type Gateway, serve } from './gateway.ts';
import { apiKey, user } from './planted.ts';
import { reply, type Scripted, startScripted } from './scripted.ts';

const policy = `version: 1
tools:
  refund: { deny: Ask an operator. }
`;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve({ anthropic: upstream.url }, policy);
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

const names = ['pay', 'refund'];
const schema = { type: 'object', properties: { to: { type: 'string' } } } as const;
const prompt = `I am ${user.email}, pay me.`;

interface Said {
  readonly text: string;
  readonly calls: readonly (readonly [name: string, args: unknown])[];
  readonly ending: string;
}

const clients: Record<string, () => Promise<Said>> = {
  async 'ai: streamText'() {
    const errors: unknown[] = [];
    const result = streamText({
      model: createAnthropic({ baseURL: `${gateway.url}/anthropic/v1`, apiKey })('scripted'),
      prompt,
      tools: Object.fromEntries(names.map((name) => [name, { inputSchema: jsonSchema<object>(schema) }])),
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(errors).toEqual([]);
    const calls = (await result.toolCalls).map(({ toolName, input }) => [toolName, input] as const);
    return { text: await result.text, calls, ending: await result.finishReason };
  },
  async 'anthropic: messages.stream'() {
    const client = new Anthropic({ baseURL: `${gateway.url}/anthropic`, apiKey, maxRetries: 0 });
    const { content, stop_reason } = await client.messages
      .stream({
        model: 'scripted',
        max_tokens: 100,
        messages: [{ role: 'user', content: prompt }],
        tools: names.map((name) => ({ name, input_schema: schema })),
      })
      .finalMessage();
    return {
      text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
      calls: content.flatMap((block) => (block.type === 'tool_use' ? [[block.name, block.input]] : [])),
      ending: stop_reason === 'tool_use' ? 'tool-calls' : 'stop',
    };
  },
};

/** Calls these tools with whatever stands for the mail, in the first event, and says a word after them. */
function script(...called: string[]): void {
  upstream.answer((response) => {
    const mail = /I am ([^",]+),/.exec(upstream.arrived.at(-1)!.body.toString())![1]!;
    const content = called.map((name, i) => ({
      type: 'tool_use',
      id: `toolu_${i}`,
      name,
      input: { to: mail },
    }));
    const usage = { input_tokens: 1, output_tokens: 1 };
    const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted' };
    const index = called.length;
    const events = [
      { type: 'message_start', message: { ...head, content, stop_reason: null, stop_sequence: null, usage } },
      { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index, delta: { type: 'text_delta', text: 'That is all.' } },
      { type: 'content_block_stop', index },
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
      { type: 'message_stop' },
    ];
    const written = events
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('');
    reply(response, written, 'text/event-stream');
  });
}

describe.each(Object.entries(clients))('%s', (_name, ask) => {
  test('an allowed one has the user’s own values', async () => {
    script('pay');
    expect(await ask()).toEqual({
      text: 'That is all.',
      calls: [['pay', { to: user.email }]],
      ending: 'tool-calls',
    });
  });

  test('a refused one is a text, and the turn is over', async () => {
    script('refund');
    const { text, calls, ending } = await ask();
    expect(calls).toEqual([]);
    expect(text).toMatch(/^fcgate policy_denied: .*Ask an operator.*That is all\.$/s);
    expect(ending).toBe('stop');
  });

  test('a refused one leaves those beside it', async () => {
    script('refund', 'pay', 'refund');
    const { text, calls, ending } = await ask();
    expect(calls).toEqual([['pay', { to: user.email }]]);
    expect(text.match(/fcgate policy_denied/g)).toHaveLength(2);
    expect(text).toMatch(/That is all\.$/);
    expect(ending).toBe('tool-calls');
  });
});
