/** Folds Ollama's streams, for the tests beside this file. */
import type { Unit } from '../../src/exchange.ts';
import type { RefusedCall } from '../../src/wire/codec.ts';
import { ndjsonSplitter } from '../../src/wire/ndjson.ts';
import { ollama } from '../../src/wire/ollama.ts';
import { docOf, hear, type Json, OPTIONS, write } from './reading.ts';

export const answer = (body: Json) => ollama.readAnswer(docOf(body), OPTIONS);
export const request = (body: Json) => ollama.readRequest(docOf(body), OPTIONS);
export const hearLines = (stream: string) => hear(ollama, stream, ndjsonSplitter());

export const linesOf = (stream: string): Json[] =>
  stream
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

/** The answer that lines add up to, by the API reference. */
export function fold(lines: readonly Json[]): Json {
  const body: Json = {};
  for (const { message, response, logprobs, ...rest } of lines) {
    Object.assign(body, rest);
    if (response !== undefined) body.response = (body.response ?? '') + response;
    if (logprobs) body.logprobs = [...(body.logprobs ?? []), ...logprobs];
    for (const [key, value] of Object.entries<Json>(message ?? {})) {
      body.message ??= {};
      const known = body.message[key];
      if (Array.isArray(value)) body.message[key] = [...(known ?? []), ...value];
      else if (key !== 'role' && typeof value === 'string') body.message[key] = (known ?? '') + value;
      else body.message[key] = value;
    }
  }
  return body;
}

const refusals = (units: readonly Unit[], ...names: string[]): RefusedCall[] =>
  units
    .filter(
      ({ stage, tool }) => stage === 'tool_call' && (names.length === 0 || names.includes(tool?.name ?? '')),
    )
    .map((unit) => ({ unit, text: `fcgate policy_denied: ${unit.tool?.name}` }));

export function refuseBody(body: Json, ...names: string[]): Json {
  const doc = docOf(body);
  const refused = refusals(ollama.readAnswer(doc, OPTIONS).units, ...names);
  return JSON.parse(write(doc, ollama.refuseCalls(doc, refused)));
}

export function refuseStream(stream: string, ...names: string[]): string {
  const heard = hearLines(stream);
  return heard.write(heard.reader.refuse(refusals(heard.reading().units, ...names)));
}
