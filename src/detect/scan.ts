import { byteAt, DIGIT, type Found, flags, HEX, LETTER, runEnd, type Text } from './bytes.ts';
import { findCard } from './card.ts';
import { findEmail } from './email.ts';
import { afterCountry, findIban } from './iban.ts';
import { findIpv4, findIpv6 } from './ip.ts';
import { findJwt } from './jwt.ts';
import { findKeyed } from './keyed.ts';
import { findLiteral, indexLiterals } from './literal.ts';
import { beginsAt, hasDigits, readNumber } from './number.ts';
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

const literals = indexLiterals([
  { prefix: '-----BEGIN ', find: findPrivateKey },
  { prefix: 'eyJ', find: findJwt },
  ...secretLiterals,
]);

const NOTHING = 0;
const LITERAL = 1;
const NUMBER = 2;
const MAIL = 3;
const COLON = 4;
const ASSIGNMENT = 5;

const anchors: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) => {
  if ((flags[byte]! & DIGIT) !== 0) return NUMBER;
  if (byte === 0x40) return MAIL;
  if (byte === 0x3a) return COLON;
  if (byte === 0x3d) return ASSIGNMENT;
  return literals.anchors[byte] ? LITERAL : NOTHING;
});

/** Everything that is found, in no order and with overlaps. */
export function scan(text: Text): Found[] {
  const found: Found[] = [];
  const { bytes, end } = text;
  let at = text.start;
  while (at < end) {
    const anchor = anchors[bytes[at]!];
    if (anchor === NOTHING) at++;
    else if (anchor === LITERAL) at = visitLiteral(text, at, found);
    else if (anchor === NUMBER) at = visitNumber(text, at, found);
    else at = visitMark(text, at, anchor!, found);
  }
  return found;
}

/** Takes what was found and goes on behind it. */
function take(found: Found[], one: Found | undefined, otherwise: number): number {
  if (!one) return otherwise;
  found.push(one);
  return Math.max(one.end, otherwise);
}

function visitLiteral(text: Text, at: number, found: Found[]): number {
  const back = (byteAt(text, at - 1) << 8) | text.bytes[at]!;
  const forth = (text.bytes[at]! << 8) | byteAt(text, at + 1);
  if ((literals.pairs[back]! | literals.pairs[forth]!) === 0) return at + 1;
  return take(found, findLiteral(literals, text, at), at + 1);
}

function visitMark(text: Text, at: number, anchor: number, found: Found[]): number {
  if (anchor === MAIL) return take(found, findEmail(text, at), at + 1);
  const keyed = findKeyed(text, at);
  if (keyed || anchor === ASSIGNMENT) return take(found, keyed, at + 1);
  const next = byteAt(text, at + 1);
  if (next === 0x2f && byteAt(text, at + 2) === 0x2f) return visitUrl(text, at, found);
  if (next === 0x41 && (flags[byteAt(text, at - 1)]! & DIGIT) !== 0) {
    const token = findBotToken(text, at);
    if (token) return take(found, token, at + 1);
  }
  const hex = next === 0x3a || ((flags[next]! & HEX) !== 0 && (flags[byteAt(text, at - 1)]! & HEX) !== 0);
  return hex ? take(found, findIpv6(text, at), at + 1) : at + 1;
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
  if (hasDigits(text, at, 7) && beginsAt(text, at)) visitWritten(text, at, found);
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
  if (literals.anchors[text.bytes[at]!]) return take(found, findLiteral(literals, text, at), end);
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
