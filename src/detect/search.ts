import type { RE2JS } from 're2js';
import { isThrifty } from './program.ts';

/** All matches of a pattern in a text, in time in proportion to the text, whatever pattern and text are. */
export type Search = (text: string) => Iterable<readonly [start: number, end: number]>;

export const searchOf = (program: RE2JS): Search =>
  isThrifty(program) ? (text) => all(program, text) : (text) => nearby(program, text);

function* all(program: RE2JS, text: string): Generator<readonly [number, number]> {
  const matcher = program.matcher(text);
  while (matcher.find()) if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()];
}

/** A match that is found within so much of the text is not given up for a longer one that ends further away. */
const WINDOW = 8 * 1024;
const WIDER = 4;
/** So much may be looked at in vain, beyond eight times the text. */
const SPARE = 1 << 22;

/**
 * Of a pattern that may look far ahead for every match. Where a text makes it look too often, all that is left of the text
 * counts as one match: nothing goes through that was not looked at.
 */
function* nearby(program: RE2JS, text: string): Generator<readonly [number, number]> {
  const { length } = text;
  let left = SPARE + 8 * length;
  let at = 0;
  for (let window = WINDOW; at < length; ) {
    const stop = Math.min(length, at + window);
    const matcher = program.matcher(text.slice(0, stop));
    const found = matcher.find(at);
    if (stop < length && (!found || matcher.end() === stop)) {
      window *= WIDER;
      continue;
    }
    if (!found) return;
    const [start, end] = [matcher.start(), matcher.end()];
    left -= stop - end;
    if (left < 0) return yield [start, length];
    if (end > start) yield [start, end];
    at = Math.max(end, at + 1);
    window = WINDOW;
  }
}
