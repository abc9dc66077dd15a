/** A person decides from another terminal, on a gateway that has none of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Gateway, serveHere } from './gateway.ts';
import { scripted } from './scripted.ts';

const bin = fileURLToPath(new URL('../../bin/fcgate.js', import.meta.url));
const mail = 'kim.vos@mailbox.nl';
const args = JSON.stringify({ amount: 900, to: mail });

const pays = {
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'x',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'pay', arguments: args } }],
      },
    },
  ],
};

async function gateway(approvals = ''): Promise<Gateway> {
  const { url } = await scripted((response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(pays));
  });
  return serveHere({ openai: url }, `version: 1\n${approvals}tools: { pay: { approve: true } }\n`);
}

const ask = async ({ url }: Gateway) => {
  const openai = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: 'none' });
  const answer = await openai.chat.completions.create({
    model: 'x',
    messages: [{ role: 'user', content: `Pay ${mail}.` }],
    tools: [{ type: 'function', function: { name: 'pay', parameters: { type: 'object' } } }],
  });
  return answer.choices[0]!.message;
};

/** A command takes its time where the machine is busy. */
const until = <T>(what: () => T) => vi.waitUntil(what, { timeout: 20_000 });

interface Watching {
  readonly child: ChildProcess;
  text(): string;
}

async function watching({ folder }: Gateway, ...more: string[]): Promise<Watching> {
  const child = spawn(process.execPath, [bin, 'approvals', 'watch', ...more], {
    env: { ...process.env, FCGATE_HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  await until(() => text.includes('Watching'));
  return { child, text: () => text };
}

async function waitingId(gateway: Gateway): Promise<string> {
  const list = async () =>
    JSON.parse((await gateway.run('approvals', 'list', '--json')).stdout) as { id: string }[];
  const [one] = await vi.waitFor(
    async () => {
      const found = await list();
      expect(found).toHaveLength(1);
      return found;
    },
    { timeout: 20_000 },
  );
  return one!.id;
}

test('nobody there: refused at once, and a list changes nothing about it', async () => {
  const gate = await gateway();
  expect(await gate.run('approvals', 'list', '--json')).toMatchObject({ status: 0, stdout: '[]\n' });
  expect((await ask(gate)).content).toContain('fcgate approver_unavailable');
});

test('who watches is there: told what is asked, and approves by the beginning of its id', async () => {
  const gate = await gateway();
  const { child, text } = await watching(gate);
  const answer = ask(gate);
  const id = await waitingId(gate);
  await until(() => text().includes('masked: '));
  expect(text()).toContain(`${id}  pay on openai, asked for by anonymous`);
  expect(text()).toContain('"amount": 900');
  expect(text()).not.toContain(mail);
  const approved = await gate.run('approve', id.slice(0, 8), '--reason', 'Known.');
  expect(approved).toMatchObject({ status: 0, stderr: 'Approved: pay on openai.\n' });
  expect((await answer).tool_calls![0]).toMatchObject({ function: { name: 'pay', arguments: args } });
  await until(() => text().includes(`${id}  over`));
  expect((await gate.run('approvals', 'approve', id)).status).toBe(1);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect((await ask(gate)).content).toContain('fcgate approver_unavailable');
});

test('denies with the reason that it has to give', async () => {
  const gate = await gateway();
  const { text } = await watching(gate, '--json');
  const answer = ask(gate);
  const id = await waitingId(gate);
  expect((await gate.run('deny', id)).status).toBe(2);
  const reason = 'Too much for jan.devries@mailbox.nl.';
  expect((await gate.run('approvals', 'deny', id, '--reason', reason)).status).toBe(0);
  expect((await answer).content).toMatch(/fcgate approval_denied: .*Too much for \[REDACTED:EMAIL_ADDRESS\]/);
  expect(gate.written().toString()).not.toContain('jan.devries');
  const audit = (await gate.run('audit', 'tail', '--lines', '4')).stdout;
  expect(audit).toMatch(/approval_asked .* question \S+ {2}pay\n/);
  expect(audit).toMatch(/approval_settled .* denied {2}by \S+ {2}\(Too much for /);
  await until(() => text().includes('"over"'));
  const lines = text()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { event: 'asked', id, tool: 'pay', gateway: gate.url },
    { event: 'over', id },
  ]);
});

test('says what is wrong with an answer, and the question waits on', async () => {
  const gate = await gateway();
  await watching(gate);
  const answer = ask(gate);
  const id = await waitingId(gate);
  const wrong = async (...args: string[]) => {
    const { status, stderr } = await gate.run(...args);
    return `${status} ${stderr}`;
  };
  expect(await wrong('approve', '')).toBe("2 fcgate: Write at least 4 characters of the question's id.\n");
  expect(await wrong('approve', 'nobody')).toBe('1 fcgate: No question "nobody" waits: it may be over.\n');
  expect(await wrong('deny', id, '--reason', 'x'.repeat(2_001))).toBe(
    '2 fcgate: A reason has at most 2000 characters.\n',
  );
  expect(await waitingId(gate)).toBe(id);
  expect((await gate.run('approve', id)).status).toBe(0);
  expect((await answer).tool_calls).toHaveLength(1);
});

test('where the policy wants a code without a screen, its log shows it', async () => {
  const gate = await gateway('approvals: { pairing: always }\n');
  const [, code] = await until(() => /needs the code (\S+)/.exec(gate.stderr()));
  await watching(gate);
  const answer = ask(gate);
  const id = await waitingId(gate);
  expect(await gate.run('approve', id)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('pairing code'),
  });
  expect(await gate.run('approve', id, '--code', 'AAAA-AAAA')).toMatchObject({ status: 1 });
  await until(() => gate.stderr().includes('wrong pairing code'));
  expect(await gate.run('approve', id, '--code', code!)).toMatchObject({ status: 0 });
  expect((await answer).tool_calls).toHaveLength(1);
});

test('a webhook is somebody who is told: the question waits, masked, until it is answered', async () => {
  const { url, arrived } = await scripted((response) => void response.end());
  const gate = await gateway(`approvals: { notify: "${url}/hook" }\n`);
  const answer = ask(gate);
  await until(() => arrived.length === 1);
  const letter = String(arrived[0]!.body);
  expect(letter).not.toContain(mail);
  const { text, data } = JSON.parse(letter);
  expect(text).toBe(`fcgate: pay on openai, asked for by anonymous. To answer: fcgate approve ${data.id}`);
  expect(data).toMatchObject({ tool: 'pay', shown: expect.stringContaining('"amount": 900') });
  expect((await gate.run('approve', data.id)).status).toBe(0);
  expect((await answer).tool_calls).toHaveLength(1);
});

test('a hook’s URL is kept where keys are, and never shown; what signs is', async () => {
  const { folder, run } = await gateway();
  const home = { FCGATE_HOME: join(folder, 'home') };
  const given = (text: string) => {
    const child = spawn(process.execPath, [bin, 'approvals', 'hook', 'chat', '--insecure-storage'], {
      env: { ...process.env, ...home },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(text);
    let told = '';
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (piece: string) => {
        told += piece;
      });
    return once(child, 'close').then(([status]) => ({ status, told }));
  };
  expect(await given('http://chat.example/x')).toMatchObject({ status: 2 });
  const { status, told } = await given('https://chat.example/T0/secret');
  expect(status).toBe(0);
  expect(told).toMatch(/whsec_\S{40}/);
  expect(told).not.toContain('T0/secret');
  expect((await run('approvals', 'hook')).stdout.trim()).toBe(/whsec_\S+/.exec(told)![0]);
});

test('a watcher hears that the gateway stopped', async () => {
  const gate = await gateway();
  const { child, text } = await watching(gate);
  const gone = once(child, 'close');
  await gate.stop();
  expect(await gone).toEqual([1, null]);
  expect(text()).toContain('No gateway runs any more');
  expect(await gate.run('approvals', 'list')).toMatchObject({ status: 1 });
});

const streamed = [
  { delta: { role: 'assistant', content: 'I pay. ' } },
  {
    delta: {
      tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'pay', arguments: args } }],
    },
  },
  { delta: {}, finish_reason: 'tool_calls' },
]
  .map((choice) => ({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] }))
  .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);

test.each([
  ['in one piece', 'application/json', JSON.stringify(pays)],
  ['as a stream', 'text/event-stream', `${streamed.join('')}data: [DONE]\n\n`],
])(
  'an app that leaves while its call is held, %s: desk, audit, recording and replay say the same',
  async (_, type, body) => {
    const { url } = await scripted((response) => response.setHeader('content-type', type).end(body));
    const gate = await serveHere({ openai: url }, 'version: 1\ntools: { pay: { approve: true } }\n');
    await watching(gate);
    const app = new AbortController();
    const tools = [{ type: 'function', function: { name: 'pay', parameters: { type: 'object' } } }];
    const stream = type === 'text/event-stream';
    const left = fetch(`${gate.url}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'x', stream, tools, messages: [{ role: 'user', content: 'Pay.' }] }),
      signal: app.signal,
    })
      .then((answer) => answer.text())
      .catch((error: Error) => error.name);
    await waitingId(gate);
    app.abort();
    expect(await left).toBe('AbortError');
    await until(() => gate.events('exchange').length === 1);
    const audit = (await gate.run('audit', 'tail', '--lines', '50', '--json')).stdout;
    const lines = audit
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'approval_settled', state: 'client_gone' }),
    );
    const refused = {
      code: 'approver_unavailable',
      reason: expect.stringContaining('The app left before anybody answered'),
    };
    const decisions = [expect.objectContaining({ tool: 'pay', effect: 'approve', refused })];
    expect(lines).toContainEqual(
      expect.objectContaining({
        direction: 'to_app',
        effect: 'deny',
        decisions: expect.arrayContaining(decisions),
      }),
    );
    const [{ session }] = gate.events('exchange') as [{ session: string }];
    const { stdout } = await gate.run('sessions', 'show', session, '--json');
    expect(JSON.stringify(stdout)).not.toContain('unreadable_answer');
    const replayed = (await gate.run('replay', session)).stdout;
    expect(replayed).toContain('The app left before anybody answered');
    expect(audit).not.toContain('unreadable_answer');
  },
);
