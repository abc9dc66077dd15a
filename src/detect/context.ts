import { ALNUM, flags, LOWER, type Text, UPPER } from './bytes.ts';
import { type Topic, topics } from './topics.ts';

/**
 * What the words before a value say it is. Context is looked for backwards only, within so many bytes, so that a
 * stream can be released behind it; words are told by a hash of their letters, so that no text is cut out for it.
 */
const CONTEXT_BYTES = 48;

/** Under a key, what begins so near to the value's beginning counts as labelled; further on the key says little. */
const LABELLED_BYTES = 256;

/** One bit for each thing that words can speak of. */
export const CARD = 1;
export const SSN = 2;
export const PHONE = 4;
export const ACCOUNT = 8;
export const ADDRESS = 16;
export const VERSION = 32;
export const TELEGRAM = 64;
/** Some other kind of number: an order's, a page's. */
const OTHER = 128;
/** A phone only where it stands right before the number. */
const CALLED = 256;
/** Says nothing itself, but passes on what the word before it says: `order number is …`. */
const LINK = 512;

/** Words, and pairs of words, by what they speak of; lower case, in the languages that most text is in. */
const vocabulary: readonly (readonly [subject: number, words: string])[] = [
  [
    CARD,
    'card, cards, cc, ccn, pan, visa, mastercard, amex, american express, diners, discover, jcb, maestro',
  ],
  [
    CARD,
    'unionpay, credit, debit, creditcard, karte, kreditkarte, carte, tarjeta, cartão, carta, kaart, kort, cvv',
  ],
  [SSN, 'ssn, ssns, socialsecurity, social security, soc sec, taxpayer id, tax id'],
  [
    PHONE,
    'phone, phones, telephone, smartphone, cellphone, phonenumber, tel, telephon, telefon, telefono, teléfono',
  ],
  [
    PHONE,
    'telefone, téléphone, telefoon, telefonnummer, fone, mobile, mobil, mobiltelefon, movil, móvil, mobiel',
  ],
  [
    PHONE,
    'mobilnummer, cell, cellulare, celular, handy, handynummer, fax, faxnummer, whatsapp, sms, msisdn, dial',
  ],
  [
    PHONE,
    'rufnummer, ligue, llame, llamar, hotline, helpline, landline, telno, phoneno, contact number, contact no',
  ],
  [
    PHONE,
    'call me, call us, call him, call her, call them, call back, call at, call on, called at, calling from',
  ],
  [
    PHONE,
    'ring me, ring us, reach me, reach us, reach him, reach her, reach them, text me, text us, text him',
  ],
  [
    PHONE,
    'text her, text them, answering at, answer at, message to, messages to, messages on, registered number',
  ],
  [
    PHONE,
    'telepono, cep telefonu, cep no, gsm, my number, his number, her number, their number, our number, your number',
  ],
  [CALLED, 'call, reach, contact, office, registered'],
  [ACCOUNT, 'iban, ibans, bank account'],
  [ADDRESS, 'ip, ipv4, ipv6, src, dst, addr, address, listen, bind'],
  [VERSION, 'v, ver, version, release, build'],
  [TELEGRAM, 'telegram, telegramtoken'],
  [
    OTHER,
    'order, orders, invoice, ticket, case, ref, reference, sku, isbn, issn, serial, tracking, version, build',
  ],
  [
    OTHER,
    'commit, timestamp, ts, time, date, page, line, port, pid, zip, row, size, byte, bytes, count, total',
  ],
  [
    OTHER,
    'amount, price, id, ids, nr, no, account, acct, license, licence, passport, member, policy, customer',
  ],
  [
    OTHER,
    'confirmation, booking, routing, flight, item, part, model, batch, lot, vin, npi, tax, patient, claim, hash',
  ],
  [LINK, 'number, num, no, nr, id, code, ref, is, was'],
];

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

const NONE: readonly Topic[] = [];

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

export const speaksOf = (context: Context, subject: number): boolean => (context.said & subject) !== 0;

/** Whether the word right before calls the value some other kind of number. */
export const labelledOtherwise = (context: Context): boolean => (context.last & OTHER) !== 0;

/** The context of a value that begins at `at`: of the text before it, and of the key it stands under. */
export function contextOf(text: Text, at: number): Context {
  const from = Math.max(text.start, at - CONTEXT_BYTES);
  const near = read(text.bytes, from === text.start ? from : wordStart(text.bytes, from, at), at);
  if (text.key === '' || at - text.start > LABELLED_BYTES) return near;
  const key = Buffer.from(words(text.key));
  const label = read(key, 0, key.length);
  return {
    said: near.said | label.said,
    last: near.last === 0 ? label.last : near.last,
    topics: label.topics.length === 0 ? near.topics : [...near.topics, ...label.topics],
    labels: label.topics,
  };
}

/** The first word that begins behind `from`: one that was cut through says nothing. */
function wordStart(bytes: Uint8Array, from: number, at: number): number {
  let i = from;
  while (i < at && isWord(bytes[i]!)) i++;
  return i;
}

/** A word further away than this from the value is not right before it. */
const BESIDE = 8;

function read(bytes: Uint8Array, from: number, at: number): Context {
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
    const subject = i - start > 24 ? 0 : subjectOf(hash) | subjectOf(pair);
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

const isWord = (byte: number): boolean => (flags[byte]! & ALNUM) !== 0 || byte >= 0x80;
const lower = (byte: number): number => ((flags[byte]! & UPPER) !== 0 ? byte | 0x20 : byte);
/** `cardNumber` is two words. */
const isHump = (bytes: Uint8Array, i: number): boolean =>
  (flags[bytes[i]!]! & UPPER) !== 0 && (flags[bytes[i - 1]!]! & LOWER) !== 0;

/** What stands before a candidate as text, in lower case: for the words that a policy names. */
export function before(text: Text, at: number): string {
  const near = text.bytes.toString('utf8', Math.max(text.start, at - CONTEXT_BYTES), at).toLowerCase();
  return at - text.start <= LABELLED_BYTES ? `${words(text.key)}: ${near}` : near;
}

/** The words of a key: `cardNumber`, `card_number`, `CARD-NUMBER` → `card number`. */
export const words = (key: string): string =>
  key
    .slice(0, 128)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9\u0080-\uffff]+/g, ' ')
    .toLowerCase()
    .trim();
