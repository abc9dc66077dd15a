/** Gemini streams: events of either framing fold into the units of the body that they add up to. */
import { describe, expect, it } from 'vitest';
import { gemini } from '../../src/wire/gemini.ts';
import { jsonArraySplitter } from '../../src/wire/json-array.ts';
import { call, fold, refusals, said } from './gemini-reading.ts';
import { byPath, callsOf, docOf, hear, type Json, rewrite, sse, texts, write } from './reading.ts';

const CRLF = '\r\n';

const event = (...parts: Json[]): Json => ({
  candidates: [{ content: { role: 'model', parts } }],
  modelVersion: 'm',
});

/** The two framings of the same events. */
const framed = (events: readonly Json[]) => [
  hear(gemini, sse(events, CRLF)),
  hear(
    gemini,
    `[${events.map((each) => JSON.stringify(each, undefined, 2)).join(`\n,${CRLF}`)}\n]`,
    jsonArraySplitter(),
  ),
];

/** Units as of the body, and edits of each text where edits of the body stand. */
function sameAsBody(events: readonly Json[]): void {
  const body = fold(events);
  const doc = docOf(body);
  const whole = gemini.readAnswer(doc, { depth: 128 }).units;
  for (const heard of framed(events)) {
    expect(heard.readable).toBe(true);
    const { units } = heard.reading();
    expect(byPath(units)).toEqual(byPath(whole));
    const marked = (text: string) => `${text}"é\\`;
    const edited = heard.write(rewrite(units, (leaf) => marked(leaf.path)));
    const again = edited.startsWith('[')
      ? JSON.parse(edited)
      : edited
          .split(/\r\n\r\n/)
          .filter(Boolean)
          .map((each) => JSON.parse(each.slice(6)));
    expect(fold(again)).toEqual(
      JSON.parse(
        write(
          doc,
          rewrite(whole, (leaf) => marked(leaf.path)),
        ),
      ),
    );
  }
}

describe('a stream', () => {
  it('goes on in the text before it, as long as it is of the same kind', () => {
    const events = [
      event({ text: 'Let ', thought: true }),
      event({ text: 'me.', thought: true }, { text: 'An' }),
      event({ text: 'n, ' }, { text: 'hello' }),
      event({ text: '', thoughtSignature: 'c2ln' }),
    ];
    sameAsBody(events);
    expect(texts(framed(events)[0]!.reading().units)).toEqual([
      'response /candidates/0/content/parts/0/text Let me.',
      'response /candidates/0/content/parts/1/text Ann, hello',
    ]);
  });

  it('goes on whatever else its parts say, in either spelling', () => {
    const events = [
      event({ text: 'An', videoMetadata: {} }),
      event({ text: 'n, ', news: 'x' }, { text: 'hel', part_metadata: { a: 1 } }),
      event({ text: 'lo', thought_signature: 'c2ln' }),
    ];
    expect(texts(framed(events)[0]!.reading().units)).toContain(
      'response /candidates/0/content/parts/0/text Ann, hello',
    );
  });

  it('has parts of their own beside', () => {
    const events = [
      event({ text: 'a' }),
      event({ inlineData: { mimeType: 'image/png', data: 'aW1n' } }),
      event({ text: 'b' }),
      event(call('look', { who: 'Ann' }), call('look', { who: 'Bob' })),
      event(
        { executableCode: { language: 'PYTHON', code: 'print()' } },
        { codeExecutionResult: { output: 'Ann' } },
      ),
      { ...event({ text: 'c' }), usageMetadata: { totalTokenCount: 5 } },
    ];
    sameAsBody(events);
    expect(
      framed(events)[0]!
        .reading()
        .units.map(({ path }) => path),
    ).toEqual([
      '/candidates/0/content/parts/0/text',
      '/candidates/0/content/parts/2/text',
      '/candidates/0/content/parts/3/functionCall/args',
      '/candidates/0/content/parts/4/functionCall/args',
      '/candidates/0/content/parts/5/executableCode/code',
      '/candidates/0/content/parts/6/codeExecutionResult/output',
      '/candidates/0/content/parts/7/text',
    ]);
  });

  it('keeps candidates apart', () => {
    const of = (index: number, text: string): Json => ({ content: { parts: [{ text }] }, index });
    sameAsBody([
      { candidates: [of(0, 'An'), of(1, 'Bo')] },
      { candidates: [of(1, 'b')] },
      { candidates: [of(0, 'n')] },
    ]);
  });

  it('tells what it rests on whole, perhaps more than once', () => {
    const groundingMetadata = { webSearchQueries: ['Ann'], groundingChunks: [{ web: { title: 'Ann' } }] };
    const more = { candidates: [{ ...event({ text: 'x' }).candidates[0], groundingMetadata }] };
    const [heard] = framed([more, more]);
    const { units } = heard!.reading();
    expect(texts(units)).toEqual([
      'response /candidates/0/content/parts/0/text xx',
      'response /candidates/0/groundingMetadata/webSearchQueries/0 Ann',
      'tool_result /candidates/0/groundingMetadata/groundingChunks/0/web/title Ann',
    ]);
    expect(heard!.write(rewrite(units, () => 'X'))).not.toContain('Ann');
  });

  it('ends with a reason, a blocked prompt or an error', () => {
    const ends = (...events: Json[]) => hear(gemini, sse(events)).reader.finished();
    expect(ends(event({ text: 'a' }))).toBe(false);
    expect(ends(event({ text: 'a' }), said({ text: 'b' }))).toBe(true);
    expect(ends({ promptFeedback: { blockReason: 'SAFETY' } })).toBe(true);
    expect(ends({ error: { code: 500, message: 'no' } })).toBe(true);
  });

  it('is unreadable where readers would not agree', () => {
    const unread = (data: string) => expect(hear(gemini, `data: ${data}\n\n`).readable, data).toBe(false);
    unread('{"candidates":[');
    unread('[]');
    unread('{"candidates":[],"candidates":[]}');
    unread(
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"a"},"functionCall":{"name":"b"}}]}}]}',
    );
    const args =
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"a","args":{"x":1,"x":2}}}]}}]}';
    const heard = hear(gemini, `data: ${args}\n\n`);
    expect(heard.readable).toBe(true);
    expect(heard.reading().units[0]!.values?.()).toHaveLength(2);
  });
});

describe('arguments that stream by their paths', () => {
  const piece = (partialArgs: Json[], willContinue = true) =>
    event({ functionCall: { partialArgs, willContinue } });
  const begin = (name: string, more: Json = {}) =>
    event({ functionCall: { name, willContinue: true }, ...more });
  const end = event({ functionCall: {} });
  const string = (jsonPath: string, stringValue: string, willContinue?: boolean) => ({
    jsonPath,
    stringValue,
    ...(willContinue === undefined ? {} : { willContinue }),
  });

  it('fold into the object that they become', () => {
    const events = [
      event({ text: 'Sure.' }),
      begin('order', { thoughtSignature: 'c2ln' }),
      piece([string('$.items[0].name', 'Ap', true)]),
      piece([string('$.items[0].name', 'ple', true)]),
      piece([string('$.items[0].name', '')]),
      piece([
        { jsonPath: '$.items[0].price', numberValue: 0.5 },
        { jsonPath: '$.items[0].fresh', boolValue: true },
      ]),
      piece([{ jsonPath: '$.items[1].note', nullValue: 'NULL_VALUE' }, string("$['to whom']", 'Ann')]),
      end,
      event({ text: 'Done.' }),
    ];
    sameAsBody(events);
    expect(callsOf(framed(events)[0]!.reading().units)).toEqual([
      {
        id: undefined,
        name: 'order',
        arguments: { items: [{ name: 'Apple', price: 0.5, fresh: true }, { note: null }], 'to whom': 'Ann' },
      },
    ]);
  });

  it('may follow one another without a word between', () => {
    const events = [
      begin('a'),
      piece([string('$.x', 'one')]),
      begin('b'),
      piece([string('$.x', 'two')], false),
      event(call('c', { x: 'three' })),
    ];
    sameAsBody(events);
    expect(
      callsOf(framed(events)[0]!.reading().units).map(({ name, arguments: given }) => [name, given]),
    ).toEqual([
      ['a', { x: 'one' }],
      ['b', { x: 'two' }],
      ['c', { x: 'three' }],
    ]);
  });

  it('make empty objects and arrays', () => {
    const [heard] = framed([begin('a'), piece([{ jsonPath: '$.x' }, { jsonPath: '$.y[]' }]), end]);
    expect(callsOf(heard!.reading().units)[0]!.arguments).toEqual({ x: {}, y: [] });
  });

  it('look at keys, which paths repeat, and leave them', () => {
    const events = [
      begin('a'),
      piece([string('$.ann.address', 'x', true)]),
      piece([string('$.ann.address', 'y')]),
      end,
    ];
    const [heard] = framed(events);
    const [unit] = heard!.reading().units;
    const key = unit!.leaves.find(({ kind }) => kind === 'key')!;
    expect([key.path, key.fixed]).toEqual([
      '/candidates/0/content/parts/0/functionCall/args/ann/address',
      true,
    ]);
  });

  it('are unreadable where they contradict each other', () => {
    const unread = (...pieces: Json[]) =>
      expect(hear(gemini, sse([begin('a'), ...pieces])).readable).toBe(false);
    unread(piece([{ stringValue: 'no path' }]));
    unread(piece([string('$.x', 'a')]), piece([{ jsonPath: '$.x', numberValue: 1 }]));
    unread(piece([string('$.x', 'a'), string('$.x.y', 'b')]));
    unread(piece([string('$.x[1]', 'a')]));
    unread(piece([string('$..x', 'a')]));
    unread(piece([string('$', 'a')]));
    unread(event({ functionCall: { args: { x: 'a' }, willContinue: true } }));
  });

  it('are told at their first part when refused', () => {
    const heard = hear(
      gemini,
      sse([begin('pay', { thoughtSignature: 'c2ln' }), piece([string('$.to', 'Ann')]), end]),
    );
    const edited = heard.write(heard.reader.refuse(refusals(heard.reading().units)));
    const parts = edited
      .split('\n\n')
      .filter(Boolean)
      .map((each) => JSON.parse(each.slice(6)).candidates[0].content.parts);
    expect(parts).toEqual([
      [{ text: 'fcgate policy_denied: pay', thoughtSignature: 'c2ln' }],
      [{ text: '' }],
      [{ text: '' }],
    ]);
  });
});
