// The demo of `npm start`: a scripted model, the gateway, and an app with the official SDK. No key, no network.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { startUpstream } from './demo-upstream.mjs';

const policy = `version: 1
tools:
  delete_*: { deny: Deleting needs an operator. }
  "*": allow
`;

const question = `Please look up ada.byron@analytical.org and clean the account up.
She paid with card 4111 1111 1111 1111. The bucket's key is AKIAIOSFODNN7EXAMPLE.`;

const tools = ['lookup_customer', 'delete_customer'].map((name) => ({
  type: 'function',
  function: {
    name,
    description: `${name.split('_')[0]} a customer by e-mail address`,
    parameters: {
      type: 'object',
      properties: { email: { type: 'string', format: 'email' } },
      required: ['email'],
    },
  },
}));

const fcgate = fileURLToPath(new URL('../bin/fcgate.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fcgate-demo-'));
const place = { cwd: folder, env: { ...process.env, FCGATE_HOME: join(folder, 'home') } };
writeFileSync(join(folder, 'fcgate.yaml'), policy);

const upstream = await startUpstream();
const gateway = spawn(
  process.execPath,
  [
    fcgate,
    'serve',
    '--port',
    '0',
    '--log-format',
    'json',
    '--connection',
    `openai=${upstream.url}`,
    ...process.argv.slice(2),
  ],
  { ...place, stdio: ['ignore', 'pipe', 'inherit'] },
);
const gone = once(gateway, 'exit');

/** The story: the policy, the conversation, and what was kept of it. */
async function demo() {
  try {
    const url = await listening();
    title('The policy, beside the built-in masks');
    say(policy);
    await converse(new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: 'no-key-needed' }));
    title('What was recorded, masked:  fcgate sessions list');
    run('sessions', 'list');
    title('The session again, with its decisions:  fcgate replay');
    run('replay', JSON.parse(ask('sessions', 'list', '--json'))[0].id);
    title('The audit:  fcgate audit tail, fcgate audit verify');
    run('audit', 'tail', '--lines', '3');
    run('audit', 'verify');
    if (process.stdout.isTTY) await stayUp(url);
  } finally {
    gateway.kill();
    await gone;
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The app: asks, runs the tools that it is told to, and shows each turn from both sides of the gateway. */
async function converse(openai) {
  const messages = [{ role: 'user', content: question }];
  for (let turn = 1; ; turn += 1) {
    const { choices } = await openai.chat.completions.create({ model: 'scripted', messages, tools });
    const { message } = choices[0];
    const { seen, answered } = upstream.turns.at(-1);
    title(`Turn ${turn}`);
    sideBySide('your app sent', messages.at(-1), 'the model saw', seen.at(-1));
    sideBySide('the model answered', answered, 'your app got', message);
    if (!message.tool_calls) return;
    messages.push(message, ...message.tool_calls.map(runTool));
  }
}

/** The app's one tool, which answers with what nobody else should read. */
const runTool = ({ id, function: { arguments: args } }) => ({
  role: 'tool',
  tool_call_id: id,
  content: JSON.stringify({
    ...JSON.parse(args),
    name: 'Ada Byron',
    phone: '+1 415 555 2671',
    ssn: '536-90-4399',
  }),
});

/** The address in the first line that `serve` prints. */
async function listening() {
  const lines = createInterface({ input: gateway.stdout });
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  if (line === undefined) throw new Error('the gateway did not start');
  return JSON.parse(line).url;
}

async function stayUp(url) {
  const stopped = once(process, 'SIGINT');
  title('The gateway stays up: Ctrl-C ends it');
  say(`export OPENAI_BASE_URL=${url}/openai/v1 OPENAI_API_KEY=any    # the scripted model answers`);
  await stopped;
}

/** What a command of fcgate prints. */
const ask = (...args) =>
  spawnSync(process.execPath, [fcgate, ...args], { ...place, encoding: 'utf8' }).stdout;

const run = (...args) => say(ask(...args));

function sideBySide(...pairs) {
  for (let at = 0; at < pairs.length; at += 2) {
    const lines = told(pairs[at + 1]).split('\n');
    for (const [index, line] of lines.entries()) say(`  ${(index ? '' : pairs[at]).padEnd(19)} ${line}`);
  }
}

/** A message in words: its text, or the calls that it makes. */
const told = ({ content, tool_calls: calls = [] }) =>
  [content, ...calls.map(({ function: { name, arguments: args } }) => `→ ${name}(${args})`)]
    .filter(Boolean)
    .join('\n');

function title(text) {
  process.stdout.write(`\n── ${text}\n`);
}

function say(text) {
  process.stdout.write(`${text.trimEnd()}\n`);
}

await demo();
