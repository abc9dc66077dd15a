/** Server-sent events (WHATWG HTML 9.2.6): byte chunks to events, each with its raw bytes kept. */
import { backlog } from './backlog.ts';
import type { Ground, Piece } from './edit.ts';

/** One event or one stand-alone block of comments, with the blank line that ends it. */
export interface StreamEvent {
  readonly bytes: Uint8Array;
  /** The `event:` field, or '' where there is none. */
  readonly name: string;
  /** The data as text, and the way back to the raw bytes; undefined where the block has none. */
  readonly data?: {
    readonly bytes: Uint8Array;
    readonly start: number;
    readonly end: number;
    readonly ground: Ground;
  };
  /** Comments, and fields that are no data: they reach nobody, and are looked at all the same. */
  readonly asides?: readonly Span[];
  /** It holds a line that is none of the standard's: readers that know another grammar would see more in it. */
  readonly foreign?: true;
  /** The stream ended inside this event: by the standard it was never sent. */
  readonly unfinished?: true;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Splitter {
  push(bytes: Uint8Array): StreamEvent[];
  /** What is left when the stream ends: an unfinished event, or nothing. */
  end(): StreamEvent[];
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const BOM = [0xef, 0xbb, 0xbf];

/** A splitter whose events do not depend on where the reads were cut. Work per byte is constant. */
export function sseSplitter(): Splitter {
  const held = backlog();
  let scanned = 0;
  let first = true;

  const take = (last: boolean): StreamEvent[] => {
    const events: StreamEvent[] = [];
    for (;;) {
      const end = blockEnd(held.bytes(), scanned, last);
      if (end < 0) break;
      events.push(readBlock(held.take(end), first));
      first = false;
      scanned = 0;
    }
    scanned = Math.max(0, held.bytes().length - 1);
    return events;
  };

  return {
    push(bytes) {
      held.add(bytes);
      return take(false);
    },
    end() {
      const events = take(true);
      const rest = held.take(held.bytes().length);
      return rest.length === 0
        ? events
        : [...events, Object.assign(readBlock(rest, first), { unfinished: true as const })];
    },
  };
}

/** Where the first block ends (after its blank line), or -1. A CR at the very end waits for its LF. */
function blockEnd(bytes: Uint8Array, from: number, last: boolean): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte !== LF && byte !== CR) continue;
    const lineEnd = endOfLine(bytes, at);
    if (byte === CR && at + 1 === bytes.length && !last) return -1;
    if (isLineStart(bytes, at)) return lineEnd;
    at = lineEnd - 1;
  }
  return -1;
}

const endOfLine = (bytes: Uint8Array, at: number): number =>
  bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;

/** Is `at` the first byte of a line of the block? The LF of a CRLF is not. */
const isLineStart = (bytes: Uint8Array, at: number): boolean =>
  at === 0 || bytes[at - 1] === LF || (bytes[at - 1] === CR && bytes[at] !== LF);

function readBlock(bytes: Uint8Array, first: boolean): StreamEvent {
  let at = first && BOM.every((byte, i) => bytes[i] === byte) ? 3 : 0;
  let name = '';
  let foreign = false;
  const lines: Span[] = [];
  const asides: Span[] = [];
  while (at < bytes.length) {
    let end = at;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    const field = fieldOf(bytes, at, end);
    if (field?.name === 'data') lines.push({ start: field.start, end });
    else if (field?.name === 'event') name = Buffer.from(bytes.subarray(field.start, end)).toString('utf8');
    if (field?.name !== 'data' && end > at) {
      const line = Buffer.from(bytes.subarray(at, end)).toString();
      foreign ||= !ASIDE.test(line) || BREAK.test(line);
      if (!NAMED.test(line)) asides.push({ start: at, end });
    }
    at = end < bytes.length ? endOfLine(bytes, end) : end;
  }
  const event = eventOf(bytes, name, lines);
  if (asides.length > 0) Object.assign(event, { asides });
  return foreign ? Object.assign(event, { foreign }) : event;
}

/** A comment, or a field that is no data. */
const ASIDE = /^(?:(?:event|id|retry)?:|(?:event|id|retry)$)/;
/** An event's name, which is nobody's text. */
const NAMED = /^event: ?[\w.-]{0,64}$/;
/** What some readers take for the end of a line. */
const BREAK = /[\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** An event whose data stands in some of its own bytes. */
function eventOf(bytes: Uint8Array, name: string, lines: readonly Span[]): StreamEvent {
  const event = { bytes, name };
  return lines.length === 0 ? event : Object.assign(event, { data: dataOf(event, lines) });
}

/** An event of a stream that knows no fields. */
export const dataEvent = (bytes: Uint8Array, start: number, end: number): StreamEvent =>
  eventOf(bytes, '', [{ start, end }]);

function fieldOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): { name: 'data' | 'event'; start: number } | undefined {
  const name = startsWith(bytes, start, end, 'data')
    ? 'data'
    : startsWith(bytes, start, end, 'event')
      ? 'event'
      : undefined;
  if (!name) return undefined;
  const after = start + name.length;
  if (after === end) return { name, start: end };
  if (bytes[after] !== COLON) return undefined;
  return { name, start: bytes[after + 1] === SPACE && after + 1 < end ? after + 2 : after + 1 };
}

function startsWith(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** One line: the event's own bytes. Several: joined by LF, each piece with its way back. */
function dataOf(
  event: { readonly bytes: Uint8Array },
  lines: readonly Span[],
): NonNullable<StreamEvent['data']> {
  const ground: Ground = { chunk: event };
  const [only] = lines;
  if (lines.length === 1 && only) return { bytes: event.bytes, start: only.start, end: only.end, ground };
  const parts: Uint8Array[] = [];
  const pieces: Piece[] = [];
  let at = 0;
  lines.forEach((line, i) => {
    const length = line.end - line.start + (i < lines.length - 1 ? 1 : 0);
    parts.push(event.bytes.subarray(line.start, line.end));
    if (i < lines.length - 1) parts.push(Uint8Array.of(LF));
    pieces.push({
      from: at,
      to: at + length,
      rawStart: line.start,
      rawEnd: line.end,
      below: ground,
      encode: 'none',
    });
    at += length;
  });
  const bytes = Buffer.concat(parts);
  return { bytes, start: 0, end: bytes.length, ground: { pieces } };
}
