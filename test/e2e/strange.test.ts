/** Streams that are strange, through the real process, on every wire: what is allowed comes as it was written, what is not never does. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Conversation, converse } from './converse.ts';
import { begin, discard, type Gateway, serve } from './gateway.ts';
import { type Scripted, startScripted } from './scripted.ts';
import { type Dialect, dialects, upstreamsAt } from './tellings.ts';

const policy = `version: 1
tools:
  refund: { deny: Ask an operator. }
  pay: { approve: { within: 2m } }
`;

let upstream: Scripted & { close(): void };
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startScripted();
  gateway = await serve(upstreamsAt(upstream.url), policy);
  const watcher = begin(gateway.folder, '', 'approvals', 'watch');
  const said = () => watcher.stdout() + watcher.stderr();
  await vi.waitUntil(() => said().includes('Watching'), 20_000);
});
afterAll(async () => {
  await discard(gateway);
  upstream.close();
});

const token = `ghp_${'a1B2'.repeat(9)}`;
const isSse = ({ type }: Dialect): boolean => type === 'text/event-stream';

/** A greeting, whole, as the provider writes it. */
function greeting(dialect: Dialect): string[] {
  const telling = dialect.tell();
  return [
    ...telling.begin(),
    ...telling.text('Good morning.\n'),
    ...telling.text('And good night.'),
    ...telling.end(),
  ];
}

async function told(dialect: Dialect, events: readonly (string | Uint8Array)[]): Promise<Conversation> {
  const one = await converse(gateway, upstream, dialect);
  await one.write(events);
  await one.end();
  return one;
}

/** What the standard of events allows, and what JSON does where there are none. */
const framings: Record<string, (event: string, first: boolean) => string> = {
  'lines that end in CRLF': (event) => event.replaceAll(/\r?\n/g, '\r\n'),
  'data in several lines': (event) => event.replace(/^(data: \{"\w+":[^,]*),/m, '$1,\ndata: '),
  'comments, and names that nobody asked for': (event) =>
    `: ping\n\n${event.replace(/^data/m, 'id: 7\nretry: 10\ndata')}`,
  'no space behind the colon': (event) => event.replaceAll(/^data: /gm, 'data:'),
  'a byte order mark': (event, first) => (first ? `\uFEFF${event}` : event),
};
const spaced: typeof framings = {
  'spaces where JSON allows them': (event) => event.replaceAll('":', '" :\t'),
  'lines that end in CRLF': (event) => event.replaceAll(/\r?\n/g, '\r\n'),
};

/** Something of the provider that nobody here knows. */
function news(dialect: Dialect): string {
  const value = JSON.stringify({ type: 'news', news: { note: `it is ${token}` } });
  if (dialect.name === 'Gemini, an array') return `,\r\n${value}\n`;
  return isSse(dialect) ? `event: news\ndata: ${value}\n\n` : `${value}\n`;
}

const trouble = 'They are too many.';
const errors: Record<string, string> = {
  'OpenAI chat': `data: {"error":{"message":"${trouble}","type":"server_error"}}\n\n`,
  Mistral: `data: {"object":"error","message":"${trouble}","type":"overloaded"}\n\n`,
  'OpenAI Responses': `event: error\ndata: {"type":"error","sequence_number":9,"code":"server_error","message":"${trouble}","param":null}\n\n`,
  Anthropic: `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"${trouble}"}}\n\n`,
  Cohere: `event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"${trouble}"}}\n\n`,
  Ollama: `{"error":"${trouble}"}\n`,
  'Gemini, events': `data: {"error":{"code":503,"message":"${trouble}","status":"UNAVAILABLE"}}\r\n\r\n`,
  'Gemini, an array': `,\r\n{"error":{"code":503,"message":"${trouble}","status":"UNAVAILABLE"}}\n]`,
};

const withdrawn = async (count: number): Promise<void> => {
  const waiting = async () => JSON.parse((await gateway.run('approvals', 'list', '--json')).stdout) as [];
  await vi.waitUntil(async () => (await waiting()).length === count, { timeout: 20_000, interval: 200 });
};

describe.each(dialects)('$name', (dialect) => {
  test.each(Object.entries(isSse(dialect) ? framings : spaced))(
    '%s: comes as it was written',
    async (_, write) => {
      const events = greeting(dialect).map((event, i) => write(event, i === 0));
      const { got } = await told(dialect, events);
      expect(got()).toBe(events.join('').replace(/^\uFEFF/, ''));
    },
  );

  test('what nobody knows comes in its place, without secrets', async () => {
    const telling = dialect.tell();
    const events = [...telling.begin(), ...telling.text('Good morning.\n'), news(dialect)];
    const rest = [...telling.text('And good night.'), ...telling.end()];
    const { got, said } = await told(dialect, [...events, ...rest]);
    expect(got()).toBe([...events, ...rest].join('').replace(token, '[REDACTED:GITHUB_PAT]'));
    expect(said()).toBe('Good morning.\nAnd good night.');
  });

  test('the last word may be missing, but where a reader would wait for it', async () => {
    const events = greeting(dialect).slice(0, -1);
    const one = await told(dialect, events);
    if (dialect.name !== 'Gemini, an array') return expect(one.got()).toBe(events.join(''));
    expect(one.said()).toBe('Good morning.\nAnd good night.');
    expect(one.got()).toMatch(dialect.error);
  });

  test('an error of the provider comes after what came before it, and nothing held does', async () => {
    const one = await converse(gateway, upstream, dialect);
    const { telling } = one;
    await one.write([...telling.begin(), ...telling.text('Good morning.\n')]);
    await one.until('Good morning.');
    await one.write([errors[dialect.name]!]);
    await one.end();
    expect(one.got()).toContain(trouble);
    expect(one.got()).not.toContain('fcgate ');
  });

  test('a second message behind the first is governed as the first', async () => {
    const again = dialect.tell();
    const second = [
      ...again.begin(),
      ...again.text(`It is ${token}.\n`),
      ...again.call('refund', ['{"to":', '"ann"}']),
      ...again.end(),
    ];
    const one = await told(dialect, [...greeting(dialect), ...second]);
    expect(one.got()).not.toContain(token);
    expect(one.got()).not.toMatch(/"refund"/);
    const first = greeting(dialect).join('').replace(/\n\]$/, '');
    expect(one.got().startsWith(first)).toBe(true);
    expect(one.got().slice(first.length)).toMatch(dialect.error);
    expect(one.got()).toContain('fcgate unreadable_answer: ');
  });

  test('an event of 20 MB goes on', async () => {
    const one = await converse(gateway, upstream, dialect);
    const long = `${'All is well here. '.repeat(1_200_000)}\n`;
    await one.write([...one.telling.begin(), ...one.telling.text(long)]);
    await vi.waitUntil(() => one.got().length > long.length, { timeout: 30_000 });
    one.leave();
    await one.over();
  }, 60_000);

  test('an app that leaves while a person is asked takes the question along, and the upstream’s call', async () => {
    const one = await converse(gateway, upstream, dialect);
    const { telling } = one;
    const closed = new Promise((resolve) => one.upstream.once('close', resolve));
    await one.write([...telling.begin(), ...telling.text('I will pay.\n')]);
    await one.until('I will pay.');
    await one.write(telling.call('pay', ['{"to":', '"ann"}']));
    await one.write(telling.end());
    await withdrawn(1);
    one.leave();
    await closed;
    await withdrawn(0);
    expect(one.got()).not.toMatch(/"pay"/);
  });
});

test('after all that it lives, and its books are whole', async () => {
  expect((await fetch(`${gateway.url}/-/health`)).status).toBe(200);
  expect(gateway.stderr()).not.toMatch(/internal error/);
  expect(gateway.written().includes(token)).toBe(false);
  expect(await gateway.run('audit', 'verify')).toMatchObject({ status: 0 });
});
