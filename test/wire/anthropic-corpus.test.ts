/** Every recorded exchange of the Messages API, read, edited and refused. */
import { describe, expect, it } from 'vitest';
import type { Leaf, Unit } from '../../src/exchange.ts';
import { anthropic } from '../../src/wire/anthropic.ts';
import { editLeaf } from '../../src/wire/edit.ts';
import {
  answer,
  byPath,
  docOf,
  fold,
  hasCorpus,
  hear,
  type Json,
  OPTIONS,
  request,
  textOf,
  transcripts,
  write,
  writeStream,
} from './anthropic-reading.ts';

/** Two messages in one stream: no reader can say which of them the answer is. */
const SPLICED = 'dd0dd373eb1c8101';

const all = hasCorpus ? transcripts() : [];
const streams = all.filter((each) => each.framing === 'sse' && each.id !== SPLICED);
const bodies = all.filter((each) => each.framing === 'none');
const requests = all.filter((each) => each.requestBody);
const count = (what: string, n: number) => console.log(`anthropic transcripts: ${n} ${what}`);

const callsOf = (units: readonly Unit[]) =>
  units
    .filter((unit) => unit.stage === 'tool_call')
    .map(({ tool, callId, values, leaves }) => ({
      id: callId,
      name: tool?.name,
      arguments: values ? plain(values()[0]) : textOf(leaves[0]!),
    }));

const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null));

const spoken = (units: readonly Unit[]) =>
  units
    .filter(({ stage, path }) => stage === 'response' && /^\/content\/\d+\/text$/.test(path))
    .map(({ leaves }) => textOf(leaves[0]!))
    .join('');

const expectedCalls = ({ expected }: Json) =>
  (expected.toolCalls ?? []).map(({ id, name, arguments: given }: Json) => ({
    id,
    name,
    arguments: given === '' ? {} : given,
  }));

const unitsOf = (record: Json): readonly Unit[] =>
  record.framing === 'sse' ? hear(record.responseBody).reading().units : answer(record.responseBody).units;

/** Every text put in its own place again: edits go where leaves say they stand. */
const rewrite = (leaves: readonly Leaf[], text: (leaf: Leaf) => string) =>
  leaves
    .filter((leaf) => leaf.kind === 'string')
    .flatMap((leaf) => editLeaf(leaf, 0, leaf.end - leaf.start, text(leaf)));

const leavesOf = (units: readonly Unit[]) => units.flatMap((unit) => unit.leaves);

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('reads every request', () => {
    let resultsFound = 0;
    for (const { requestBody, expected } of requests) {
      const reading = request(requestBody);
      const results = new Set(
        reading.units.filter((unit) => unit.stage === 'tool_result').map(({ callId }) => callId),
      );
      if (expected.requestToolResults) expect(results.size).toBeLessThanOrEqual(expected.requestToolResults);
      results.delete(undefined);
      resultsFound += results.size;
      for (const name of expected.requestTools ?? []) expect(reading.offered).toContain(name);
      const doc = docOf(requestBody);
      const same = write(doc, rewrite(leavesOf(anthropic.readRequest(doc, OPTIONS).units), textOf));
      expect(JSON.parse(same)).toEqual(JSON.parse(write(doc, [])));
    }
    count(`requests read, ${resultsFound} results`, requests.length);
  });

  it('finds the calls and texts that an independent parser found', () => {
    let calls = 0;
    for (const record of [...streams, ...bodies]) {
      const units = unitsOf(record);
      expect(callsOf(units), record.id).toEqual(expectedCalls(record));
      if (record.expected.text) expect(spoken(units), record.id).toBe(record.expected.text);
      calls += expectedCalls(record).length;
    }
    count(`answers (${streams.length} streamed), ${calls} calls as expected`, streams.length + bodies.length);
  });

  it('refuses to read two messages in one stream', () => {
    expect(hear(all.find((each) => each.id === SPLICED).responseBody).readable).toBe(false);
  });

  it('reads a stream as the body that it adds up to', () => {
    for (const { responseBody, id } of streams) {
      const heard = hear(responseBody);
      expect(heard.readable && heard.reader.finished(), id).toBe(true);
      expect(writeStream(heard.events, [])).toBe(responseBody);
      expect(byPath(heard.reading().units), id).toEqual(byPath(answer(fold(responseBody)).units));
      expect(heard.reading().id).toBe(fold(responseBody).id);
    }
    count('streams equal their bodies', streams.length);
  });

  it('puts edits of a stream where edits of its body stand', () => {
    const marked = (leaf: Leaf) => (leaf.fixed ? textOf(leaf) : `${textOf(leaf)} "é\\`);
    for (const { responseBody, id } of streams) {
      const heard = hear(responseBody);
      const doc = docOf(fold(responseBody));
      const whole = write(doc, rewrite(leavesOf(anthropic.readAnswer(doc, OPTIONS).units), marked));
      const stream = writeStream(heard.events, rewrite(leavesOf(heard.reading().units), marked));
      expect(fold(stream), id).toEqual(JSON.parse(whole));
    }
  });

  it('takes every call out, of streams and bodies alike', () => {
    let taken = 0;
    const refusals = (units: readonly Unit[]) =>
      units
        .filter((unit) => unit.stage === 'tool_call')
        .map((unit) => ({ unit, text: `fcgate policy_denied: ${unit.tool?.name}` }));
    for (const { responseBody, id } of streams) {
      const heard = hear(responseBody);
      const refused = refusals(heard.reading().units);
      taken += refused.length;
      const governed = writeStream(heard.events, heard.reader.refuse(refused));
      const doc = docOf(fold(responseBody));
      const whole = write(
        doc,
        anthropic.refuseCalls(doc, refusals(anthropic.readAnswer(doc, OPTIONS).units)),
      );
      expect(fold(governed), id).toEqual(JSON.parse(whole));
      const again = hear(governed);
      expect(again.readable).toBe(true);
      expect(callsOf(again.reading().units)).toEqual([]);
    }
    for (const { responseBody } of bodies) {
      const doc = docOf(responseBody);
      const refused = refusals(anthropic.readAnswer(doc, OPTIONS).units);
      taken += refused.length;
      const governed = write(doc, anthropic.refuseCalls(doc, refused));
      expect(callsOf(answer(governed).units)).toEqual([]);
      if (refused.length > 0) expect(JSON.parse(governed).stop_reason).not.toBe('tool_use');
    }
    count('calls taken out', taken);
  });

  it('leaves no string out but names, ids and what is opaque', () => {
    const left = new Set<string>();
    const look = (value: Json, path: string, name: string, seen: (path: string) => boolean): void => {
      if (typeof value === 'string' && /[a-z]/i.test(value) && !seen(path)) left.add(name);
      else if (typeof value === 'object' && value !== null)
        for (const [key, each] of Object.entries(value))
          look(
            each,
            `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
            Array.isArray(value) ? name : key,
            seen,
          );
    };
    const check = (body: Json, { units, omit }: { units: readonly Unit[]; omit: readonly Leaf[] }) => {
      const paths = [...leavesOf(units), ...omit].map((leaf) => leaf.path);
      const known = new Set(
        paths.flatMap((path) => path.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'))),
      );
      look(body, '', '', (path) => known.has(path));
    };
    for (const { requestBody } of requests)
      check(JSON.parse(write(docOf(requestBody), [])), request(requestBody));
    for (const { responseBody } of bodies)
      check(JSON.parse(write(docOf(responseBody), [])), answer(responseBody));
    for (const { responseBody } of streams) check(fold(responseBody), answer(fold(responseBody)));
    expect([...left].sort()).toMatchInlineSnapshot(`
      [
        "anthropic_version",
        "display",
        "effort",
        "expires_at",
        "file_id",
        "file_type",
        "id",
        "inference_geo",
        "media_type",
        "model",
        "name",
        "request_id",
        "role",
        "server_name",
        "service_tier",
        "stop_reason",
        "tool_id",
        "tool_name",
        "tool_use_id",
        "ttl",
        "type",
      ]
    `);
  });
});
