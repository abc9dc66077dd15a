/** Every recorded exchange of Cohere Chat: read, edited, refused. */
import { describe, expect, it } from 'vitest';
import type { Leaf } from '../../src/exchange.ts';
import { cohere } from '../../src/wire/cohere.ts';
import { answer, eventsOf, fold, refuseBody, refuseStream, request } from './cohere-reading.ts';
import {
  byPath,
  callsOf,
  docOf,
  hasCorpus,
  hear,
  type Json,
  plain,
  rewrite,
  textOf,
  transcripts,
  write,
} from './reading.ts';

const all = hasCorpus ? transcripts(['cohere'], ['cohere-v2']) : [];
const requests = all.filter(({ requestBody }) => requestBody);
const streams = all.filter(({ framing }) => framing === 'sse');
const bodies = all.filter(({ framing, status }) => framing === 'none' && status === 200);
const count = (what: string, n: number) => console.log(`Cohere transcripts: ${n} ${what}`);

const unitsOf = ({ framing, responseBody }: Json) =>
  framing === 'sse' ? hear(cohere, responseBody).reading().units : answer(responseBody).units;

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('reads every request', () => {
    for (const { requestBody, expected, id } of requests) {
      const { units } = request(requestBody);
      const offered = units.filter(({ stage }) => stage === 'tool_definition').map(({ tool }) => tool?.name);
      expect(offered, id).toEqual(expected.requestTools ?? []);
      const results = units.filter(({ stage }) => stage === 'tool_result');
      expect(new Set(results.map(({ callId }) => callId)).size, id).toBe(expected.requestToolResults ?? 0);
      for (const { tool } of results) expect(tool?.name, id).toBeTruthy();
      const doc = docOf(requestBody);
      const same = write(doc, rewrite(cohere.readRequest(doc, { depth: 128 }).units, textOf));
      expect(JSON.parse(same), id).toEqual(JSON.parse(requestBody));
    }
    count('requests read', requests.length);
  });

  it('finds the calls and texts that an independent parser found', () => {
    let calls = 0;
    for (const record of [...bodies, ...streams]) {
      const units = unitsOf(record);
      const expected = (record.expected.toolCalls ?? []).map(({ id, name, arguments: given }: Json) => ({
        id,
        name,
        arguments: given === '' ? {} : given,
      }));
      expect(plain(callsOf(units)), record.id).toEqual(expected);
      const spoken = units
        .filter(({ path }) => /^\/message\/content\/\d+\/text$/.test(path))
        .map(({ leaves }) => textOf(leaves[0]!));
      expect(spoken.join(''), record.id).toBe(record.expected.text ?? '');
      calls += expected.length;
    }
    count(`answers (${streams.length} streamed), ${calls} calls as expected`, bodies.length + streams.length);
  });

  it('reads a stream as the body that it adds up to, and edits it alike', () => {
    for (const { responseBody, id } of streams) {
      const heard = hear(cohere, responseBody);
      expect(heard.readable, id).toBe(true);
      expect(heard.reader.finished(), id).toBe(true);
      expect(heard.write([]), id).toBe(responseBody);
      const { units } = heard.reading();
      const doc = docOf(fold(eventsOf(responseBody)));
      const whole = cohere.readAnswer(doc, { depth: 128 }).units;
      expect(byPath(units), id).toEqual(byPath(whole));
      const marked = (leaf: Leaf) => `${textOf(leaf)} "é\\`;
      expect(fold(eventsOf(heard.write(rewrite(units, marked)))), id).toEqual(
        JSON.parse(write(doc, rewrite(whole, marked))),
      );
    }
    count('streams equal their bodies', streams.length);
  });

  it('takes every call out, of streams and bodies alike', () => {
    for (const { responseBody, id } of streams) {
      const governed = refuseStream(responseBody);
      expect(fold(eventsOf(governed)), id).toEqual(refuseBody(fold(eventsOf(responseBody))));
      expect(callsOf(hear(cohere, governed).reading().units), id).toEqual([]);
    }
    for (const { responseBody, id } of bodies) {
      const governed = refuseBody(responseBody);
      expect(callsOf(answer(governed).units), id).toEqual([]);
      expect(governed.finish_reason, id).not.toBe('TOOL_CALL');
    }
  });
});
