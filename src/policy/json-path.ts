/** JSONPath (RFC 9535), as far as it runs in bounded time. */
import { JSONPathEnvironment, type JSONPathQuery } from 'json-p3';
import type { JsonValue } from '../exchange.ts';

/** RFC 9535 without `match()` and `search()`, whose patterns would not run in linear time. Or why it is none. */
export function compilePath(path: string): JSONPathQuery | string {
  const environment = new JSONPathEnvironment();
  environment.functionRegister.delete('match');
  environment.functionRegister.delete('search');
  if (looksAroundForEach(path)) return '`$` in a filter may only name one place, as `$.limit` does';
  try {
    return environment.compile(path);
  } catch (error) {
    if (/\b(match|search)\s*\(/.test(path)) return '`match()` and `search()` are not available here';
    return (error as Error).message.replace(/ \('.*$/s, '');
  }
}

/** A filter that searches from the root does so for each item: time by the square. */
function looksAroundForEach(path: string): boolean {
  const bare = path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs, "''");
  const filters = bare.slice(bare.indexOf('?') + 1);
  return bare.includes('?') && /\$(?!(?:\.[\w-]+|\[\s*(?:\d+|'')\s*\])*\s*(?:[)\]&|=<>!,]|$))/.test(filters);
}

export type PlainValue = null | boolean | number | string | PlainValue[] | { [key: string]: PlainValue };

/** JSON without bigints and odd prototypes, as the query language knows it. */
export function plain(value: JsonValue): PlainValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
