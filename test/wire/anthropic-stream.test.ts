/** Anthropic streams: a stream gives the units of the body that it would have been. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, byPath, fold, hear, type Json, sse, textOf, texts } from './anthropic-reading.ts';

const begin = (content: Json[] = []) => ({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content,
    stop_reason: null,
    usage: {},
  },
});
const open = (index: number, content_block: Json) => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, body: Json) => ({ type: 'content_block_delta', index, delta: body });
const close = (index: number) => ({ type: 'content_block_stop', index });
const piece = (index: number, partial_json: string) =>
  delta(index, { type: 'input_json_delta', partial_json });
const end = [
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 1 },
  },
  { type: 'message_stop' },
];
const tool = (input: Json = {}) => ({ type: 'tool_use', id: 'toolu_1', name: 'mail', input });
const around = (...events: Json[]) => [begin(), ...events, ...end];

describe('a stream', () => {
  const events = around(
    open(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'let me', estimated_tokens: null }),
    delta(0, { type: 'thinking_delta', thinking: ' see' }),
    delta(0, { type: 'signature_delta', signature: 'c2ln' }),
    close(0),
    { type: 'ping' },
    open(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'Hello ' }),
    delta(1, { type: 'text_delta', text: 'Ann' }),
    delta(1, {
      type: 'citations_delta',
      citation: { type: 'char_location', cited_text: 'one', document_title: 'D' },
    }),
    delta(1, { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'two' } }),
    close(1),
    open(2, tool()),
    piece(2, ''),
    piece(2, '{"to": "A\\u00'),
    piece(2, 'e9n'),
    piece(2, 'n"}'),
    close(2),
    open(3, { type: 'server_tool_use', id: 'srv', name: 'web_search', input: { query: 'Ann' } }),
    piece(3, ''),
    close(3),
    open(4, {
      type: 'web_search_tool_result',
      tool_use_id: 'srv',
      content: [{ type: 'web_search_result', title: 'T', encrypted_content: 'E' }],
    }),
    close(4),
    open(5, { type: 'mcp_tool_use', id: 'mcp', name: 'find', server_name: 'crm', input: {} }),
    piece(5, '{}'),
    close(5),
    open(6, { type: 'compaction', content: null, signature: 's' }),
    delta(6, { type: 'compaction_delta', content: 'so far', encrypted_content: 'E' }),
    close(6),
  );

  it('gives the units of its body', () => {
    const heard = hear(events);
    expect(heard.readable).toBe(true);
    expect(heard.reader.finished()).toBe(true);
    expect(heard.reading().id).toBe('msg_1');
    const body = fold(sse(events));
    expect(byPath(heard.reading().units)).toEqual(byPath(answer(body).units));
    expect(texts(heard.reading().units)).toEqual([
      '/content/0/thinking! let me see',
      '/content/1/text Hello Ann',
      '/content/1/citations/0/cited_text one',
      '/content/1/citations/0/document_title D',
      '/content/1/citations/1/cited_text two',
      '/content/2/input/to Aénn',
      '/content/3/input/query Ann',
      '/content/4/content/0/title T',
      '/content/6/content! so far',
    ]);
    expect(heard.reading().omit.map((leaf) => leaf.path)).toEqual([
      '/content/0/signature',
      '/content/0/signature',
      '/content/4/content/0/encrypted_content',
      '/content/6/signature',
      '/content/6/encrypted_content',
    ]);
  });

  it('does not depend on where its pieces are cut', () => {
    const input = { to: 'Ann "é\\ 👍', n: [1, { deep: '\u0007' }] };
    fc.assert(
      fc.property(fc.array(fc.nat(80)), fc.boolean(), (cuts, ascii) => {
        const json = JSON.stringify(input).replace(ascii ? /[^ -~]/g : /$^/g, (c) =>
          [...c].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
        );
        const at = [0, ...cuts.map((cut) => cut % json.length), json.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((to, i) => piece(0, json.slice(at[i], to)));
        // A cut between surrogates is no text at all.
        fc.pre(pieces.every(({ delta: { partial_json } }) => partial_json.isWellFormed()));
        const { units } = hear(around(open(0, tool()), ...pieces, close(0))).reading();
        expect(units[0]?.values?.()).toEqual([input]);
      }),
    );
  });

  it.each(['\n', '\r\n'])('may end its lines in any way (%j), and say no names', (eol) => {
    const unnamed = sse(events, eol).replaceAll(/event: .*\r?\n/g, '');
    expect(byPath(hear(unnamed).reading().units)).toEqual(byPath(hear(events).reading().units));
  });

  it('may bring whole blocks, calls too, with its first event', () => {
    const heard = hear([
      begin([tool({ to: 'Ann' })]),
      open(1, tool()),
      piece(1, '{"to":"Bob"}'),
      close(1),
      ...end,
    ]);
    expect(heard.readable).toBe(true);
    expect(texts(heard.reading().units)).toEqual(['/content/0/input/to Ann', '/content/1/input/to Bob']);
  });

  it('reads what no reference names yet as text', () => {
    const heard = hear(
      around(
        open(0, { type: 'hologram', note: 'a' }),
        delta(0, { type: 'hologram_delta', note: 'b' }),
        piece(0, '{"x'),
        piece(0, '":1}'),
        close(0),
        { type: 'rumour', words: 'c' },
      ),
    );
    expect(heard.readable).toBe(true);
    expect(texts(heard.reading().units)).toEqual([
      '/content/0/note ab',
      '/content/0/input {"x":1}',
      '/words c',
    ]);
  });

  it('that ends in the middle of an input has a call without values', () => {
    const [call] = hear(around(open(0, tool()), piece(0, '{"to":"An'), close(0))).reading().units;
    expect(call?.values).toBeUndefined();
    expect(call?.leaves.map(textOf)).toEqual(['{"to":"An']);
  });

  it('is over after its last event or an error', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'busy' } };
    expect(hear([begin()]).reader.finished()).toBe(false);
    const failed = hear([begin(), error]);
    expect(failed.reader.finished()).toBe(true);
    expect(texts(failed.reading().units)).toEqual(['/error/message busy']);
    expect(hear(`${sse(around())}data: [DONE]\n\n`).readable).toBe(true);
  });
});

describe('a stream that cannot be read', () => {
  const call = [open(0, tool()), piece(0, '{}'), close(0)];
  it.each<[string, Json[] | string]>([
    ['is no JSON', 'event: ping\ndata: {\n\n'],
    ['is no object', 'data: 1\n\n'],
    [
      'says a key twice',
      `${sse([begin(), open(0, tool())])}data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}","partial_json":"{1}"}}\n\n`,
    ],
    ['holds two messages', [begin(), begin()]],
    ['goes on after its end', [...around(), open(0, tool())]],
    ['begins in the middle', call],
    ['has no message', [{ type: 'message_start' }]],
    ['skips a block', around(open(1, tool()))],
    ['begins a block twice', around(open(0, tool()), open(0, tool()))],
    ['adds to a block that is closed', around(...call, piece(0, '1'))],
    ['adds to a block that never began', around(piece(0, '{}'))],
    ['adds to a block that came whole', [begin([tool()]), piece(0, '{}')]],
    ['ends a block twice', around(...call, close(0))],
    ['gives two inputs', around(open(0, tool({ to: 'Ann' })), piece(0, '{"to":"Bob"}'))],
    [
      'gives an input that is no text',
      around(open(0, tool()), delta(0, { type: 'input_json_delta', partial_json: {} })),
    ],
  ])('%s', (_what, events) => {
    expect(hear(events).readable).toBe(false);
  });
});
