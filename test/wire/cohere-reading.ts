/** Folds Cohere's streams, for the tests beside this file. */
import type { Unit } from '../../src/exchange.ts';
import type { RefusedCall } from '../../src/wire/codec.ts';
import { cohere } from '../../src/wire/cohere.ts';
import { dataOf, docOf, hear, type Json, OPTIONS, write } from './reading.ts';

export const answer = (body: Json) => cohere.readAnswer(docOf(body), OPTIONS);
export const request = (body: Json) => cohere.readRequest(docOf(body), OPTIONS);

export const eventsOf = (stream: string): Json[] =>
  dataOf(stream)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data));

/** The answer that events add up to, by the API reference. */
export function fold(events: readonly Json[]): Json {
  const message: Json = { role: 'assistant' };
  const body: Json = { message };
  const open = new Map<string, Json>();
  /** A part that begins; the index may have been used before. */
  const begin = (name: string, index: number, value: Json): void => {
    const part = structuredClone(value);
    message[name] = [...(message[name] ?? []), part];
    open.set(`${name} ${index}`, part);
  };
  for (const { type, index, id, delta } of events) {
    const { content, tool_calls, citations, tool_plan } = delta?.message ?? {};
    if (type === 'message-start') body.id = id;
    else if (type === 'message-end') Object.assign(body, delta);
    else if (type === 'tool-plan-delta') message.tool_plan = (message.tool_plan ?? '') + tool_plan;
    else if (type === 'content-start') begin('content', index, content);
    else if (type === 'content-delta')
      for (const key of Object.keys(content)) open.get(`content ${index}`)[key] += content[key];
    else if (type === 'tool-call-start') begin('tool_calls', index, tool_calls);
    else if (type === 'tool-call-delta')
      open.get(`tool_calls ${index}`).function.arguments += tool_calls.function.arguments;
    else if (type === 'citation-start') begin('citations', index, citations);
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
  const refused = refusals(cohere.readAnswer(doc, OPTIONS).units, ...names);
  return JSON.parse(write(doc, cohere.refuseCalls(doc, refused)));
}

export function refuseStream(stream: string, ...names: string[]): string {
  const heard = hear(cohere, stream);
  return heard.write(heard.reader.refuse(refusals(heard.reading().units, ...names)));
}
