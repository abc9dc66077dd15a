import { ALNUM, byteAt, flags, LETTER, LOWER, latin, type Text, UPPER } from './bytes.ts';
import { read } from './context.ts';
import { isUnspaced } from './runs.ts';
import { SPECIFIC } from './subjects.ts';

/** Numbers typed right behind the word that speaks of them, or leads to them: `call415-666-7777`, `is030594W903B`. */

const LONGEST_WORD = 16;

/** What people write between what they speak of and the number. */
const leading: ReadonlySet<string> = new Set(
  'is,was,are,to,at,on,from,number,num,code,ist,lautet,est,es,som,er,är,jest,call,reach,contact'.split(','),
);

/**
 * Whether a word that ends at `at` may have a value glued to it: a digit, or a capital behind small letters. Only
 * whole words do, so that names of code begin nothing: `var030594`, `toolcall415`, `userPhone415`.
 */
export function isGlued(text: Text, at: number): boolean {
  if ((flags[byteAt(text, at)]! & UPPER) !== 0 && (flags[byteAt(text, at - 1)]! & LOWER) === 0) return false;
  let start = at;
  while (at - start < LONGEST_WORD && (flags[byteAt(text, start - 1)]! & LETTER) !== 0) start--;
  const length = at - start;
  if (length < 2 || length === LONGEST_WORD || !isEdge(text, start)) return false;
  const word = latin(text, start, at);
  if (leading.has(word.toLowerCase())) return true;
  if (/[a-z][A-Z]/.test(word)) return false;
  const { said, topics } = read(text.bytes, start, at);
  return (said & SPECIFIC) !== 0 || (length > 2 && topics.length > 0);
}

/** Where a word begins; a letter beyond ASCII before it belongs to it, unless it is of a script without spaces. */
function isEdge(text: Text, start: number): boolean {
  const previous = byteAt(text, start - 1);
  if (previous >= 0x80) return byteAt(text, start - 3) === 0xe2 || isUnspaced(text.bytes, text.start, start);
  return (flags[previous]! & ALNUM) === 0 && !'_-./\\$#@&=+%'.includes(String.fromCharCode(previous));
}

/** `7777forme`: a word of small letters, which is no part of a number that has ended. */
export const runsOn = (text: Text, end: number): boolean =>
  (flags[byteAt(text, end)]! & LOWER) !== 0 && /^[a-z]{2,16}(?![\w-])/.test(latin(text, end, end + 18));
