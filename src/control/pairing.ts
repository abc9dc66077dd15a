/** The code that the gateway's own screen shows: who gives it sat there, and is no program that merely runs as the same user. */
import { randomInt } from 'node:crypto';
import { isSame } from './handshake.ts';

export type Paired = 'paired' | 'wrong' | 'locked';

export interface Pairing {
  /** As it is shown: `K7QM-2XPD`. */
  readonly code: string;
  give(code: string): Paired;
}

/** No sign that looks like another. */
const signs = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const half = 4;
/** Wrong codes in a row; from then on none is taken, until the gateway starts anew. */
const maxWrong = 5;

export function openPairing(onWrong: (left: number) => void): Pairing {
  const word = (): string => Array.from({ length: half }, () => signs[randomInt(signs.length)]).join('');
  const code = `${word()}-${word()}`;
  let left = maxWrong;
  return {
    code,
    give(given) {
      if (left === 0) return 'locked';
      if (isSame(bare(given), bare(code))) {
        left = maxWrong;
        return 'paired';
      }
      left -= 1;
      onWrong(left);
      return left === 0 ? 'locked' : 'wrong';
    },
  };
}

const bare = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();
