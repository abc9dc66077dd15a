/** OpenAI Chat Completions: what of a request and an answer is which unit, whole and streamed. */
import { describe, expect, it } from 'vitest';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { answer, chunksOf, fold, refusals, refuseBody, request } from './openai-chat-reading.ts';
import { byPath, callsOf, docOf, hear, type Json, OPTIONS, rewrite, sse, texts, write } from './reading.ts';

const functionCall = (id: string, name: string, args: Json, more: Json = {}) => ({
  id,
  type: 'function',
  function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
  ...more,
});
const said = (message: Json, finish_reason = 'stop'): Json => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
});

describe('a request', () => {
  it('tells its model and whether it streams', () => {
    expect(request({ model: 'gpt-5', stream: true, messages: [] })).toMatchObject({
      model: 'gpt-5',
      stream: true,
    });
    expect(request({ messages: [] })).toMatchObject({ model: '', stream: false, offered: new Set() });
  });

  it('has texts of every role, in strings and in parts', () => {
    const { units, turns } = request({
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', name: 'Ann', content: [{ type: 'text', text: 'Hi' }, 'there'] },
        { role: 'assistant', content: null, refusal: 'No, Ann.' },
      ],
    });
    expect(turns).toHaveLength(4);
    expect(texts(units)).toEqual([
      'prompt /messages/0/content Be kind.',
      'prompt /messages/1/content/0/text Be brief.',
      'prompt /messages/2/name Ann',
      'prompt /messages/2/content/0/text Hi',
      'prompt /messages/2/content/1 there',
      'prompt /messages/3/refusal No, Ann.',
    ]);
  });

  it('has calls and results, which know their tool', () => {
    const { units } = request({
      messages: [
        {
          role: 'assistant',
          tool_calls: [
            functionCall('c1', 'mail', { to: 'Ann' }),
            { id: 'c2', type: 'custom', custom: { name: 'note', input: 'Ann: {' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '{"sent":"Ann"}' },
        {
          role: 'tool',
          tool_call_id: 'c2',
          content: [
            { type: 'text', text: 'noted' },
            { type: 'text', text: '{"by":"Bob"}' },
          ],
        },
        { role: 'assistant', function_call: { name: 'old', arguments: '{"x":"Ann"}' } },
        { role: 'function', name: 'old', content: 'Ann' },
      ],
    });
    expect(callsOf(units, 'past_call')).toEqual([
      { id: 'c1', name: 'mail', arguments: { to: 'Ann' } },
      { id: 'c2', name: 'note', arguments: 'Ann: {' },
      { id: undefined, name: 'old', arguments: { x: 'Ann' } },
    ]);
    expect(
      units
        .filter(({ stage }) => stage === 'tool_result')
        .map(({ path, tool, callId, values }) => [path, tool?.name, callId, values?.()]),
    ).toEqual([
      ['/messages/1/content', 'mail', 'c1', [{ sent: 'Ann' }]],
      ['/messages/2/content/0/text', 'note', 'c2', ['noted']],
      ['/messages/2/content/1/text', 'note', 'c2', [{ by: 'Bob' }]],
      ['/messages/4/content', 'old', undefined, ['Ann']],
    ]);
  });

  it('reads arguments that are no JSON, are an object (Mistral), or have a key twice', () => {
    const [broken, given, twice] = request({
      messages: [
        {
          role: 'assistant',
          tool_calls: [
            functionCall('a', 'x', '{"to": "Ann'),
            { id: 'b', function: { name: 'x', arguments: { to: 'Ann' } } },
            functionCall('c', 'x', '{"to":"Ann","to":"Bob"}'),
          ],
        },
      ],
    }).units;
    expect([broken!.values, texts([broken!])]).toEqual([
      undefined,
      ['past_call /messages/0/tool_calls/0/function/arguments {"to": "Ann'],
    ]);
    expect(given!.values?.()).toEqual([{ to: 'Ann' }]);
    expect(twice!.values?.()).toEqual([{ to: 'Bob' }, { to: 'Ann' }]);
  });

  it('offers functions, custom tools and tools that run at the provider', () => {
    const { units, offered } = request({
      messages: [],
      tools: [
        {
          type: 'function',
          function: {
            name: 'mail',
            description: 'Asks Ann.',
            parameters: { type: 'object', properties: { to: { type: 'string' } } },
          },
        },
        { type: 'custom', custom: { name: 'note', format: { type: 'text' } } },
        { type: 'web_search' },
      ],
      functions: [{ name: 'old', parameters: {} }],
      web_search_options: { user_location: { approximate: { city: 'Berlin' } } },
    });
    expect(offered).toEqual(new Set(['mail', 'note', 'old']));
    expect(units.map(({ stage, path, tool, remote }) => [stage, path, tool?.name, remote])).toEqual([
      ['tool_definition', '/tools/0', 'mail', undefined],
      ['tool_definition', '/tools/1', 'note', undefined],
      ['tool_definition', '/tools/2', 'web_search', true],
      ['tool_definition', '/functions/0', 'old', undefined],
      ['tool_definition', '/web_search_options', 'web_search', true],
    ]);
    expect(units[0]!.tool?.description).toBe('Asks Ann.');
    expect(texts(units)).toContain(
      'tool_definition /web_search_options/user_location/approximate/city Berlin',
    );
    expect(texts(units)).toContain('tool_definition /tools/0/function/parameters/type! object');
  });

  it('never touches media, signatures and credentials', () => {
    const { omit, units } = request({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n' } },
            { type: 'image_url', image_url: { url: 'https://a.example/ann' } },
            { type: 'image_url', image_url: 'data:image/png;base64,aW1n' },
            { type: 'input_audio', input_audio: { data: 'c25k', format: 'wav' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,cGRm', filename: 'ann.pdf' } },
          ],
        },
      ],
      data_sources: [
        {
          type: 'azure_search',
          parameters: { endpoint: 'https://s', authentication: { type: 'api_key', key: 'k3y' } },
        },
      ],
    });
    expect(omit.map(({ path }) => path)).toEqual([
      '/messages/0/content/0/image_url/url',
      '/messages/0/content/2/image_url',
      '/messages/0/content/3/input_audio/data',
      '/messages/0/content/4/file/file_data',
      '/data_sources/0/parameters/authentication',
    ]);
    expect(texts(units).join()).not.toMatch(/k3y|aW1n|c25k|cGRm/);
    expect(texts(units)).toEqual(
      expect.arrayContaining([
        'prompt /messages/0/content/1/image_url/url https://a.example/ann',
        'prompt /messages/0/content/4/file/filename ann.pdf',
      ]),
    );
  });

  it('reads what stands beside the messages, and what no reference names', () => {
    const { units } = request({
      messages: [],
      prediction: { type: 'content', content: 'Ann' },
      metadata: { of: 'Bob' },
      user: 'Cid',
      stop: ['Dan'],
      new_setting: ['Eve'],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'x', schema: { type: 'object', description: 'of Fay' } },
      },
    });
    const lines = texts(units);
    for (const line of [
      '/prediction/content Ann',
      '/metadata/of Bob',
      '/user Cid',
      '/stop/0 Dan',
      '/new_setting/0 Eve',
    ])
      expect(lines).toContain(`prompt ${line}`);
    expect(lines).toContain('prompt /response_format/json_schema/schema/description of Fay');
    expect(lines).toContain('prompt /response_format/json_schema/schema/type! object');
  });
});

describe('an answer', () => {
  it('has texts and calls in every choice', () => {
    const reading = answer({
      id: 'chatcmpl-1',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Ann.', tool_calls: [functionCall('c', 'mail', '')] },
        },
        { index: 2, message: { content: null, function_call: { name: 'old', arguments: '{"x":"Ann"}' } } },
      ],
    });
    expect(reading.id).toBe('chatcmpl-1');
    expect(texts(reading.units)).toEqual([
      'response /choices/0/message/content Ann.',
      'tool_call /choices/2/message/function_call/arguments/x Ann',
    ]);
    expect(callsOf(reading.units)).toEqual([
      { id: 'c', name: 'mail', arguments: {} },
      { id: undefined, name: 'old', arguments: { x: 'Ann' } },
    ]);
  });

  it.each([
    { tool_calls: null, function_call: null },
    { tool_calls: [] },
    { function_call: { name: '', arguments: '' } },
  ])('has no call where it says so: %j', (none) => {
    expect(callsOf(answer(said({ content: 'Ann', ...none })).units)).toEqual([]);
  });

  it('unpacks the hidden wrapper of several calls; where such a tool is offered, it is one as well', () => {
    const uses = {
      tool_uses: [
        { recipient_name: 'functions.mail', parameters: { to: 'Ann' } },
        { recipient_name: 'pay', parameters: {} },
      ],
    };
    const body = said({ tool_calls: [functionCall('c', 'multi_tool_use.parallel', uses)] });
    expect(callsOf(answer(body).units)).toEqual([
      { id: 'c', name: 'mail', arguments: { to: 'Ann' } },
      { id: 'c', name: 'pay', arguments: {} },
    ]);
    const offered = new Set(['multi_tool_use.parallel']);
    expect(callsOf(openaiChat.readAnswer(docOf(body), { ...OPTIONS, offered }).units)).toEqual([
      ...callsOf(answer(body).units),
      { id: 'c', name: 'multi_tool_use.parallel', arguments: uses },
    ]);
  });

  it('says its log probabilities in the shadow of its text', () => {
    const body = said({ content: 'Ann' });
    body.choices[0].logprobs = { content: [{ token: 'Ann' }] };
    const { units } = answer(body);
    expect(texts(units)).toEqual(['response /choices/0/message/content Ann']);
    expect(units[0]!.shadows?.map(({ path }) => path)).toEqual(['/choices/0/logprobs']);
  });
});

const chunk = (delta: Json, more: Json = {}): Json => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const piece = (index: number | undefined, call: Json): Json =>
  chunk({ tool_calls: [{ ...(index === undefined ? {} : { index }), ...call }] });
const begin = (index: number | undefined, id: string, name: string, args = '') =>
  piece(index, functionCall(id, name, args));
const more = (index: number | undefined, args: string) => piece(index, { function: { arguments: args } });
const end = (finish_reason = 'tool_calls') => chunk({}, { finish_reason });

/** Units as of the body, and edits of each text where edits of the body stand. */
function sameAsBody(...chunks: Json[]): Json[] {
  const heard = hear(openaiChat, sse([...chunks, '[DONE]']));
  expect([heard.readable, heard.reader.finished()]).toEqual([true, true]);
  const doc = docOf(fold(chunks));
  const whole = openaiChat.readAnswer(doc, OPTIONS).units;
  const { units } = heard.reading();
  expect(byPath(units)).toEqual(byPath(whole));
  const marked = (units: Parameters<typeof rewrite>[0]) => rewrite(units, (leaf) => `${leaf.path}"é\\`);
  expect(fold(chunksOf(heard.write(marked(units)))).choices).toEqual(
    JSON.parse(write(doc, marked(whole))).choices,
  );
  return callsOf(units);
}

describe('a stream', () => {
  it('goes on in the texts of each choice', () => {
    const of = (index: number, content: string) => ({ index, delta: { content } });
    sameAsBody(
      { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] },
      { choices: [of(0, 'An'), of(1, 'Bo')] },
      { choices: [of(1, 'b')] },
      { choices: [of(0, 'n')] },
      { choices: [], usage: { total_tokens: 5 } },
    );
  });

  it('goes on in calls by their index', () => {
    const calls = sameAsBody(
      begin(0, 'a', 'mail'),
      more(0, '{"to":"A'),
      begin(1, 'b', 'pay'),
      more(0, 'nn \\'),
      more(1, '{"sum"'),
      more(0, 'n"}'),
      more(1, ':1234567}'),
      end(),
    );
    expect(calls).toEqual([
      { id: 'a', name: 'mail', arguments: { to: 'Ann \n' } },
      { id: 'b', name: 'pay', arguments: { sum: 1234567 } },
    ]);
  });

  it('goes on in custom tools, the legacy call and the refusal', () => {
    sameAsBody(
      piece(0, { id: 'a', type: 'custom', custom: { name: 'note', input: 'An' } }),
      piece(0, { custom: { input: 'n {' } }),
      chunk({ function_call: { name: 'old', arguments: '' } }),
      chunk({ function_call: { arguments: '{"x":"Ann"}' } }),
      chunk({ refusal: 'No, ' }),
      chunk({ refusal: 'Ann.' }),
      end(),
    );
  });

  it('takes one index for several calls where ids and names say so', () => {
    expect(
      sameAsBody(
        begin(0, 'a', 'mail', '{"to":'),
        more(0, '"Ann"}'),
        begin(0, 'b', 'mail', '{"to":'),
        more(0, '"Bob"}'),
        begin(1, 'c', 'pay', '{}'),
        end(),
      ),
    ).toMatchObject([
      { id: 'a', arguments: { to: 'Ann' } },
      { id: 'b', arguments: { to: 'Bob' } },
      { id: 'c', name: 'pay' },
    ]);
    expect(
      sameAsBody(begin(undefined, 'a', 'mail', '{}'), begin(undefined, 'b', 'pay', '{}'), end()),
    ).toMatchObject([
      { id: 'a', name: 'mail' },
      { id: 'b', name: 'pay' },
    ]);
  });

  it('takes ids and names that are repeated for the same call', () => {
    const again = (args: string) => begin(0, 'a', 'mail', args);
    expect(
      sameAsBody(
        again('{"to":'),
        again('"Ann"'),
        piece(0, { id: 'a', function: { name: '', arguments: '}' } }),
        end(),
      ),
    ).toEqual([{ id: 'a', name: 'mail', arguments: { to: 'Ann' } }]);
  });

  it('goes on in the parts of a content (Mistral)', () => {
    const thinking = (text: string) =>
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] });
    sameAsBody(
      chunk({ content: '' }),
      thinking('An'),
      thinking('n'),
      chunk({ content: 'Hi ' }),
      chunk({ content: [{ type: 'text', text: 'Ann' }] }),
    );
  });

  it('repeats nothing where a chunk says that there are no log probabilities, as most do', () => {
    const choice = { index: 0, delta: { content: 'Ann' } };
    const shadows = (logprobs: unknown) =>
      hear(openaiChat, [{ choices: [{ ...choice, logprobs }] }]).reading().units[0]!.shadows?.length;
    for (const none of [null, {}, { content: null, refusal: [] }]) expect(shadows(none)).toBeUndefined();
    expect(shadows({ content: [{ token: 'Ann' }] })).toBe(1);
  });

  it('loses what repeats it when it is altered (Perplexity)', () => {
    const soFar = (content: string, all: string) => ({
      choices: [{ index: 0, delta: { content }, message: { role: 'assistant', content: all } }],
    });
    const heard = hear(openaiChat, [soFar('An', 'An'), soFar('n.', 'Ann.')]);
    const { units } = heard.reading();
    const [first] = units.filter(({ path }) => path === '/choices/0/message/content');
    expect(first!.shadows).toHaveLength(2);
    expect(texts(units, 'response')).toContain('response /choices/0/message/content Ann.');
  });

  it('is unreadable where readers would not agree', () => {
    const unread = (data: string) => expect(hear(openaiChat, `data: ${data}\n\n`).readable, data).toBe(false);
    unread('{"choices":[');
    unread('');
    unread('{"choices":[],"choices":[]}');
    unread('{"choices":[{"index":0,"delta":{"content":"a","content":"b"}}]}');
    expect(hear(openaiChat, ': PROCESSING\n\ndata: [DONE]\n\n').readable).toBe(true);
  });

  it('is over with its last word', () => {
    expect(hear(openaiChat, sse([end()])).reader.finished()).toBe(false);
    expect(hear(openaiChat, sse([end(), '[DONE]'])).reader.finished()).toBe(true);
  });
});

describe('refused calls', () => {
  const REFUSAL = 'fcgate policy_denied:';

  /** Refuses in the stream and in the body that it adds up to, which must then say the same. */
  function both(chunks: readonly Json[], ...names: string[]): Json {
    const heard = hear(openaiChat, chunks);
    const edited = chunksOf(heard.write(heard.reader.refuse(refusals(heard.reading().units, ...names))));
    const folded = fold(edited);
    expect(folded.choices).toEqual(refuseBody(fold(chunks), ...names).choices);
    return { ...folded.choices[0], chunks: edited };
  }
  const indices = ({ chunks }: Json) =>
    chunks.flatMap(({ choices }: Json) =>
      (choices[0].delta?.tool_calls ?? []).map((call: Json) => call.index),
    );

  it('are a text in the end; the answer stops', () => {
    const { message, finish_reason } = both([
      chunk({ role: 'assistant', content: null }),
      begin(0, 'a', 'mail'),
      more(0, '{}'),
      end(),
    ]);
    expect([message, finish_reason]).toEqual([{ role: 'assistant', content: `${REFUSAL} mail` }, 'stop']);
  });

  it('stand apart from what was said before', () => {
    const { message } = both([
      chunk({ content: 'Sure.' }),
      begin(0, 'a', 'mail'),
      begin(1, 'b', 'pay'),
      end(),
    ]);
    expect(message).toEqual({ content: `Sure.\n\n${REFUSAL} mail\n\n${REFUSAL} pay` });
  });

  it('leave the others, which move up', () => {
    const calls = [
      begin(0, 'a', 'mail'),
      more(0, '{"to":"Ann"}'),
      begin(1, 'b', 'look'),
      more(1, '{"at":"Bob"}'),
      begin(2, 'c', 'mail'),
      begin(3, 'd', 'see'),
      end(),
    ];
    const result = both(calls, 'mail');
    expect(result.finish_reason).toBe('tool_calls');
    expect(result.message.tool_calls).toEqual([
      functionCall('b', 'look', { at: 'Bob' }),
      functionCall('d', 'see', ''),
    ]);
    expect(indices(result)).toEqual([0, 0, 1]);
  });

  it('leave the others where one index is for several', () => {
    const result = both(
      [begin(0, 'a', 'mail', '{}'), begin(0, 'b', 'look', '{}'), begin(1, 'c', 'see', '{}'), end()],
      'mail',
    );
    expect(indices(result)).toEqual([0, 1]);
    expect(result.message.tool_calls.map(({ id }: Json) => id)).toEqual(['b', 'c']);
  });

  it('are the legacy call too', () => {
    const { message, finish_reason } = both([
      chunk({ content: null, function_call: { name: 'old', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }),
      end('function_call'),
    ]);
    expect([message, finish_reason]).toEqual([{ content: `${REFUSAL} old` }, 'stop']);
  });

  it('are of one choice, whatever the others say', () => {
    const of = (index: number, delta: Json, finish_reason: string | null = null) => ({
      choices: [{ index, delta, finish_reason }],
    });
    const heard = hear(openaiChat, [
      of(0, { tool_calls: [{ index: 0, ...functionCall('a', 'mail', '{}') }] }),
      of(1, { tool_calls: [{ index: 0, ...functionCall('b', 'look', '{}') }] }),
      of(0, {}, 'tool_calls'),
      of(1, {}, 'tool_calls'),
    ]);
    const { choices } = fold(
      chunksOf(heard.write(heard.reader.refuse(refusals(heard.reading().units, 'mail')))),
    );
    expect(choices.map(({ finish_reason }: Json) => finish_reason)).toEqual(['stop', 'tool_calls']);
  });

  it('end where the last chunk has no delta', () => {
    const last = { choices: [{ index: 0, delta: null, finish_reason: 'tool_calls' }] };
    const { message, finish_reason } = both([begin(0, 'a', 'mail'), last]);
    expect([message.content, finish_reason]).toEqual([`${REFUSAL} mail`, 'stop']);
  });

  it('are told among parts as a part', () => {
    const body = said(
      { content: [{ type: 'text', text: 'Sure.' }], tool_calls: [functionCall('a', 'mail', {})] },
      'tool_calls',
    );
    expect(refuseBody(body).choices[0].message).toEqual({
      role: 'assistant',
      content: [
        { type: 'text', text: 'Sure.' },
        { type: 'text', text: `${REFUSAL} mail` },
      ],
    });
  });

  it('leave room for edits of what stays', () => {
    const doc = docOf(
      said(
        {
          content: 'For Ann.',
          tool_calls: [functionCall('a', 'mail', { to: 'Ann' }), functionCall('b', 'look', { at: 'Ann' })],
        },
        'tool_calls',
      ),
    );
    const { units } = openaiChat.readAnswer(doc, OPTIONS);
    const edited = JSON.parse(
      write(doc, [...rewrite(units, () => 'M'), ...openaiChat.refuseCalls(doc, refusals(units, 'mail'))]),
    );
    expect(edited.choices[0].message).toMatchObject({
      content: `M\n\n${REFUSAL} mail`,
      tool_calls: [functionCall('b', 'look', { at: 'M' })],
    });
  });
});
