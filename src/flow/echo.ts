/** A recorded answer speaks of values as the recording holds them; a model would have spoken of what it was sent. */
import type { Leaf } from '../exchange.ts';
import { textOf } from '../policy/leaf.ts';
import { frame } from './framing.ts';
import type { Session } from './law.ts';
import { type Change, splicesOf } from './masking.ts';
import type { AnswerHead } from './steps.ts';

/** The answer with every value that the request masked written as the model saw it. */
export function echoed(
  session: Session,
  head: AnswerHead,
  bytes: Uint8Array,
  masked: readonly Change[],
): Uint8Array {
  const seen = new Map(masked.map(({ leaf, start, end, text }) => [textOf(leaf, start, end), text]));
  if (seen.size === 0) return bytes;
  const values = [...seen.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(values.join('|'), 'g');
  const framed = frame(session, head, bytes);
  const changes = framed.reading.units.flatMap((unit) =>
    unit.leaves.flatMap((leaf) => changesIn(leaf, pattern, seen)),
  );
  return Buffer.concat(framed.write(splicesOf(changes)));
}

function changesIn(leaf: Leaf, pattern: RegExp, seen: ReadonlyMap<string, string>): Change[] {
  const text = textOf(leaf);
  return [...text.matchAll(pattern)].map((match) => {
    const start = Buffer.byteLength(text.slice(0, match.index));
    return { leaf, start, end: start + Buffer.byteLength(match[0]), text: seen.get(match[0])! };
  });
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
