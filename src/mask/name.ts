/** Made-up words: pronounceable, nobody's name, and no word of a language that restoring could trip over. */
import type { Draw } from './draw.ts';
import { caseLike, type Maker, reshape } from './shape.ts';

const onsets = 'bdfgklmnprstvzjh';
const vowels = 'aeiou';

/** A lower-case word of so many letters, consonants and vowels in turn. */
export function inventWord(length: number, draw: Draw): string {
  let word = '';
  while (word.length < length) word += draw.from(word.length % 2 === 0 ? onsets : vowels, 1);
  return word;
}

/** People, places, organisations: each word gets a made-up one of about its length. */
export const name: Maker = {
  canonical: (value) => value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim(),
  make(value, draw) {
    const words = value.match(/[\p{L}\p{M}]+/gu) ?? [];
    const least = words.length < 2 ? 6 : 4;
    return value.replace(/[\p{L}\p{M}]+|\p{N}+/gu, (word) => {
      if (/\p{N}/u.test(word)) return reshape.make(word, draw);
      const letters = [...word].length;
      const length = letters === 1 && words.length > 1 ? 1 : Math.min(Math.max(letters, least), 9);
      return caseLike(word, inventWord(length, draw));
    });
  },
};
