import type { Match } from '../exchange.ts';
import { ALNUM, type Found, flags, type Text, textIn } from './bytes.ts';
import { iban, luhn } from './checksums.ts';
import { candidatesIn, type Detectors, findingsIn, type Hint, relative, textOf } from './detect.ts';
import { compactOf, hasRightDigits } from './ids.ts';
import { resolve } from './resolve.ts';

/**
 * Why something has its score. It is asked of the detectors themselves: what would they say if this word, the key, or
 * all that stands around were not there?
 */
export interface Explained extends Match {
  /** Whether it counts as a finding; if not, it nearly did. */
  readonly counts: boolean;
  readonly threshold: number;
  /** Its score with nothing said around it: 0 where it is nothing then. */
  readonly base: number;
  readonly influences: readonly Influence[];
  readonly check?: { readonly name: string; readonly right: boolean };
  /** What it is written in. */
  readonly encoding?: string;
}

/** What raises a score, or lowers it. */
export type Influence = { readonly by: number } & (
  | { readonly word: string }
  | { readonly key: string }
  | { readonly description: true }
);

/** What scores less is no near miss, unless its check digits alone are wrong. */
const NEAR = 0.3;

/** Findings and near misses, in order. Offsets count from `start`. */
export function explain(
  detectors: Detectors,
  bytes: Uint8Array,
  start: number,
  end: number,
  hint?: Hint,
): Explained[] {
  const text = textOf(0, bytes, start, end, hint);
  const found = findingsIn(detectors, { ...text, least: detectors.least });
  const isFound = (place: { start: number; end: number }): boolean =>
    found.some((one) => one.start < place.end && place.start < one.end);
  const near = candidatesIn(detectors, text).filter(
    (one) => (one.score >= NEAR || checkOf(detectors, text, one)?.right === false) && !isFound(one),
  );
  const unsure = resolve(near.filter(({ score }) => score >= NEAR));
  const wrong = resolve(near.filter(({ score }) => score < NEAR));
  return [...found, ...unsure, ...wrong]
    .sort((a, b) => a.start - b.start)
    .map((one) => ({
      ...relative(one, start),
      counts: isFound(one),
      threshold: detectors.thresholdOf(one.entity),
      ...influencesOn(detectors, text, one, isFound),
      ...checked(checkOf(detectors, text, one)),
      ...written(text, one),
    }));
}

const checked = (check: Explained['check']): Pick<Explained, 'check'> => (check ? { check } : {});

/** So much of the text around is looked at again, and within it so much of what is said. */
const BEFORE = 160;
const BEHIND = 64;
const SAID_BEFORE = 64;
const SAID_BEHIND = 24;

type Influences = Pick<Explained, 'base' | 'influences'>;

function influencesOn(
  detectors: Detectors,
  text: Text,
  one: Found,
  isFound: (place: Word) => boolean,
): Influences {
  const from = Math.max(text.start, one.start - BEFORE);
  const to = Math.min(text.end, one.end + BEHIND);
  const place = { start: one.start - from, end: one.end - from };
  const bare = { key: '', about: '', least: 0 };
  const labelled = one.start - text.start <= BEFORE ? text : bare;
  const words = wordsAround(text, one);
  const score = (without: readonly Word[], where: Pick<Text, 'key' | 'about'>): number => {
    const bytes = Buffer.from(text.bytes.subarray(from, to));
    for (const word of without) bytes.fill('z', word.start - from, word.end - from);
    const again = candidatesIn(detectors, textIn({ ...where, least: 0 }, bytes)).filter(
      ({ entity, start, end }) => entity === one.entity && start < place.end && place.start < end,
    );
    return Math.max(0, ...again.map((each) => each.score));
  };
  const base = score(words, bare);
  /** What it says alone; what would be missing without it, where it says something only with others. */
  const weigh = (without: number, alone: number): number =>
    rounded(alone - base) || rounded(one.score - without);
  const all = [
    ...words
      .filter((word) => !isFound(word))
      .map((word) => ({
        word: text.bytes.toString('utf8', word.start, word.end),
        by: weigh(
          score([word], labelled),
          score(
            words.filter((each) => each !== word),
            bare,
          ),
        ),
      })),
    ...(labelled.key === ''
      ? []
      : [
          {
            key: text.key,
            by: weigh(score([], { ...labelled, key: '' }), score(words, { ...labelled, about: '' })),
          },
        ]),
    ...(labelled.about === ''
      ? []
      : [
          {
            description: true as const,
            by: weigh(score([], { ...labelled, about: '' }), score(words, { ...labelled, key: '' })),
          },
        ]),
  ];
  return { base: rounded(base), influences: all.filter(({ by }) => by !== 0) };
}

const rounded = (score: number): number => Math.round(score * 100) / 100;

interface Word {
  readonly start: number;
  readonly end: number;
}

/** Words near by, those with digits in them left out: they are values rather than words. */
function wordsAround({ bytes, start, end }: Text, one: Word): Word[] {
  const isLetter = (byte: number): boolean => (flags[byte]! & ALNUM) !== 0 || byte >= 0x80;
  const words: Word[] = [];
  const read = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      if (!isLetter(bytes[at]!)) continue;
      const begin = at;
      while (at < to && isLetter(bytes[at]!)) at++;
      if (!/\d/.test(bytes.toString('latin1', begin, at))) words.push({ start: begin, end: at });
    }
  };
  let from = Math.max(start, one.start - SAID_BEFORE);
  if (from > start) while (from < one.start && isLetter(bytes[from]!)) from++;
  read(from, one.start);
  read(one.end, Math.min(end, one.end + SAID_BEHIND));
  return words;
}

function checkOf({ customs }: Detectors, text: Text, one: Found): Explained['check'] {
  const value = one.value ?? text.bytes.toString('utf8', one.start, one.end);
  const { entity } = one;
  const own = customs.list.find((custom) => custom.entity === entity && custom.check);
  if (own) return { name: own.validator!, right: own.check!(value) };
  if (one.inside) return undefined;
  if (entity === 'CREDIT_CARD') return { name: 'luhn', right: luhn(value.replace(/\D/g, '')) };
  if (entity === 'IBAN_CODE') return { name: 'iban', right: iban(compactOf(value)) };
  const right = hasRightDigits(entity, value);
  return right === undefined ? undefined : { name: 'check digits', right };
}

/** By its look, in what a value is written that does not stand there as it reads. */
function written({ bytes }: Text, { start, end, value, inside }: Found): Pick<Explained, 'encoding'> {
  if (value === undefined && !inside) return {};
  const text = bytes.toString('utf8', start, end);
  const encoding =
    (
      [
        [/%[0-9a-f]{2}/i, 'percent-encoding'],
        [/&#?\w+;/, 'HTML entities'],
        [/\\[ux0-7nrtbf/\\]/, 'escapes'],
        [/[^\x20-\x7e]/, 'look-alike or invisible characters'],
        [/^\d\.\d+e/i, 'an exponent'],
      ] as const
    ).find(([look]) => look.test(text))?.[1] ?? 'base64';
  return { encoding };
}
