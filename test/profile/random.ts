/** Numbers that a seed tells: the same in every run. */
export type Random = (limit: number) => number;

export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return Math.floor((((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32) * limit);
  };
}

export const DIGITS = '0123456789';
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const HEX = '0123456789abcdef';

export const pick = <T>(next: Random, list: ArrayLike<T>): T => list[next(list.length)]!;

export const run = (next: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => pick(next, alphabet)).join('');

/** A template: `#` a digit, `@` a capital, `?` either; anything else stands for itself. */
export const fill = (next: Random, form: string): string =>
  form.replace(/[#@?]/g, (sign) => pick(next, sign === '#' ? DIGITS : sign === '@' ? UPPER : DIGITS + UPPER));
