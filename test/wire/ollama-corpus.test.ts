/** Every recorded exchange of Ollama: read, edited, refused. */
import { describe, expect, it } from 'vitest';
import type { Leaf } from '../../src/exchange.ts';
import { ollama } from '../../src/wire/ollama.ts';
import { answer, fold, hearLines, linesOf, refuseBody, refuseStream, request } from './ollama-reading.ts';
import {
  byPath,
  callsOf,
  docOf,
  hasCorpus,
  type Json,
  plain,
  rewrite,
  textOf,
  transcripts,
  write,
} from './reading.ts';

const all = hasCorpus ? transcripts(['ollama'], ['ollama-chat', 'ollama-generate']) : [];
const streams = all.filter(({ framing }) => framing === 'ndjson');
const bodies = all.filter(({ framing }) => framing === 'none');
const count = (what: string, n: number) => console.log(`Ollama transcripts: ${n} ${what}`);

const unitsOf = ({ framing, responseBody }: Json) =>
  framing === 'ndjson' ? hearLines(responseBody).reading().units : answer(responseBody).units;

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('reads every request', () => {
    for (const { requestBody, expected, id } of all) {
      const { units } = request(requestBody);
      const offered = units.filter(({ stage }) => stage === 'tool_definition').map(({ tool }) => tool?.name);
      expect(offered, id).toEqual(expected.requestTools ?? []);
      const results = units.filter(({ stage }) => stage === 'tool_result');
      expect(results.length, id).toBe(expected.requestToolResults ?? 0);
      // Older clients tell results without a name.
      if (/"tool_(name|call_id)"/.test(requestBody))
        for (const { tool } of results) expect(tool?.name, id).toBeTruthy();
      const doc = docOf(requestBody);
      const same = write(doc, rewrite(ollama.readRequest(doc, { depth: 128 }).units, textOf));
      expect(JSON.parse(same), id).toEqual(JSON.parse(requestBody));
    }
    count('requests read', all.length);
  });

  it('finds the calls and texts that an independent parser found', () => {
    let calls = 0;
    for (const record of [...bodies, ...streams]) {
      const units = unitsOf(record);
      const expected = (record.expected.toolCalls ?? []).map(({ id, name, arguments: given }: Json) => ({
        ...(id ? { id } : {}),
        name,
        arguments: given,
      }));
      expect(plain(callsOf(units)), record.id).toEqual(expected);
      const spoken = units
        .filter(({ path }) => path === '/message/content')
        .map(({ leaves }) => textOf(leaves[0]!));
      expect(spoken.join(''), record.id).toBe(record.expected.text ?? '');
      calls += expected.length;
    }
    count(`answers (${streams.length} streamed), ${calls} calls as expected`, all.length);
  });

  it('reads a stream as the body that it adds up to, and edits it alike', () => {
    for (const { responseBody, id } of streams) {
      const heard = hearLines(responseBody);
      expect(heard.readable, id).toBe(true);
      expect(heard.reader.finished(), id).toBe(true);
      expect(heard.write([]), id).toBe(responseBody);
      const { units } = heard.reading();
      const doc = docOf(fold(linesOf(responseBody)));
      const whole = ollama.readAnswer(doc, { depth: 128 }).units;
      expect(byPath(units), id).toEqual(byPath(whole));
      const marked = (leaf: Leaf) => `${textOf(leaf)} "é\\`;
      expect(fold(linesOf(heard.write(rewrite(units, marked)))), id).toEqual(
        JSON.parse(write(doc, rewrite(whole, marked))),
      );
    }
    count('streams equal their bodies', streams.length);
  });

  it('takes every call out, of streams and bodies alike', () => {
    for (const { responseBody, id } of streams) {
      const governed = refuseStream(responseBody);
      expect(fold(linesOf(governed)), id).toEqual(refuseBody(fold(linesOf(responseBody))));
      expect(callsOf(hearLines(governed).reading().units), id).toEqual([]);
    }
    for (const { responseBody, id } of bodies)
      expect(callsOf(answer(refuseBody(responseBody)).units), id).toEqual([]);
  });
});
