/** Reads, edits and folds Anthropic bodies for the tests beside this file. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Leaf, Unit } from '../../src/exchange.ts';
import { anthropic } from '../../src/wire/anthropic.ts';
import type { AnswerReading, CodecOptions, StreamReader } from '../../src/wire/codec.ts';
import { applySplices, type Splice } from '../../src/wire/edit.ts';
import type { Doc } from '../../src/wire/json.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
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

export const request = (body: Json) => anthropic.readRequest(docOf(body), OPTIONS);
export const answer = (body: Json, options = OPTIONS) => anthropic.readAnswer(docOf(body), options);

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

export const byPath = (units: readonly Unit[]) =>
  units.map(told).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

/** Path and text of every text leaf, in order; `!` marks one that may not be altered. */
export const texts = (units: readonly Unit[], stage?: Unit['stage']): string[] =>
  units
    .filter((unit) => stage === undefined || unit.stage === stage)
    .flatMap(({ leaves }) => leaves)
    .filter((leaf) => leaf.kind === 'string')
    .map((leaf) => `${leaf.path}${leaf.fixed ? '!' : ''} ${textOf(leaf)}`);

export const write = (doc: Doc, splices: readonly Splice[]): string =>
  Buffer.concat(applySplices(doc, splices)).toString();

export interface Heard {
  readonly events: readonly StreamEvent[];
  readonly reader: StreamReader;
  readonly readable: boolean;
  reading(): AnswerReading;
}

export const sse = (events: readonly Json[], eol = '\n'): string =>
  events.map((event) => `event: ${event.type}${eol}data: ${JSON.stringify(event)}${eol}${eol}`).join('');

export function hear(stream: string | readonly Json[], options = OPTIONS): Heard {
  const splitter = sseSplitter();
  const bytes = Buffer.from(typeof stream === 'string' ? stream : sse(stream));
  const events = [...splitter.push(bytes), ...splitter.end()];
  const reader = anthropic.openStream(options);
  const readable = events.every((event) => reader.push(event));
  return { events, reader, readable, reading: () => reader.reading() };
}

export const writeStream = (events: readonly StreamEvent[], splices: readonly Splice[]): string =>
  Buffer.concat(
    events.flatMap((event) =>
      applySplices(
        event,
        splices.filter((splice) => splice.chunk === event),
      ),
    ),
  ).toString();

export const eventsOf = (stream: string): Json[] =>
  stream
    .split(/\r?\n\r?\n/)
    .flatMap((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:')))
    .map((line) => JSON.parse(line.slice(5)));

/** The message that a stream adds up to, by the API reference. */
export function fold(stream: string): Json {
  let message: Json;
  const inputs = new Map<number, string>();
  for (const event of eventsOf(stream)) {
    if (event.type === 'message_start') message = event.message;
    else if (event.type === 'content_block_start') message.content.push(event.content_block);
    else if (event.type === 'content_block_delta') addDelta(message.content[event.index], event, inputs);
    else if (event.type === 'content_block_stop' && inputs.get(event.index))
      message.content[event.index].input = JSON.parse(inputs.get(event.index)!);
    else if (event.type === 'message_delta') Object.assign(message, event.delta);
  }
  return message;
}

function addDelta(block: Json, { index, delta }: Json, inputs: Map<number, string>): void {
  if (delta.type === 'text_delta') block.text += delta.text;
  else if (delta.type === 'thinking_delta') block.thinking += delta.thinking;
  else if (delta.type === 'signature_delta') block.signature = delta.signature;
  else if (delta.type === 'citations_delta') block.citations = [...(block.citations ?? []), delta.citation];
  else if (delta.type === 'compaction_delta') block.content = delta.content;
  else if (delta.type === 'input_json_delta')
    inputs.set(index, (inputs.get(index) ?? '') + delta.partial_json);
  else throw new Error(`unknown delta ${delta.type}`);
}

const corpora = fileURLToPath(new URL('../../../shared/corpora/transcripts/', import.meta.url));
export const hasCorpus = existsSync(corpora);

/** Recorded exchanges of the Messages API. */
export function transcripts(): Json[] {
  return ['anthropic-messages', 'anthropic-other', 'vertex']
    .flatMap((file) =>
      gunzipSync(readFileSync(`${corpora}${file}.jsonl.gz`))
        .toString()
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line))
    .filter((record) => ['messages', 'count_tokens'].includes(record.api));
}
