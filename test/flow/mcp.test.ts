/** A tool server between the app and the world: calls decided on their way out, results on their way in. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openFlow } from '../../src/flow/flow.ts';
import { ANONYMOUS } from '../../src/flow/law.ts';
import { Memory } from '../../src/flow/lineage.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Answer } from '../../src/question.ts';

const mail = 'mara.lindqvist@post.example';
const secret = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');

// biome-ignore lint/suspicious/noExplicitAny: bodies of tests are looked into freely
type Json = any;

const TYPES = { json: 'application/json', sse: 'text/event-stream' };

function server(policy = '') {
  const text = `version: 1\nconnections: { desk: { provider: mcp, target: http://127.0.0.1:7070/mcp } }\n${policy}`;
  const loaded = loadPolicy({ file: 'fcgate.yaml', text }, () => {
    throw new Error('it stands alone');
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const hash = (message: string) => createHmac('sha256', 'key').update(message).digest();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const flow = openFlow({
    policy: loaded.policy,
    hash,
    newId,
    memory: new Memory({ hash, newId }),
    now: () => 1,
    callerOf: () => ANONYMOUS,
  });
  const connection = loaded.policy.connections.get('desk')!;
  return (body: Json, headers: Record<string, string> = {}, answers: readonly Answer[] = []) => {
    const head = { method: 'POST', path: '/', headers: { 'content-type': 'application/json', ...headers } };
    const { request, session } = flow.govern(
      newId(),
      connection,
      head,
      Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    );
    const step = request.settle(answers);
    const { questions } = request;
    if (step.kind === 'refuse')
      return { questions, session, status: step.refusal.status, refused: JSON.parse(step.refusal.body) };
    const answer = (told: string, type: keyof typeof TYPES = 'json', more: Record<string, string> = {}) => {
      const gate = step.openAnswer({ status: 200, headers: { 'content-type': TYPES[type], ...more } });
      const steps = [gate.push(Buffer.from(told)), gate.end()];
      const got = Buffer.concat(steps.flatMap(({ bytes }) => bytes)).toString();
      return { got, entries: steps.flatMap(({ entries }) => entries), recording: gate.recording(1) };
    };
    const sent = Buffer.concat(step.body ?? []).toString();
    return { questions, session, sent: JSON.parse(sent), path: step.path, headers: step.headers, answer };
  };
}

const call = (name: string, args: Json, id: string | number = 7) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const result = (value: Json, id: string | number = 7) => ({ jsonrpc: '2.0', id, result: value });
const said = (text: string) => ({ content: [{ type: 'text', text }] });
const event = (message: Json) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

describe('a call on its way to the server', () => {
  test('goes to the target itself, with its values but without secrets', () => {
    const { sent, path } = server()(call('note', { to: mail, key: secret }));
    expect(path).toBe('');
    expect(sent.params.arguments).toEqual({ to: mail, key: '[REDACTED:GITHUB_PAT]' });
  });

  test('is asked about, and its answer is an error where a person refuses', () => {
    const ask = server('tools: { pay: { approve: { if: args.amount > 5 } } }');
    expect(ask(call('pay', { amount: 3 })).questions).toEqual([]);
    const pay = call('pay', { amount: 9 }, 'p-1');
    expect(ask(pay, {}, [{ allow: true, by: 'ann' }]).sent).toEqual(pay);
    const { questions, refused, status } = ask(pay, {}, [
      { allow: false, code: 'approval_denied', by: 'ann', reason: 'Too much.' },
    ]);
    expect(questions[0]).toMatchObject({ tool: 'pay' });
    expect(status).toBe(200);
    expect(refused).toMatchObject({ jsonrpc: '2.0', id: 'p-1', error: { code: -32000 } });
    expect(refused.error.message).toMatch(/^fcgate approval_denied: .*Too much/);
  });

  test('refuses the whole batch that it stands in, each message by its id', () => {
    const batch = [
      call('note', {}, 1),
      { jsonrpc: '2.0', method: 'notifications/cancelled' },
      call('rm', {}, 'two'),
    ];
    const { refused } = server('tools: { rm: { deny: No. } }')(batch);
    expect(refused.map(({ id, error }: Json) => [id, error.data.code])).toEqual([
      [1, 'policy_denied'],
      ['two', 'policy_denied'],
    ]);
  });

  test('is refused where a key is said twice outside of its arguments; both of its readings count', () => {
    const ask = server('tools: { rm: deny, "*": { deny: { if: "args.all == true" } } }');
    const twice = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
    expect(ask(twice('{"name":"ls","name":"rm"}')).refused.error).toMatchObject({ code: -32600 });
    const both = ask(twice('{"name":"ls","arguments":{"all":true,"all":false}}'));
    expect(both.refused.error.message).toMatch(/policy_denied/);
    expect(ask(call('ls', { all: true })).refused.error.message).toMatch(/policy_denied/);
  });

  test('takes the headers along that say its values again', () => {
    const headers = {
      'mcp-name': 'note',
      'mcp-param-key': secret,
      'mcp-param-to': mail,
      'mcp-param-word': `=?base64?${Buffer.from(`ü ${secret}`).toString('base64')}?=`,
      'mcp-param-other': mail,
    };
    const args = { key: secret, to: mail, word: `ü ${secret}`, n: 1 };
    const { sent, headers: got } = server()(call('note', args), headers);
    expect(sent.params.arguments).toMatchObject({ key: '[REDACTED:GITHUB_PAT]', to: mail });
    const word = Buffer.from('ü [REDACTED:GITHUB_PAT]').toString('base64');
    expect(got).toMatchObject({
      'mcp-name': 'note',
      'mcp-param-key': '[REDACTED:GITHUB_PAT]',
      'mcp-param-to': mail,
      'mcp-param-word': `=?base64?${word}?=`,
    });
  });

  const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;
  const read = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'file:///a', name: 'b' } };
  const pay = call('pay', { Amount: 3, to: { bank: 'x' }, now: true, note: 'rm' });
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'c-1' } };
  const task = { jsonrpc: '2.0', id: 1, method: 'tasks/get', params: { taskId: 't-1' } };
  const stop = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };

  test.each<[string, Json, Record<string, string>]>([
    ['the method', pay, { 'mcp-method': 'tools/call' }],
    ['the method of what wants no answer', stop, { 'mcp-method': 'notifications/cancelled' }],
    ['the tool', pay, { 'mcp-name': 'pay' }],
    ['the tool in Base64', call('zählen', {}), { 'mcp-name': base64('zählen') }],
    ['the resource', read, { 'mcp-name': 'file:///a' }],
    ['the task', task, { 'mcp-name': 't-1' }],
    ['a number', pay, { 'mcp-param-amount': '3' }],
    ['a number in another spelling', pay, { 'mcp-param-amount': '3.0' }],
    ['a boolean', pay, { 'mcp-param-now': 'true' }],
    ['an argument that goes by another name', pay, { 'mcp-param-house': 'x' }],
  ])('goes on where its headers say again %s', (_what, message, headers) => {
    expect(server()(message, headers).headers).toMatchObject(headers);
  });

  test.each<[string, Json, Record<string, string>]>([
    ['another method', pay, { 'mcp-method': 'tools/list' }],
    ['two methods', pay, { 'mcp-method': 'tools/call, tools/list' }],
    ['the method of one of a batch', [pay, list], { 'mcp-method': 'tools/call' }],
    ['a method where the app answers', { jsonrpc: '2.0', id: 1, result: {} }, { 'mcp-method': 'tools/call' }],
    ['another tool', pay, { 'mcp-name': 'rm' }],
    ['another tool in Base64', pay, { 'mcp-name': base64('rm') }],
    ['another tool of a batch', [pay, call('rm', {}, 8)], { 'mcp-name': 'pay' }],
    ['a tool where the call names none', { ...pay, params: {} }, { 'mcp-name': 'pay' }],
    ['what is not the name of the resource', read, { 'mcp-name': 'b' }],
    ['a tool where none is called', list, { 'mcp-name': 'rm' }],
    ['another value of an argument', pay, { 'mcp-param-amount': '9' }],
    [
      'another number that rounds to the same',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"p","arguments":{"n":9007199254740993}}}',
      { 'mcp-param-n': '9007199254740992' },
    ],
    ['the value of another argument', pay, { 'mcp-param-amount': 'x' }],
    ['an argument that the body does not have', pay, { 'mcp-param-house': 'y' }],
    ['an argument where nothing is called', list, { 'mcp-param-cursor': 'c-1' }],
  ])('is refused where a header says %s', (_what, message, headers) => {
    const { refused, status } = server()(message, headers);
    expect(status).toBe(400);
    expect(refused.error).toMatchObject({ code: -32600, data: { code: 'invalid_body' } });
    expect(refused.error.message).toMatch(
      /^fcgate invalid_body: the header Mcp-\S+ contradicts the body; send/,
    );
  });

  test('is refused without a word of what the header says', () => {
    const { refused } = server()(call('note', {}), { [`mcp-param-${secret.toLowerCase()}`]: mail });
    expect(JSON.stringify(refused)).not.toMatch(/ghp_|mara/);
  });

  test('must have been listed in its session, once a list was seen there', () => {
    const ask = server();
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const a = { 'mcp-session-id': 'a' };
    const tools = [{ name: 'note', description: `Ask ${mail}.`, inputSchema: { type: 'object' } }];
    const told = ask(list, a).answer!(JSON.stringify(result({ tools }, 1)));
    expect(JSON.parse(told.got).result.tools).toEqual(tools);
    expect(ask(call('note', {}), a).sent).toBeDefined();
    expect(ask(call('other', {}), a).refused.error.message).toMatch(/unoffered_tools/);
    expect(ask(call('other', {}), { 'mcp-session-id': 'b' }).sent).toBeDefined();
  });

  test('belongs to the session that the server named when it began', () => {
    const ask = server();
    const begin = ask({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    begin.answer!(JSON.stringify(result({ instructions: 'Hi.' }, 0)), 'json', { 'mcp-session-id': 's-1' });
    expect(ask(call('note', {}), { 'mcp-session-id': 's-1' }).session).toBe(begin.session);
    expect(ask(call('note', {}), { 'mcp-session-id': 's-2' }).session).not.toBe(begin.session);
  });
});

describe('an answer of the server', () => {
  const rule = 'rules: [{ id: closed, stages: [tool_result], when: "result == \\"all of it\\"", deny: No. }]';

  test('is the same in one piece and in events, and keeps its stage', () => {
    const message = result({
      ...said(JSON.stringify({ key: secret, owner: mail })),
      structuredContent: { key: secret, owner: mail },
    });
    const body = server()(call('look', {})).answer!(JSON.stringify(message));
    const stream = server()(call('look', {})).answer!(event(message), 'sse');
    const { structuredContent, content } = JSON.parse(body.got).result;
    expect(structuredContent).toEqual({ key: '[REDACTED:GITHUB_PAT]', owner: mail });
    expect(JSON.parse(content[0].text)).toEqual(structuredContent);
    expect(stream.got).toBe(event(JSON.parse(body.got)));
    expect(stream.entries.filter(({ part }) => !part)).toEqual(body.entries);
    expect(body.entries[0]!.decisions).toMatchObject([
      { stage: 'tool_result', tool: 'look' },
      { stage: 'tool_result', tool: 'look' },
    ]);
  });

  test('is an error of the request where a rule refuses it', () => {
    for (const type of ['json', 'sse'] as const) {
      const message = result(said('all of it'), 'x');
      const told = type === 'sse' ? event(message) : JSON.stringify(message);
      const { got } = server(rule)(call('look', {}, 'x')).answer!(told, type);
      expect(JSON.parse(got)).toMatchObject({ id: 'x', error: { data: { code: 'policy_denied' } } });
    }
  });

  test("may ask the app in its turn: a server's words are looked at, ids stay", () => {
    const sampling = {
      jsonrpc: '2.0',
      id: 'ask-1',
      method: 'sampling/createMessage',
      params: {
        messages: [{ role: 'user', content: { type: 'text', text: `Use ${secret}` } }],
        maxTokens: 9,
      },
    };
    const log = {
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { data: { tool_calls: [secret] } },
    };
    const stream = `: ping\n\nid: 1\ndata: \n\n${event(sampling)}${event(log)}${event(result(said('ok')))}`;
    const { got } = server()(call('look', {})).answer!(stream, 'sse');
    expect(got).toBe(stream.replaceAll(secret, '[REDACTED:GITHUB_PAT]'));
  });

  test("gets the app's own words masked", () => {
    const reply = {
      jsonrpc: '2.0',
      id: 'ask-1',
      result: { role: 'assistant', content: { type: 'text', text: mail }, model: 'm' },
    };
    const { sent } = server()(reply);
    expect(sent.id).toBe('ask-1');
    expect(sent.result.content.text).not.toContain(mail);
  });

  test('that cannot be read is refused', () => {
    const { got } = server()(call('look', {})).answer!('event: message\ndata: {"jsonrpc"\n\n', 'sse');
    expect(JSON.parse(got)).toMatchObject({ id: 7, error: { data: { code: 'unreadable_answer' } } });
  });
});
