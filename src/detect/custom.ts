import { RE2JS } from 're2js';
import { FcgateError } from '../errors.ts';
import type { Found, Text } from './bytes.ts';
import { type Check, type Validator, validators } from './checksums.ts';
import { before } from './context.ts';
import { isUnspaced, longestMatch, requiredLiteral } from './pattern.ts';
import { type Search, searchOf } from './search.ts';

/** A policy's own detectors: patterns that run in linear time, and lists of words. */
export interface CustomDetector {
  readonly entity: string;
  readonly group?: string;
  readonly pattern?: string;
  readonly words?: readonly string[];
  /** Words near by that raise the score. */
  readonly context?: readonly string[];
  /** 0 to 1, without context. */
  readonly score?: number;
  /** The check sum that what the pattern finds must pass. */
  readonly validator?: Validator;
  readonly examples?: { readonly match?: readonly string[]; readonly no_match?: readonly string[] };
}

export interface Custom {
  readonly entity: string;
  readonly group: string;
  readonly score: number;
  readonly context: readonly string[];
  readonly check: Check | undefined;
  readonly validator: string | undefined;
  readonly pattern?: Pattern;
}

interface Pattern {
  readonly search: Search;
  readonly literal: Buffer | undefined;
}

export interface Customs {
  readonly list: readonly Custom[];
  /** Phrases of all word lists by their first word. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  /** The longest match in bytes that may hold white space. */
  readonly reach: number;
}

interface Phrase {
  /** Lower case. */
  readonly text: string;
  readonly custom: Custom;
}

const DEFAULT_SCORE = 0.6;
const CONTEXT_BONUS = 0.35;
/** A pattern of more instructions takes too long for each character. */
const MOST_INSTRUCTIONS = 300;

export function compileCustom(
  detectors: readonly CustomDetector[],
  groups: ReadonlyMap<string, string>,
  thresholdOf: (entity: string, group: string) => number,
): Customs {
  const list: Custom[] = [];
  const phrases = new Map<string, Phrase[]>();
  for (const detector of detectors) {
    const custom = compileOne(detector, groups);
    list.push(custom);
    for (const word of detector.words ?? []) addPhrase(phrases, word, custom);
    checkExamples(detector, custom, thresholdOf(custom.entity, custom.group));
  }
  return { list, phrases, reach: Math.max(0, ...detectors.map(reachOf)) };
}

/** A byte more tells where a word ends. */
function reachOf({ pattern, words = [] }: CustomDetector): number {
  const spaced = pattern !== undefined && !isUnspaced(pattern) ? longestMatch(pattern) : 0;
  return Math.max(spaced, ...words.map((word) => word.length * 4)) + 1;
}

function compileOne(detector: CustomDetector, groups: ReadonlyMap<string, string>): Custom {
  const { entity, pattern, words = [], score = DEFAULT_SCORE, context = [], validator } = detector;
  if (pattern === undefined && words.length === 0)
    throw invalid(entity, 'has neither a pattern nor words; give it one of them');
  if (words.some((word) => !/[\p{L}\p{N}]/u.test(word)))
    throw invalid(entity, 'has a word without a letter or digit');
  if (validator !== undefined && pattern === undefined)
    throw invalid(entity, 'has a validator, which is for what a pattern finds, and no pattern');
  return {
    entity,
    group: groups.get(entity) ?? detector.group ?? 'pii',
    score,
    context: context.map((word) => word.toLowerCase()),
    check: validator && validators[validator],
    validator,
    ...(pattern !== undefined && { pattern: compilePattern(entity, pattern) }),
  };
}

function compilePattern(entity: string, pattern: string): Pattern {
  let program: RE2JS;
  try {
    program = RE2JS.compile(pattern);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (/expression too large|invalid repeat count/.test(why)) throw tooLarge(entity, cause);
    throw invalid(
      entity,
      `has a pattern that cannot run in linear time (no lookaround, no back-references): ${why}`,
      cause,
    );
  }
  if (program.programSize() > MOST_INSTRUCTIONS) throw tooLarge(entity);
  if (program.matcher('').find())
    throw invalid(entity, 'has a pattern that matches the empty text; let it ask for at least one character');
  return { search: searchOf(program), literal: requiredLiteral(pattern) };
}

const tooLarge = (entity: string, cause?: unknown): FcgateError =>
  invalid(
    entity,
    'has a pattern that is too large to be fast: counts such as {1,1000} are written out, those within others many times over; ask for less, or write + or * instead',
    cause,
  );

/** A list is checked when it is loaded, alone, so that an example speaks of its own detector. */
function checkExamples(detector: CustomDetector, custom: Custom, threshold: number): void {
  const phrases = new Map<string, Phrase[]>();
  for (const word of detector.words ?? []) addPhrase(phrases, word, custom);
  const finds = (example: string): boolean => {
    const bytes = Buffer.from(example);
    const text = { bytes, start: 0, end: bytes.length, key: '', about: '', least: threshold };
    return scanCustom({ list: [custom], phrases, reach: 0 }, text).some(({ score }) => score >= threshold);
  };
  detector.examples?.match?.forEach((example, i) => {
    if (!finds(example)) throw invalid(detector.entity, `does not match examples.match[${i}]`);
  });
  detector.examples?.no_match?.forEach((example, i) => {
    if (finds(example)) throw invalid(detector.entity, `matches examples.no_match[${i}]`);
  });
}

const invalid = (entity: string, what: string, cause?: unknown): FcgateError =>
  new FcgateError('policy_invalid', `detector ${entity} ${what}`, { cause });

function addPhrase(phrases: Map<string, Phrase[]>, word: string, custom: Custom): void {
  const text = word.trim().toLowerCase();
  const first = wordPattern().exec(text)!;
  const phrase = { text: text.slice(first.index), custom };
  phrases.set(first[0], [...(phrases.get(first[0]) ?? []), phrase]);
}

const wordPattern = (): RegExp => /[\p{L}\p{N}]+/gu;

/** What a policy's own detectors find; offsets in bytes, as the built-in ones give them. */
export function scanCustom(customs: Customs, text: Text): Found[] {
  const wanted = customs.list.filter(
    ({ pattern }) => pattern && (pattern.literal === undefined || contains(text, pattern.literal)),
  );
  if (wanted.length === 0 && customs.phrases.size === 0) return [];
  const decoded = text.bytes.toString('utf8', text.start, text.end);
  const spans = [
    ...wanted.flatMap((custom) => matchesOf(custom, decoded, text.least)),
    ...phrasesIn(customs.phrases, decoded),
  ];
  return place(spans, decoded, text);
}

function contains(text: Text, literal: Buffer): boolean {
  const at = text.bytes.indexOf(literal, text.start);
  return at >= 0 && at + literal.length <= text.end;
}

/** UTF-16 offsets in the decoded text. */
interface Span {
  readonly custom: Custom;
  readonly start: number;
  readonly end: number;
  /** Its check sum is wrong. */
  readonly failed?: true;
}

function matchesOf(custom: Custom, decoded: string, least: number): Span[] {
  const spans: Span[] = [];
  for (const [start, end] of custom.pattern!.search(decoded)) {
    const failed = custom.check?.(decoded.slice(start, end)) === false;
    if (!failed) spans.push({ custom, start, end });
    else if (least === 0) spans.push({ custom, start, end, failed });
  }
  return spans;
}

/** One walk over the words of the text for all lists. */
function phrasesIn(phrases: ReadonlyMap<string, readonly Phrase[]>, decoded: string): Span[] {
  if (phrases.size === 0) return [];
  const spans: Span[] = [];
  const lower = decoded.toLowerCase();
  // A few letters change their length in lower case; then the text is taken as it is.
  const text = lower.length === decoded.length ? lower : decoded;
  for (const word of text.matchAll(wordPattern())) {
    for (const phrase of phrases.get(word[0]) ?? []) {
      const end = word.index + phrase.text.length;
      if (text.startsWith(phrase.text, word.index) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2))) {
        spans.push({ custom: phrase.custom, start: word.index, end });
      }
    }
  }
  return spans;
}

/** From UTF-16 offsets to bytes, in one walk. */
function place(spans: Span[], decoded: string, text: Text): Found[] {
  const ascii = decoded.length === text.end - text.start;
  let unit = 0;
  let byte = text.start;
  return spans
    .sort((a, b) => a.start - b.start)
    .map(({ custom, start, end, failed }) => {
      byte += ascii ? start - unit : Buffer.byteLength(decoded.slice(unit, start));
      unit = start;
      const length = ascii ? end - start : Buffer.byteLength(decoded.slice(start, end));
      const context = custom.context.length > 0 ? before(text, byte) : '';
      const bonus = custom.context.some((word) => context.includes(word)) ? CONTEXT_BONUS : 0;
      return {
        entity: custom.entity,
        start: byte,
        end: byte + length,
        score: failed ? 0 : Math.min(1, custom.score + bonus),
        detector: custom.entity,
      };
    });
}
