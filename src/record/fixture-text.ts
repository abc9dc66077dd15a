/** A fixture file as text that a person can review: bodies as JSON or line by line, what is short in one line. */
import type { Fixture } from '../fixture.ts';

export const fixtureText = (fixture: Fixture): string => `${printed(withBodies(fixture, writtenBody), '')}\n`;

/** The file with its bodies as text; what is none stays, for whoever checks the file. */
export const withBodyTexts = (file: unknown): unknown => withBodies(file, bodyText);

/** Lines of a text, an object that is sent as compact JSON, or the text itself. */
function bodyText(written: unknown): unknown {
  if (Array.isArray(written))
    return written.every((line) => typeof line === 'string') ? written.join('\n') : written;
  return typeof written === 'object' && written !== null ? JSON.stringify(written) : written;
}

/** The most readable way to write a body from which it is read again, byte for byte. */
function writtenBody(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  const value = body.startsWith('{') ? parsed(body) : undefined;
  if (value !== undefined && JSON.stringify(value) === body) return value;
  return body.includes('\n') ? body.split('\n') : body;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

type Change = (there: unknown) => unknown;

/** The file with the body of each request and response changed; anything else as it is. */
function withBodies(file: unknown, change: Change): unknown {
  const message = (there: unknown) => changed(there, 'body', change);
  const recording = (there: unknown) => changed(changed(there, 'request', message), 'response', message);
  return changed(file, 'recordings', (all) => (Array.isArray(all) ? all.map(recording) : all));
}

/** The object with the value at its key changed, where it is an object that has the key. */
const changed = (value: unknown, key: string, change: Change): unknown =>
  typeof value === 'object' && value !== null && key in value
    ? { ...value, [key]: change((value as Record<string, unknown>)[key]) }
    : value;

const WIDTH = 110;

/** JSON in which what fits into a line stands in one. */
function printed(value: unknown, indent: string): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= WIDTH) return line;
  const below = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => printed(item, below))
    : Object.entries(value).flatMap(([key, item]) =>
        item === undefined ? [] : [`${JSON.stringify(key)}: ${printed(item, below)}`],
      );
  return `${open}\n${items.map((item) => below + item).join(',\n')}\n${indent}${close}`;
}
