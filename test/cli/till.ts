/** A whole gateway on disk and loopback in front of a model that always pays, its people, and the apps that ask: for races. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';
import type { Approver } from '../../src/approval/approver.ts';
import { createContext } from '../../src/cli/context.ts';
import { openGateway } from '../../src/cli/open-gateway.ts';
import type { Recording } from '../../src/exchange.ts';
import { readAudit } from '../../src/record/audit-tail.ts';
import { openHome } from '../../src/record/home.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { policyOf } from '../flow/scene.ts';
import { emptyFolder, ioIn } from './fcgate.ts';

export const kinds = ['json', 'stream', 'anthropic', 'anthropic, slowly', 'prompt'] as const;
export type Kind = (typeof kinds)[number];

export const eve: Approver = { subject: 'eve', groups: [], terminal: true };
export const [bob, cy] = ['bob', 'cy'].map((subject) => ({ subject, groups: ['finance'], terminal: false }));

/** What an app got, or that it left before, or that the gateway broke off. */
export interface App {
  readonly kind: Kind;
  readonly amount: number;
  exchange: string;
  text: string;
  state: 'open' | 'answered' | 'broken' | 'left';
  leave(): void;
}

/** A line of the audit, as far as races are told in it. */
export interface Line {
  readonly event?: string;
  readonly exchange?: string;
  readonly question?: string;
  readonly state?: string;
  readonly by?: string;
  readonly tool?: string;
  readonly part?: true;
  readonly policy?: string;
  readonly direction?: 'to_model' | 'to_app';
  readonly edited?: readonly string[];
  readonly decisions?: Recording['decisions'];
  readonly refused?: Recording['refused'];
}

/** Policies that come into force while calls are held. */
const policies = [
  'tools: { pay: { approve: { within: 10s } }, share: { approve: { groups: [finance], min: 2, within: 10s } } }',
  'tools: { pay: { approve: { within: 3s } }, share: { approve: { groups: [finance], within: 10s } } }',
  'tools: { pay: { deny: Not today. }, share: { deny: Not today. } }',
];
const askOfMail =
  'rules: [{ id: mail, stages: [prompt], when: \'findings.exists(f, f.entity == "EMAIL_ADDRESS")\', approve: { within: 10s } }]';

export async function openTill() {
  const model = await startModel();
  const connections = `connections: { openai: { target: ${model.url} }, anthropic: { target: ${model.url} } }`;
  const laws = policies.map((lines) => policyOf([connections, askOfMail, lines].join('\n')));
  const home = emptyFolder();
  const context = createContext(ioIn({ home }), { color: false }, () => {});
  const door = { names: [], ownUserOnly: false };
  const gateway = await openGateway(context, laws[0]!, () => {}, door);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= gateway.close();
    return closed;
  };
  onTestFinished(close);
  const { url } = await gateway.listen('127.0.0.1', 0);
  const apps: App[] = [];
  const asking = (): number => gateway.desk.pending.reduce((sum, { askers }) => sum + askers, 0);
  const books = openHome(context.env);
  return {
    apps,
    desk: gateway.desk,
    paid: model.paid,
    /** The model ends the streams that it began. */
    endStreams: model.endStreams,
    reload: (which: number) => gateway.reload(laws[which]!),
    ask(kind: Kind, tool: string, amount: number, session: string): void {
      apps.push(openApp(url, { kind, tool, amount, session }));
    },
    /** Until every app waits for a person or for the model, or waits no more. */
    async rest(): Promise<void> {
      const isSettled = (): boolean =>
        asking() + model.slow() >= apps.filter(({ state }) => state === 'open').length;
      await vi.waitUntil(isSettled, { interval: 1, timeout: 10_000 });
      // What the model began to say is on its way through sockets of this very process.
      for (let turns = 0; turns < 20; turns++) await turn();
    },
    over: () => apps.every(({ state }) => state !== 'open'),
    close,
    async audit(): Promise<Line[]> {
      const lines: Line[] = [];
      for await (const line of readAudit(books.audit, { last: 1e6 })) lines.push(line as Line);
      return lines;
    },
    async recordings(): Promise<Recording[]> {
      const sessions = openSessions({ dir: books.sessions, now: () => 0 });
      const read = await Promise.all((await sessions.list()).map(({ id }) => sessions.read(id)));
      await sessions.close();
      return read.flat();
    },
  };
}

interface Asked {
  readonly kind: Kind;
  readonly tool: string;
  readonly amount: number;
  readonly session: string;
}

function openApp(url: string, { kind, tool, amount, session }: Asked): App {
  const isAnthropic = kind.startsWith('anthropic');
  const path = isAnthropic ? '/anthropic/v1/messages' : '/openai/v1/chat/completions';
  const app: App = { kind, amount, exchange: '', text: '', state: 'open', leave };
  const headers = { 'content-type': 'application/json', 'x-fcgate-session': session };
  const request = http.request(`${url}${path}`, { method: 'POST', headers, agent: false }, (response) => {
    app.exchange = String(response.headers['x-fcgate-exchange']);
    response.setEncoding('utf8').on('data', (piece: string) => {
      app.text += piece;
    });
    response.on('end', () => {
      if (app.state === 'open') app.state = 'answered';
    });
    response.on('error', () => {});
    response.on('close', () => {
      if (app.state === 'open') app.state = 'broken';
    });
  });
  request.on('error', () => {
    if (app.state === 'open') app.state = 'broken';
  });
  const content = `${kind === 'prompt' ? `Write to kim${amount}@mailbox.nl.` : `Please ${tool}`} ${amount}.`;
  const offered = { name: tool, description: 'Pays.' };
  const schema = { type: 'object', properties: { amount: { type: 'number' } } };
  request.end(
    JSON.stringify({
      model: kind,
      max_tokens: 9,
      stream: kind !== 'json' && kind !== 'prompt',
      messages: [{ role: 'user', content }],
      tools: isAnthropic
        ? [{ ...offered, input_schema: schema }]
        : [{ type: 'function', function: { ...offered, parameters: schema } }],
    }),
  );
  function leave(): void {
    if (app.state === 'open') app.state = 'left';
    request.destroy();
  }
  return app;
}

/** Calls the tool that it is offered, with the amount that it is told. */
async function startModel() {
  const paid: string[] = [];
  const slow = new Set<http.ServerResponse>();
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { model, messages, tools } = JSON.parse(body);
    const amount = Number(/(\d+)\.$/.exec(messages[0].content)![1]);
    const name: string = tools[0].name ?? tools[0].function.name;
    paid.push(`${model} ${amount}`);
    const type = model === 'json' || model === 'prompt' ? 'application/json' : 'text/event-stream';
    response.setHeader('content-type', type);
    const [call, end] = told[model as Kind](name, JSON.stringify({ amount }));
    if (model !== 'anthropic, slowly') return void response.end(call + end);
    response.write(call);
    slow.add(response.on('close', () => slow.delete(response)));
    ends.set(response, end);
  });
  const ends = new WeakMap<http.ServerResponse, string>();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    paid,
    slow: () => slow.size,
    endStreams() {
      for (const response of slow) response.end(ends.get(response));
      slow.clear();
    },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

const chatHead = { id: 'c', created: 1, model: 'm' };
const data = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: object, finish_reason: string | null = null): string =>
  data({ ...chatHead, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
const callOf = (name: string, args: string) => ({
  id: 'c1',
  type: 'function',
  function: { name, arguments: args },
});
const whole = (message: object, finish_reason: string): string =>
  JSON.stringify({
    ...chatHead,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
  });
const event = (value: { type: string; [key: string]: unknown }): string =>
  `event: ${value.type}\n${data(value)}`;

type Telling = (name: string, args: string) => readonly [call: string, end: string];

const told: Readonly<Record<Kind, Telling>> = {
  json: (name, args) => [whole({ tool_calls: [callOf(name, args)] }, 'tool_calls'), ''],
  prompt: () => [whole({ content: 'Written.' }, 'stop'), ''],
  stream: (name, args) => [
    chunk({ role: 'assistant', tool_calls: [{ index: 0, ...callOf(name, args) }] }),
    `${chunk({}, 'tool_calls')}data: [DONE]\n\n`,
  ],
  anthropic: messages,
  'anthropic, slowly': messages,
};

function messages(name: string, args: string): ReturnType<Telling> {
  const block = { type: 'tool_use', id: 't', name, input: {} };
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage: {} };
  const said = [
    event({ type: 'message_start', message }),
    event({ type: 'content_block_start', index: 0, content_block: block }),
    event({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: args },
    }),
    event({ type: 'content_block_stop', index: 0 }),
  ];
  const end = { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} };
  return [said.join(''), event(end) + event({ type: 'message_stop' })];
}
