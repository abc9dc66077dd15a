/** One JSON array that arrives element by element (Gemini's other framing): an event an element, raw bytes kept. */
import { backlog } from './backlog.ts';
import { dataEvent, type Splitter, type StreamEvent } from './sse.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Each event has the punctuation before its element; the last one is the closing bracket. */
export function jsonArraySplitter(): Splitter {
  const held = backlog();
  /** How far the array was read: nothing, between elements, in one, all of it. */
  let state: 'before' | 'between' | 'element' | 'after' = 'before';
  let at = 0;
  let begin = 0;
  let depth = 0;
  let inString = false;

  const event = (end: number): StreamEvent => {
    const taken = dataEvent(held.take(end), begin, end);
    at = 0;
    state = 'between';
    return taken;
  };

  /** Walks on in an element; true where it has ended before `at`. */
  const endsElement = (bytes: Uint8Array): boolean => {
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

  return {
    push(bytes) {
      held.add(bytes);
      const events: StreamEvent[] = [];
      for (;;) {
        const all = held.bytes();
        if (state === 'element') {
          if (!endsElement(all)) return events;
          events.push(event(at));
          continue;
        }
        while (at < all.length && (isSpace(all[at]!) || (state === 'between' && all[at] === COMMA))) at++;
        if (at >= all.length) return events;
        if (state === 'before' && all[at] === 0x5b) {
          state = 'between';
          at++;
        } else if (state === 'between' && all[at] === 0x5d) {
          state = 'after';
          at++;
        } else {
          state = 'element';
          begin = at;
          depth = 0;
          inString = false;
        }
      }
    },
    end() {
      const rest = held.take(held.bytes().length);
      if (rest.length === 0)
        return state === 'after' || state === 'before' ? [] : [{ bytes: rest, name: '', unfinished: true }];
      return [state === 'after' ? { bytes: rest, name: '' } : { bytes: rest, name: '', unfinished: true }];
    },
  };
}
