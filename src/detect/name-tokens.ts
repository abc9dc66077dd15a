/** The words of a text, each with what it looks like and what it may be: what names are made of. */
import { FIRST, type Gazetteer, LAST, PLAIN } from './gazetteer.ts';

export interface Token {
  readonly text: string;
  /** Small letters. */
  readonly lower: string;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly look: 'capital' | 'initial' | 'capitals' | 'small';
  /** Of the gazetteer; looked up for what may be part of a name alone. */
  readonly kinds: number;
  /** What stands between the word before and this one. */
  readonly gap: 'space' | 'dot' | 'comma' | 'line' | 'other';
  /** The first word of a sentence or line. */
  readonly opens: boolean;
}

const abbreviated: ReadonlySet<string> = new Set(['st', 'mr', 'mrs', 'ms', 'dr', 'prof', 'jr', 'sr']);

/** Of a text that begins without any capital, so much may be what a person writes. */
const LONGEST_UNCASED = 4096;

/** A longer word is nobody's name. */
const LONGEST_WORD = 40;

export function tokensOf(text: string, gazetteer: Gazetteer): Token[] {
  const capital = text.search(/\p{Lu}/u);
  const casedFrom = Math.min(capital < 0 ? text.length : capital, LONGEST_UNCASED);
  const tokens: Token[] = [];
  let before = 0;
  for (const { 0: word, index } of text.matchAll(/\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*/gu)) {
    const end = index + (/['’]s$/i.test(word) ? word.length - 2 : word.length);
    const cased = index >= casedFrom;
    const own = word.slice(0, end - index);
    const look = isGlued(text, index, index + word.length) ? 'small' : lookOf(own, cased);
    const kinds = look === 'small' || look === 'initial' ? 0 : kindsOf(own, gazetteer);
    const gap = gapOf(text.slice(before, index), tokens.at(-1));
    const unknown = !cased && ((kinds & (FIRST | LAST)) === 0 || (kinds & PLAIN) !== 0);
    tokens.push({
      text: own,
      lower: own.toLowerCase(),
      start: index,
      end,
      look: unknown ? 'small' : look,
      kinds,
      ...gap,
    });
    before = end;
  }
  return tokens;
}

/** Where nobody has written a capital yet, a known name is as good as one that has its own. */
function lookOf(word: string, cased: boolean): Token['look'] {
  if (!cased) return 'capital';
  const first = word[0]!;
  if (first === first.toLowerCase()) return 'small';
  if (word.length === 1) return 'initial';
  return word === word.toUpperCase() ? 'capitals' : 'capital';
}

/** Part of something that is no text: `get_Name`, `GB10LORI20`, `a@Host`, `Module.Name`. */
function isGlued(text: string, start: number, end: number): boolean {
  const [before, after] = [text[start - 1], text[end]];
  if (before !== undefined && (glue.test(before) || (before === '.' && isLetter(text[start - 2]))))
    return true;
  return (
    after !== undefined && (after === '(' || glue.test(after) || (after === '.' && isLetter(text[end + 1])))
  );
}

const glue = /[\p{N}_@#$/\\=]/u;
const isLetter = (char: string | undefined): boolean => char !== undefined && /\p{L}/u.test(char);

/** Of a compound that is not known itself, what all its parts may be. */
function kindsOf(text: string, gazetteer: Gazetteer): number {
  if (text.length > LONGEST_WORD) return 0;
  const whole = gazetteer.kindsOf(text);
  if (whole !== 0 || !text.includes('-')) return whole;
  return text.split('-').reduce((kinds, part) => kinds & gazetteer.kindsOf(part), 0xff);
}

function gapOf(gap: string, last: Token | undefined): Pick<Token, 'gap' | 'opens'> {
  if (gap === ' ' || gap === '\u00a0') return { gap: 'space', opens: last === undefined };
  if (gap === '. ' && last !== undefined && (last.look === 'initial' || abbreviated.has(last.lower)))
    return { gap: 'dot', opens: false };
  if (gap.includes('\n')) return { gap: 'line', opens: true };
  if (gap === ', ') return { gap: 'comma', opens: false };
  return { gap: 'other', opens: last === undefined || /[.!?:;>"“”()[\]{}*•]|-\s/.test(gap) };
}
