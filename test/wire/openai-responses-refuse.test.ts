/** Refused calls of Responses: a message stands in the place of each, and the stream tells it as OpenAI would. */
import { describe, expect, it } from 'vitest';
import type { Unit } from '../../src/exchange.ts';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import {
  answer,
  byPath,
  calls,
  docOf,
  eventsOf,
  hear,
  type Json,
  lines,
  numbered,
  OPTIONS,
  replacing,
  sse,
  write,
  writeStream,
} from './openai-responses-reading.ts';
import { fold, letters, tell } from './openai-responses-telling.ts';

const TEXT = 'fcgate policy_denied: "no"\nask';

const call = (name: string, more: Json = {}) => ({
  id: `fc_${name}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${name}`,
  name,
  arguments: '{"to":"ann@example.com"}',
  ...more,
});
const says = (text: string) => ({
  id: 'msg_1',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const refusal = (id: string, text = TEXT) => ({
  id: `msg_${id}`,
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const response = (...output: Json[]) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'gpt-5',
  output,
});

const those = (units: readonly Unit[], names: readonly string[]) =>
  calls(units)
    .filter(({ tool }) => names.includes(tool!.name))
    .map((unit) => ({ unit, text: TEXT }));

/** The body, and the stream, without the calls of these names, and with a person's address masked. */
function refuseWhole(body: Json, names: readonly string[]): Json {
  const doc = docOf(body);
  const { units } = openaiResponses.readAnswer(doc, OPTIONS);
  const edits = replacing(units, 'ann@example.com', 'masked');
  return JSON.parse(write(doc, [...edits, ...openaiResponses.refuseCalls(doc, those(units, names))]));
}

function refuseStream(stream: string, names: readonly string[]): string {
  const { events, reader, units } = hear(stream);
  const edits = replacing(units, 'ann@example.com', 'masked');
  return writeStream(events, [...edits, ...reader.refuse(those(units, names))]);
}

const masked = (item: Json) => JSON.parse(JSON.stringify(item).replaceAll('ann@example.com', 'masked'));

describe('a refused call of a response', () => {
  it('is a message in its place; its neighbours stay, with their edits', () => {
    const body = response(says('ann@example.com'), call('a'), call('b'), call('c'));
    expect(refuseWhole(body, ['b'])).toEqual(
      response(masked(says('ann@example.com')), masked(call('a')), refusal('b'), masked(call('c'))),
    );
    expect(refuseWhole(body, ['a', 'c']).output).toEqual([
      masked(says('ann@example.com')),
      refusal('a'),
      masked(call('b')),
      refusal('c'),
    ]);
  });

  it.each<[string, Json]>([
    ['custom_tool_call', { name: 'x', input: 'text' }],
    ['shell_call', { action: { commands: ['ls'] } }],
    ['apply_patch_call', { operation: { type: 'delete_file', path: 'a' } }],
    ['computer_call', { action: { type: 'click' }, pending_safety_checks: [{ id: 'c', message: 'sure?' }] }],
    ['new_call', { action: {} }],
  ])('may be a %s', (type, more) => {
    const item = { id: 'it_1', call_id: 'call_1', type, ...more };
    const body = response(item);
    const names = calls(answer(body).units).map(({ tool }) => tool!.name);
    expect(refuseWhole(body, names).output).toEqual([refusal('1')]);
    const out = eventsOf(refuseStream(sse(tell(body)), names));
    expect(out.at(-1).response.output).toEqual([refusal('1')]);
    expect(fold(out)).toEqual([{ ...refusal('1'), status: 'in_progress' }]);
  });

  it('may be one that waits for an approval, known by its id', () => {
    const item = {
      type: 'mcp_approval_request',
      id: 'mcpr_7',
      server_label: 's',
      name: 'a',
      arguments: '{}',
    };
    expect(refuseWhole(response(item), ['a']).output).toEqual([refusal('7')]);
  });

  it('goes with all that it hides, and says why of each', () => {
    const uses = ['a', 'b'].map((name) => ({ recipient_name: `functions.${name}`, parameters: { x: 'y' } }));
    const body = response(
      call('multi_tool_use.parallel', { call_id: 'call_1', arguments: JSON.stringify({ tool_uses: uses }) }),
    );
    const doc = docOf(body);
    const [a, b] = calls(openaiResponses.readAnswer(doc, OPTIONS).units);
    const refuse = (...refused: Json[]) =>
      JSON.parse(write(doc, openaiResponses.refuseCalls(doc, refused))).output;
    expect(refuse({ unit: a, text: 'no a' })).toEqual([refusal('1', 'no a')]);
    expect(refuse({ unit: a, text: 'no' }, { unit: b, text: 'no' })).toEqual([refusal('1', 'no')]);
    expect(refuse({ unit: a, text: 'no a' }, { unit: b, text: 'no b' })).toEqual([
      refusal('1', 'no a\n\nno b'),
    ]);
  });

  it('takes along what came of it where the provider ran it', () => {
    const ran = { type: 'shell_call', id: 'sh', call_id: 'call_1', action: { commands: ['ls'] } };
    const printed = [{ stdout: 'secret', stderr: '', outcome: { type: 'exit', exit_code: 0 } }];
    const body = response(
      says('a'),
      ran,
      { type: 'shell_call_output', id: 'sho', call_id: 'call_1', output: printed },
      call('b'),
    );
    const expected = [says('a'), refusal('1'), refusal('1_output'), masked(call('b'))];
    expect(refuseWhole(body, ['shell']).output).toEqual(expected);
    const told = eventsOf(refuseStream(sse(tell(body)), ['shell']));
    expect(told.at(-1).response.output).toEqual(expected);
    expect(fold(told)).toEqual(expected.map((item) => ({ ...item, status: 'in_progress' })));
  });

  it('goes from lists of items, from single items, and from both outputs where output stands twice', () => {
    expect(refuseWhole({ object: 'list', data: [call('a')] }, ['a'])).toEqual({
      object: 'list',
      data: [refusal('a')],
    });
    expect(refuseWhole(call('a'), ['a'])).toEqual(refusal('a'));
    const twice = `{"output":[${JSON.stringify(call('a'))}],"output":[${JSON.stringify(call('b'))}]}`;
    const doc = docOf(twice);
    const refused = those(openaiResponses.readAnswer(doc, OPTIONS).units, ['a', 'b']);
    expect(write(doc, openaiResponses.refuseCalls(doc, refused))).not.toContain('function_call');
  });
});

describe('a refused call of a stream', () => {
  const body = response(says('ann@example.com'), call('a'), call('b'), call('c'));

  it('is told as a message, event by event', () => {
    const out = eventsOf(refuseStream(sse(tell(response(call('a')), letters)), ['a']));
    const place = { item_id: 'msg_a', output_index: 0, content_index: 0 };
    const { content } = refusal('a');
    expect(out.slice(2, -1)).toEqual([
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...refusal('a'), status: 'in_progress', content: [] },
        sequence_number: 2,
      },
      {
        type: 'response.content_part.added',
        ...place,
        part: { ...content[0], text: '' },
        sequence_number: 3,
      },
      { type: 'response.output_text.delta', ...place, delta: TEXT, logprobs: [], sequence_number: 4 },
      { type: 'response.output_text.done', ...place, text: TEXT, logprobs: [], sequence_number: 5 },
      { type: 'response.content_part.done', ...place, part: content[0], sequence_number: 6 },
      { type: 'response.output_item.done', output_index: 0, item: refusal('a'), sequence_number: 7 },
    ]);
  });

  it.each([[['a']], [['b']], [['a', 'c']], [['a', 'b', 'c']]])(
    'leaves the response that the body would be: %j',
    (names) => {
      const out = refuseStream(sse(tell(body, letters)), names);
      const told = eventsOf(out);
      const expected = refuseWhole(body, names);
      expect(told.at(-1).response).toEqual(expected);
      expect(told.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item)).toEqual(
        expected.output,
      );
      expect(fold(told)).toEqual(expected.output.map((item: Json) => ({ ...item, status: 'in_progress' })));
      expect(byPath(hear(out).units)).toEqual(byPath(answer(expected).units));
    },
  );

  it.each([[['a']], [['b']], [['a', 'c']]])('leaves numbers without holes: %j', (names) => {
    const numbers = (stream: string) => eventsOf(stream).map((event) => event.sequence_number);
    const short = numbers(refuseStream(sse(tell(body)), names));
    expect(short).toEqual(short.map((_, i) => i));
    const long = numbers(refuseStream(sse(tell(body, letters)), names));
    expect(long).toEqual(long.map((_, i) => i));
  });

  it('goes while its neighbours’ events come in between', () => {
    const place = (i: number) => ({ output_index: i, item_id: `fc_${i}` });
    const begun = (i: number, name: string) => ({
      type: 'response.output_item.added',
      output_index: i,
      item: call(name, { arguments: '', status: 'in_progress' }),
    });
    const piece = (i: number, delta: string) => ({
      type: 'response.function_call_arguments.delta',
      ...place(i),
      delta,
    });
    const stream = numbered([
      begun(0, 'a'),
      begun(1, 'b'),
      piece(0, '{"to":"ann@exam'),
      piece(1, '{"to":"ann@'),
      piece(0, 'ple.com"}'),
      piece(1, 'example.com"}'),
      { type: 'response.output_item.done', output_index: 0, item: call('a') },
      { type: 'response.output_item.done', output_index: 1, item: call('b') },
      { type: 'response.completed', response: response(call('a'), call('b')) },
    ]);
    const out = refuseStream(stream, ['a']);
    const told = eventsOf(out);
    expect(told.map((event) => event.sequence_number)).toEqual(told.map((_, i) => i));
    expect(told.at(-1).response).toEqual(refuseWhole(response(call('a'), call('b')), ['a']));
    expect(fold(told)).toEqual([
      { ...refusal('a'), status: 'in_progress' },
      { ...masked(call('b')), status: 'in_progress' },
    ]);
    expect(out).not.toContain('ann@');
  });

  it('goes where only the end of the stream tells it', () => {
    const stream = numbered([
      { type: 'response.created', response: response() },
      { type: 'response.completed', response: response(call('a')) },
    ]);
    expect(eventsOf(refuseStream(stream, ['a'])).map(({ response: each }) => each.output)).toEqual([
      [],
      [refusal('a')],
    ]);
    const done = numbered([{ type: 'response.output_item.done', output_index: 0, item: call('a') }]);
    expect(eventsOf(refuseStream(done, ['a']))).toHaveLength(6);
  });

  it('goes with every telling of it, even where one says something else', () => {
    const stream = numbered([
      { type: 'response.output_item.added', output_index: 0, item: call('a', { arguments: '' }) },
      {
        type: 'response.function_call_arguments.delta',
        output_index: 0,
        item_id: 'fc_a',
        delta: '{"x":"first"}',
      },
      { type: 'response.output_item.done', output_index: 0, item: call('a', { arguments: '{"x":"other"}' }) },
      { type: 'response.completed', response: response(call('a', { arguments: '{"x":"third"}' })) },
    ]);
    const { events, reader, units } = hear(stream);
    expect(calls(units)).toHaveLength(3);
    const out = writeStream(events, reader.refuse([{ unit: calls(units)[1]!, text: TEXT }]));
    expect(eventsOf(out).at(-1).response.output).toEqual([refusal('a')]);
    expect(out).not.toMatch(/first|other|third/);
  });

  it('is told without names or numbers where the provider gives none', () => {
    const bare = tell(response(call('a')))
      .map(({ sequence_number: _, ...event }) => `data: ${JSON.stringify(event)}\n\n`)
      .join('');
    const out = refuseStream(bare, ['a']);
    expect(out).not.toMatch(/event:|sequence_number/);
    expect(fold(eventsOf(out))).toEqual([{ ...refusal('a'), status: 'in_progress' }]);
  });

  it('leaves comments and the bytes of all other events alone', () => {
    const stream = `: hi\n\n${sse(tell(response(says('hello'), call('a'), says('bye'))))}data: [DONE]\n\n`;
    const out = refuseStream(stream, ['a']).split('\n\n');
    const kept = stream
      .split('\n\n')
      .filter((block) => !block.includes('"output_index":1') && !block.includes('response.completed'));
    const plain = (block: string) => block.replace(/"sequence_number":\d+/, '');
    for (const block of kept) expect(out.map(plain)).toContain(plain(block));
    expect(lines(hear(out.join('\n\n')).units)).toContain(
      `response /output/1/content/0/text ${JSON.stringify(TEXT)}`,
    );
  });
});

describe('an error', () => {
  it('of the request is OpenAI’s own', () => {
    expect(JSON.parse(openaiResponses.errorBody('policy_denied', 403, 'fcgate policy_denied: no'))).toEqual({
      error: {
        type: 'permission_error',
        code: 'policy_denied',
        param: null,
        message: 'fcgate policy_denied: no',
      },
    });
  });

  it('inside a stream is an event of that name', () => {
    const event = openaiResponses.errorEvent('policy_denied', 'fcgate policy_denied: no');
    expect(event).toMatch(/^event: error\ndata: .*\n\n$/);
    expect(eventsOf(event)).toEqual([
      expect.objectContaining({
        type: 'error',
        code: 'policy_denied',
        message: 'fcgate policy_denied: no',
        param: null,
      }),
    ]);
    expect(hear(event).reader.finished()).toBe(true);
  });

  it('counts on from the events before it', () => {
    const said = {
      type: 'response.output_text.delta',
      item_id: 'a',
      output_index: 0,
      content_index: 0,
      delta: 'a',
    };
    const { reader } = hear(
      `event: ${said.type}\ndata: ${JSON.stringify({ ...said, sequence_number: 41 })}\n\n`,
    );
    const event = reader.errorEvent!('policy_denied', 'fcgate policy_denied: no');
    expect(eventsOf(event)).toEqual([expect.objectContaining({ type: 'error', sequence_number: 42 })]);
  });
});
