/**
 * People, places and organisations, told by how they are written, by what is known of their words, and by the words
 * around them. Slower than all else and never certain: only where a policy asks for it.
 */
import type { Found, Kind, Text } from './bytes.ts';
import { words } from './context.ts';
import { FIRST, type Gazetteer, KNOWN_PLACE, LAST, NAME, PLACE, PLAIN } from './gazetteer.ts';
import * as cues from './name-cues.ts';
import { type Token, tokensOf } from './name-tokens.ts';

const LONGEST = 64;
const MOST_WORDS = 5;

/** Found only where a policy asks for them. */
export const namedKinds: readonly Kind[] = ['PERSON', 'LOCATION', 'ORGANIZATION'].map((entity) => ({
  entity,
  group: 'pii',
  longest: LONGEST,
}));

/** What names are told by, and which of the three are asked for. */
export interface Names {
  readonly gazetteer: Gazetteer;
  readonly entities: ReadonlySet<string>;
}

/** UTF-16 offsets in the decoded text. */
interface Named {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Offsets in bytes, as all detectors give them. */
export function findNames({ gazetteer, entities }: Names, text: Text): Found[] {
  const decoded = text.bytes.toString('utf8', text.start, text.end);
  const keyed = underKey(decoded, text.key);
  const named = keyed ? [keyed] : judgeAll(gazetteer, decoded);
  let [unit, byte] = [0, text.start];
  return named

    .filter(
      ({ entity, start, end }) =>
        entities.has(entity) && Buffer.byteLength(decoded.slice(start, end)) <= LONGEST,
    )
    .map(({ entity, start, end, score }) => {
      byte += Buffer.byteLength(decoded.slice(unit, start));
      unit = start;
      const length = Buffer.byteLength(decoded.slice(start, end));
      return { entity, start: byte, end: byte + length, score, detector: 'names' };
    });
}

/** A name ends within so many words, and the one behind it is looked at, too. */
const HELD_WORDS = MOST_WORDS + 3;

/** From where on a name may still begin or grow when more text follows. */
export function namesOpenFrom({ bytes, start, end }: Text): number {
  let at = end;
  for (let word = 0; word < HELD_WORDS; word++) {
    while (at > start && bytes[at - 1]! <= 0x20) at--;
    while (at > start && bytes[at - 1]! > 0x20) at--;
  }
  return at;
}

const keyedRows: readonly (readonly [entity: string, key: RegExp])[] = [
  ['PERSON', cues.personKeys],
  ['LOCATION', cues.placeKeys],
  ['ORGANIZATION', cues.organisationKeys],
];

/** A short value of words alone that stands under a telling key. */
function underKey(decoded: string, key: string): Named | undefined {
  if (key === '' || decoded.length > LONGEST || !/^\p{L}[\p{L}\p{M}\d .,'’&()-]*$/u.test(decoded))
    return undefined;
  const name = words(key);
  const row = keyedRows.find(([, telling]) => telling.test(name));
  return row && { entity: row[0], start: 0, end: decoded.length, score: 0.75 };
}

/** Words that are written as one name, from one to another. */
interface Run {
  readonly from: number;
  readonly to: number;
}

function judgeAll(gazetteer: Gazetteer, text: string): Named[] {
  const tokens = tokensOf(text, gazetteer);
  const named: Named[] = [];
  for (let at = 0; at < tokens.length; ) {
    const run = runAt(gazetteer, tokens, at);
    if (!run) {
      at++;
      continue;
    }
    const one = judge(gazetteer, text, tokens, run, named.at(-1));
    if (one) named.push(one);
    at = run.to;
  }
  return named;
}

function runAt(gazetteer: Gazetteer, tokens: readonly Token[], at: number): Run | undefined {
  const first = tokens[at]!;
  if (first.look === 'small' || first.lower === 'i' || cues.titles.has(first.lower)) return undefined;
  let to = at + 1;
  while (to < tokens.length && to - at < MOST_WORDS && joins(tokens, to)) to++;
  const plain = (first.kinds & PLAIN) !== 0 && first.opens && first.look === 'capital';
  return plain && !keepsFirst(gazetteer, tokens.slice(at, to)) ? undefined : { from: at, to };
}

function joins(tokens: readonly Token[], at: number): boolean {
  const { gap, look, lower } = tokens[at]!;
  const after = tokens[at + 1];
  if ((gap !== 'space' && gap !== 'dot') || (lower === 'i' && after?.gap !== 'dot')) return false;
  return look !== 'small' || (cues.particles.has(lower) && after?.gap === 'space' && after.look !== 'small');
}

/** A plain word that a sentence begins with is part of a name in `Will Smith`, `South Africa` and `Sun Systems`. */
function keepsFirst(gazetteer: Gazetteer, run: readonly Token[]): boolean {
  const [first, next] = run;
  if (next === undefined) return false;
  if (cues.organisations.has(run.at(-1)!.lower) || has(gazetteer.kindsOf(phraseOf(run)), PLACE)) return true;
  return has(first!.kinds, FIRST) && has(next.kinds, LAST);
}

const phraseOf = (run: readonly Token[]): string => run.map(({ text }) => text).join(' ');

function judge(
  gazetteer: Gazetteer,
  text: string,
  tokens: readonly Token[],
  { from, to }: Run,
  last: Named | undefined,
): Named | undefined {
  const run = tokens.slice(from, to);
  const around = aroundOf(text, tokens, { from, to }, last);
  const phrase = gazetteer.kindsOf(phraseOf(run));
  const scores = [
    ['ORGANIZATION', organisationScore(run, around)],
    ['LOCATION', placeScore(run, phrase, around)],
    ['PERSON', personScore(run, around) - (run.length > 1 && has(phrase, KNOWN_PLACE) ? 0.3 : 0)],
  ] as const;
  const [entity, score] = scores.reduce((best, one) => (one[1] > best[1] ? one : best));
  if (score < 0.5) return undefined;
  return { entity, start: run[0]!.start, end: run.at(-1)!.end, score: Math.min(score, 0.95) };
}

/** What is said around a run of words. */
interface Around {
  /** What the words before, and the word behind, add to each reading. */
  readonly person: number;
  readonly place: number;
  readonly organisation: number;
  /** It has its line to itself. */
  readonly alone: boolean;
}

function aroundOf(
  text: string,
  tokens: readonly Token[],
  { from, to }: Run,
  last: Named | undefined,
): Around {
  const first = tokens[from]!;
  const before = first.gap === 'line' ? undefined : tokens[from - 1];
  const word = before?.lower ?? '';
  const pair = `${tokens[from - 2]?.lower ?? ''}-${word}`;
  const after = tokens[to];
  const listed = last !== undefined && between.test(text.slice(last.end, first.start)) ? last.entity : '';
  const end = tokens[to - 1]!.end;
  const numbered =
    /\d[ ,]{1,2}$/.test(text.slice(Math.max(0, first.start - 4), first.start)) ||
    /^,? \d/.test(text.slice(end, end + 3));
  const said =
    (cues.titles.has(word) ? 0.6 : 0) + (cues.callers.has(word) || cues.called.has(pair) ? 0.35 : 0);
  const does = after?.gap === 'space' && cues.doings.has(after.lower) && first.look !== 'capitals';
  return {
    person:
      said +
      (does ? 0.15 : 0) +
      (listed === 'PERSON' ? 0.15 : 0) -
      (numbered ? 0.4 : 0) -
      (articles.has(word) ? 0.2 : 0),
    place:
      (cues.placed.has(pair) ? 0.45 : cues.towards.has(word) ? 0.3 : 0) +
      (listed === 'LOCATION' ? 0.25 : 0) +
      (numbered ? 0.25 : 0),
    organisation: cues.employed.has(pair) ? 0.55 : cues.employers.has(word) ? 0.15 : 0,
    alone: (from === 0 || first.gap === 'line') && /^[ \t\r]{0,4}(?:\n|$)/.test(text.slice(end, end + 6)),
  };
}

/** What stands between two of a list, or between the lines of an address. */
const between = /^(?:,? and |, ?|[.\s\d,>?-]{0,12}\n[>?,\s]{0,12})$/;

const articles: ReadonlySet<string> = new Set(['the', 'a', 'an']);

const has = (kinds: number, kind: number): boolean => (kinds & kind) !== 0;

/** How much a word looks like somebody's name. */
const likeness = ({ kinds }: Token): number => {
  const known = has(kinds, FIRST) ? 1 : has(kinds, LAST) ? 0.8 : has(kinds, NAME) ? 0.6 : 0;
  return known - (has(kinds, PLAIN) ? 0.5 : 0) - (has(kinds, KNOWN_PLACE) ? 0.3 : 0);
};

function personScore(run: readonly Token[], around: Around): number {
  const core = run.filter(({ look, lower }) => look !== 'initial' && !cues.particles.has(lower));
  if (core.length === 0) return 0;
  const likes = core.map(likeness);
  const [best, mean] = [Math.max(...likes), likes.reduce((a, b) => a + b, 0) / likes.length];
  if (run.length === 1) {
    const acronym = run[0]!.look === 'capitals' && run[0]!.text.length <= 4 ? 0.25 : 0;
    return (best <= 0 ? 0.15 : best * 0.65) - acronym + around.person;
  }
  const block = around.alone && core.every(({ kinds }) => !has(kinds, PLAIN)) ? 0.2 : 0;
  return 0.32 + best * 0.25 + mean * 0.15 + block + around.person;
}

function placeScore(run: readonly Token[], phrase: number, around: Around): number {
  if (run.some(({ lower }) => cues.streets.has(lower))) return 0.45 + around.place;
  const sure = has(phrase, KNOWN_PLACE) ? 0.65 : has(phrase, PLACE) ? (run.length > 1 ? 0.5 : 0.3) : 0.1;
  const plain = run.every(({ kinds }) => has(kinds, PLAIN)) ? 0.3 : 0;
  const named =
    !has(phrase, KNOWN_PLACE) || run.length === 1
      ? run.some(({ kinds }) => has(kinds, FIRST))
        ? 0.3 / run.length
        : 0
      : 0;
  return sure - plain - named + around.place;
}

function organisationScore(run: readonly Token[], around: Around): number {
  const last = run.at(-1)!;
  if (run.length > 1 && cues.organisations.has(last.lower)) return 0.9;
  const known = run.some(({ kinds }) => has(kinds, FIRST | KNOWN_PLACE));
  return around.organisation + (known ? 0 : 0.1) + (run.length === 1 && isPartnership(last) ? 0.65 : 0);
}

/** `Owens-Duran`. */
const isPartnership = ({ text, kinds }: Token): boolean =>
  text.includes('-') && has(kinds, LAST) && !has(kinds, FIRST);
