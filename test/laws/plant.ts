/** Plants words where somebody's text stands: in the texts of a body, in arguments and results, and in streams of them. */
import { expect } from 'vitest';

type Json = unknown;
type Use = (text: string) => string;

/** Members whose strings are somebody's text. */
const texts = new Set(
  ['content', 'text', 'instructions', 'system', 'input', 'output', 'prompt'].concat([
    'description',
    'reasoning_content',
    'reasoning',
    'refusal',
  ]),
);
/** Members in which every string is: arguments of calls, and results. */
const values = new Set(['args', 'input', 'response']);
/** Members that no text is in, whatever they are called. */
const never = new Set([
  'signature',
  'source',
  'data',
  'inlineData',
  'fileData',
  'image_url',
  'input_audio',
  'error',
  'cache_control',
]);

/** Every text with `use` made of it; arguments that are JSON inside a string are changed inside of it. */
export function mapTexts(value: Json, use: Use, key = ''): Json {
  if (typeof value === 'string') return mapText(value, use, key);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, use, key));
  if (typeof value !== 'object' || value === null || isSigned(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (never.has(name)) return [name, each];
      return [name, values.has(name) && isCall(value) ? mapAll(each, use) : mapTexts(each, use, name)];
    }),
  );
}

function mapText(text: string, use: Use, key: string): string {
  if (key !== 'arguments') return texts.has(key) ? use(text) : text;
  const json = parsed(text);
  return typeof json === 'object' && json !== null ? JSON.stringify(mapAll(json, use)) : text;
}

const mapAll = (value: Json, use: Use): Json => {
  if (typeof value === 'string') return use(value);
  if (Array.isArray(value)) return value.map((each) => mapAll(each, use));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapAll(each, use)]));
};

/** Who signed a text will not have it changed. */
const isSigned = (value: object): boolean =>
  ['signature', 'thoughtSignature', 'encrypted_content'].some((name) => name in value);

/** A tool call, or what a function answered: Anthropic's, Gemini's. A declaration has a `response`, too: its schema. */
const isCall = (value: object): boolean => {
  const { type, name } = value as { type?: unknown; name?: unknown };
  if (type === 'tool_use' || type === 'server_tool_use') return true;
  return typeof name === 'string' && ('args' in value || 'response' in value) && !('description' in value);
};

/** A stream of server-sent events with its texts changed; arguments that come in pieces are left as they are. */
export function mapStream(stream: string, use: Use): string {
  const signed = /"reasoning_details":[^\n]*"signature": ?"/.test(stream);
  return stream.replace(/^data: ?(\{.*\})\r?$/gm, (line, json: string) => {
    const event = parsed(json) as { type?: string; delta?: unknown } | undefined;
    if (event === undefined || /arguments|input/.test(event.type ?? '')) return line;
    if (signed && line.includes('"reasoning_details"')) return line;
    const delta = typeof event.delta === 'string' ? { delta: use(event.delta) } : {};
    return `data: ${JSON.stringify({ ...(mapTexts(event, use) as object), ...delta })}`;
  });
}

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The same tree, strings aside. */
export function sameShape(a: Json, b: Json, where: string): void {
  const blank = (value: Json): string =>
    JSON.stringify(value, (_key, each) => (typeof each === 'string' ? '' : each));
  expect(blank(a), where).toBe(blank(b));
}
