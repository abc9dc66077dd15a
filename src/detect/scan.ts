import {
  ASSIGNED,
  anchorsOf,
  COLON,
  ESCAPE,
  FOLD,
  HUMP,
  kindAt,
  LINE,
  LITERAL,
  NUMBER,
  PAIR,
  URL,
} from './anchors.ts';
import { findAssigned } from './assigned.ts';
import { base64Around } from './base64.ts';
import { ALNUM, byteAt, DIGIT, type Found, flags, HEX, LETTER, runEnd, type Text } from './bytes.ts';
import { findCard } from './card.ts';
import { heldAt, speaksOf } from './context.ts';
import { findEmail } from './email.ts';
import { isTellingEscape, isTellingFold, throughMarks, within } from './encoded.ts';
import { type Exponent, exponentAt } from './exponent.ts';
import { findAppToken } from './facebook.ts';
import { isGlued } from './glued.ts';
import { afterCountry, findIban } from './iban.ts';
import { findDate, findLettered, findNumber } from './ids.ts';
import { findIpv4, findIpv6 } from './ip.ts';
import { findLiteral } from './literal.ts';
import { literals } from './literals.ts';
import { findDotted, findMac, isPaired, mayBeDotted } from './mac.ts';
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
import { findKeyLine, mayEndKeyLine } from './pem.ts';
import { findPhone } from './phone.ts';
import { findSsn } from './ssn.ts';
import { PHONE, SSN } from './subjects.ts';
import { findBotToken } from './telegram.ts';
import { findUrlCredentials, mayOpen } from './url.ts';
import { findBase58, findBech32, findEthereum } from './wallet.ts';
import { findWebhook } from './webhook.ts';

/**
 * The one pass over the bytes: at each byte that can be part of a value, and nowhere else, the few detectors that
 * such a byte concerns verify what stands around it, within a bounded window. Linear whatever the text.
 */

const buckets = [...literals.values()];

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
  const { start, end } = text;
  const next = anchorsOf(text);
  let at = next(start);
  if (at === end && !mayEndKeyLine(text, end)) return [];
  const state: State = { text, depth, found: [], marks: undefined, examined: start };
  while (at < end) at = next(visit(state, at, kindAt(text, at)));
  if (mayEndKeyLine(text, end)) visitLine(state, end);
  return state.marks ? throughMarks(text, state.marks, state.found, scan, depth) : state.found;
}

/** Looks at what stands around `at`, and says where to go on. */
function visit(state: State, at: number, kind: number): number {
  const { text, found } = state;
  if (kind >= LITERAL) return visitLiteral(text, at, kind, found);
  if (kind === NUMBER) return visitNumber(state, at);
  if (kind === HUMP) return visitHump(state, at);
  if (kind === PAIR) return isPaired(text, at) ? take(found, findMac(text, at), at + 1) : at + 1;
  if (kind === COLON) return visitColon(text, at, found);
  if (kind === URL) return visitUrl(text, at - 1, found);
  if (kind === ASSIGNED) return visitAssigned(text, at, found);
  if (kind === ESCAPE || kind === FOLD) return visitDisguise(state, at, kind);
  if (kind === LINE) return visitLine(state, at);
  // What a token has just taken is no one's name: `https://TOKEN@host`.
  return found.at(-1)?.end === at ? at + 1 : take(found, findEmail(text, at), at + 1);
}

/** At the end of a line. */
function visitLine({ text, found }: State, at: number): number {
  return take(found, findKeyLine(text, at), at + 1);
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

/** Of either alphabet, but for what parts words and paths. */
const isDigitOfBase64 = (byte: number): boolean => (flags[byte]! & ALNUM) !== 0 || byte === 0x2b;

/** `xM`, `x1`: in base64, capitals, small letters and digits change often. */
function visitHump(state: State, at: number): number {
  if (at < state.examined) return at + 1;
  const { bytes, start, end } = state.text;
  const stop = Math.min(end, at + LONG_WORD);
  let to = at + 1;
  while (to < stop && isDigitOfBase64(bytes[to]!)) to++;
  const least = Math.max(start, to - LONG_WORD);
  let from = at - 1;
  while (from > least && isDigitOfBase64(bytes[from - 1]!)) from--;
  return to - from < LONG_WORD ? at + 1 : visitRun(state, at);
}

function visitRun(state: State, at: number): number {
  const { text, found, depth } = state;
  const { start, end, decoded } = base64Around(text, at, state.examined);
  state.examined = end;
  if (!decoded) return at + 1;
  const inside = within(decoded, heldAt(text, start), scan, depth);
  for (const one of inside) found.push({ ...one, start, end });
  return inside.length > 0 ? end : at + 1;
}

/** Takes what was found and goes on behind it. */
function take(found: Found[], one: Found | undefined, otherwise: number): number {
  if (!one) return otherwise;
  found.push(one);
  return Math.max(one.end, otherwise);
}

/** Between these a score says that a word tells, and not the value's own form. */
const TOLD = 0.5;
const OWN_FORM = 0.9;

/** Goes on behind a token, or what is known to be none, but within what a word alone tells: `pwd ghp_…`. */
function visitLiteral(text: Text, at: number, kind: number, found: Found[]): number {
  const one = findLiteral(buckets[kind - LITERAL]!, text, at);
  if (!one || one.score >= OWN_FORM || one.score < TOLD) return take(found, one, at + 1);
  found.push(one);
  return at + 1;
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
  if (byteAt(text, colon + 2) !== 0x2f || !mayOpen(text, colon)) return colon + 2;
  const credentials = findUrlCredentials(text, colon);
  if (credentials) return take(found, credentials, colon) + 1;
  return take(found, findWebhook(text, colon), colon + 2);
}

/** From the first digit of a run; goes on behind it, and behind what is joined to it. */
function visitNumber(state: State, at: number): number {
  const { text } = state;
  return (flags[byteAt(text, at - 1)]! & LETTER) === 0 ? visitDigits(state, at) : visitInWord(state, at);
}

function visitDigits(state: State, at: number): number {
  const { text, found } = state;
  const end = runEnd(text, at, DIGIT, text.end - at);
  const length = end - at;
  const next = byteAt(text, end);
  const one = findLettered(text, at, end);
  if (one) found.push(one);
  if ((flags[next]! & LETTER) !== 0) visitMixed(text, at, end, found);
  else if (length < 7 && !isGap(next)) return end;
  const hardware = mayBeDotted(text, at) ? findDotted(text, at) : undefined;
  if (hardware) return take(found, hardware, end);
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

/** With fewer digits, nothing that is glued to a word is told from the name of something. */
const SHORTEST_GLUED = 6;

/** Digits behind letters: an account number's check digits, a wallet's `bc1`. */
function visitInWord(state: State, at: number): number {
  const { text, found } = state;
  if (afterCountry(text, at)) {
    const account = findIban(text, at - 2);
    if (account) return take(found, account, at + 1);
  }
  if (hasDigits(text, at, SHORTEST_GLUED) && isGlued(text, at)) return visitDigits(state, at);
  const hardware = mayBeDotted(text, at) ? findDotted(text, at) : undefined;
  const one = hardware ?? findLettered(text, at, runEnd(text, at, DIGIT, 25));
  if (one) return take(found, one, at + 1);
  const wallet = text.bytes[at] === 0x31 ? findBech32(text, at) : undefined;
  return wallet ? take(found, wallet, at + 1) : visitHump(state, at);
}

function visitExponent({ text, found, depth }: State, start: number, { end, digits }: Exponent): number {
  for (const one of within(digits, text, scan, depth)) found.push({ ...one, start, end });
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
  for (const find of [findCard, findSsn, findPhone, findAppToken]) {
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
