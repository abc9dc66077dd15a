/** The official clients of Ollama, Mistral and Cohere, OpenAI's that runs tools itself, streamed: what is masked, restored and refused. */
import { Mistral } from '@mistralai/mistralai';
import { CohereClientV2 } from 'cohere-ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discard, type Gateway, serve } from './gateway.ts';
import { apiKey, found, user } from './planted.ts';
import { reply, type Scripted, startScripted } from './scripted.ts';
import { type Dialect, dialects, upstreamsAt } from './tellings.ts';

const policy = `version: 1
tools:
  refund: { deny: Ask an operator. }
`;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve(upstreamsAt(upstream.url), policy);
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

interface Said {
  readonly text: string;
  readonly calls: readonly (readonly [name: string, args: unknown])[];
}

interface Client {
  /** As the dialect is called. */
  readonly dialect: string;
  ask(base: string, content: string): Promise<Said>;
}

const parameters = { type: 'object', properties: { to: { type: 'string' } } };
const tools = ['pay', 'refund'].map((name) => ({
  type: 'function' as const,
  function: { name, description: 'Moves money.', parameters },
}));

const clients: Record<string, Client> = {
  'ollama: chat': {
    dialect: 'Ollama',
    async ask(host, content) {
      const client = new Ollama({ host });
      const messages = [{ role: 'user', content }];
      let text = '';
      const calls: [string, unknown][] = [];
      for await (const { message } of await client.chat({ model: 'm', messages, tools, stream: true })) {
        text += message.content;
        for (const { function: called } of message.tool_calls ?? [])
          calls.push([called.name, called.arguments]);
      }
      return { text, calls };
    },
  },
  'mistral: chat.stream': {
    dialect: 'Mistral',
    async ask(serverURL, content) {
      const client = new Mistral({ serverURL, apiKey });
      const messages = [{ role: 'user' as const, content }];
      let text = '';
      const calls: [string, unknown][] = [];
      for await (const { data } of await client.chat.stream({ model: 'm', messages, tools })) {
        const { delta } = data.choices[0]!;
        text += typeof delta.content === 'string' ? delta.content : '';
        for (const { function: called } of delta.toolCalls ?? [])
          calls.push([called.name, JSON.parse(String(called.arguments))]);
      }
      return { text, calls };
    },
  },
  'cohere: chatStream': {
    dialect: 'Cohere',
    async ask(environment, content) {
      const client = new CohereClientV2({ environment, token: apiKey, maxRetries: 0 } as never);
      const messages = [{ role: 'user' as const, content }];
      let text = '';
      const calls: [string, string][] = [];
      for await (const event of await client.chatStream({ model: 'm', messages, tools })) {
        if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? '';
        if (event.type === 'tool-call-start')
          calls.push([event.delta?.message?.toolCalls?.function?.name ?? '', '']);
        if (event.type === 'tool-call-delta')
          calls.at(-1)![1] += event.delta?.message?.toolCalls?.function?.arguments ?? '';
      }
      return { text, calls: calls.map(([name, args]) => [name, JSON.parse(args)]) };
    },
  },
  'openai: runTools': {
    dialect: 'OpenAI chat',
    async ask(base, content) {
      const client = new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0 });
      const calls: [string, unknown][] = [];
      const runner = client.chat.completions.runTools({
        model: 'm',
        stream: true,
        messages: [{ role: 'user', content }],
        tools: tools.map(({ function: { name, description } }) => ({
          type: 'function' as const,
          function: {
            name,
            description,
            parameters,
            parse: (text: string): object => JSON.parse(text),
            function(args: object) {
              calls.push([name, args]);
              return 'Done.';
            },
          },
        })),
      });
      let text = '';
      runner.on('content', (piece) => {
        text += piece;
      });
      await runner.done();
      return { text, calls };
    },
  },
};

/** Tells a text and a call with whatever stands for the mail, then, when asked with the result, the end. */
function script(dialect: Dialect, name: string): void {
  upstream.answer((response) => {
    const body = upstream.arrived.at(-1)!.body.toString();
    const telling = dialect.tell();
    const isSecond = body.includes('Done.');
    const mail = /I am ([^",]+),/.exec(body)![1]!;
    const args = JSON.stringify({ to: mail });
    const said = isSecond
      ? telling.text('All done.')
      : [
          ...[...`I write to ${mail} now.`].flatMap((letter) => telling.text(letter)),
          ...telling.call(name, [args.slice(0, 9), args.slice(9)]),
        ];
    reply(response, [...telling.begin(), ...said, ...telling.end()].join(''), dialect.type);
  });
}

describe.each(Object.entries(clients))('%s', (_name, { dialect: name, ask }) => {
  const dialect = dialects.find((each) => each.name === name)!;
  const asked = (tool: string): Promise<Said> => {
    script(dialect, tool);
    return ask(`${gateway.url}/${dialect.connection}`, `I am ${user.email}, pay me.`);
  };

  test('an allowed call has the user’s own values, which the provider never saw', async () => {
    const from = upstream.arrived.length;
    const { text, calls } = await asked('pay');
    expect(calls).toEqual([['pay', { to: user.email }]]);
    expect(text).toContain(`I write to ${user.email} now.`);
    const sent = Buffer.concat(upstream.arrived.slice(from).map(({ body }) => body));
    expect(found(sent, [user.email])).toEqual([]);
  });

  test('a refused call is a text in its place', async () => {
    const { text, calls } = await asked('refund');
    expect(calls).toEqual([]);
    expect(text).toMatch(/^I write to .* now\.\s*fcgate policy_denied: .*Ask an operator/);
    expect(text).toContain(user.email);
  });
});
