/** E-mail addresses at the domains that are reserved for examples (RFC 2606). */
import { inventWord } from './name.ts';
import { caseLike, type Maker } from './shape.ts';

const domains = ['@example.com', '@example.net', '@example.org'];
/** No vowels, no look-alikes: the tail spells no word. */
const tailLetters = 'bcdfghjkmnpqrstvwxz23456789';
const tailLength = 7;
const longestLocal = 64;

export const mail: Maker = {
  canonical: (value) => value.normalize('NFKC').toLowerCase(),
  /** As long as the original where that leaves room for the tail, whose 33 bits keep two people apart. */
  make(value, draw) {
    const domain = draw.pick(domains);
    const length = Math.min(value.length - domain.length, longestLocal);
    let local = '';
    let room = length - tailLength - 1;
    while (room >= 3) {
      const word = Math.min(room, room > 10 ? 8 : 9);
      local += `${inventWord(word, draw)}.`;
      room -= word + 1;
    }
    const tail = Math.max(length - local.length, tailLength);
    // A letter first: some schemas want one, and a tail of digits alone would look like a number.
    local += draw.from(tailLetters.slice(0, 19), 1) + draw.from(tailLetters, tail - 1);
    return caseLike(value, local) + (/\p{Ll}/u.test(value) ? domain : domain.toUpperCase());
  },
};
