/** The format of a value: what stays when its letters and digits are exchanged for others. */
import type { Draw } from './draw.ts';

/** How one entity's values are made up. */
export interface Maker {
  /** What two spellings of the same thing have in common: they draw the same. Undefined: no value of this kind. */
  canonical?(value: string): string | undefined;
  /** A value of the same format that belongs to nobody. */
  make(value: string, draw: Draw): string;
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = upper.toLowerCase();

/** Digits become digits, letters of either case letters of that case, of any script; all else stays. */
export const reshape: Maker = {
  make(value, draw) {
    const kept = keptPrefix(value);
    const rest = value.slice(kept.length);
    const [big, small] = isHex(rest) ? ['ABCDEF', 'abcdef'] : [upper, lower];
    let first = true;
    const made = rest.replace(/[\p{L}\p{M}\p{N}]/gu, (character) => {
      const begins = first;
      first = false;
      if (/\p{N}/u.test(character)) return begins ? leading(character, draw) : draw.digits(1);
      return draw.from(/[\p{Lu}\p{Lt}]/u.test(character) ? big : small, 1);
    });
    return kept + (uuid.test(value) ? keepVersion(value, made) : made);
  },
};

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Version and variant of a UUID are no part of what it names, and schemas look at them. */
const keepVersion = (value: string, made: string): string =>
  made.slice(0, 14) + value[14] + made.slice(15, 19) + value[19] + made.slice(20);

/** A number that began with no zero begins with none, and the other way round: schemas look at it. */
function leading(digit: string, draw: Draw): string {
  return digit === '0' ? '0' : draw.from('123456789', 1);
}

/** `CUST-` of `CUST-00412233`: names the kind of the number, not its owner, and tools' patterns ask for it. */
function keptPrefix(value: string): string {
  return /^[A-Z]{1,5}[-_#:/](?=(?:[^\p{L}\p{N}]*[\p{L}\p{N}]){6})(?=.*\d)/u.exec(value)?.[0] ?? '';
}

function isHex(text: string): boolean {
  return text.length >= 8 && /\d/.test(text) && !/[^\P{L}A-Fa-f]/u.test(text);
}

/** Sets the digits of the template, one by one, to those given; `digits` must be as many. */
export function pour(template: string, digits: string): string {
  let next = 0;
  return template.replace(/\p{Nd}/gu, () => digits[next++] ?? '0');
}

/** The digits of a text as ASCII, whatever script wrote them. */
export function digitsOf(text: string): string {
  return text.normalize('NFKC').replace(/[^0-9]/g, '');
}

export function countDigits(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0;
}

/** Writes the word in the letter case of the model: JANET, Janet, janet. */
export function caseLike(model: string, word: string): string {
  if (/\p{Ll}/u.test(model) && !/\p{Lu}/u.test(model)) return word;
  if (!/\p{Ll}/u.test(model) && /\p{Lu}.*\p{Lu}/u.test(model)) return word.toUpperCase();
  return !/^\P{L}*\p{Ll}/u.test(model) ? word[0]!.toUpperCase() + word.slice(1) : word;
}
