/** Dates stay dates, written the same way; a time of day beside them stays a time of day. */
import type { Draw } from './draw.ts';
import { caseLike, type Maker, reshape } from './shape.ts';

const months = 'january february march april may june july august september october november december'.split(
  ' ',
);
const shortMonths = months.map((month) => month.slice(0, 3));
const monthWord = new RegExp(`\\b(?:${[...months, ...shortMonths, 'sept'].join('|')})\\b`, 'i');

export const date: Maker = {
  make(value, draw) {
    const time = /[T ,]\s*\d{1,2}:\d{2}.*$/i.exec(value)?.[0] ?? '';
    const day = value.slice(0, -time.length || undefined);
    return (monthWord.test(day) ? wordy(day, draw) : numeric(day, draw)) + clock(time, draw);
  },
};

function wordy(value: string, draw: Draw): string {
  return value.replace(/\p{L}+|\d+/gu, (part) => {
    if (/\d/.test(part))
      return part.length > 2 ? year(part.length, draw) : two(1 + draw.below(28), part.length);
    if (!monthWord.test(part)) return part;
    return caseLike(part, draw.pick(part.length > 3 ? months : shortMonths));
  });
}

/** Where day and month could be either way round, both stay below 13. */
function numeric(value: string, draw: Draw): string {
  if (/^\d{8}$/.test(value)) {
    const digits = `${year(4, draw)}${two(1 + draw.below(12), 2)}${two(1 + draw.below(28), 2)}`;
    return /^(?:19|20)/.test(value) ? digits : digits.slice(6) + digits.slice(4, 6) + digits.slice(0, 4);
  }
  const parts = value.match(/\d+/g) ?? [];
  if (parts.length < 2 || parts.some((part) => part.length === 3 || part.length > 4))
    return reshape.make(value, draw);
  let place = 0;
  const dayAt = parts[0]!.length === 4 ? 2 : -1;
  return value.replace(/\d+/g, (part) => {
    const at = place++;
    if (part.length === 4 || (at === 2 && dayAt !== 2)) return year(part.length, draw);
    return two(1 + draw.below(at === dayAt ? 28 : 12), part.length);
  });
}

const year = (length: number, draw: Draw): string => String(1940 + draw.below(65)).slice(-length);

/** One digit where the original has one and it fits. */
const two = (number: number, length: number): string =>
  length === 1 ? String(((number - 1) % 9) + 1) : String(number).padStart(2, '0');

function clock(time: string, draw: Draw): string {
  let place = 0;
  return time.replace(/\d+/g, (part) => {
    const limit = place === 0 ? 12 : 60;
    return place++ < 3 && part.length <= 2 ? two(1 + draw.below(limit - 1), part.length) : part;
  });
}
