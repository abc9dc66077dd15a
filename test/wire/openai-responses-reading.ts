/** Reads, edits and refuses bodies and streams of Responses for the tests beside this file. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Leaf, Unit } from '../../src/exchange.ts';
import type { CodecOptions, StreamReader } from '../../src/wire/codec.ts';
import { applySplices, editLeaf, type Splice } from '../../src/wire/edit.ts';
import type { Doc } from '../../src/wire/json.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
import { openaiResponses } from '../../src/wire/openai-responses.ts';
import { type StreamEvent, sseSplitter } from '../../src/wire/sse.ts';

export const OPTIONS: CodecOptions = { depth: 128 };

// biome-ignore lint/suspicious/noExplicitAny: bodies of tests are looked into freely
export type Json = any;

export function docOf(body: Json): Doc {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return parseJson(bytes, { chunk: { bytes } });
}

export const textOf = ({ bytes, start, end }: Leaf): string =>
  Buffer.from(bytes.subarray(start, end)).toString();

export const request = (body: Json) => openaiResponses.readRequest(docOf(body), OPTIONS);
export const answer = (body: Json, options = OPTIONS) => openaiResponses.readAnswer(docOf(body), options);

/** What is told of a unit, without the way back to its bytes. */
export const told = ({ stage, path, tool, callId, remote, leaves, values }: Unit) => ({
  stage,
  path,
  ...(tool ? { tool: tool.name } : {}),
  ...(callId === undefined ? {} : { callId }),
  ...(remote ? { remote } : {}),
  leaves: leaves.map((leaf) => [leaf.path, leaf.kind, textOf(leaf), leaf.fixed === true]),
  values: values?.(),
});

const order = (a: Unit, b: Unit) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

export const byPath = (units: readonly Unit[]) => [...units].sort(order).map(told);

/** One line a unit: stage, tool, whether remote, path, and its texts; `!` marks one that may not be altered. */
export const lines = (units: readonly Unit[]): string[] =>
  units.map(({ stage, tool, callId, remote, path, leaves }) =>
    [
      stage,
      ...(tool ? [tool.name] : []),
      ...(callId === undefined ? [] : [`(${callId})`]),
      ...(remote ? ['remote'] : []),
      path,
      ...leaves
        .filter(({ kind }) => kind !== 'key')
        .map((leaf) => `${leaf.fixed ? '!' : ''}${JSON.stringify(textOf(leaf))}`),
    ].join(' '),
  );

export const write = (doc: Doc, splices: readonly Splice[]): string =>
  Buffer.concat(applySplices(doc, splices)).toString();

export interface Heard {
  readonly events: readonly StreamEvent[];
  readonly reader: StreamReader;
  readonly readable: boolean;
  readonly units: readonly Unit[];
}

export const sse = (events: readonly Json[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

/** A stream of events, numbered. */
export const numbered = (events: readonly Json[]): string =>
  sse(events.map((event, i) => ({ sequence_number: i, ...event })));

export function hear(stream: string | Uint8Array, size = Infinity, options = OPTIONS): Heard {
  const splitter = sseSplitter();
  const bytes = Buffer.from(stream);
  const events: StreamEvent[] = [];
  for (let at = 0; at < bytes.length; at += size)
    events.push(...splitter.push(bytes.subarray(at, at + size)));
  events.push(...splitter.end());
  const reader = openaiResponses.openStream(options);
  const readable = events.every((event) => reader.push(event));
  return { events, reader, readable, units: reader.reading().units };
}

export const writeStream = (events: readonly StreamEvent[], splices: readonly Splice[]): string => {
  const own = new Map<unknown, Splice[]>();
  for (const splice of splices) own.set(splice.chunk, [...(own.get(splice.chunk) ?? []), splice]);
  return Buffer.concat(events.flatMap((event) => applySplices(event, own.get(event) ?? []))).toString();
};

export const eventsOf = (stream: string): Json[] =>
  stream
    .split(/\r?\n\r?\n/)
    .flatMap((block) => block.split(/\r?\n/).filter((line) => /^data: ?\{/.test(line)))
    .map((line) => JSON.parse(line.slice(5)));

/** Puts a text in the place of another wherever that stands in a unit. */
export const replacing = (units: readonly Unit[], from: string, to: string): Splice[] =>
  units.flatMap(({ leaves }) =>
    leaves.flatMap((leaf) => {
      const at = leaf.fixed ? -1 : Buffer.from(textOf(leaf)).indexOf(from);
      return at < 0 ? [] : editLeaf(leaf, at, at + Buffer.byteLength(from), to);
    }),
  );

export const calls = (units: readonly Unit[]) => units.filter((unit) => unit.stage === 'tool_call');

const corpora = fileURLToPath(new URL('../../../shared/corpora/transcripts/', import.meta.url));
export const hasCorpus = existsSync(corpora);

/** Recorded exchanges of the Responses API and of servers that speak it. */
export function transcripts(): Json[] {
  return ['openai-responses', 'azure-openai', 'bedrock-mantle', 'openai-compatible']
    .flatMap((file) =>
      gunzipSync(readFileSync(`${corpora}${file}.jsonl.gz`))
        .toString()
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line))
    .filter((record) => record.api === 'responses');
}
