/** One JSON array that arrives element by element (Gemini's other framing): an event an element, raw bytes kept. */
import { backlog } from './backlog.ts';
import { dataEvent, type Splitter, type StreamEvent } from './sse.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const opens = (byte: number): boolean => byte === 0x7b || byte === OPEN;
const closes = (byte: number): boolean => byte === 0x7d || byte === CLOSE;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Each event has the punctuation before its element; the last one is the closing bracket. */
export function jsonArraySplitter(): Splitter {
  const held = backlog();
  /** How far the array was read; `broken` is what is none. */
  let state: 'before' | 'between' | 'element' | 'after' | 'broken' = 'before';
  let at = 0;
  let begin = 0;
  let depth = 0;
  let inString = false;

  /** Walks on to the next element; true where one begins. */
  const findElement = (bytes: Uint8Array): boolean => {
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (isSpace(byte) || (state === 'between' && byte === COMMA)) continue;
      if (state === 'before' && byte === OPEN) state = 'between';
      else if (state === 'between' && byte === CLOSE) state = 'after';
      else if (state === 'between' && !closes(byte)) return true;
      else state = 'broken';
    }
    return false;
  };

  /** Walks on in an element; true where it has ended before `at`. */
  const endElement = (bytes: Uint8Array): boolean => {
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (inString) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (opens(byte)) depth++;
      else if (closes(byte) && depth > 0) {
        if (--depth > 0) continue;
        at++;
        return true;
      } else if (depth === 0 && (byte === COMMA || closes(byte) || isSpace(byte))) return true;
    }
    return false;
  };

  const next = (): StreamEvent | undefined => {
    if (state !== 'element') {
      if (!findElement(held.bytes())) return undefined;
      state = 'element';
      begin = at;
    }
    if (!endElement(held.bytes())) return undefined;
    const event = dataEvent(held.take(at), begin, at);
    at = 0;
    state = 'between';
    return event;
  };

  return {
    push(bytes) {
      held.add(bytes);
      const events: StreamEvent[] = [];
      for (let event = next(); event; event = next()) events.push(event);
      return events;
    },
    end() {
      const rest = held.take(held.bytes().length);
      if (state === 'after') return [{ bytes: rest, name: '' }];
      return [{ bytes: rest, name: '', unfinished: true }];
    },
  };
}
