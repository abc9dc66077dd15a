/** Folds Gemini streams and takes calls out, for the tests beside this file. */
import type { Unit } from '../../src/exchange.ts';
import type { RefusedCall } from '../../src/wire/codec.ts';
import { gemini } from '../../src/wire/gemini.ts';
import { dataOf, docOf, type Json, OPTIONS, write } from './reading.ts';

export const answer = (body: Json) => gemini.readAnswer(docOf(body), OPTIONS);
export const request = (body: Json, path = '/v1beta/models/gemini-3-pro:generateContent') =>
  gemini.readRequest(docOf(body), { ...OPTIONS, path });

/** One candidate with these parts. */
export const said = (...parts: Json[]): Json => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, finishReason: 'STOP' }],
});

export const call = (name: string, args: Json, more: Json = {}) => ({
  functionCall: { name, args },
  ...more,
});

/** The events of a stream, framed by either of the two framings. */
export const eventsOf = (stream: string): Json[] =>
  stream.trimStart().startsWith('[') ? JSON.parse(stream) : dataOf(stream).map((data) => JSON.parse(data));

const isText = (part: Json): boolean => typeof part?.text === 'string' && !('functionCall' in part);

/** The body that events add up to: texts of a kind go on, partial arguments grow, the rest is said anew. */
export function fold(events: readonly Json[]): Json {
  const body: Json = {};
  for (const { candidates = [], ...rest } of events) {
    Object.assign(body, rest);
    candidates.forEach((each: Json, i: number) => {
      body.candidates ??= [];
      let own = body.candidates.find((known: Json, k: number) => (known.index ?? k) === (each.index ?? i));
      if (!own) {
        own = { content: { parts: [] } };
        body.candidates.push(own);
      }
      const { content = {}, ...about } = each;
      Object.assign(own, about);
      const { parts = [], ...role } = content;
      Object.assign(own.content, role);
      for (const part of parts) addPart(own.content.parts, part);
    });
  }
  for (const { content } of body.candidates ?? []) for (const part of content.parts) closePart(part);
  return body;
}

function addPart(parts: Json[], part: Json): void {
  const last = parts.at(-1);
  const { functionCall } = part;
  const open = parts.findLast((each) => each.functionCall);
  if (functionCall && !functionCall.name && open) {
    addPartial(open.functionCall, functionCall);
  } else if (isText(part) && last && isText(last) && !part.thought === !last.thought) {
    const { text, ...more } = part;
    last.text += text;
    Object.assign(last, more);
  } else {
    parts.push(structuredClone(part));
    if (functionCall?.partialArgs || functionCall?.willContinue) {
      const begun = parts.at(-1).functionCall;
      delete begun.partialArgs;
      begun.args = {};
      addPartial(begun, functionCall);
    }
  }
}

function addPartial(call: Json, { partialArgs = [] }: Json): void {
  for (const { jsonPath, stringValue, numberValue, boolValue, nullValue } of partialArgs) {
    const steps = [...jsonPath.matchAll(/\.([^.[]+)|\[(\d+)\]|\['([^']+)'\]/g)].map(
      ([, name, index, quoted]) => name ?? quoted ?? Number(index),
    );
    const last = steps.pop();
    let into = call.args;
    steps.forEach((step, i) => {
      into[step] ??= typeof (steps[i + 1] ?? last) === 'number' ? [] : {};
      into = into[step];
    });
    if (stringValue !== undefined) into[last] = (into[last] ?? '') + stringValue;
    else if (numberValue !== undefined || boolValue !== undefined) into[last] = numberValue ?? boolValue;
    else if (nullValue !== undefined) into[last] = null;
    else into[last] ??= {};
  }
}

function closePart({ functionCall }: Json): void {
  if (!functionCall) return;
  delete functionCall.willContinue;
  delete functionCall.partialArgs;
}

/** Of one answer all parts that say the same: texts of a kind as one. */
export const folded = (body: Json): Json => fold([body]);

export const refusals = (units: readonly Unit[], ...names: string[]): RefusedCall[] =>
  units
    .filter(
      ({ stage, tool }) => stage === 'tool_call' && (names.length === 0 || names.includes(tool?.name ?? '')),
    )
    .map((unit) => ({ unit, text: `fcgate policy_denied: ${unit.tool?.name}` }));

export function refuseBody(body: Json, ...names: string[]): Json {
  const doc = docOf(body);
  return JSON.parse(
    write(doc, gemini.refuseCalls(doc, refusals(gemini.readAnswer(doc, OPTIONS).units, ...names))),
  );
}
