/** Numbers that states, banks and registers give out: the form kept, check digits right, all else drawn anew. */
import type { IdRow } from '../detect/id-row.ts';
import { idRows, sourceOf } from '../detect/id-table.ts';
import { compactOf } from '../detect/ids.ts';
import type { Draw } from './draw.ts';
import { digitsOf, type Maker, pour, reshape } from './shape.ts';

/** Areas 900 and up were never given out as SSN; groups 10 to 49 keep clear of the ITIN's and ATIN's. */
const ssn: Maker = {
  canonical: (value) => (digitsOf(value).length === 9 && !/\p{L}/u.test(value) ? digitsOf(value) : undefined),
  make: (value, draw) =>
    pour(value, `9${draw.digits(2)}${10 + draw.below(40)}${String(1 + draw.below(9999)).padStart(4, '0')}`),
};

type Right = (value: string) => boolean;

const rightBy = ({ forms, like, check }: IdRow): Right => {
  const form = new RegExp(`^(?:${forms.map(sourceOf).join('|')})$`, 'i');
  return (value) => {
    if (!form.test(value)) return false;
    const compact = compactOf(value);
    return (!like || like.test(compact)) && (!check || check(compact));
  };
};

/** Letters and digits change one after the other, each with others that check it, as long as the whole stays right. */
const like = (rows: readonly IdRow[]): Maker => ({
  canonical: (value) => (/[^\x20-\x7e]/.test(value) ? undefined : compactOf(value)),
  make(value, draw) {
    const right = rows.map(rightBy).find((one) => one(value));
    return right ? walk(value, right, draw) : reshape.make(value, draw);
  },
});

function walk(value: string, right: Right, draw: Draw): string {
  let first = true;
  let made = value;
  for (const { index: place, 0: sign } of value.matchAll(/[A-Za-z\d]/g)) {
    const isDigit = /\d/.test(sign);
    const drawn = isDigit && first ? leading(sign, draw) : draw.from(signsLike(sign), 1);
    if (isDigit) first = false;
    const other = set(made, place, drawn);
    made = mended(other, place, right) ?? made;
  }
  return made;
}

const leading = (digit: string, draw: Draw): string => (digit === '0' ? '0' : draw.from('123456789', 1));

const set = (text: string, at: number, sign: string): string => text.slice(0, at) + sign + text.slice(at + 1);

/** Right as it is, or with its last sign, its last two, its first two or its last three digits exchanged; never the one at `kept`. */
function mended(value: string, kept: number, right: Right): string | undefined {
  if (right(value)) return value;
  const places = [...value.matchAll(/[A-Za-z0-9]/g)]
    .map(({ index }) => index)
    .filter((place) => place !== kept);
  const digits = places.filter((place) => /\d/.test(value[place]!));
  for (const at of [places.slice(-1), places.slice(-2), places.slice(0, 2), digits.slice(-3)]) {
    const found = at.length > 0 ? exchanged(value, at, right) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function exchanged(value: string, [at, ...rest]: readonly number[], right: Right): string | undefined {
  for (const sign of signsLike(value[at!]!)) {
    const other = set(value, at!, sign);
    const found = rest.length === 0 ? (right(other) ? other : undefined) : exchanged(other, rest, right);
    if (found !== undefined) return found;
  }
  return undefined;
}

const signsLike = (sign: string): string =>
  /\d/.test(sign)
    ? '0123456789'
    : /[A-Z]/.test(sign)
      ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
      : 'abcdefghijklmnopqrstuvwxyz';

const entities: readonly string[] = [...new Set(idRows.map(({ entity }) => entity))];

export const identityNumbers: Readonly<Record<string, Maker>> = {
  ...Object.fromEntries(
    entities.map((entity) => [entity, like(idRows.filter((row) => row.entity === entity))]),
  ),
  US_SSN: ssn,
};
