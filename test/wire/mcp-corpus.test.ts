/** Every recorded exchange of MCP servers, and every example of the specification: read, and written as it came. */
import { describe, expect, it } from 'vitest';
import { mcp } from '../../src/wire/mcp.ts';
import {
  callsOf,
  docOf,
  hasCorpus,
  hear,
  type Json,
  OPTIONS,
  plain,
  rewrite,
  textOf,
  transcripts,
  write,
} from './reading.ts';

const all = hasCorpus ? transcripts(['mcp'], ['streamable-http']) : [];
const spec = hasCorpus ? transcripts(['mcp-spec-examples'], ['spec-example-2026-07-28']) : [];

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('finds the calls that an independent parser found, and what they gave', () => {
    let calls = 0;
    for (const { requestBody, responseBody, expected, framing, id } of all) {
      const { units, asked } = mcp.readRequest(docOf(requestBody), OPTIONS);
      const told = (expected.toolCalls ?? []).map(({ id: of, name, arguments: given }: Json) => ({
        id: JSON.stringify(of),
        name,
        arguments: given,
      }));
      expect(plain(callsOf(units)), id).toEqual(told);
      calls += told.length;
      if (framing !== 'sse') continue;
      const heard = hear(mcp, responseBody, undefined, { ...OPTIONS, asked });
      expect(heard.readable, id).toBe(true);
      expect(heard.write([]), id).toBe(responseBody);
      const results = heard.reading().units.filter(({ stage }) => stage === 'tool_result');
      for (const { tool } of results) expect(tool?.name, id).toBe(told[0]?.name);
      if (told.length > 0) expect(results.length, id).toBeGreaterThan(0);
    }
    console.log(`MCP transcripts: ${all.length} exchanges, ${calls} calls as expected`);
  });

  it("reads each of the specification's examples, from either side", () => {
    for (const { message: example, schemaType } of spec) {
      const message = example.jsonrpc ? example : { jsonrpc: '2.0', id: 1, result: example };
      for (const side of ['readRequest', 'readAnswer'] as const) {
        const doc = docOf(message);
        const { units } = mcp[side](doc, OPTIONS);
        expect(JSON.parse(write(doc, rewrite(units, textOf))), schemaType).toEqual(message);
        if (side === 'readRequest' && message.method === 'tools/call')
          expect(callsOf(units).map(({ name }) => name)).toEqual([message.params.name]);
      }
    }
    console.log(`MCP specification: ${spec.length} examples read`);
  });
});
