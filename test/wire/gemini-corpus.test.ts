/** Every recorded exchange of generateContent, on Gemini and Vertex: read, edited and refused. */
import { describe, expect, it } from 'vitest';
import { gemini } from '../../src/wire/gemini.ts';
import { jsonArraySplitter } from '../../src/wire/json-array.ts';
import { sseSplitter } from '../../src/wire/sse.ts';
import { answer, eventsOf, fold, folded, refusals, request } from './gemini-reading.ts';
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

const all = hasCorpus ? transcripts(['gemini', 'vertex'], ['generateContent', 'countTokens']) : [];
const requests = all.filter((each) => each.requestBody);
const bodies = all.filter((each) => each.framing === 'none' && each.responseBody);
const streams = all.filter((each) => each.framing !== 'none');
const count = (what: string, n: number) => console.log(`gemini transcripts: ${n} ${what}`);

const heardOf = ({ responseBody, framing }: Json) =>
  hear(gemini, responseBody, framing === 'json-array' ? jsonArraySplitter() : sseSplitter());

const unitsOf = (record: Json) =>
  record.framing === 'none' ? answer(record.responseBody).units : heardOf(record).reading().units;

/** What the independent parser counts as a call, in its words. */
const expectedCalls = ({ expected }: Json): Json[] =>
  (expected.toolCalls ?? []).map(({ id, name, arguments: given }: Json) => ({
    ...(id === null ? {} : { id }),
    name: name === 'executableCode' ? 'codeExecution' : name,
    arguments: given === '' ? {} : given,
  }));

const isCounted = ({ path }: { readonly path: string }): boolean => !path.includes('/toolCall');

describe.skipIf(!hasCorpus)('recorded exchanges (needs ../shared/corpora)', () => {
  it('reads every request', () => {
    let results = 0;
    for (const { requestBody, path, expected, id } of requests) {
      const reading = request(requestBody, path);
      for (const name of expected.requestTools ?? []) expect(reading.offered, id).toContain(name);
      results += reading.units.filter(({ stage }) => stage === 'tool_result').length;
      expect(reading.model, id).not.toBe('');
      const doc = docOf(requestBody);
      const same = write(doc, rewrite(gemini.readRequest(doc, { depth: 128 }).units, textOf));
      expect(JSON.parse(same), id).toEqual(JSON.parse(write(doc, [])));
    }
    count(`requests read, ${results} results`, requests.length);
  });

  it('finds the calls and texts that an independent parser found', () => {
    let calls = 0;
    for (const record of [...bodies, ...streams]) {
      const units = unitsOf(record);
      expect(plain(callsOf(units.filter(isCounted))), record.id).toEqual(expectedCalls(record));
      const spoken = units
        .filter(({ stage, path }) => stage === 'response' && /\/parts\/\d+\/text$/.test(path))
        .map(({ leaves }) => textOf(leaves[0]!))
        .join('');
      if (record.expected.text) expect(spoken, record.id).toContain(record.expected.text);
      calls += expectedCalls(record).length;
    }
    count(`answers (${streams.length} streamed), ${calls} calls as expected`, bodies.length + streams.length);
  });

  it('reads a stream as the body that it adds up to, and edits it alike', () => {
    for (const record of streams) {
      const heard = heardOf(record);
      expect(heard.readable && heard.reader.finished(), record.id).toBe(true);
      expect(heard.write([])).toBe(record.responseBody);
      const { units } = heard.reading();
      const doc = docOf(fold(eventsOf(record.responseBody)));
      const whole = gemini.readAnswer(doc, { depth: 128 }).units;
      expect(byPath(units), record.id).toEqual(byPath(whole));
      const marked = (leaf: Json) => `${leaf.path} "é\\`;
      const edited = heard.write(rewrite(units, marked));
      expect(fold(eventsOf(edited)), record.id).toEqual(JSON.parse(write(doc, rewrite(whole, marked))));
    }
    count('streams equal their bodies', streams.length);
  });

  it('takes every call out, of streams and bodies alike', () => {
    let taken = 0;
    for (const record of streams) {
      const heard = heardOf(record);
      const refused = refusals(heard.reading().units);
      taken += refused.length;
      const governed = heard.write(heard.reader.refuse(refused));
      const doc = docOf(fold(eventsOf(record.responseBody)));
      const whole = write(
        doc,
        gemini.refuseCalls(doc, refusals(gemini.readAnswer(doc, { depth: 128 }).units)),
      );
      expect(fold(eventsOf(governed)), record.id).toEqual(folded(JSON.parse(whole)));
      expect(callsOf(heardOf({ ...record, responseBody: governed }).reading().units)).toEqual([]);
    }
    for (const { responseBody, id } of bodies) {
      const doc = docOf(responseBody);
      const refused = refusals(gemini.readAnswer(doc, { depth: 128 }).units);
      taken += refused.length;
      expect(callsOf(answer(write(doc, gemini.refuseCalls(doc, refused))).units), id).toEqual([]);
    }
    count('calls taken out', taken);
  });

  it('leaves no string out but names, ids and what is opaque', () => {
    const left = new Set<string>();
    const look = (value: Json, path: string, name: string, known: ReadonlySet<string>): void => {
      if (typeof value === 'string' && /[a-z]/i.test(value) && !known.has(path)) left.add(name);
      else if (typeof value === 'object' && value !== null)
        for (const [key, each] of Object.entries(value)) {
          const below = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          if (!known.has(`=${path}`)) look(each, below, Array.isArray(value) ? name : key, known);
        }
    };
    const check = (body: string, { units, omit }: Pick<ReturnType<typeof answer>, 'units' | 'omit'>) =>
      look(
        JSON.parse(body),
        '',
        '',
        new Set(
          [...units.flatMap(({ leaves }) => leaves), ...omit]
            .flatMap(({ path }) => [path, `=${path}`].slice(0, 1))
            .concat(omit.map(({ path }) => `=${path}`)),
        ),
      );
    for (const { requestBody, path } of requests)
      check(write(docOf(requestBody), []), request(requestBody, path));
    for (const { responseBody } of bodies) check(write(docOf(responseBody), []), answer(responseBody));
    for (const record of streams) {
      const body = JSON.stringify(fold(eventsOf(record.responseBody)));
      check(body, answer(body));
    }
    expect([...left].sort()).toMatchInlineSnapshot(`
      [
        "allowedFunctionNames",
        "createTime",
        "finishReason",
        "id",
        "language",
        "mimeType",
        "mime_type",
        "modality",
        "mode",
        "model",
        "modelVersion",
        "name",
        "outcome",
        "responseId",
        "responseMimeType",
        "responseModalities",
        "role",
        "serviceTier",
        "status",
        "thinkingLevel",
        "token",
        "toolType",
        "trafficType",
      ]
    `);
  });
});
