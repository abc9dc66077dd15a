import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { openHome } from '../../src/record/home.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';
import { recording } from './recording.ts';

async function homeWith(...recordings: Recording[]): Promise<string> {
  const home = emptyFolder();
  const sessions = openSessions({ dir: openHome({ FCGATE_HOME: home }).sessions, now: Date.now });
  for (const each of recordings) sessions.append(each);
  await sessions.close();
  return home;
}

function policy(text: string): string {
  const file = join(emptyFolder(), 'policy.yaml');
  writeFileSync(file, `version: 1\n${text}\n`);
  return file;
}

test('an exchange is printed as it went, each decision beside its unit', async () => {
  const { status, stdout } = await fcgateIn({ home: await homeWith(recording) }, 'replay', 's-0001');
  expect(status).toBe(0);
  expect(stdout).toBe(`── 2026-01-02 03:04:05  openai  POST /v1/chat/completions  anonymous  x1
   prompt  /messages/0/content
      write
      to \\x1b[2Jsomeone
   tool_definition send_mail  /tools/0
      Sends mail.
   tool_call send_mail  /choices/0/message/tool_calls/0/function/arguments
      {"to":"someone@example.org"}
      └ allow, tools["*"]
   answered 200, 0 findings
`);
});

test('a stream is printed as the body that it would have been', async () => {
  const delta = (part: object) =>
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: part }] })}\n\n`;
  const body = `${delta({ role: 'assistant', content: 'Hel' })}${delta({ content: 'lo' })}data: [DONE]\n\n`;
  const streamed = {
    ...recording,
    decisions: [],
    response: { status: 200, headers: { 'content-type': 'text/event-stream' }, body },
  };
  const { stdout } = await fcgateIn({ home: await homeWith(streamed) }, 'replay', 's-0001');
  expect(stdout).toContain('   response  /choices/0/message/content\n      Hello\n');
});

test('what an exchange repeats is only counted', async () => {
  const { messages, ...rest } = JSON.parse(recording.request.body);
  const further = [
    ...messages,
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'Thanks.' },
  ];
  const body = JSON.stringify({ ...rest, messages: further });
  const second = { ...recording, id: 'x2', decisions: [], request: { ...recording.request, body } };
  const { stdout } = await fcgateIn({ home: await homeWith(recording, second) }, 'replay', 's-0001');
  const [, told] = stdout.split('  x2\n');
  expect(told).toBe(`   (2 units as before)
   prompt  /messages/1/content
      Done.
   prompt  /messages/2/content
      Thanks.
   tool_call send_mail  /choices/0/message/tool_calls/0/function/arguments
      {"to":"someone@example.org"}
   answered 200, 0 findings
`);
});

test('what cannot be read is printed as one text', async () => {
  const broken = { ...recording, request: { ...recording.request, body: 'no json' } };
  const { stdout } = await fcgateIn({ home: await homeWith(broken) }, 'replay', 's-0001');
  expect(stdout).toContain('   prompt\n      no json\n');
});

test('--decide under the same policy finds no difference', async () => {
  const home = await homeWith(recording);
  const { status, stdout } = await fcgateIn({ home }, 'replay', 's-0001', '--decide');
  expect(stdout).toMatch(/^The same decisions: 1 exchanges under built-in/);
  expect(status).toBe(0);
});

test('--policy decides again, says what is different, and is then a no', async () => {
  const home = await homeWith(recording);
  const stricter = policy('tools: { "send_*": { deny: Not by mail. } }');
  const { status, stdout } = await fcgateIn({ home }, 'replay', 's-0001', '--policy', stricter);
  expect(status).toBe(1);
  expect(stdout).toContain(
    'x1  send_mail  /choices/0/message/tool_calls/0/function/arguments\n   was  allow, tools["*"]\n   now  deny, tools["send_*"]: Not by mail.\n',
  );
  const { stdout: json } = await fcgateIn({ home }, 'replay', 's-0001', '--policy', stricter, '--json');
  expect(JSON.parse(json)).toMatchObject({
    changes: [{ exchange: 'x1', tool: 'send_mail', before: expect.any(String), after: expect.any(String) }],
  });
});

test('a session that is not there is a no', async () => {
  expect(await fcgateIn({}, 'replay', 'nobody')).toMatchObject({ status: 1, stdout: '' });
});
