/** Folds Chat Completions streams, for the tests beside this file. */
import type { Unit } from '../../src/exchange.ts';
import type { RefusedCall } from '../../src/wire/codec.ts';
import { openaiChat } from '../../src/wire/openai-chat.ts';
import { dataOf, docOf, type Json, OPTIONS, write } from './reading.ts';

export const answer = (body: Json) => openaiChat.readAnswer(docOf(body), OPTIONS);
export const request = (body: Json) => openaiChat.readRequest(docOf(body), OPTIONS);

/** The chunks of a stream, but for its last word. */
export const chunksOf = (stream: string): Json[] =>
  dataOf(stream)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data));

/** The answer that chunks add up to, by the API reference. Another id with a name begins a call. */
export function fold(chunks: readonly Json[]): Json {
  const body: Json = {};
  for (const { choices = [], ...rest } of chunks) {
    Object.assign(body, rest);
    choices.forEach(({ delta, message: _soFar, ...about }: Json, i: number) => {
      body.choices ??= [];
      const index = about.index ?? i;
      let own = body.choices.find((known: Json) => known.index === index);
      if (!own) {
        own = { index, message: {} };
        body.choices.push(own);
      }
      for (const [key, value] of Object.entries(about))
        if (key === 'text') add(own, key, value);
        else if (value !== null) own[key] = value;
      addDelta(own.message, delta ?? {});
    });
  }
  for (const { message } of body.choices ?? []) finish(message);
  return body;
}

function addDelta(message: Json, { tool_calls, function_call, ...delta }: Json): void {
  for (const [key, value] of Object.entries(delta))
    if (key === 'content') addContent(message, value);
    else add(message, key, value);
  if (function_call) addCall(within(message, 'function_call'), function_call);
  (tool_calls ?? []).forEach((piece: Json, i: number) => {
    message.tool_calls ??= [];
    const index = piece.index ?? i;
    let call = message.tool_calls.findLast((each: Json) => each.index === index);
    const body = piece.function ?? piece.custom;
    const known = call?.function ?? call?.custom;
    if (!call || (body?.name && piece.id && call.id && (piece.id !== call.id || body.name !== known?.name))) {
      call = { index };
      message.tool_calls.push(call);
    }
    const { function: own, custom, ...about } = piece;
    Object.assign(call, Object.fromEntries(Object.entries(about).filter(([, value]) => value)));
    if (own) addCall(within(call, 'function'), own);
    if (custom) addCall(within(call, 'custom'), custom);
  });
}

/** Text goes on; parts do while they are of one type, and text after parts is one of them. */
function addContent(message: Json, value: Json): void {
  if (typeof value === 'string' && !Array.isArray(message.content)) add(message, 'content', value);
  else if (value === '' || value === null) message.content ??= value;
  else {
    if (!Array.isArray(message.content)) message.content = [];
    for (const part of typeof value === 'string' ? [{ type: 'text', text: value }] : value) {
      const last = message.content.at(-1);
      if (last?.type === part.type) for (const [key, each] of Object.entries(part)) add(last, key, each);
      else message.content.push(structuredClone(part));
    }
  }
}

function within(into: Json, key: string | number): Json {
  into[key] ??= {};
  return into[key];
}

function addCall(call: Json, { name, ...pieces }: Json): void {
  if (name) call.name = name;
  for (const [key, value] of Object.entries(pieces)) add(call, key, value);
}

/** Strings go on, lists are added to element by element. */
function add(into: Json, key: string, value: unknown): void {
  if (typeof value === 'string' && key !== 'role' && key !== 'type') into[key] = (into[key] ?? '') + value;
  else if (Array.isArray(value)) {
    if (!Array.isArray(into[key])) into[key] = [];
    value.forEach((each, i) => {
      if (typeof each !== 'object') into[key].push(each);
      else
        for (const [name, part] of Object.entries(each)) add(within(into[key], each.index ?? i), name, part);
    });
  } else if (value !== null || !(key in into)) into[key] = value;
}

function finish(message: Json): void {
  for (const call of message.tool_calls ?? []) delete call.index;
}

export const refusals = (units: readonly Unit[], ...names: string[]): RefusedCall[] =>
  units
    .filter(
      ({ stage, tool }) => stage === 'tool_call' && (names.length === 0 || names.includes(tool?.name ?? '')),
    )
    .map((unit) => ({ unit, text: `fcgate policy_denied: ${unit.tool?.name}` }));

export function refuseBody(body: Json, ...names: string[]): Json {
  const doc = docOf(body);
  return JSON.parse(
    write(doc, openaiChat.refuseCalls(doc, refusals(openaiChat.readAnswer(doc, OPTIONS).units, ...names))),
  );
}
