/** A person at the gateway's terminal decides on calls of streams that wait for them. Needs tmux. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runIn } from './gateway.ts';
import { type Answer, chatEvent, scripted } from './scripted.ts';
import { hasTmux, openTerminal, type Terminal } from './terminal.ts';

const bin = fileURLToPath(new URL('../../bin/fcgate.js', import.meta.url));
const policy = 'version: 1\ntools: { pay: { approve: { if: "args.amount > 10" } } }\n';
const mail = 'kim.vos@mailbox.nl';

const sizes = [
  [80, 24],
  [160, 50],
] as const;

const sse =
  (text: string): Answer =>
  (response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end(text);
  };

const args = JSON.stringify({ amount: 900, to: mail });

const openaiCalling = (args: string): Answer =>
  sse(
    [
      chatEvent({ role: 'assistant', content: 'One moment.' }),
      chatEvent({
        tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'pay', arguments: args } }],
      }),
      chatEvent({}, 'tool_calls'),
      'data: [DONE]\n\n',
    ].join(''),
  );

const openaiStream = openaiCalling(args);

const event = (data: { type: string } & Record<string, unknown>): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const anthropicStream = sse(
  [
    event({
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'x',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }),
    event({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 't', name: 'pay', input: {} },
    }),
    event({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: args },
    }),
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 2 },
    }),
    event({ type: 'message_stop' }),
  ].join(''),
);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

interface Gate {
  readonly url: string;
  readonly folder: string;
  readonly terminal: Terminal;
  audit(): Record<string, unknown>[];
}

async function gate(
  how: Answer,
  { law = policy, ...size }: { columns: number; rows: number; law?: string } = { columns: 80, rows: 24 },
  env = {},
  ...options: readonly string[]
): Promise<Gate> {
  const folder = mkdtempSync(join(tmpdir(), 'fcgate-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  writeFileSync(join(folder, 'fcgate.yaml'), law);
  const { url: upstream } = await scripted(how);
  const port = await freePort();
  const connections = ['openai', 'anthropic'].flatMap((name) => ['--connection', `${name}=${upstream}`]);
  const serve = ['serve', '--port', String(port), ...connections, ...options];
  const terminal = openTerminal([process.execPath, bin, ...serve], {
    cwd: folder,
    env: { FCGATE_HOME: join(folder, 'home'), ...env },
    ...size,
  });
  await terminal.shows(/Exchanges show here|your virtual key/);
  const dir = join(folder, 'home', 'audit');
  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    terminal,
    audit: () =>
      readdirSync(dir)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => readFileSync(join(dir, name), 'utf8').trim().split('\n'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const tool = { name: 'pay', description: 'Pays.' };
const schema = { type: 'object' as const, properties: {} };

const askOpenai = (url: string, signal?: AbortSignal) =>
  new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: 'none' }).chat.completions
    .stream(
      {
        model: 'x',
        messages: [{ role: 'user', content: `Pay ${mail}.` }],
        tools: [{ type: 'function', function: { ...tool, parameters: schema } }],
      },
      signal ? { signal } : {},
    )
    .finalChatCompletion();

const askAnthropic = (url: string) =>
  new Anthropic({ baseURL: `${url}/anthropic`, apiKey: 'none' }).messages
    .stream({
      model: 'x',
      max_tokens: 9,
      messages: [{ role: 'user', content: `Pay ${mail}.` }],
      tools: [{ ...tool, input_schema: schema }],
    })
    .finalMessage();

/** Pressed again each time that the screen has said it is too soon: a key may have been meant for something else. */
async function pressInTime(terminal: Terminal, key: string, then: RegExp): Promise<void> {
  const tooSoon = 'Too soon';
  terminal.press(key);
  while ((await terminal.shows(new RegExp(`${tooSoon}|${then.source}`))).includes(tooSoon)) {
    // Any key takes the notice away.
    terminal.press('Up');
    await terminal.shows(new RegExp(`^(?![\\s\\S]*${tooSoon})`));
    terminal.press(key);
  }
}

const approve = ({ terminal }: Pick<Gate, 'terminal'>): Promise<void> =>
  pressInTime(terminal, 'a', /^(?![\s\S]*1 waiting)/);

describe.skipIf(!hasTmux)('a person at the terminal', () => {
  test.each(sizes)('sees a held OpenAI call at %i×%i and approves it', async (columns, rows) => {
    const gateway = await gate(openaiStream, { columns, rows });
    const answer = askOpenai(gateway.url);
    const { terminal } = gateway;
    await terminal.shows(/1 waiting[\s\S]*▶ pay/);
    expect(terminal.title()).toBe('(1) fcgate');
    terminal.press('Enter');
    const shown = await terminal.shows('masked:');
    expect(shown).toMatch(/asks: tools\["pay"\] \(fcgate\.yaml:2/);
    expect(shown).toContain('"amount": 900');
    expect(shown).toMatch(/\/to EMAIL_ADDRESS, from the prompt/);
    expect(shown).not.toContain(mail);
    await approve(gateway);
    const { message } = (await answer).choices[0]!;
    expect(message.content).toBe('One moment.');
    expect(message.tool_calls![0]).toMatchObject({ function: { name: 'pay', arguments: args } });
    expect(gateway.audit().filter((line) => String(line.event).startsWith('approval_'))).toMatchObject([
      { event: 'approval_asked', tool: 'pay', rules: ['tools["pay"]'] },
      { event: 'approval_voted' },
      { event: 'approval_settled', state: 'approved' },
    ]);
    expect(JSON.stringify(gateway.audit())).not.toContain(mail);
  });

  test.each(sizes)('approves a held Anthropic call at %i×%i', async (columns, rows) => {
    const gateway = await gate(anthropicStream, { columns, rows });
    const answer = askAnthropic(gateway.url);
    await gateway.terminal.shows('1 waiting');
    gateway.terminal.press('Enter');
    await gateway.terminal.shows('masked:');
    await approve(gateway);
    expect((await answer).content).toMatchObject([
      { type: 'tool_use', name: 'pay', input: JSON.parse(args) },
    ]);
  });

  test.each([
    ['OpenAI', 80, 24, openaiStream],
    ['Anthropic', 160, 50, anthropicStream],
  ])('edits a held %s call at %i×%i, which goes on as edited', async (name, columns, rows, stream) => {
    const gateway = await gate(stream, { columns, rows });
    const { terminal, url } = gateway;
    const call =
      name === 'OpenAI'
        ? askOpenai(url).then(({ choices }) =>
            JSON.parse(choices[0]!.message.tool_calls![0]!.function.arguments),
          )
        : askAnthropic(url).then(({ content }) => content.find((block) => block.type === 'tool_use')!.input);
    await terminal.shows('1 waiting');
    terminal.press('Enter');
    await terminal.shows('masked:');
    await pressInTime(terminal, 'e', /\/amount = 900/);
    terminal.press('x');
    await terminal.shows('/amount = 900x█');
    terminal.press('Enter');
    await terminal.shows('/amount has to be a number');
    terminal.press('e');
    // What was not taken is there to be mended; keys that come at once erase as often.
    await terminal.shows('▶ * /amount = 900x█');
    terminal.press('BSpace', 'BSpace');
    await terminal.shows('▶ * /amount = 90█');
    terminal.press('Down');
    await terminal.shows(/▶ {3}\/to = .*\(masked\)/);
    terminal.press('the till');
    await terminal.shows('▶ * /to = the till█');
    terminal.press('Enter');
    expect(await call).toEqual({ amount: 90, to: 'the till' });
    expect(gateway.audit()).toContainEqual(
      expect.objectContaining({ state: 'approved', edited: ['/amount', '/to'] }),
    );
  });

  test.each(sizes)('denies with a reason at %i×%i, which the model gets to read', async (columns, rows) => {
    const { url, terminal } = await gate(anthropicStream, { columns, rows });
    const answer = askAnthropic(url);
    await terminal.shows('1 waiting');
    terminal.press('Enter');
    await terminal.shows('masked:');
    terminal.press('d');
    await terminal.shows('Why not?');
    terminal.press('Too much.');
    await terminal.shows('Too much.█');
    terminal.press('Enter');
    const { content, stop_reason } = await answer;
    expect(content).toMatchObject([{ type: 'text' }]);
    expect(JSON.stringify(content)).toMatch(/fcgate approval_denied: Refused by .*: Too much/);
    expect(stop_reason).toBe('end_turn');
    await terminal.shows(/pay +deny/);
  });

  test.each([
    ['OpenAI', 80, 24, openaiStream],
    ['Anthropic', 160, 50, anthropicStream],
  ])('lets the time of a held %s call at %i×%i run out', async (name, columns, rows, stream) => {
    const law = 'version: 1\ntools: { pay: { approve: { within: 8s } } }\n';
    const { url, terminal, audit } = await gate(stream, { columns, rows, law });
    const answer = name === 'OpenAI' ? askOpenai(url) : askAnthropic(url);
    await terminal.shows('1 waiting');
    terminal.press('Enter');
    await terminal.shows(/masked:[\s\S]*0:0\d left|0:0\d left[\s\S]*masked:/);
    await terminal.shows('That question is over.');
    expect(terminal.title()).toBe('fcgate');
    expect(JSON.stringify(await answer)).toContain('fcgate approval_timeout: Nobody answered in time.');
    expect(audit()).toContainEqual(expect.objectContaining({ state: 'timed_out' }));
  });

  test.each(sizes)('sees what a model wrote at %i×%i, and only that', async (columns, rows) => {
    const wild = JSON.stringify({
      amount: 900,
      clear: '\x1b[2J\x1b[1;1H\x1b[31mnothing waits\x9b2J',
      title: '\x1b]0;owned\x07\x1b]2;owned\x1b\\',
      turned: 'invoice\u202egnp.exe\u2066',
      hidden: 'pay\u200bpal\ufeff\u{e0041}',
      frame: '\r\n\n 0 waiting  fcgate on http://127.0.0.1\n▶ approved\u2028',
      wide: '漢字🎉'.repeat(40),
      last: 'the end of it',
    });
    const gateway = await gate(openaiCalling(wild), { columns, rows });
    const { terminal, url } = gateway;
    const answer = askOpenai(url);
    await terminal.shows('1 waiting');
    terminal.press('Enter');
    const screens: string[] = [await terminal.shows('"amount": 900')];
    const isRead = (): boolean => {
      screens.push(terminal.text());
      if (screens.at(-1)!.includes('the end of it')) return true;
      terminal.press('Down');
      return false;
    };
    await vi.waitUntil(isRead, { timeout: 20_000, interval: 100 });
    for (const screen of screens) {
      expect(screen).toMatch(/^ 1 waiting {2}fcgate on /);
      expect(screen).not.toMatch(/^(?: 0 waiting|▶ approved|nothing waits)/m);
      expect(screen).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
    }
    for (const part of ['\\u001b[2J', '\\u202e', '\\u200b', '漢字🎉'])
      expect(screens.join('')).toContain(part);
    expect(terminal.title()).toBe('(1) fcgate');
    await approve(gateway);
    const { message } = (await answer).choices[0]!;
    expect(message.tool_calls![0]).toMatchObject({ function: { arguments: wild } });
  });

  test.each(sizes)('sees the question go at %i×%i when the app leaves', async (columns, rows) => {
    const { url, terminal, audit } = await gate(openaiStream, { columns, rows });
    const app = new AbortController();
    const answer = askOpenai(url, app.signal);
    await terminal.shows('1 waiting');
    terminal.press('Enter');
    await terminal.shows('masked:');
    app.abort();
    await expect(answer).rejects.toThrow(/aborted/i);
    await terminal.shows('That question is over.');
    expect(audit()).toContainEqual(expect.objectContaining({ state: 'client_gone' }));
  });

  test('gets the terminal back when the gateway stops, and what waited is refused as that', async () => {
    const { url, terminal, audit } = await gate(openaiStream);
    const answer = askOpenai(url);
    await terminal.shows('1 waiting');
    terminal.press('C-c');
    expect(JSON.stringify((await answer).choices)).toContain('fcgate gateway_stopped');
    const text = await terminal.shows('ended with 130');
    expect(text).not.toContain('fcgate on');
    expect(audit()).toContainEqual(expect.objectContaining({ state: 'gateway_stopped' }));
  });

  test('who was asked as the gateway was killed finds it refused by that in the audit of the next one', async () => {
    const { url, folder, terminal, audit } = await gate(openaiStream);
    const answer = askOpenai(url);
    answer.catch(() => {});
    await terminal.shows('1 waiting');
    const dir = join(folder, 'home', 'audit');
    const head = readdirSync(dir).find((name) => name.endsWith('.head'))!;
    process.kill(JSON.parse(readFileSync(join(dir, head), 'utf8')).pid, 'SIGKILL');
    await terminal.shows('ended with 137');
    const [asked] = audit().filter(({ event }) => event === 'approval_asked');
    const next = openTerminal([process.execPath, bin, 'serve', '--port', '0', '--no-tui'], {
      cwd: folder,
      env: { FCGATE_HOME: join(folder, 'home') },
      columns: 80,
      rows: 24,
    });
    await next.shows('fcgate listens on http://127.0.0.1');
    expect(audit()).toContainEqual(
      expect.objectContaining({
        event: 'approval_settled',
        question: asked!.question,
        exchange: asked!.exchange,
        state: 'gateway_stopped',
      }),
    );
    next.press('C-c');
    await next.shows('ended with 130');
    expect(await runIn(folder, 'audit', 'verify')).toMatchObject({ status: 0 });
  });

  test.skipIf(process.platform !== 'linux')(
    'is told on the desktop that they are asked, and not what',
    async () => {
      const tools = mkdtempSync(join(tmpdir(), 'fcgate-desktop-'));
      onTestFinished(() => rmSync(tools, { recursive: true, force: true, maxRetries: 20 }));
      const told = join(tools, 'told');
      writeFileSync(join(tools, 'notify-send'), `#!/bin/sh\necho "$@" >> '${told}'\n`, { mode: 0o755 });
      const env = { PATH: `${tools}:${process.env.PATH}` };
      const { url, terminal } = await gate(openaiStream, { columns: 80, rows: 24 }, env);
      const answer = askOpenai(url);
      await terminal.shows('1 waiting');
      const text = await vi.waitUntil(
        () => readdirSync(tools).includes('told') && readFileSync(told, 'utf8'),
        20_000,
      );
      expect(text).toBe('--app-name=fcgate -- fcgate 1 waiting for your approval\n');
      terminal.press('C-c');
      await answer;
    },
  );

  test('sees the same in a second terminal, where the code of the first lets them answer', async () => {
    const { url, folder, terminal, audit } = await gate(openaiStream);
    const [, code] = / code (\S+)/.exec(await terminal.shows(' code '))!;
    const second = openTerminal([process.execPath, bin, 'attach'], {
      cwd: folder,
      env: { FCGATE_HOME: join(folder, 'home') },
      columns: 100,
      rows: 30,
    });
    await second.shows('code');
    second.press(code!, 'Enter');
    await second.shows(`attached to fcgate on ${url}`);
    const answer = askOpenai(url);
    await second.shows(/1 waiting[\s\S]*▶ pay/);
    second.press('Enter');
    expect(await second.shows('masked:')).not.toContain(mail);
    await approve({ terminal: second });
    expect((await answer).choices[0]!.message.tool_calls).toHaveLength(1);
    expect(audit()).toContainEqual(expect.objectContaining({ state: 'approved' }));
    await second.shows(/pay +approve/);
    second.press('C-c');
    await second.shows('ended with 0');
    const further = askOpenai(url);
    await terminal.shows('1 waiting');
    const third = openTerminal([process.execPath, bin, 'attach', '--code', 'AAAA-AAAA'], {
      cwd: folder,
      env: { FCGATE_HOME: join(folder, 'home') },
      columns: 80,
      rows: 24,
    });
    await third.shows('ended with 1');
    terminal.press('C-c');
    expect(JSON.stringify((await further).choices)).toContain('gateway_stopped');
  });

  test('is told by lines where Ink would draw nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fcgate-e2e-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
    const terminal = openTerminal([process.execPath, bin, 'serve', '--port', '0'], {
      cwd: folder,
      env: { FCGATE_HOME: join(folder, 'home'), CI: 'true' },
      columns: 80,
      rows: 24,
    });
    await terminal.shows('fcgate listens on http://127.0.0.1');
    terminal.press('C-c');
    await terminal.shows('ended with 130');
  });

  test('without a screen is told in words, and answers in words', async () => {
    const { url, terminal } = await gate(openaiStream, { columns: 160, rows: 50 }, {}, '--no-tui');
    const answer = askOpenai(url);
    const told = await terminal.shows(/Question 1:[\s\S]*"amount": 900[\s\S]*Answer with: approve 1/);
    expect(told).toMatch(/\[masked /);
    const approve = (): boolean => {
      if (/^Done\.$/m.test(terminal.text())) return true;
      terminal.press('approve 1', 'Enter');
      return false;
    };
    await vi.waitUntil(approve, { timeout: 20_000, interval: 700 });
    expect((await answer).choices[0]!.message.tool_calls).toHaveLength(1);
    terminal.press('C-c');
    await terminal.shows('ended with 130');
  });

  test('sees the screen in its new size', async () => {
    const { url, terminal } = await gate(openaiStream, { columns: 160, rows: 50 });
    const app = new AbortController();
    const answer = askOpenai(url, app.signal);
    answer.catch(() => {});
    await terminal.shows('1 waiting');
    terminal.press('Enter');
    await terminal.shows('masked:');
    terminal.resize(80, 24);
    await terminal.shows(/^ 1 waiting {2}fcgate on [\s\S]*"amount": 900[\s\S]*a approve {2}d deny/);
    app.abort();
    await terminal.shows('That question is over.');
  });
});
