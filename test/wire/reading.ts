/** Reads, edits and tells bodies and streams of any dialect, for the tests beside this file. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Leaf, Unit } from '../../src/exchange.ts';
import type { AnswerReading, Codec, CodecOptions, StreamReader } from '../../src/wire/codec.ts';
import { applySplices, editLeaf, type Splice } from '../../src/wire/edit.ts';
import type { Doc } from '../../src/wire/json.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
import { type Splitter, type StreamEvent, sseSplitter } from '../../src/wire/sse.ts';

export const OPTIONS: CodecOptions = { depth: 128 };

// biome-ignore lint/suspicious/noExplicitAny: bodies of tests are looked into freely
export type Json = any;

export function docOf(body: Json): Doc {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return parseJson(bytes, { chunk: {} });
}

export const textOf = ({ bytes, start, end }: Leaf): string =>
  Buffer.from(bytes.subarray(start, end)).toString();

/** What is told of a unit, without the way back to its bytes. */
export const told = ({ stage, path, tool, callId, remote, leaves, values }: Unit) => ({
  stage,
  path,
  ...(tool ? { tool: tool.name } : {}),
  ...(callId === undefined ? {} : { callId }),
  ...(remote ? { remote } : {}),
  leaves: leaves
    .map((leaf) => [leaf.path, leaf.kind, textOf(leaf)])
    .sort((a, b) => `${a}`.localeCompare(`${b}`)),
  values: values?.(),
});

export const byPath = (units: readonly Unit[]) =>
  units.map(told).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

/** `STAGE PATH TEXT` of every text leaf, in order; `!` marks one that may not be altered. */
export const texts = (units: readonly Unit[], stage?: Unit['stage']): string[] =>
  units
    .filter((unit) => stage === undefined || unit.stage === stage)
    .flatMap((unit) =>
      unit.leaves
        .filter((leaf) => leaf.kind === 'string')
        .map((leaf) => `${unit.stage} ${leaf.path}${leaf.fixed ? '!' : ''} ${textOf(leaf)}`),
    );

/** Name, id and arguments of each call, in order. */
export const callsOf = (units: readonly Unit[], stage: Unit['stage'] = 'tool_call') =>
  units
    .filter((unit) => unit.stage === stage)
    .map(({ tool, callId, values, leaves }) => ({
      id: callId,
      name: tool?.name,
      arguments: values ? plain(values()[0]) : leaves[0] && textOf(leaves[0]),
    }));

export const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));

export const write = (doc: Doc, splices: readonly Splice[]): string =>
  Buffer.concat(applySplices(doc, splices)).toString();

export interface Heard {
  readonly events: readonly StreamEvent[];
  readonly reader: StreamReader;
  readonly readable: boolean;
  reading(): AnswerReading;
  write(splices: readonly Splice[]): string;
}

export const sse = (events: readonly Json[], eol = '\n'): string =>
  events
    .map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}${eol}${eol}`)
    .join('');

/** A stream of events, as text or as the data of each. */
export function hear(
  codec: Codec,
  stream: string | readonly Json[],
  splitter: Splitter = sseSplitter(),
  options = OPTIONS,
): Heard {
  const bytes = Buffer.from(typeof stream === 'string' ? stream : sse(stream));
  const events = [...splitter.push(bytes), ...splitter.end()];
  const reader = codec.openStream(options);
  const readable = events.every((event) => !event.unfinished && reader.push(event));
  return {
    events,
    reader,
    readable,
    reading: () => reader.reading(),
    write: (splices) => writeStream(events, splices),
  };
}

export function writeStream(events: readonly StreamEvent[], splices: readonly Splice[]): string {
  const own = new Map<object, Splice[]>();
  for (const splice of splices) {
    const there = own.get(splice.chunk);
    if (there) there.push(splice);
    else own.set(splice.chunk, [splice]);
  }
  return Buffer.concat(events.flatMap((event) => applySplices(event, own.get(event) ?? []))).toString();
}

/** The data of each event. */
export const dataOf = (stream: string): string[] =>
  stream
    .split(/\r?\n\r?\n/)
    .flatMap((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:')))
    .map((line) => line.slice(5).trim());

/** Every text put in the place of the leaf by `text`. */
export const rewrite = (units: readonly Unit[], text: (leaf: Leaf) => string): Splice[] =>
  units
    .flatMap(({ leaves }) => leaves)
    .filter((leaf) => leaf.kind === 'string' && !leaf.fixed)
    .flatMap((leaf) => editLeaf(leaf, 0, leaf.end - leaf.start, text(leaf)));

const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url));
export const hasCorpus = existsSync(`${corpora}transcripts`);

/** Recorded exchanges of some files, of some APIs. */
export const transcripts = (files: readonly string[], apis: readonly string[]): Json[] =>
  files
    .flatMap((file) =>
      gunzipSync(readFileSync(`${corpora}transcripts/${file}.jsonl.gz`))
        .toString()
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line))
    .filter((record) => apis.includes(record.api));
