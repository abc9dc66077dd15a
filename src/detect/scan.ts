import { byteAt, DIGIT, type Found, flags, HEX, LETTER, runEnd, type Text } from './bytes.ts';
import { findCard } from './card.ts';
import { findEmail } from './email.ts';
import { afterCountry, findIban } from './iban.ts';
import { findIpv4, findIpv6 } from './ip.ts';
import { findJwt } from './jwt.ts';
import { findKeyed, mayEndName } from './keyed.ts';
import { findLiteral, placeLiterals } from './literal.ts';
import { beginsAt, hasDigits, isDate, readNumber } from './number.ts';
import { findPrivateKey } from './pem.ts';
import { findPhone } from './phone.ts';
import { secretLiterals } from './secrets.ts';
import { findSsn } from './ssn.ts';
import { findBotToken } from './telegram.ts';
import { findUrlCredentials } from './url.ts';
import { findBase58, findBech32, findEthereum } from './wallet.ts';
import { findWebhook } from './webhook.ts';

/**
 * The one pass over the bytes: at each byte that can be part of a value, and nowhere else, the few detectors that
 * such a byte concerns verify what stands around it, within a bounded window. Linear whatever the text.
 */

const literals = placeLiterals([
  { prefix: '-----BEGIN ', find: findPrivateKey },
  { prefix: 'eyJ', find: findJwt },
  ...secretLiterals,
]);
const buckets = [...literals.values()];

const NOTHING = 0;
const NUMBER = 1;
const MAIL = 2;
const COLON = 3;
const EQUALS = 4;
/** From here on: the literals of `buckets[kind - LITERAL]`. */
const LITERAL = 5;

/** What is to be looked at where two bytes stand in a row, by `first << 8 | second`; nothing, for most. */
const kinds: Readonly<Uint8Array> = readKinds();

function readKinds(): Uint8Array {
  if (buckets.length > 255 - LITERAL) throw new RangeError('too many literals for one table');
  const read = new Uint8Array(0x10000);
  for (let pair = 0; pair < 0x10000; pair++) read[pair] = kindOf(pair >> 8, pair & 0xff);
  [...literals.keys()].forEach((pair, i) => {
    read[pair] = LITERAL + i;
  });
  return read;
}

function kindOf(first: number, second: number): number {
  if ((flags[second]! & DIGIT) !== 0) return (flags[first]! & DIGIT) === 0 ? NUMBER : NOTHING;
  if (second === 0x40) return MAIL;
  if (second === 0x3a) return COLON;
  return second === 0x3d && mayEndName(first) ? EQUALS : NOTHING;
}

/** Everything that is found, in no order and with overlaps. */
export function scan(text: Text): Found[] {
  const found: Found[] = [];
  const { bytes, end } = text;
  let previous = 0x20;
  for (let at = text.start; at < end; at++) {
    const byte = bytes[at]!;
    const kind = kinds[(previous << 8) | byte]!;
    previous = byte;
    if (kind === NOTHING) continue;
    const next = visit(text, at, kind, found);
    if (next > at + 1) {
      at = next - 1;
      previous = bytes[at]!;
    }
  }
  return found;
}

/** Looks at what stands around `at`, and says where to go on. */
function visit(text: Text, at: number, kind: number, found: Found[]): number {
  if (kind >= LITERAL) return take(found, findLiteral(buckets[kind - LITERAL]!, text, at), at + 1);
  if (kind === NUMBER) return visitNumber(text, at, found);
  if (kind === COLON) return visitColon(text, at, found);
  if (kind === EQUALS) return take(found, findKeyed(text, at), at + 1);
  // What a token has just taken is no one's name: `https://TOKEN@host`.
  return found.at(-1)?.end === at ? at + 1 : take(found, findEmail(text, at), at + 1);
}

/** Takes what was found and goes on behind it. */
function take(found: Found[], one: Found | undefined, otherwise: number): number {
  if (!one) return otherwise;
  found.push(one);
  return Math.max(one.end, otherwise);
}

function visitColon(text: Text, at: number, found: Found[]): number {
  const next = byteAt(text, at + 1);
  const previous = byteAt(text, at - 1);
  if (next === 0x2f && byteAt(text, at + 2) === 0x2f) return visitUrl(text, at, found);
  if (next === 0x41 && (flags[previous]! & DIGIT) !== 0) {
    const token = findBotToken(text, at);
    if (token) return take(found, token, at + 1);
  }
  if (next === 0x3a || ((flags[next]! & HEX) !== 0 && (flags[previous]! & HEX) !== 0)) {
    const address = findIpv6(text, at);
    if (address) return take(found, address, at + 1);
  }
  return mayEndName(previous) ? take(found, findKeyed(text, at), at + 1) : at + 1;
}

/** Goes on behind the `@`, lest password and host look like a mail address. */
function visitUrl(text: Text, colon: number, found: Found[]): number {
  const credentials = findUrlCredentials(text, colon);
  if (credentials) return take(found, credentials, colon) + 1;
  return take(found, findWebhook(text, colon), colon + 1);
}

/** From the first digit of a run; goes on behind the run. */
function visitNumber(text: Text, at: number, found: Found[]): number {
  const end = runEnd(text, at, DIGIT, text.end - at);
  const previous = flags[byteAt(text, at - 1)]!;
  if ((previous & LETTER) !== 0) return visitInWord(text, at, end, found);
  const next = byteAt(text, end);
  if ((flags[next]! & LETTER) !== 0 || end - at > 19) visitMixed(text, at, end, found);
  if (next === 0x2e && end - at <= 3) {
    const address = findIpv4(text, at);
    if (address) return take(found, address, end);
  }
  if (hasDigits(text, at, 7) && beginsAt(text, at) && !isDate(text, at)) visitWritten(text, at, found);
  return end;
}

/** Digits behind letters: an account number's check digits, a token's. */
function visitInWord(text: Text, at: number, end: number, found: Found[]): number {
  if (end - at >= 2 && afterCountry(text, at)) {
    const account = findIban(text, at - 2);
    if (account) return take(found, account, end);
  }
  if (text.bytes[at] === 0x31) {
    const wallet = findBech32(text, at);
    if (wallet) return take(found, wallet, end);
  }
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
  for (const find of [findCard, findSsn, findPhone]) {
    const one = find(written);
    if (one) found.push(one);
  }
}
