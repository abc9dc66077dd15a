/** Every recorded exchange of Responses, read, edited and refused. */
import { describe, expect, it } from 'vitest';
import type { Leaf, Unit } from '../../src/exchange.ts';
import { editLeaf } from '../../src/wire/edit.ts';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import {
  answer,
  calls,
  docOf,
  eventsOf,
  hasCorpus,
  hear,
  type Json,
  OPTIONS,
  request,
  textOf,
  told,
  transcripts,
  write,
  writeStream,
} from './openai-responses-reading.ts';

/** Streams that tell their text in two ways: deltas were cut out by hand, or parts are counted differently at the end. */
const TORN = new Set(['f358cc4323c40208', 'fe9ade7a761ba90a']);

const all = hasCorpus ? transcripts() : [];
const good = all.filter((each) => each.status === 200);
const streams = good.filter((each) => each.framing === 'sse');
const bodies = good.filter((each) => each.framing === 'none');
const requests = all.filter((each) => each.requestBody);
const count = (what: string, n: number) => console.log(`responses transcripts: ${n} ${what}`);

const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null));

const unitsOf = (record: Json): readonly Unit[] =>
  record.framing === 'sse' ? hear(record.responseBody).units : answer(record.responseBody).units;

const argumentsOf = ({ values, leaves }: Unit) => (values ? plain(values()[0]) : textOf(leaves[0]!));

const parsed = (text: string) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** An independent parser found these; it calls a builtin tool by its item, and takes its arguments as they stand. */
const expectedCalls = ({ expected }: Json, found: readonly Unit[]): Json[] =>
  expected.toolCalls.map(({ kind, name, id, arguments: given }: Json, i: number) => ({
    id,
    name: kind === 'builtin' ? found[i]?.tool?.name : name,
    arguments: given === '' ? {} : kind === 'builtin' && typeof given === 'string' ? parsed(given) : given,
  }));

const endOf = ({ framing, responseBody }: Json): Json =>
  framing === 'sse'
    ? eventsOf(responseBody).findLast(({ response }) => response)?.response
    : JSON.parse(responseBody);

/** What messages say; reasoning has text at the same place, which the independent parser does not count. */
const spoken = (record: Json, units: readonly Unit[]) =>
  units
    .filter(({ path }) => /^\/output\/\d+\/content\/\d+\/text$/.test(path))
    .filter(({ path }) => endOf(record).output[path.split('/')[2]!]?.type !== 'reasoning')
    .map(({ leaves }) => textOf(leaves[0]!))
    .join('');

const leavesOf = (units: readonly Unit[]): Leaf[] => units.flatMap((unit) => unit.leaves);

/** Every text put in its own place again: edits go where leaves say they stand. */
const rewrite = (units: readonly Unit[], text: (leaf: Leaf) => string) =>
  leavesOf(units)
    .filter((leaf) => leaf.kind === 'string')
    .flatMap((leaf) => editLeaf(leaf, 0, leaf.end - leaf.start, text(leaf)));

const sorted = (units: readonly Unit[]) =>
  units
    .map(told)
    .map((unit) =>
      JSON.stringify({ ...unit, leaves: unit.leaves.map(String).sort(), values: plain(unit.values) }),
    )
    .sort();

const byNumber = (stream: string) => eventsOf(stream).map((event) => event.sequence_number);

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('finds the calls and texts that an independent parser found', () => {
    let found = 0;
    for (const record of good) {
      const units = unitsOf(record);
      const own = calls(units);
      const got = own.map((unit) => ({
        id: unit.callId,
        name: unit.tool?.name,
        arguments: argumentsOf(unit),
      }));
      expect({ record: record.id, got }).toEqual({ record: record.id, got: expectedCalls(record, own) });
      if (TORN.has(record.id)) expect(spoken(record, units)).toContain(record.expected.text.slice(-40));
      else expect([record.id, spoken(record, units)]).toEqual([record.id, record.expected.text ?? '']);
      found += own.length;
    }
    count(`answers (${streams.length} streamed), ${found} calls as expected`, good.length);
  });

  it('reads every request', () => {
    let [results, tools] = [0, 0];
    for (const { requestBody, expected, id } of requests) {
      const reading = request(requestBody);
      const own = reading.units.filter((unit) => unit.stage === 'tool_result');
      const { input } = JSON.parse(requestBody);
      const isSearch = ({ type }: Json) => type === 'tool_search_output';
      const searches = Array.isArray(input) ? input.filter(isSearch).length : 0;
      expect([id, new Set(own.map(({ callId }) => callId)).size + searches]).toEqual([
        id,
        expected.requestToolResults ?? 0,
      ]);
      for (const name of expected.requestTools ?? [])
        if (reading.offered && name !== 'mcp') expect(reading.offered).toContain(name);
      results += own.length;
      tools += reading.offered?.size ?? 0;
      const doc = docOf(requestBody);
      const same = write(doc, rewrite(openaiResponses.readRequest(doc, OPTIONS).units, textOf));
      expect(JSON.parse(same)).toEqual(JSON.parse(requestBody));
    }
    count(`requests, ${results} results, ${tools} tools offered`, requests.length);
  });

  it('reads a stream as the response that ends it', () => {
    let same = 0;
    for (const record of streams) {
      const heard = hear(record.responseBody);
      expect([record.id, heard.readable, heard.reader.finished()]).toEqual([record.id, true, true]);
      const end = endOf(record);
      if (TORN.has(record.id) || record.responseBody.includes('event: error')) continue;
      expect([record.id, sorted(heard.units)]).toEqual([record.id, sorted(answer(end).units)]);
      same++;
    }
    count('streams read as their last response', same);
  });

  it('leaves what it does not edit as it came, and puts edits in every place', () => {
    for (const { responseBody } of streams) {
      const { events, units } = hear(responseBody, 61);
      expect(writeStream(events, [])).toBe(responseBody);
      expect(eventsOf(writeStream(events, rewrite(units, textOf))).at(-1)).toEqual(
        eventsOf(responseBody).at(-1),
      );
    }
    for (const { responseBody } of bodies) {
      const doc = docOf(responseBody);
      expect(write(doc, [])).toBe(responseBody);
      const same = write(doc, rewrite(openaiResponses.readAnswer(doc, OPTIONS).units, textOf));
      expect(JSON.parse(same)).toEqual(JSON.parse(responseBody));
    }
    count('streams and bodies edited and not', streams.length + bodies.length);
  });

  it('takes every call out, of streams and bodies alike', () => {
    let refused = 0;
    const refusalsOf = (units: readonly Unit[]) =>
      calls(units).map((unit) => ({ unit, text: 'fcgate policy_denied' }));
    for (const record of streams) {
      const { events, reader, units } = hear(record.responseBody);
      const out = writeStream(events, reader.refuse(refusalsOf(units)));
      const end = endOf(record);
      const doc = docOf(end);
      const body = write(
        doc,
        openaiResponses.refuseCalls(doc, refusalsOf(openaiResponses.readAnswer(doc, OPTIONS).units)),
      );
      expect(eventsOf(out).findLast(({ response }) => response).response).toEqual(JSON.parse(body));
      const [before, after] = [byNumber(record.responseBody), byNumber(out)];
      if (before.every((n, i) => n === i)) expect(after).toEqual(after.map((_, i) => i));
      expect(calls(hear(out).units)).toEqual([]);
      refused += calls(units).length;
    }
    for (const { responseBody } of bodies) {
      const doc = docOf(responseBody);
      const { units } = openaiResponses.readAnswer(doc, OPTIONS);
      const out = write(doc, openaiResponses.refuseCalls(doc, refusalsOf(units)));
      expect(calls(answer(out).units)).toEqual([]);
      refused += calls(units).length;
    }
    count('calls refused', refused);
  });

  it('leaves no string out but names, ids and what is opaque', () => {
    const left = new Set<string>();
    const check = (body: Json, units: readonly Unit[], omit: readonly Leaf[]) => {
      const read = new Set([...leavesOf(units), ...omit].map((leaf) => leaf.path));
      const opaque = omit.map((leaf) => `${leaf.path}/`);
      const walk = (value: Json, path: string, key: string) => {
        if (read.has(path) || opaque.some((each) => path.startsWith(each))) return;
        if (typeof value === 'string' && value !== '' && !units.some((unit) => unit.path === path))
          left.add(key);
        else if (typeof value === 'object' && value !== null)
          for (const [name, each] of Object.entries(value))
            walk(
              each,
              `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
              Array.isArray(value) ? key : name,
            );
      };
      walk(body, '', '');
    };
    for (const { requestBody } of requests) {
      const { units, omit } = request(requestBody);
      check(JSON.parse(requestBody), units, omit);
    }
    for (const { responseBody } of bodies)
      check(JSON.parse(responseBody), answer(responseBody).units, answer(responseBody).omit);
    for (const record of streams) {
      const { reader } = hear(record.responseBody);
      check(endOf(record), reader.reading().units, reader.reading().omit);
    }
    expect([...left].sort()).toMatchInlineSnapshot(`
      [
        "call_id",
        "code",
        "container_id",
        "context",
        "conversation",
        "detail",
        "effort",
        "execution",
        "file_id",
        "harassment",
        "harassment/threatening",
        "hate",
        "hate/threatening",
        "id",
        "illicit",
        "illicit/violent",
        "include",
        "mode",
        "model",
        "name",
        "namespace",
        "object",
        "payer",
        "phase",
        "previous_response_id",
        "prompt_cache_retention",
        "role",
        "search_context_size",
        "self-harm",
        "self-harm/instructions",
        "self-harm/intent",
        "server_label",
        "service_tier",
        "severity",
        "sexual",
        "sexual/minors",
        "source_type",
        "status",
        "summary",
        "tool_choice",
        "truncation",
        "type",
        "vector_store_ids",
        "verbosity",
        "violence",
        "violence/graphic",
      ]
    `);
  });
});
