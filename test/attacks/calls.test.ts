/** A model, or an upstream, that wants a denied call to reach the app in a spelling that was not decided. */
import { describe, expect, test } from 'vitest';
import { chat, gateway, SSE_TYPE, sse } from './rig.ts';

const POLICY = `
version: 1
connections:
  cohere: { provider: cohere, target: https://api.cohere.com }
tools:
  danger: { deny: 'Never.' }
  refund: { deny: { if: 'has(args.amount) && args.amount > 500', reason: 'Too much.' } }
  "*": allow
`;
const offered = chat('hi', ['safe', 'danger', 'refund']);
const ask = () => gateway(POLICY)({ body: offered });

/** A name that the app would call. */
const calls = (body: string): string[] =>
  [...body.matchAll(/"(?:recipient_)?name\\*": ?\[?\\*"(?:functions\.)?(\w+)/g)].map(([, name]) => name!);

const danger = '{"name":"danger","arguments":"{}"}';
const safe = '{"name":"safe","arguments":"{}"}';
const message = (said: string): string => `{"id":"x","choices":[{"index":0,"message":${said}}]}`;
const called = (inner: string): string => message(`{"tool_calls":[{"id":"a","type":"function",${inner}}]}`);
const wrapped = (uses: string): string =>
  called(`"function":{"name":"multi_tool_use.parallel","arguments":${JSON.stringify(uses)}}`);

describe('a whole answer', () => {
  test.each([
    ['a name said twice', called('"function":{"name":"danger","name":"safe","arguments":"{}"}')],
    ['a function said twice', called(`"function":${danger},"function":${safe}`)],
    [
      'a custom body beside the function',
      called(`"function":${safe},"custom":{"name":"danger","input":"x"}`),
    ],
    ['no body around name and arguments', called('"name":"danger","arguments":"{}"')],
    ['another name around the function', called(`"name":"danger","arguments":"{}","function":${safe}`)],
    [
      'a call among the parts of a text',
      message('{"content":[{"type":"tool_use","id":"a","name":"danger","input":{}}]}'),
    ],
    [
      'calls said twice',
      message(
        `{"tool_calls":[{"id":"a","function":${danger}}],"tool_calls":[{"id":"b","function":${safe}}]}`,
      ),
    ],
    ['an escaped key', message(`{"tool_c\\u0061lls":[{"id":"a","function":${danger}}]}`)],
    ['keys in another case', message(`{"Tool_Calls":[{"id":"a","function":${danger}}]}`)],
    ['calls as an object', message(`{"tool_calls":{"id":"a","function":${danger}}}`)],
    ['calls in a list of lists', message(`{"tool_calls":[[{"id":"a","function":${danger}}]]}`)],
    ['a message in a list', message(`[{"tool_calls":[{"id":"a","function":${danger}}]}]`)],
    ['calls beside the message', `{"choices":[{"tool_calls":[{"function":${danger}}],"message":{}}]}`],
    [
      'a delta beside the message',
      `{"choices":[{"delta":{"tool_calls":[{"function":${danger}}]},"message":{}}]}`,
    ],
    ['choices as an object', `{"choices":{"message":{"tool_calls":[{"function":${danger}}]}}}`],
    ['an answer in a list', `[{"choices":[{"message":{"tool_calls":[{"function":${danger}}]}}]}]`],
    [
      'two lists in a parallel wrapper',
      wrapped('{"tool_uses":[{"recipient_name":"danger"}],"tool_uses":[{"recipient_name":"safe"}]}'),
    ],
    [
      'two names in a parallel wrapper',
      wrapped('{"tool_uses":[{"recipient_name":"functions.danger","recipient_name":"functions.safe"}]}'),
    ],
  ])('with %s', (_, answer) => {
    expect(calls(ask().answer(answer).body)).not.toContain('danger');
  });
});

describe('a tool of the app that is named as the wrapper of calls', () => {
  const uses = (name: string): string =>
    wrapped(JSON.stringify({ tool_uses: [{ recipient_name: name, parameters: { amount: 900 } }] }));
  const ask = (policy = POLICY) =>
    gateway(policy)({ body: chat('hi', ['safe', 'danger', 'refund', 'multi_tool_use.parallel']) });

  test('hides no call that it may be taken for', () => {
    expect(calls(ask().answer(uses('danger')).body)).toEqual([]);
    expect(calls(ask().answer(uses('functions.refund')).body)).toEqual([]);
    expect(calls(ask().answer(uses('safe')).body)).toEqual(['multi_tool_use', 'safe']);
  });

  test('is decided as the tool that it is', () => {
    const policy = 'version: 1\ntools: { multi_tool_use.parallel: { deny: Never. }, "*": allow }\n';
    expect(calls(ask(policy).answer(uses('safe')).body)).toEqual([]);
  });

  test('is masked and restored as one', () => {
    const mail = 'ann.lee@acme.io';
    const asked = gateway()({ body: chat(`I am ${mail}`, ['safe', 'parallel']) });
    const [stand] = /\S+@example\.\w+/.exec(asked.sent)!;
    const inner = { tool_uses: [{ recipient_name: 'safe', parameters: { to: stand } }] };
    const { body } = asked.answer(
      called(`"function":{"name":"parallel","arguments":${JSON.stringify(JSON.stringify(inner))}}`),
    );
    expect(body).toContain(JSON.stringify(JSON.stringify(inner)).replace(stand!, mail));
  });
});

describe('a stream', () => {
  const chunk = (call: object) => ({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });
  const stream = (...pieces: object[]) =>
    ask().answer(sse(...pieces.map(chunk), '[DONE]'), { headers: SSE_TYPE }).body;
  const piece = (name: string, text: string, rest: object = { index: 0 }) => ({
    ...rest,
    function: { name, arguments: text },
  });

  test.each([
    ['that changes the name', [piece('safe', '', { index: 0, id: 'a' }), piece('danger', '{}')]],
    [
      'with two calls of one index',
      [piece('safe', '{}', { index: 0, id: 'a' }), piece('danger', '{}', { index: 0, id: 'b' })],
    ],
    ['without indices', [piece('safe', '{}', { id: 'a' }), piece('danger', '{}', { id: 'b' })]],
    [
      'with another kind of body',
      [piece('safe', '{}', { index: 0, id: 'a' }), { index: 0, custom: { name: 'danger', input: 'x' } }],
    ],
  ])('%s', (_, pieces) => {
    expect(calls(stream(...pieces))).not.toContain('danger');
  });

  test.each([
    ['a new id', { index: 0, id: 'b' }],
    ['no id', { index: 0 }],
  ])('whose readers put the arguments of one index together: %s', (_, rest) => {
    const body = stream(piece('safe', '{"amount":5000}', { index: 0, id: 'a' }), piece('refund', ' ', rest));
    expect(calls(body)).not.toContain('refund');
  });

  test('whose calls share an index, each of them allowed', () => {
    const two = [
      piece('safe', '{"a":1}', { index: 0, id: 'a' }),
      piece('refund', '{"amount":5}', { index: 0, id: 'b' }),
    ];
    expect(calls(stream(...two))).toEqual(['safe', 'refund']);
  });

  const event = JSON.stringify({
    choices: [{ delta: { tool_calls: [{ index: 0, function: { name: 'danger' } }] } }],
  });
  test.each([
    ['is no stream but a body', `${event.replace('delta', 'message')}\n\n`],
    ['writes fields in capitals', `DATA: ${event}\n\n`],
    ['indents its fields', ` data: ${event}\n\n`],
    ['has a second byte order mark', `data: {}\n\n\ufeffdata: ${event}\n\n`],
    ['breaks a comment with U+2028', `: x\u2028data: ${event}\n\n`],
    ['breaks a comment with a vertical tab', `: x\vdata: ${event}\u2029\u2029\n\n`],
    ['goes on after its end', `data: [DONE]\n\ndata: ${event}\n\n`],
    ['says a key twice', `data: ${event.replace('{', '{"choices":[],')}\n\n`],
    ['has a message in a chunk', `data: ${event.replace('delta', 'message')}\n\n`],
  ])('that %s', (_, bytes) => {
    expect(calls(ask().answer(bytes, { headers: SSE_TYPE }).body)).toEqual([]);
  });
});

describe('a call that stands among texts', () => {
  const functionCall = { type: 'function_call', call_id: 'c', name: 'danger', arguments: '{}' };
  const toolUse = { type: 'tool_use', id: 't', name: 'danger', input: {} };
  const anthropic = { connection: 'anthropic', path: '/v1/messages', body: { messages: [] } };
  const responses = { path: '/v1/responses', body: { input: 'x' } };
  const cohere = { connection: 'cohere', path: '/v2/chat', body: { messages: [] } };
  const output = (...items: object[]) => ({ id: 'r', object: 'response', output: items });

  test.each([
    ['in a message of Responses', responses, output({ type: 'message', content: [functionCall] })],
    ['in a reasoning of Responses', responses, output({ type: 'reasoning', summary: [functionCall] })],
    ['beside the messages of Responses', responses, output(toolUse)],
    ['in a text of Anthropic', anthropic, { content: [{ type: 'text', text: '', content: [toolUse] }] }],
    ['in a message of Cohere', cohere, { message: { content: [toolUse] } }],
  ])('%s', (_, request, answer) => {
    expect(calls(gateway(POLICY)(request).answer(answer).body)).toEqual([]);
  });

  test('as a part of Responses that is added', () => {
    const part = {
      type: 'response.content_part.added',
      output_index: 0,
      content_index: 0,
      part: functionCall,
    };
    expect(calls(gateway(POLICY)(responses).answer(sse(part), { headers: SSE_TYPE }).body)).toEqual([]);
  });

  test('as a block of Anthropic that nobody knows, with its input in pieces', () => {
    const events = [
      { type: 'message_start', message: { id: 'm', content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'news', id: 't', name: 'danger' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ];
    expect(calls(gateway(POLICY)(anthropic).answer(sse(...events), { headers: SSE_TYPE }).body)).toEqual([]);
  });
});

test('an event of Responses that says a key twice is not read', () => {
  const item = '{"type":"function_call","call_id":"c","name":"danger","name":"safe","arguments":"{}"}';
  const body = { input: 'x', tools: [{ type: 'function', name: 'safe', parameters: {} }] };
  const stream = `data: {"type":"response.completed","response":{"id":"r","output":[${item}]}}\n\n`;
  const asked = gateway(POLICY)({ path: '/v1/responses', body });
  expect(calls(asked.answer(stream, { headers: SSE_TYPE }).body)).toEqual([]);
});

describe('events of which some readers take the name, and some the type', () => {
  const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const start = event('message_start', { type: 'message_start', message: { id: 'm', content: [] } });
  const block = { index: 0, content_block: { type: 'tool_use', id: 't', name: 'danger', input: {} } };
  const anthropic = { connection: 'anthropic', path: '/v1/messages', body: { messages: [] } };
  const responses = { path: '/v1/responses', body: { input: 'x' } };
  const item = {
    output_index: 0,
    item: { type: 'function_call', call_id: 'c', name: 'danger', arguments: '{}' },
  };

  test.each([
    ['a block under a ping', anthropic, start + event('content_block_start', { type: 'ping', ...block })],
    ['a block without a type', anthropic, start + event('content_block_start', block)],
    ['an item under another type', responses, event('response.output_item.done', { type: 'x', ...item })],
    ['a call in an event of no known kind', responses, event('y', { type: 'y', call: item.item })],
    [
      'a call at the end of a message',
      anthropic,
      start + event('message_delta', { type: 'message_delta', delta: { content: [block.content_block] } }),
    ],
  ])('%s', (_, request, stream) => {
    expect(calls(gateway(POLICY)(request).answer(stream, { headers: SSE_TYPE }).body)).not.toContain(
      'danger',
    );
  });
});

test('a value in the name of a call is not kept', () => {
  const named = called('"function":{"name":"mail_alice.smith@corp-mail.io","arguments":"{}"}');
  const { kept } = ask().answer(named);
  expect(kept).toContain('unoffered_tools');
  expect(kept).not.toContain('alice.smith@corp-mail.io');
});
