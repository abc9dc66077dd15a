import { ALNUM, flags, LOWER, type Place, type Text, UPPER } from './bytes.ts';
import { CALLED, LINK, OTHER, PHONE, SPECIFIC, THING, vocabulary } from './subjects.ts';
import { type Topic, topics } from './topics.ts';

/**
 * What the words before a value say it is. Context is looked for backwards only, within so many bytes, so that a
 * stream can be released behind it; words are told by a hash of their letters, so that no text is cut out for it.
 */
const CONTEXT_BYTES = 48;

/** Under a key, what begins so near to the value's beginning counts as labelled; further on the key says little. */
const LABELLED_BYTES = 256;

const SEED = 0x811c9dc5;
const grow = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
/** Of two words in a row. */
const join = (first: number, second: number): number => Math.imul(first, 31) ^ second;

const hashOf = (phrase: string): number =>
  phrase
    .split(' ')
    .map((word) => Buffer.from(word).reduce(grow, SEED))
    .reduce(join);

const subjects: ReadonlyMap<number, number> = readVocabulary();

function readVocabulary(): Map<number, number> {
  const read = new Map<number, number>();
  for (const [subject, list] of vocabulary) {
    for (const phrase of list.split(', ')) {
      const hash = hashOf(phrase);
      read.set(hash, (read.get(hash) ?? 0) | subject);
    }
  }
  return read;
}

/** Kinds of numbers that words speak of; far more than a subject's bits can tell. */
const topicWords: ReadonlyMap<number, readonly Topic[]> = readTopics();

function readTopics(): Map<number, Topic[]> {
  const read = new Map<number, Topic[]>();
  for (const [topic, list] of Object.entries(topics) as [Topic, string][]) {
    for (const phrase of list.split(', ')) {
      const hash = hashOf(phrase);
      read.set(hash, [...(read.get(hash) ?? []), topic]);
    }
  }
  return read;
}

const KNOWN_SUBJECT = 1;
const KNOWN_TOPIC = 2;

/** Non-zero where some known word's hash ends so: most words are known to be unknown without a look-up. */
const known: Readonly<Uint8Array> = readKnown();

function readKnown(): Uint8Array {
  const read = new Uint8Array(0x4000);
  for (const hash of subjects.keys()) read[hash & 0x3fff]! |= KNOWN_SUBJECT;
  for (const hash of topicWords.keys()) read[hash & 0x3fff]! |= KNOWN_TOPIC;
  return read;
}

const subjectOf = (hash: number): number =>
  (known[hash & 0x3fff]! & KNOWN_SUBJECT) === 0 ? 0 : (subjects.get(hash) ?? 0);

const topicsOf = (hash: number): readonly Topic[] =>
  (known[hash & 0x3fff]! & KNOWN_TOPIC) === 0 ? NONE : (topicWords.get(hash) ?? NONE);

export const NONE: readonly Topic[] = [];

/** What is said before a value. */
export interface Context {
  /** Subjects of all words near by. */
  readonly said: number;
  /** Subjects of the word right before the value, seen through `number is` and the like. */
  readonly last: number;
  /** Kinds of numbers that the words near by speak of. */
  readonly topics: readonly Topic[];
  /** Kinds of numbers that the key itself speaks of. */
  readonly labels: readonly Topic[];
}

const SILENT: Context = { said: 0, last: 0, topics: NONE, labels: NONE };

export const speaksOf = (context: Context, subject: number): boolean => (context.said & subject) !== 0;

/** Whether the word right before calls the value some other kind of number: `id`, but not `phone no`. */
export const labelledOtherwise = (context: Context): boolean =>
  (context.last & OTHER) !== 0 && (context.last & PHONE) === 0;

/** Whether it does so of a kind that may look like a phone number: `part number`. */
export const labelledThing = (context: Context): boolean =>
  (context.last & THING) !== 0 && (context.last & PHONE) === 0;

/**
 * The context of a value that begins at `at`: of the text before it, the key it stands under and what a schema says of
 * it. A schema speaks in sentences: whatever it names anywhere counts, and no word of it is right before the value.
 */
export function contextOf(text: Text, at: number): Context {
  const from = Math.max(text.start, at - CONTEXT_BYTES);
  const near = read(text.bytes, from === text.start ? from : wordStart(text, from, at), at);
  if ((text.key === '' && text.about === '') || at - text.start > LABELLED_BYTES) return near;
  const label = readWords(text.key);
  const about = readWords(text.about);
  return {
    said: near.said | label.said | about.said,
    last: near.last || label.last || (about.said & SPECIFIC ? 0 : about.said & OTHER),
    topics:
      label.topics.length + about.topics.length === 0
        ? near.topics
        : [...near.topics, ...label.topics, ...about.topics],
    labels: label.topics,
  };
}

/** What a key or a sentence says. */
export function readWords(said: string): Context {
  if (said === '') return SILENT;
  const bytes = Buffer.from(words(said));
  return read(bytes, 0, bytes.length);
}

/** The first word that begins behind `from`: one that was cut through says nothing, unless it is of unparted letters. */
function wordStart({ bytes, start }: Text, from: number, at: number): number {
  let i = letterStart(bytes, from);
  if (isUnparted(bytes[i]!)) {
    while (i > start && i > from - CONTEXT_BYTES && isWord(bytes[i - 1]!)) i--;
    return letterStart(bytes, i);
  }
  while (i < at && isWord(bytes[i]!)) i++;
  return i;
}

const isInLetter = (byte: number): boolean => (byte & 0xc0) === 0x80;

function letterStart(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isInLetter(bytes[i]!)) i++;
  return i;
}

/** A word further away than this from the value is not right before it. */
const BESIDE = 8;

/** What the words between two places say. */
export function read(bytes: Uint8Array, from: number, at: number): Context {
  let said = 0;
  let last = 0;
  let previous = 0;
  let lastEnd = from;
  let spoken: Topic[] | undefined;
  for (let i = from; i < at; ) {
    if (!isWord(bytes[i]!)) {
      i++;
      continue;
    }
    let hash = SEED;
    const start = i;
    do hash = grow(hash, lower(bytes[i++]!));
    while (i < at && isWord(bytes[i]!) && !isHump(bytes, i));
    const pair = join(previous, hash);
    let subject = i - start > 24 ? 0 : subjectOf(hash) | subjectOf(pair);
    if (isUnparted(bytes[start]!))
      eachPart(bytes, start, i, (part) => {
        subject |= subjectOf(part);
        const parts = topicsOf(part);
        if (parts.length > 0) spoken = [...(spoken ?? []), ...parts];
      });
    if (((known[hash & 0x3fff]! | known[pair & 0x3fff]!) & KNOWN_TOPIC) !== 0) {
      spoken ??= [];
      spoken.push(...topicsOf(hash), ...topicsOf(pair));
    }
    said |= subject;
    last = (subject & LINK) !== 0 ? last | subject : subject;
    previous = hash;
    lastEnd = i;
  }
  const beside = at - lastEnd <= BESIDE ? last & ~LINK : 0;
  return {
    said: (beside & CALLED) !== 0 ? said | PHONE : said,
    last: beside,
    topics: spoken ?? NONE,
    labels: NONE,
  };
}

/** The first byte of a letter of scripts that part no words, or hang endings on them: Thai, Chinese, Japanese, Korean. */
const isUnparted = (byte: number): boolean => byte === 0xe0 || (byte >= 0xe3 && byte <= 0xed);

/** The hashes of all that is written within a run of such letters. */
function eachPart(bytes: Uint8Array, from: number, to: number, say: (hash: number) => void): void {
  for (let start = from; start < to; start = letterStart(bytes, start + 1)) {
    let hash = SEED;
    for (let i = start; i < to; i++) {
      hash = grow(hash, bytes[i]!);
      if (!isInLetter(bytes[i + 1] ?? 0)) say(hash);
    }
  }
}

const isWord = (byte: number): boolean => (flags[byte]! & ALNUM) !== 0 || byte >= 0x80;
const lower = (byte: number): number => ((flags[byte]! & UPPER) !== 0 ? byte | 0x20 : byte);
/** `cardNumber` is two words. */
const isHump = (bytes: Uint8Array, i: number): boolean =>
  (flags[bytes[i]!]! & UPPER) !== 0 && (flags[bytes[i - 1]!]! & LOWER) !== 0;

/** What stands before a candidate as text, in lower case: for the words that a policy names. */
export function before(text: Text, at: number): string {
  const near = text.bytes.toString('utf8', Math.max(text.start, at - CONTEXT_BYTES), at).toLowerCase();
  return at - text.start <= LABELLED_BYTES ? `${words(text.key)} ${words(text.about)}: ${near}` : near;
}

/** Where what a run at `at` holds stands: what is said before the run is said of it. */
export function heldAt(text: Text, at: number): Place {
  const { said, topics } = contextOf(text, at);
  if (said === 0 && topics.length === 0) return text;
  const near = text.bytes.toString('utf8', Math.max(text.start, at - CONTEXT_BYTES), at);
  return { key: text.key, about: `${text.about} ${near}`, least: text.least };
}

/** The words of a key: `cardNumber`, `card_number`, `CARD-NUMBER` → `card number`. */
export const words = (key: string): string =>
  key
    .slice(0, 128)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9\u0080-\uffff]+/g, ' ')
    .toLowerCase()
    .trim();
