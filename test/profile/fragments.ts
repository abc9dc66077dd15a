/** How an answer comes in pieces: deltas of a text, and reads of the bytes that tell them. */
import type { Random } from './random.ts';

export interface Fragmentation {
  readonly name: string;
  /** What is beyond ASCII, and more, is escaped in the JSON. */
  readonly escaped?: true;
  deltas(text: string, next: Random): string[];
  reads(events: readonly string[], next: Random): Uint8Array[];
}

const inSteps = (text: string, step: () => number): string[] => {
  const signs = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < signs.length; ) {
    const length = step();
    pieces.push(signs.slice(at, at + length).join(''));
    at += length;
  }
  return pieces;
};

const few = (text: string, next: Random) => inSteps(text, () => 3 + next(5));
const perEvent = (events: readonly string[]) => events.map((event) => Buffer.from(event));

/** Cut behind each byte that is so. */
function cutBehind(
  events: readonly string[],
  isCut: (bytes: Uint8Array, at: number) => boolean,
): Uint8Array[] {
  const bytes = Buffer.from(events.join(''));
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (!isCut(bytes, at)) continue;
    pieces.push(bytes.subarray(from, at + 1));
    from = at + 1;
  }
  return [...pieces, bytes.subarray(from)];
}

export const WHOLE = 'one chunk';

export const fragmentations: readonly Fragmentation[] = [
  { name: WHOLE, deltas: (text) => [text], reads: (events) => [Buffer.from(events.join(''))] },
  { name: 'per character', deltas: (text) => [...text], reads: perEvent },
  { name: 'per delta', deltas: few, reads: perEvent },
  {
    name: 'inside UTF-8',
    deltas: few,
    reads: (events) => cutBehind(events, (bytes, at) => bytes[at]! >= 0xc0),
  },
  {
    name: 'inside an escape',
    escaped: true,
    deltas: (text, next) =>
      text.split(/(?<=\\u..)/).flatMap((part) => (part.length > 12 ? few(part, next) : [part])),
    reads: (events) => cutBehind(events, (bytes, at) => bytes[at] === 0x5c),
  },
  {
    name: 'inside the SSE frame',
    deltas: few,
    reads: (events) =>
      cutBehind(events, (bytes, at) => bytes[at] === 0x0a || bytes[at] === 0x3a || bytes[at + 3] === 0x3a),
  },
  {
    name: 'random',
    deltas: (text, next) => inSteps(text, () => 1 + next(20)),
    reads(events, next) {
      let left = 1 + next(90);
      return cutBehind(events, () => {
        if (--left > 0) return false;
        left = 1 + next(90);
        return true;
      });
    },
  },
];

/** JSON, with escapes in its strings where they are asked for; no key and no type has such signs. */
export const jsonOf = (value: unknown, escaped: boolean): string => {
  const json = JSON.stringify(value);
  if (!escaped) return json;
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
    text.replace(/[^\x00-\x7e]|[@-]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
};
