/** Newline-delimited JSON: one event a line, raw bytes kept. */
import { backlog } from './backlog.ts';
import { dataEvent, type Splitter, type StreamEvent } from './sse.ts';

const LF = 0x0a;

export function ndjsonSplitter(): Splitter {
  const held = backlog();
  let scanned = 0;
  return {
    push(bytes) {
      held.add(bytes);
      const events: StreamEvent[] = [];
      for (;;) {
        const found = held.bytes().indexOf(LF, scanned);
        if (found < 0) break;
        events.push(line(held.take(found + 1)));
        scanned = 0;
      }
      scanned = held.bytes().length;
      return events;
    },
    end() {
      const rest = held.take(held.bytes().length);
      return rest.length === 0 ? [] : [line(rest)];
    },
  };
}

/** The last line needs no newline; a blank one holds nothing. */
function line(bytes: Uint8Array): StreamEvent {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1]! <= 0x20) end--;
  return end === 0 ? { bytes, name: '' } : dataEvent(bytes, 0, end);
}
