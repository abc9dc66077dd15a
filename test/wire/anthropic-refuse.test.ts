/** Refused calls of Anthropic Messages: a text stands in the place of the call, streamed or not. */
import { describe, expect, it } from 'vitest';
import type { Leaf, Unit } from '../../src/exchange.ts';
import { anthropic } from '../../src/wire/anthropic.ts';
import type { RefusedCall } from '../../src/wire/codec.ts';
import { editLeaf } from '../../src/wire/edit.ts';
import {
  docOf,
  eventsOf,
  fold,
  hear,
  type Json,
  OPTIONS,
  sse,
  textOf,
  write,
  writeStream,
} from './anthropic-reading.ts';

const use = (id: string, name: string, input: Json = {}) => ({ type: 'tool_use', id, name, input });
const text = (words: string) => ({ type: 'text', text: words });
const REFUSAL = 'fcgate policy_denied: no';

/** The events that an answer would have come by, each text and input in two pieces. */
function streamed(body: Json): Json[] {
  const { content, stop_reason, ...head } = body;
  const blocks = content.flatMap((block: Json, index: number) => {
    const empty =
      block.type === 'text' ? { ...block, text: '' } : 'input' in block ? { ...block, input: {} } : block;
    const whole = block.text ?? (block.input && JSON.stringify(block.input)) ?? '';
    const pieces = whole === '' || whole === '{}' ? [] : [whole.slice(0, 4), whole.slice(4)];
    return [
      { type: 'content_block_start', index, content_block: empty },
      ...pieces.map((each) => ({
        type: 'content_block_delta',
        index,
        delta:
          block.type === 'text'
            ? { type: 'text_delta', text: each }
            : { type: 'input_json_delta', partial_json: each },
      })),
      { type: 'content_block_stop', index },
    ];
  });
  return [
    { type: 'message_start', message: { ...head, content: [], stop_reason: null } },
    { type: 'ping' },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 3 } },
    { type: 'message_stop' },
  ];
}

type Refusing = (units: readonly Unit[]) => RefusedCall[];
type Marking = (leaf: Leaf) => boolean;

const marks = (units: readonly Unit[], marked: Marking) =>
  units
    .flatMap(({ leaves }) => leaves.filter(marked))
    .flatMap((leaf) => editLeaf(leaf, 0, leaf.end - leaf.start, 'MASKED'));

function both(body: Json, refusing: Refusing, marked: Marking = () => false) {
  const doc = docOf(body);
  const { units } = anthropic.readAnswer(doc, OPTIONS);
  const whole = JSON.parse(
    write(doc, [...marks(units, marked), ...anthropic.refuseCalls(doc, refusing(units))]),
  );
  const heard = hear(streamed(body));
  const told = heard.reading().units;
  const stream = writeStream(heard.events, [...marks(told, marked), ...heard.reader.refuse(refusing(told))]);
  expect(fold(stream)).toEqual(whole);
  return { whole, stream };
}

const named =
  (...names: string[]): Refusing =>
  (units) =>
    units
      .filter((unit) => unit.stage === 'tool_call' && names.includes(unit.tool?.name ?? ''))
      .map((unit) => ({ unit, text: REFUSAL }));

const body = (...content: Json[]) => ({
  id: 'm',
  type: 'message',
  role: 'assistant',
  content,
  stop_reason: 'tool_use',
});

describe('a refused call', () => {
  it('is a text in its place; the turn is over', () => {
    const { whole, stream } = both(body(text('Sure.'), use('a', 'mail', { to: 'Ann' })), named('mail'));
    expect(whole).toEqual({ ...body(text('Sure.'), text(REFUSAL)), stop_reason: 'end_turn' });
    expect(eventsOf(stream).map((event) => event.delta?.type ?? event.type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'text_delta',
      'text_delta',
      'content_block_stop',
      'content_block_start',
      'text_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('leaves its neighbours as they came', () => {
    const calls = body(
      use('a', 'mail', { to: 'Ann' }),
      use('b', 'look', { at: 'Bob' }),
      use('c', 'mail', { to: 'Cid' }),
    );
    const { whole, stream } = both(calls, named('mail'));
    expect(whole).toEqual(body(text(REFUSAL), use('b', 'look', { at: 'Bob' }), text(REFUSAL)));
    for (const event of sse(streamed(calls))
      .split('\n\n')
      .filter((each) => each.includes('"index":1')))
      expect(stream).toContain(event);
  });

  it('lets edits of what stays hold, and voids those of what goes', () => {
    const { whole } = both(
      body(text('Ann'), use('a', 'mail', { to: 'Ann' }), use('b', 'look', { at: 'Ann' })),
      named('mail'),
      (leaf) => textOf(leaf) === 'Ann',
    );
    expect(whole).toEqual(body(text('MASKED'), text(REFUSAL), use('b', 'look', { at: 'MASKED' })));
  });

  it('may have no input', () => {
    expect(both(body(use('a', 'stop')), named('stop')).whole.content).toEqual([text(REFUSAL)]);
  });

  it('does not end a turn that ended for another reason', () => {
    const cut = { ...body(use('a', 'mail', { to: 'Ann' })), stop_reason: 'max_tokens' };
    expect(both(cut, named('mail')).whole.stop_reason).toBe('max_tokens');
  });

  it('that packed several calls goes as one, with each refusal once', () => {
    const uses = ['mail', 'look', 'mail'].map((name) => ({
      recipient_name: `functions.${name}`,
      parameters: {},
    }));
    const refusing: Refusing = (units) =>
      units.map((unit, i) => ({ unit, text: i === 1 ? 'fcgate policy_denied: other' : REFUSAL }));
    const { whole } = both(body(use('a', 'parallel', { tool_uses: uses })), refusing);
    expect(whole.content[0].text.split('\n\n')).toEqual([REFUSAL, 'fcgate policy_denied: other']);
  });

  it('that ran at the provider takes its result along', () => {
    const remote = { type: 'mcp_tool_use', id: 'x', name: 'wipe', server_name: 'crm', input: { all: true } };
    const result = { type: 'mcp_tool_result', tool_use_id: 'x', content: [{ type: 'text', text: 'gone' }] };
    const { whole } = both(body(remote, result, use('a', 'look')), named('wipe'));
    expect(whole).toEqual(body(text(REFUSAL), text(REFUSAL), use('a', 'look')));
  });

  it('may have come with the first event', () => {
    const message = { ...body(use('a', 'mail'), use('b', 'look')), stop_reason: 'tool_use' };
    const heard = hear([{ type: 'message_start', message }, { type: 'message_stop' }]);
    const stream = writeStream(
      heard.events,
      heard.reader.refuse(named('mail', 'look')(heard.reading().units)),
    );
    expect(fold(stream)).toEqual({ ...body(text(REFUSAL), text(REFUSAL)), stop_reason: 'end_turn' });
  });

  it('that came with the first event is told behind it and the calls that stay, and later blocks keep their places', () => {
    const message = { ...body(use('a', 'mail'), use('b', 'look', { at: 'Ann' })), stop_reason: null };
    const heard = hear([
      { type: 'message_start', message },
      { type: 'content_block_start', index: 2, content_block: text('') },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Hi.' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ]);
    const told = heard.reading().units;
    const stream = writeStream(heard.events, [
      ...marks(told, (leaf) => textOf(leaf) === 'Ann'),
      ...heard.reader.refuse(named('mail')(told)),
    ]);
    const [first, second] = eventsOf(stream);
    expect(first.message.content).toEqual([use('b', 'look', { at: 'MASKED' })]);
    expect(second).toEqual({ type: 'content_block_start', index: 1, content_block: text('') });
    expect(fold(stream)).toEqual(body(use('b', 'look', { at: 'MASKED' }), text(REFUSAL), text('Hi.')));
  });

  it('in a stream without names is refused without names', () => {
    const heard = hear(sse(streamed(body(use('a', 'mail', { to: 'Ann' })))).replaceAll(/event: .*\n/g, ''));
    const stream = writeStream(heard.events, heard.reader.refuse(named('mail')(heard.reading().units)));
    expect(stream).not.toContain('event:');
    expect(fold(stream).content).toEqual([text(REFUSAL)]);
  });
});

describe('an error', () => {
  it('has the shape of Anthropic’s own', () => {
    expect(JSON.parse(anthropic.errorBody('policy_denied', 403, 'fcgate policy_denied: no'))).toEqual({
      type: 'error',
      error: { type: 'permission_error', message: 'fcgate policy_denied: no' },
    });
    expect(anthropic.errorEvent('unreadable_answer', 'm')).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"m"}}\n\n',
    );
  });
});
