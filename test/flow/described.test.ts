/** What the name of a parameter, and its description in the tool's schema, say of a value. */
import { describe, expect, test } from 'vitest';
import { describing } from '../../src/flow/described.ts';
import { anthropic } from '../../src/wire/anthropic.ts';
import { gemini } from '../../src/wire/gemini.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import { calling, open, user } from './scene.ts';

const nine = '219099999';

const offering = (properties: object) => ({
  tools: [
    { type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties } } },
    { type: 'function', function: { name: 'other', parameters: { type: 'object' } } },
  ],
});

/** Entities found in a past call, in a result and in a new call with these arguments, by where they stand. */
function found(args: object, properties: object = {}, tool = 'look_up'): string[] {
  const call = calling([tool, args]);
  const result = { role: 'tool', tool_call_id: 'call_0', content: JSON.stringify(args) };
  const { entries } = open().ask([user('Go.'), call, result], { more: offering(properties), reply: call });
  const places: Readonly<Record<string, string>> = {
    past_call: 'past',
    tool_result: 'result',
    tool_call: 'new',
  };
  return [
    ...new Set(
      entries.flatMap(({ findings }) =>
        findings.map(({ entity, stage }) => `${places[stage] ?? stage} ${entity}`),
      ),
    ),
  ];
}

describe('the key', () => {
  test('says what a value is, famous dummies included', () => {
    const everywhere = ['past US_SSN', 'result US_SSN', 'new US_SSN'];
    expect(found({ ssn: '123-45-6789' })).toEqual(everywhere);
    expect(found({ ssn: '000-12-3456' })).toEqual(everywhere);
    expect(found({ customer: { socialSecurityNumber: nine } })).toEqual(everywhere);
    expect(found({ ssn: Number(nine) })).toEqual(everywhere);
    expect(found({ ssns: [nine] })).toEqual(everywhere);
  });

  test('says what a value is not', () => {
    expect(found({ order_id: nine })).toEqual([]);
    expect(found({ order_id: Number(nine) })).toEqual([]);
    expect(found({ order_id: '219 09 9999' })).toEqual([]);
    expect(found({ text: '219 09 9999' })).toContain('past US_SSN');
  });
});

describe('the description of a parameter', () => {
  const customer = { type: 'string', description: "The customer's social security number, digits only." };

  test('says what a value in a call is, past or new', () => {
    expect(found({ n: nine })).toEqual([]);
    expect(found({ n: nine }, { n: customer })).toEqual(['past US_SSN', 'new US_SSN']);
    expect(found({ n: Number(nine) }, { n: { ...customer, type: 'integer' } })).toEqual([
      'past US_SSN',
      'new US_SSN',
    ]);
  });

  test('says what it is not', () => {
    const order = { type: 'string', description: 'The order number to look up.' };
    expect(found({ n: '219 09 9999' }, { n: order })).toEqual(['result US_SSN']);
    expect(
      found({ n: '219 09 9999' }, { n: { ...order, description: 'Social security or order number' } }),
    ).toContain('past US_SSN');
  });

  test('is that of the parameter in this tool alone', () => {
    expect(found({ n: nine }, { n: customer }, 'other')).toEqual([]);
    expect(found({ m: nine }, { n: customer })).toEqual([]);
  });

  test('counts wherever in the schema the parameter stands, and of the items of a list', () => {
    const inner = { type: 'object', properties: { n: { anyOf: [{ type: 'null' }, customer] } } };
    expect(found({ who: { n: nine } }, { who: inner })).toContain('past US_SSN');
    expect(found({ all: [nine] }, { all: { type: 'array', items: customer } })).toContain('past US_SSN');
    expect(found({ 'a/b': nine }, { 'a/b': customer })).toContain('past US_SSN');
  });

  test('says nothing of what stands far behind its beginning', () => {
    const text = `${'word '.repeat(80)}${nine}`;
    expect(found({ n: text }, { n: customer })).toEqual([]);
  });
});

const schema = { type: 'object', properties: { n: { type: 'string', description: 'A tax id.' } } };

test.each([
  [openaiChat, { messages: [], tools: [{ type: 'function', function: { name: 't', parameters: schema } }] }],
  [openaiResponses, { input: [], tools: [{ type: 'function', name: 't', parameters: schema }] }],
  [anthropic, { messages: [], tools: [{ name: 't', input_schema: schema }] }],
  [gemini, { contents: [], tools: [{ functionDeclarations: [{ name: 't', parameters: schema }] }] }],
  [
    gemini,
    { contents: [], tools: [{ functionDeclarations: [{ name: 't', parametersJsonSchema: schema }] }] },
  ],
])('each provider’s schemas are read: $name', (codec, body) => {
  const doc = parseJson(Buffer.from(JSON.stringify({ model: 'm', ...body })), { chunk: {} }, { depth: 64 });
  const described = describing(codec.readRequest(doc, { depth: 64, path: '/' }).units);
  const leaf = {
    path: '',
    kind: 'string',
    key: 'n',
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    origin: {},
  } as const;
  const unit = { stage: 'tool_call', path: '', tool: { name: 't' }, leaves: [] } as const;
  expect(described(unit, leaf)).toBe('A tax id.');
  expect(described({ ...unit, stage: 'tool_result' }, leaf)).toBeUndefined();
});
