/** Events that differ from the one before in their text alone are not parsed: nobody can tell from what is read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anthropic } from '../../src/wire/anthropic.ts';
import type { Codec } from '../../src/wire/codec.ts';
import type { Growth } from '../../src/wire/growth.ts';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { openaiCompletions } from '../../src/wire/openai-completions.ts';
import { sseSplitter } from '../../src/wire/sse.ts';
import { dataOf, type Json, OPTIONS, rewrite, told, writeStream } from './reading.ts';

const words = fc.constantFrom(
  ' the',
  ' order',
  '',
  'a "quote"',
  'a line\nand another',
  'größer',
  '\u0001',
  '}',
  '"',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
  'data:image/png;base64,iVBORw0KGgo=',
  'https://example.org/a.png',
);

const said = (key: string) => words.map((word): Json => ({ [key]: word }));
const deltas: readonly fc.Arbitrary<Json>[] = [
  ...['content', 'reasoning_content', 'refusal', 'new_member'].map(said),
  words.map((content) => ({ role: 'assistant', content })),
  words.map((content) => ({ reasoning_content: 'so', content })),
  words.map((text) => ({ content: [{ type: 'text', text }] })),
  words.map((url) => ({ content: { type: 'image_url', image_url: { url } } })),
  words.map((data) => ({ audio: { id: 'a', data } })),
  words.map((text) => ({ reasoning_details: [{ type: 'reasoning.text', index: 0, text }] })),
  words.map((args) => ({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: args } }] })),
];
const around = (choice: Json, more: Json = {}): Json => ({ id: 'c', model: 'm', choices: [choice], ...more });
const hi = { index: 0, delta: { content: 'Hi' }, finish_reason: null };
const chunks: readonly fc.Arbitrary<Json>[] = [
  ...deltas.map((each) => each.map((delta) => around({ index: 0, delta, finish_reason: null }))),
  fc.tuple(said('content'), fc.nat({ max: 1 })).map(([delta, index]) => around({ delta, index })),
  words.map((obfuscation) => around(hi, { obfuscation })),
  fc.tuple(said('content'), words).map(([delta, obfuscation]) => around({ delta }, { obfuscation })),
  fc.tuple(said('content'), words).map(([delta, p]) => ({ p, ...around({ delta }) })),
  words.map((token) => around({ index: 0, delta: { content: token }, logprobs: { content: [{ token }] } })),
];
const piece = words.map((text) => around({ index: 0, text }));

/** Runs of events of one kind, as streams have them. */
const runs = (kinds: readonly fc.Arbitrary<Json>[]): fc.Arbitrary<Json[]> =>
  fc
    .array(fc.constantFrom(...kinds).chain((kind) => fc.array(kind, { maxLength: 6 })))
    .map((all) => all.flat());

const block = fc.oneof(
  fc.tuple(
    fc.constant({ type: 'text', text: '' }),
    fc.array(said('text').map((d) => ({ type: 'text_delta', ...d }))),
  ),
  fc.tuple(
    fc.constant({ type: 'thinking', thinking: '' }),
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: said('thinking').map((d) => ({ type: 'thinking_delta', ...d })) },
        said('signature').map((d) => ({ type: 'signature_delta', ...d })),
      ),
    ),
  ),
  fc.tuple(
    fc.constant({ type: 'tool_use', id: 't', name: 'f', input: {} }),
    fc.array(said('partial_json').map((d) => ({ type: 'input_json_delta', ...d }))),
  ),
);
const message = fc
  .array(block, { maxLength: 4 })
  .map((blocks): Json[] => [
    { type: 'message_start', message: { id: 'm', role: 'assistant', content: [] } },
    ...blocks.flatMap(([content_block, deltas]: Json, index) => [
      { type: 'content_block_start', index, content_block },
      ...deltas.flatMap((delta: Json, i: number) => [
        { type: 'content_block_delta', index, delta },
        ...(i % 7 === 5 ? [{ type: 'ping' }] : []),
      ]),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_stop' },
  ]);

/** A stream in which no event is like the one before: white space at both ends tells them apart. */
const apart = (data: readonly string[]): string[] =>
  data.map((each, i) => {
    const space = ' '.repeat(i + 1);
    return `{${space}${each.slice(1, -1)}${space}}`;
  });

const grown = ({ done, open, reopened, shadowed }: Growth) => ({
  done: done.map(({ units, pauses }) => [units.map(told), pauses]),
  open: open.map((each) => (each.kind === 'text' ? told(each.unit) : each.kind)),
  reopened,
  shadowed,
});

/** All that a codec tells of a stream, as it comes and in the end, and what edits make of it. */
function readings(codec: Codec, data: readonly string[], asked: boolean) {
  const bytes = Buffer.from(data.map((each) => `data: ${each}\n\n`).join(''));
  const events = sseSplitter().push(bytes);
  const reader = codec.openStream(OPTIONS);
  const steps = events.map((event) => [reader.push(event), asked ? grown(reader.growth!()) : undefined]);
  const { units, omit, id } = reader.reading();
  const calls = units
    .filter(({ stage }) => stage === 'tool_call')
    .map((unit) => ({ unit, text: 'Refused.' }));
  const parsed = (stream: string) => dataOf(stream).map((each) => JSON.parse(each));
  return {
    steps,
    id,
    omitted: omit.length,
    units: units.map(told),
    rewritten: parsed(
      writeStream(
        events,
        rewrite(units, () => 'X"'),
      ),
    ),
    refused: parsed(writeStream(events, reader.refuse(calls))),
  };
}

const streams: [name: string, codec: Codec, events: fc.Arbitrary<Json[]>][] = [
  ['Chat Completions', openaiChat, runs(chunks)],
  ['Completions', openaiCompletions, runs([piece])],
  ['Messages', anthropic, message],
];

test.each(streams)('%s are read as if each event were like no other', (_name, codec, events) => {
  fc.assert(
    fc.property(events, fc.boolean(), (all, asked) => {
      const data = all.map((each) => JSON.stringify(each));
      expect(readings(codec, data, asked)).toEqual(readings(codec, apart(data), asked));
    }),
    { numRuns: 300 },
  );
});

test.each([
  [
    'Chat Completions',
    openaiChat,
    { choices: [{ index: 0, delta: { content: 'WORD' } }] },
    '/choices/0/message/content',
  ],
  ['Completions', openaiCompletions, { choices: [{ index: 0, text: 'WORD' }] }, '/choices/0/text'],
])('%s have the text of each event, whatever characters stand in it', (_name, codec, like, path) => {
  const told = ['Well', ', ', '"', 'yes', '\\', 'ä', ' no'];
  const data = told.map((word) => JSON.stringify(like).replace('"WORD"', JSON.stringify(word)));
  const { units } = readings(codec, data, true);
  expect(units).toMatchObject([{ path, leaves: [[path, 'string', told.join('')]] }]);
});
