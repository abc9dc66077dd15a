/** Responses streamed: the units of the response that ends the stream, and edits that reach all that it repeats. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import {
  answer,
  byPath,
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
import { type Cut, fold, letters, tell } from './openai-responses-telling.ts';

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1782321684,
  status: 'completed',
  model: 'gpt-5',
  instructions: 'Help ann@example.com.',
  tools: [{ type: 'function', name: 'send', description: 'Mails ann@example.com', parameters: {} }],
  metadata: { owner: 'ann@example.com' },
  output: [
    {
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Ann is ann@example.com' }],
      content: [{ type: 'reasoning_text', text: 'so ann@example.com' }],
      encrypted_content: 'gAAAAAB',
    },
    {
      id: 'msg_1',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [
        {
          type: 'output_text',
          text: 'Writing to "ann@example.com"',
          annotations: [
            {
              type: 'url_citation',
              url: 'https://example.com/ann@example.com',
              title: 'Ann',
              start_index: 0,
              end_index: 3,
            },
          ],
        },
        { type: 'refusal', refusal: 'not to ann@example.com' },
      ],
    },
    {
      id: 'fc_1',
      type: 'function_call',
      status: 'completed',
      call_id: 'call_1',
      name: 'send',
      arguments: '{"to":"ann@example.com","text":"hi \\"ann@example.com\\"\\n"}',
    },
    {
      id: 'ctc_1',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'call_2',
      name: 'note',
      input: 'ann@example.com',
    },
    {
      id: 'sh_1',
      type: 'shell_call',
      status: 'completed',
      call_id: 'call_3',
      action: { commands: ['ls', 'mail ann@example.com'], timeout_ms: 120000, max_output_length: null },
    },
    {
      id: 'ap_1',
      type: 'apply_patch_call',
      status: 'completed',
      call_id: 'call_4',
      operation: { type: 'update_file', path: 'a.txt', diff: '+ann@example.com' },
    },
    {
      id: 'mcp_1',
      type: 'mcp_call',
      status: 'completed',
      server_label: 'crm',
      name: 'find',
      arguments: '{"who":"ann@example.com"}',
      output: '{"found":"ann@example.com"}',
      error: null,
    },
    {
      id: 'ci_1',
      type: 'code_interpreter_call',
      status: 'completed',
      container_id: 'cntr_1',
      code: 'print("ann@example.com")',
      outputs: [{ type: 'logs', logs: 'ann@example.com' }],
    },
  ],
};

const readAnswer = (doc: ReturnType<typeof docOf>) => openaiResponses.readAnswer(doc, OPTIONS).units;

/** Any response of these kinds of items, with texts that need escapes. */
const words = fc.string({
  unit: fc.constantFrom('a', ' ', '"', '\\', '\n', 'é', '😀', '\u0001', '{', 'x@y.zz'),
  maxLength: 12,
});
const args = fc
  .dictionary(fc.constantFrom('to', 'text', 'amount'), fc.oneof(words, fc.integer()))
  .map((value) => JSON.stringify(value));
const items: fc.Arbitrary<Json> = fc.oneof(
  fc.record({
    type: fc.constant('message'),
    role: fc.constant('assistant'),
    content: fc.array(
      words.map((text) => ({ type: 'output_text', text, annotations: [] })),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({ type: fc.constant('function_call'), name: fc.constantFrom('send', 'find'), arguments: args }),
  fc.record({ type: fc.constant('custom_tool_call'), name: fc.constant('note'), input: words }),
  fc.record({
    type: fc.constant('mcp_call'),
    name: fc.constant('find'),
    server_label: fc.constant('crm'),
    arguments: args,
    output: words,
  }),
  fc.record({
    type: fc.constant('reasoning'),
    summary: fc.array(
      words.map((text) => ({ type: 'summary_text', text })),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    type: fc.constant('shell_call'),
    action: fc.record({
      commands: fc.array(
        words.filter((text) => text !== ''),
        { maxLength: 3 },
      ),
    }),
  }),
);
const responses = fc.array(items, { maxLength: 5 }).map((list) => ({
  ...RESPONSE,
  output: list.map((item, i) => ({
    id: `it_${i}`,
    status: 'completed',
    ...(item.type === 'message' || item.type === 'reasoning' ? {} : { call_id: `call_${i}` }),
    ...item,
  })),
}));
/** Cuts of UTF-16 text, also inside of what JSON escapes. */
const cuts: fc.Arbitrary<Cut> = fc
  .nat(7)
  .map((size) => (text) => (text === '' ? [] : (text.match(new RegExp(`.{1,${size + 1}}`, 'gsu')) ?? [])));

describe('a stream', () => {
  it('gives the units of the response that ends it, each once', () => {
    const { units, readable, reader } = hear(sse(tell(RESPONSE, letters)));
    expect(readable && reader.finished()).toBe(true);
    expect(reader.reading().id).toBe('resp_1');
    expect(byPath(units)).toEqual(byPath(answer(RESPONSE).units));
    expect(lines(units)).toMatchInlineSnapshot(`
      [
        "response /instructions "Help ann@example.com."",
        "response /tools/0 !"function" !"send" "Mails ann@example.com"",
        "response /metadata "ann@example.com"",
        "response /output/0/summary/0/text "Ann is ann@example.com"",
        "response /output/0/content/0/text "so ann@example.com"",
        "response /output/1/content/0/text "Writing to \\"ann@example.com\\""",
        "response /output/1/content/0/annotations/0/url "https://example.com/ann@example.com"",
        "response /output/1/content/0/annotations/0/title "Ann"",
        "response /output/1/content/1/refusal "not to ann@example.com"",
        "tool_call send (call_1) /output/2/arguments "ann@example.com" "hi \\"ann@example.com\\"\\n"",
        "tool_call note (call_2) /output/3/input "ann@example.com"",
        "tool_call shell (call_3) /output/4/action "ls" "mail ann@example.com" "120000"",
        "tool_call apply_patch (call_4) /output/5/operation "update_file" "a.txt" "+ann@example.com"",
        "tool_call find (mcp_1) remote /output/6/arguments "ann@example.com"",
        "tool_result find (mcp_1) /output/6/output "ann@example.com"",
        "tool_call code_interpreter (ci_1) remote /output/7/code "print(\\"ann@example.com\\")"",
        "tool_result code_interpreter (ci_1) /output/7/outputs/0/logs "ann@example.com"",
      ]
    `);
  });

  it('gives the units of its response, whatever that is and however its texts were cut', () => {
    fc.assert(
      fc.property(responses, cuts, (response, cut) => {
        expect(byPath(hear(sse(tell(response, cut))).units)).toEqual(byPath(answer(response).units));
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on where its bytes were cut', () => {
    const stream = sse(tell(RESPONSE));
    const expected = byPath(hear(stream).units);
    for (const size of [1, 7, 64]) expect(byPath(hear(stream, size).units)).toEqual(expected);
  });

  it('leaves as it came where nothing is edited', () => {
    const stream = `: hello\n\n${sse(tell(RESPONSE, letters))}`;
    expect(writeStream(hear(stream, 5).events, [])).toBe(stream);
  });
});

describe('an edit', () => {
  it('reaches every copy: deltas, done events, parts, items, the response at the end', () => {
    const { events, units } = hear(sse(tell(RESPONSE, letters)));
    const out = writeStream(events, replacing(units, 'ann@example.com', 'bo@example.org'));
    expect(out).not.toContain('ann@example.com');
    const told = eventsOf(out);
    const { output } = told.at(-1).response;
    expect(output).toEqual(
      JSON.parse(JSON.stringify(RESPONSE.output).replaceAll('ann@example.com', 'bo@example.org')),
    );
    expect(
      told.filter((event) => event.type === 'response.output_item.done').map((event) => event.item),
    ).toEqual(output);
    expect(JSON.stringify(eventsOf(out)[0]).match(/bo@example.org/g)).toHaveLength(3);
  });

  it('says in deltas what it says in the end', () => {
    fc.assert(
      fc.property(responses, cuts, (response, cut) => {
        const { events, units } = hear(sse(tell(response, cut)));
        const told = eventsOf(writeStream(events, replacing(units, 'x@y.zz', 'b"\n@z')));
        const { output } = told.at(-1).response;
        const done = told.filter((event) => event.type === 'response.output_item.done');
        expect(done.map((event) => event.item)).toEqual(output);
        for (const [i, item] of fold(told).entries()) {
          const { status, output: _result, ...told } = item;
          expect({ content: [], ...output[i] }).toMatchObject(told);
        }
        const doc = docOf(response);
        const body = write(doc, replacing(readAnswer(doc), 'x@y.zz', 'b"\n@z'));
        expect(output).toEqual(JSON.parse(body).output);
      }),
      { numRuns: 150 },
    );
  });

  it('empties log probabilities beside it', () => {
    const logprobs = [{ token: 'ann', bytes: [97], logprob: 0, top_logprobs: [] }];
    const text = { output_index: 0, content_index: 0, item_id: 'msg_1' };
    const { units } = hear(
      numbered([
        { type: 'response.output_text.delta', ...text, delta: 'ann', logprobs },
        { type: 'response.output_text.done', ...text, text: 'ann', logprobs },
        { type: 'response.output_text.delta', ...text, content_index: 1, delta: 'bob', logprobs: [] },
      ]),
    );
    expect(units.map(({ shadows = [] }) => shadows.length)).toEqual([2, 0]);
  });
});

const ITEM = { output_index: 0, item_id: 'fc_1' };
const CALL = {
  id: 'fc_1',
  type: 'function_call',
  status: 'in_progress',
  call_id: 'call_1',
  name: 'send',
  arguments: '',
};
const added = { type: 'response.output_item.added', output_index: 0, item: CALL };
const delta = (text: string, place: Json = ITEM) => ({
  type: 'response.function_call_arguments.delta',
  ...place,
  delta: text,
});

describe('what is told differently', () => {
  it('is judged for itself: a text', () => {
    const place = { output_index: 0, content_index: 0, item_id: 'msg_1' };
    const { units } = hear(
      numbered([
        { type: 'response.output_text.delta', ...place, delta: 'all ' },
        { type: 'response.output_text.delta', ...place, delta: 'well' },
        { type: 'response.output_text.done', ...place, text: 'all well' },
        {
          type: 'response.content_part.done',
          ...place,
          part: { type: 'output_text', text: 'all lost', annotations: [] },
        },
      ]),
    );
    expect(lines(units)).toEqual([
      'response /output/0/content/0/text "all well"',
      'response /output/0/content/0/text "all lost"',
    ]);
  });

  it('is judged for itself: who is called, with what, under which id', () => {
    const done = { ...CALL, arguments: '{"a":"bbbbb"}' };
    const tellings = [
      done,
      { ...done, name: 'wipe' },
      { ...done, arguments: '{"a":"ccccc"}' },
      { ...done, call_id: 'call_2' },
      { ...done, arguments: '{"a":"bbbbb","b":1}' },
      { ...done, arguments: '{"a":"bbbbb","b":2}' },
    ];
    const { units } = hear(
      numbered([
        added,
        delta('{"a":"bb'),
        delta('bbb"}'),
        { type: 'response.function_call_arguments.done', ...ITEM, name: 'send', arguments: '{"a":"bbbbb"}' },
        ...tellings.map((item) => ({ type: 'response.output_item.done', output_index: 0, item })),
      ]),
    );
    expect(
      units.map(({ tool, callId, values }) => [tool!.name, callId, JSON.stringify(values!()[0])]),
    ).toEqual([
      ['send', 'call_1', '{"a":"bbbbb"}'],
      ['wipe', 'call_1', '{"a":"bbbbb"}'],
      ['send', 'call_1', '{"a":"ccccc"}'],
      ['send', 'call_2', '{"a":"bbbbb"}'],
      ['send', 'call_1', '{"a":"bbbbb","b":1}'],
      ['send', 'call_1', '{"a":"bbbbb","b":2}'],
    ]);
  });

  it('is judged for itself: commands that end as others', () => {
    const item = { type: 'shell_call', id: 'sh', call_id: 'call_1', action: { commands: [] } };
    const place = { output_index: 0, command_index: 0 };
    const { units } = hear(
      numbered([
        { ...added, item },
        { type: 'response.shell_call_command.delta', ...place, delta: 'rm -r ' },
        { type: 'response.shell_call_command.delta', ...place, delta: '/home' },
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: { ...item, action: { commands: ['ls -l'] } },
        },
      ]),
    );
    expect(lines(units)).toEqual([
      'tool_call shell (call_1) /output/0/action "ls -l"',
      'tool_call shell (call_1) /output/0/action/commands/0 "rm -r /home"',
    ]);
  });
});

describe('items of a stream', () => {
  it('may come in turns, and change their ids', () => {
    const other = { output_index: 1, item_id: 'x' };
    const { units } = hear(
      numbered([
        added,
        { ...added, output_index: 1, item: { ...CALL, id: 'fc_2', call_id: 'call_2', name: 'find' } },
        delta('{"a":', { ...ITEM, item_id: 'fc_rotated' }),
        delta('{"b":', other),
        delta('"one"}'),
        delta('"two"}', other),
      ]),
    );
    expect(lines(units)).toEqual([
      'tool_call send (call_1) /output/0/arguments "one"',
      'tool_call find (call_2) /output/1/arguments "two"',
    ]);
  });

  it('are known by their ids where an event does not say the index', () => {
    const { units } = hear(
      numbered([{ ...added, output_index: 3 }, delta('{"a":"one"}', { item_id: 'fc_1' })]),
    );
    expect(lines(units)).toEqual(['tool_call send (call_1) /output/3/arguments "one"']);
  });

  it('are two where one index is used twice', () => {
    const { units } = hear(
      numbered([
        added,
        delta('{"a":"one"}'),
        { ...added, item: { ...CALL, id: 'fc_2', name: 'wipe' } },
        delta('{"a":"two"}'),
      ]),
    );
    expect(lines(units)).toEqual([
      'tool_call send (call_1) /output/0/arguments "one"',
      'tool_call wipe (call_1) /output/0/arguments "two"',
    ]);
  });

  it('are read no further where indices are used twice again and again: each costs by all that came before', () => {
    const again = (times: number) => hear(numbered(Array.from({ length: times }, () => added))).readable;
    expect(again(100)).toBe(true);
    expect(again(200)).toBe(false);
  });

  it('of a shell in a container print what is a result, in pieces and whole', () => {
    const call = {
      type: 'shell_call',
      id: 'sh',
      call_id: 'c',
      action: { commands: ['ls'] },
      environment: { type: 'container_reference', container_id: 'x' },
    };
    const item = { type: 'shell_call_output', id: 'sho', call_id: 'c', output: [] };
    const output = [{ stdout: 'ann@example.com', stderr: '', outcome: { type: 'exit', exit_code: 0 } }];
    const place = { output_index: 1, command_index: 0, item_id: 'sho' };
    const { units, events } = hear(
      numbered([
        { ...added, item: call },
        { ...added, output_index: 1, item },
        { type: 'response.shell_call_output_content.delta', ...place, delta: { stdout: 'ann@' } },
        { type: 'response.shell_call_output_content.delta', ...place, delta: { stdout: 'example.com' } },
        { type: 'response.shell_call_output_content.done', ...place, output },
        { type: 'response.output_item.done', output_index: 1, item: { ...item, output } },
      ]),
    );
    expect(lines(units)).toEqual([
      'tool_call shell (c) remote /output/0/action "ls"',
      'tool_result shell (c) /output/1/output "ann@example.com"',
    ]);
    const out = eventsOf(writeStream(events, replacing(units, 'ann@example.com', 'X')));
    expect(
      out.map(
        ({ delta: told, output: printed, item: done }) =>
          told?.stdout ?? printed?.[0].stdout ?? done?.output?.[0]?.stdout,
      ),
    ).toEqual([undefined, undefined, 'X', '', 'X', 'X']);
  });
});

describe('events', () => {
  it('of unknown kinds are text, also in pieces', () => {
    const { units } = hear(
      numbered([
        { type: 'response.new_thing.delta', output_index: 2, item_id: 'x', delta: 'ann@' },
        {
          type: 'response.new_thing.delta',
          output_index: 2,
          item_id: 'x',
          delta: 'example.com',
          also: 'new',
        },
        {
          type: 'response.new_thing.done',
          output_index: 2,
          item_id: 'x',
          thing: { deep: ['ann@example.com'] },
        },
        { type: 'response.audio.transcript.delta', delta: 'ann@' },
        { type: 'response.audio.transcript.delta', delta: 'example.com' },
      ]),
    );
    expect(lines(units)).toEqual([
      'response /events/response.new_thing.delta/2/delta "ann@example.com"',
      'response /events/response.new_thing.delta/2/also "new"',
      'response /events/response.new_thing.done/2/thing "ann@example.com"',
      'response /events/response.audio.transcript.delta/0/delta "ann@example.com"',
    ]);
  });

  it('of state alone say nothing', () => {
    const { units, readable } = hear(
      `: keep alive\n\n${numbered([
        { type: 'keepalive' },
        { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
        { type: 'response.mcp_list_tools.in_progress', output_index: 0, item_id: 'mcpl_1' },
      ])}data: [DONE]\n\n`,
    );
    expect([units, readable]).toEqual([[], true]);
  });

  it('of media and of what is encrypted are left alone', () => {
    const { units, reader } = hear(
      numbered([
        {
          type: 'response.image_generation_call.partial_image',
          output_index: 0,
          partial_image_index: 0,
          partial_image_b64: 'iVBORw0',
        },
        { type: 'response.audio.delta', delta: 'UklGRg' },
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'gAAA' },
        },
      ]),
    );
    expect(units).toEqual([]);
    expect(reader.reading().omit).toHaveLength(3);
  });

  it('that say an error hold text', () => {
    const { units, reader } = hear(
      numbered([
        { type: 'error', code: 'server_error', message: 'no ann@example.com', param: null },
        {
          type: 'response.failed',
          response: {
            id: 'resp_1',
            error: { code: 'server_error', message: 'no bo@example.com' },
            output: [],
          },
        },
      ]),
    );
    expect(lines(units)).toEqual([
      'response /events/error/0/message "no ann@example.com"',
      'response /error/message "no bo@example.com"',
    ]);
    expect(reader.finished()).toBe(true);
  });

  it.each(['data: {"type":', 'data: hello', 'data: [1]', 'data: "x"'])(
    'that cannot be read are told: %s',
    (block) => {
      expect(hear(`${block}\n\n`).readable).toBe(false);
    },
  );

  it('end the stream with completed, failed or incomplete', () => {
    const ends = (type: string) =>
      hear(numbered([{ type, response: { id: 'resp_1', output: [] } }])).reader.finished();
    expect(
      ['completed', 'failed', 'incomplete', 'in_progress', 'queued', 'created'].map((kind) =>
        ends(`response.${kind}`),
      ),
    ).toEqual([true, true, true, false, false, false]);
    expect(hear(sse(tell(RESPONSE).slice(0, -1))).reader.finished()).toBe(false);
  });
});
