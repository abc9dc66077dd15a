/** A recording whose masked values are made up anew, so that detectors find them: the mark of a value says nothing else. */
import type { Recording } from '../exchange.ts';
import { drawOf } from '../mask/draw.ts';
import { samplesOf } from '../mask/sample.ts';
import { find } from '../policy/find.ts';
import { leafOf } from '../policy/leaf.ts';
import { MARK } from './inspect.ts';
import type { Law } from './law.ts';

/** Of so many made-up values, some passes any check sum. */
const TRIES = 1024;
/** So much of the text on either side is looked at. */
const AROUND = 64;

/** One mark has one value in all that is filled. `left` are the entities whose marks stay: nothing is made up for them. */
export function filler({ policy, hash }: Pick<Law, 'policy' | 'hash'>): {
  fill(recording: Recording): Recording;
  readonly left: ReadonlySet<string>;
} {
  const known = new Map<string, string>();
  const left = new Set<string>();
  /** As it stands: words around it may be what tells it. */
  const isFound = (sample: string, entity: string, before: string, after: string): boolean => {
    const start = Buffer.byteLength(before);
    const end = start + Buffer.byteLength(sample);
    return find(policy, leafOf(before + sample + after)).some(
      (match) => match.entity === entity && match.start === start && match.end === end,
    );
  };
  const made = (mark: string, entity: string, before: string, after: string): string => {
    let tries = 0;
    for (const sample of samplesOf(entity, drawOf(hash, ['fill', mark]))) {
      if (isFound(sample, entity, before, after)) return sample;
      if (++tries === TRIES) break;
    }
    left.add(entity);
    return mark;
  };
  const filled = (mark: string, redacted: string, other: string, at: number, text: string): string => {
    const end = at + mark.length;
    const [before, after] = [text.slice(Math.max(0, at - AROUND), at), text.slice(end, end + AROUND)];
    const value = known.get(mark) ?? made(mark, redacted ?? other, before, after);
    known.set(mark, value);
    return value;
  };
  return { fill: (recording) => everywhere(recording, filled), left };
}

/** Neither marks nor what is made up for them read otherwise inside JSON. */
const everywhere = (
  recording: Recording,
  fill: (...match: [string, string, string, number, string]) => string,
): Recording => JSON.parse(JSON.stringify(recording).replace(MARK, fill));
