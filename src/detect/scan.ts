import { findAssigned, isAssignment, isDull } from './assigned.ts';
import { base64Around } from './base64.ts';
import {
  ALNUM,
  byteAt,
  DIGIT,
  type Found,
  flags,
  HEX,
  LETTER,
  LOWER,
  runEnd,
  type Text,
  UPPER,
} from './bytes.ts';
import { findCard } from './card.ts';
import { PHONE, SSN, speaksOf } from './context.ts';
import { findEmail } from './email.ts';
import { isTellingEscape, isTellingFold, throughMarks, within } from './encoded.ts';
import { type Exponent, exponentAt } from './exponent.ts';
import { foldPairs } from './fold.ts';
import { afterCountry, findIban } from './iban.ts';
import { findDate, findLettered, findNumber } from './ids.ts';
import { findIpv4, findIpv6 } from './ip.ts';
import { findLiteral } from './literal.ts';
import { literals } from './literals.ts';
import { findMac, isPairEnd, isPaired } from './mac.ts';
import {
  aloneLength,
  beginsAt,
  dateEnd,
  hasDigits,
  isGap,
  isSpelled,
  joinedEnd,
  readNumber,
  type Written,
} from './number.ts';
import { addKeyLines } from './pem.ts';
import { findPhone } from './phone.ts';
import { findSsn } from './ssn.ts';
import { findBotToken } from './telegram.ts';
import { findUrlCredentials } from './url.ts';
import { findBase58, findBech32, findEthereum } from './wallet.ts';
import { findWebhook } from './webhook.ts';

/**
 * The one pass over the bytes: at each byte that can be part of a value, and nowhere else, the few detectors that
 * such a byte concerns verify what stands around it, within a bounded window. Linear whatever the text.
 */

const buckets = [...literals.values()];

const NOTHING = 0;
const NUMBER = 1;
const MAIL = 2;
const COLON = 3;
const URL = 4;
const ESCAPE = 5;
const FOLD = 6;
const HUMP = 7;
const ASSIGNED = 8;
const PAIR = 9;
/** From here on: the literals of `buckets[kind - LITERAL]`. */
const LITERAL = 10;

/** What is to be looked at where two bytes stand in a row, by `first << 8 | second`; nothing, for most. */
const kinds: Readonly<Uint8Array> = readKinds();

function readKinds(): Uint8Array {
  if (buckets.length > 255 - LITERAL) throw new RangeError('too many literals for one table');
  const read = new Uint8Array(0x10000);
  for (let pair = 0; pair < 0x10000; pair++) read[pair] = kindOf(pair >> 8, pair & 0xff);
  for (const [first, second] of foldPairs) read[(first << 8) | second] = FOLD;
  [...literals.keys()].forEach((pair, i) => {
    read[pair] = LITERAL + i;
  });
  return read;
}

function kindOf(first: number, second: number): number {
  if (first === 0x25 && (flags[second]! & HEX) !== 0) return ESCAPE;
  if (first === 0x26 && (second === 0x23 || (flags[second]! & LETTER) !== 0)) return ESCAPE;
  if (first === 0x5c && /[nrtbfux/]/.test(String.fromCharCode(second))) return ESCAPE;
  if ((flags[first]! & LOWER) !== 0 && (flags[second]! & UPPER) !== 0) return HUMP;
  // Digits in a name begin nothing: `item_42`.
  if ((flags[second]! & DIGIT) !== 0)
    return (flags[first]! & DIGIT) !== 0 || first === 0x5f ? NOTHING : NUMBER;
  if (second === 0x40) return MAIL;
  if (second === 0x2f) return first === 0x3a ? URL : NOTHING;
  if (second === 0x2d && isPairEnd(first)) return PAIR;
  if (second === 0x3a && (first === 0x3a || (flags[first]! & DIGIT) !== 0)) return COLON;
  return isAssignment(first, second) ? ASSIGNED : NOTHING;
}

/** One pass and what it has met so far. */
interface State {
  readonly text: Text;
  readonly depth: number;
  readonly found: Found[];
  /** Where escapes begin. */
  marks: number[] | undefined;
  /** Up to here, runs were looked at for base64. */
  examined: number;
}

/** Everything that is found, in no order and with overlaps. */
export function scan(text: Text, depth = 0): Found[] {
  const state: State = { text, depth, found: [], marks: undefined, examined: text.start };
  const { bytes, end } = text;
  let previous = 0x20;
  for (let at = text.start; at < end; at++) {
    const byte = bytes[at]!;
    const kind = kinds[(previous << 8) | byte]!;
    previous = byte;
    if (kind === NOTHING || (kind === ASSIGNED && isDull(text, at))) continue;
    const next = visit(state, at, kind);
    if (next > at + 1) {
      at = next - 1;
      previous = bytes[at]!;
    }
  }
  addKeyLines(text, state.found);
  return state.marks ? throughMarks(text, state.marks, state.found, scan, depth) : state.found;
}

/** Looks at what stands around `at`, and says where to go on. */
function visit(state: State, at: number, kind: number): number {
  const { text, found } = state;
  if (kind >= LITERAL) return take(found, findLiteral(buckets[kind - LITERAL]!, text, at), at + 1);
  if (kind === NUMBER) return visitNumber(state, at);
  if (kind === HUMP) return visitHump(state, at);
  if (kind === PAIR) return isPaired(text, at) ? take(found, findMac(text, at), at + 1) : at + 1;
  if (kind === COLON) return visitColon(text, at, found);
  if (kind === URL) return visitUrl(text, at - 1, found);
  if (kind === ASSIGNED) return visitAssigned(text, at, found);
  if (kind === ESCAPE || kind === FOLD) return visitDisguise(state, at, kind);
  // What a token has just taken is no one's name: `https://TOKEN@host`.
  return found.at(-1)?.end === at ? at + 1 : take(found, findEmail(text, at), at + 1);
}

/** Behind the first byte of what stands for another character. */
function visitDisguise(state: State, at: number, kind: number): number {
  const { text } = state;
  const tells = kind === FOLD ? isTellingFold : isTellingEscape;
  if (tells(text, at - 1)) {
    state.marks ??= [];
    state.marks.push(at - 1);
  }
  return (flags[text.bytes[at]!]! & DIGIT) !== 0 ? visitNumber(state, at) : at + 1;
}

/** A word of base64 is longer than most words. */
const LONG_WORD = 12;

/** `xM`, `x1`: in base64, capitals, small letters and digits change often. */
function visitHump(state: State, at: number): number {
  if (at < state.examined) return at + 1;
  const { bytes, start, end } = state.text;
  const stop = Math.min(end, at + LONG_WORD);
  let to = at + 1;
  while (to < stop && (flags[bytes[to]!]! & ALNUM) !== 0) to++;
  const least = Math.max(start, to - LONG_WORD);
  let from = at - 1;
  while (from > least && (flags[bytes[from - 1]!]! & ALNUM) !== 0) from--;
  return to - from < LONG_WORD ? at + 1 : visitRun(state, at);
}

function visitRun(state: State, at: number): number {
  const { text, found, depth } = state;
  const { start, end, decoded } = base64Around(text, at, state.examined);
  state.examined = end;
  if (!decoded) return at + 1;
  const inside = within(decoded, text.key, scan, depth);
  for (const one of inside) found.push({ ...one, start, end });
  return inside.length > 0 ? end : at + 1;
}

/** Takes what was found and goes on behind it. */
function take(found: Found[], one: Found | undefined, otherwise: number): number {
  if (!one) return otherwise;
  found.push(one);
  return Math.max(one.end, otherwise);
}

/** Goes on within the value: what has a form of its own is known better by it. */
function visitAssigned(text: Text, at: number, found: Found[]): number {
  const one = findAssigned(text, at);
  if (one) found.push(one);
  return at + 1;
}

/** A colon behind a digit or a colon. */
function visitColon(text: Text, at: number, found: Found[]): number {
  const hardware = isPaired(text, at) ? findMac(text, at) : undefined;
  if (hardware) return take(found, hardware, at + 1);
  const next = byteAt(text, at + 1);
  if (next !== 0x3a && byteAt(text, at - 1) !== 0x3a) visitAssigned(text, at, found);
  if (next === 0x41) {
    const token = findBotToken(text, at);
    if (token) return take(found, token, at + 1);
  }
  const previous = byteAt(text, at - 1);
  // Three in a row are in no address.
  if (previous === 0x3a && (next === 0x3a || byteAt(text, at - 2) === 0x3a)) return at + 1;
  const hex = next === 0x3a || previous === 0x3a || (flags[next]! & HEX) !== 0;
  return hex ? take(found, findIpv6(text, at), at + 1) : at + 1;
}

/** Goes on behind the `@`, lest password and host look like a mail address. */
function visitUrl(text: Text, colon: number, found: Found[]): number {
  if (byteAt(text, colon + 2) !== 0x2f) return colon + 2;
  const credentials = findUrlCredentials(text, colon);
  if (credentials) return take(found, credentials, colon) + 1;
  return take(found, findWebhook(text, colon), colon + 2);
}

/** From the first digit of a run; goes on behind it, and behind what is joined to it. */
function visitNumber(state: State, at: number): number {
  const { text, found } = state;
  if ((flags[byteAt(text, at - 1)]! & LETTER) !== 0) return visitInWord(state, at);
  const end = runEnd(text, at, DIGIT, text.end - at);
  const length = end - at;
  const next = byteAt(text, end);
  const one = findLettered(text, at, end);
  if (one) found.push(one);
  if ((flags[next]! & LETTER) !== 0) visitMixed(text, at, end, found);
  else if (length < 7 && !isGap(next)) return end;
  if (next === 0x2e && length <= 3) {
    const address = findIpv4(text, at);
    if (address) return take(found, address, end);
    const exponent = length === 1 ? exponentAt(text, at) : undefined;
    if (exponent) return visitExponent(state, at, exponent);
  }
  const date = length === 4 ? dateEnd(text, at) : 0;
  if (date > 0) {
    const born = date === at + 10 ? findDate(text, at) : undefined;
    return take(found, born, date);
  }
  if (hasDigits(text, at, 7) && beginsAt(text, at) && !isSpelled(text, at)) visitWritten(text, at, found);
  return joinedEnd(text, end);
}

/** Digits behind letters: an account number's check digits, a wallet's `bc1`. */
function visitInWord(state: State, at: number): number {
  const { text, found } = state;
  if (afterCountry(text, at)) {
    const account = findIban(text, at - 2);
    if (account) return take(found, account, at + 1);
  }
  const one = findLettered(text, at, runEnd(text, at, DIGIT, 25));
  if (one) return take(found, one, at + 1);
  const wallet = text.bytes[at] === 0x31 ? findBech32(text, at) : undefined;
  return wallet ? take(found, wallet, at + 1) : visitHump(state, at);
}

function visitExponent({ text, found, depth }: State, start: number, { end, digits }: Exponent): number {
  for (const one of within(digits, text.key, scan, depth)) found.push({ ...one, start, end });
  return end;
}

/** Letters behind digits: wallets. */
function visitMixed(text: Text, at: number, end: number, found: Found[]): void {
  const first = text.bytes[at]!;
  const wallet =
    first === 0x30 && end === at + 1 && byteAt(text, end) === 0x78
      ? findEthereum(text, at)
      : first >= 0x31 && first <= 0x33
        ? findBase58(text, at)
        : undefined;
  if (wallet) found.push(wallet);
}

/** A number as people write it may be a card, a social security number, a phone number: all are asked. */
function visitWritten(text: Text, at: number, found: Found[]): void {
  const written = readNumber(text, at);
  const number = findNumber(written);
  if (number) found.push(number);
  if (written.groups.length === 1 && isPlain(written)) return;
  for (const find of [findCard, findSsn, findPhone]) {
    const one = find(written);
    if (one) found.push(one);
  }
}

/** Up to eleven digits in one run, as most ids are, are nothing unless something is said of them. */
function isPlain({ text, groups, context }: Written): boolean {
  const { start, end, length } = groups[0]!;
  if (length > 11 || speaksOf(context, PHONE | SSN) || aloneLength(text, start) > 0) return false;
  const [lead, next] = [byteAt(text, start - 1), byteAt(text, end)];
  return lead !== 0x2b && lead !== 0x28 && !isGap(next) && (flags[next]! & LETTER) === 0;
}
