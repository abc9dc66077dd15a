/** Every recorded exchange of Chat Completions, of OpenAI, Azure, Mistral and compatible servers: read, edited, refused. */
import { describe, expect, it } from 'vitest';
import type { Leaf } from '../../src/exchange.ts';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { answer, chunksOf, fold, refusals, request } from './openai-chat-reading.ts';
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

const FILES = ['openai-chat', 'azure-openai', 'openai-compatible', 'mistral', 'bedrock-mantle'];
const all = hasCorpus ? transcripts(FILES, ['chat']) : [];
const requests = all.filter((each) => each.requestBody);
const bodies = all.filter((each) => each.framing === 'none' && isJson(each.responseBody));
const streams = all.filter((each) => each.framing === 'sse');
const count = (what: string, n: number) => console.log(`chat transcripts: ${n} ${what}`);

function isJson(body: Json): boolean {
  try {
    return typeof JSON.parse(body) === 'object';
  } catch {
    return false;
  }
}

const unitsOf = (record: Json) =>
  record.framing === 'sse'
    ? hear(openaiChat, record.responseBody).reading().units
    : answer(record.responseBody).units;

const expectedCalls = ({ expected }: Json): Json[] =>
  (expected.toolCalls ?? [])
    .filter(({ name }: Json) => name !== '')
    .map(({ id, name, arguments: given }: Json) => ({
      ...(id ? { id } : {}),
      name,
      arguments: given === '' ? {} : given,
    }));

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('reads every request', () => {
    let results = 0;
    for (const { requestBody, expected, id } of requests) {
      const reading = request(requestBody);
      const tools = reading.units.map(({ tool }) => tool?.name);
      for (const name of expected.requestTools ?? []) expect(tools, id).toContain(name);
      const answered = new Set(
        reading.units.filter(({ stage }) => stage === 'tool_result').map(({ callId }) => callId),
      );
      answered.delete(undefined);
      results += answered.size;
      const doc = docOf(requestBody);
      const same = write(doc, rewrite(openaiChat.readRequest(doc, { depth: 128 }).units, textOf));
      expect(JSON.parse(same), id).toEqual(JSON.parse(write(doc, [])));
    }
    count(`requests read, ${results} results`, requests.length);
  });

  it('finds the calls and texts that an independent parser found', () => {
    let calls = 0;
    for (const record of [...bodies, ...streams]) {
      const units = unitsOf(record);
      expect(plain(callsOf(units)), record.id).toEqual(expectedCalls(record));
      const spoken = units
        .filter(({ stage, path }) => stage === 'response' && /\/message\/content(\/\d+\/text)?$/.test(path))
        .map(({ leaves }) => textOf(leaves[0]!))
        .join('');
      if (record.expected.text) expect(spoken, record.id).toContain(record.expected.text);
      calls += expectedCalls(record).length;
    }
    count(`answers (${streams.length} streamed), ${calls} calls as expected`, bodies.length + streams.length);
  });

  it('reads a stream as the body that it adds up to, and edits it alike', () => {
    for (const { responseBody, id } of streams) {
      const heard = hear(openaiChat, responseBody);
      expect(heard.readable, id).toBe(true);
      expect(heard.write([])).toBe(responseBody);
      const { units } = heard.reading();
      const doc = docOf(fold(chunksOf(responseBody)));
      const whole = openaiChat.readAnswer(doc, { depth: 128 }).units;
      expect(byPath(units.filter(isSaid)), id).toEqual(byPath(whole.filter(isSaid)));
      const marked = (leaf: Leaf) => `${textOf(leaf)} "é\\`;
      const edited = fold(chunksOf(heard.write(rewrite(units.filter(isSaid), marked))));
      expect(edited.choices, id).toEqual(
        JSON.parse(write(doc, rewrite(whole.filter(isSaid), marked))).choices,
      );
    }
    count('streams equal their bodies', streams.length);
  });

  it('takes every call out, of streams and bodies alike', () => {
    let taken = 0;
    for (const { responseBody, id } of streams) {
      const heard = hear(openaiChat, responseBody);
      const refused = refusals(heard.reading().units);
      taken += refused.length;
      const governed = heard.write(heard.reader.refuse(refused));
      const doc = docOf(fold(chunksOf(responseBody)));
      const whole = write(
        doc,
        openaiChat.refuseCalls(doc, refusals(openaiChat.readAnswer(doc, { depth: 128 }).units)),
      );
      expect(fold(chunksOf(governed)).choices, id).toEqual(JSON.parse(whole).choices);
      expect(callsOf(hear(openaiChat, governed).reading().units)).toEqual([]);
    }
    for (const { responseBody, id } of bodies) {
      const doc = docOf(responseBody);
      const refused = refusals(openaiChat.readAnswer(doc, { depth: 128 }).units);
      taken += refused.length;
      const governed = write(doc, openaiChat.refuseCalls(doc, refused));
      expect(callsOf(answer(governed).units), id).toEqual([]);
      if (refused.length > 0)
        for (const { finish_reason } of JSON.parse(governed).choices)
          expect(finish_reason).not.toBe('tool_calls');
    }
    count('calls taken out', taken);
  });
});

/** What the choices say, but for what is told of it again. */
const isSaid = ({ path }: { readonly path: string }): boolean =>
  /^\/choices\/\d+\/(?!message$|logprobs)/.test(path);
