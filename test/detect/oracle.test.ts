import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findAssigned, isAssignment, isDull } from '../../src/detect/assigned.ts';
import { authorizationLiterals } from '../../src/detect/authorization.ts';
import { byteAt, DIGIT, type Found, flags, LETTER, runEnd, type Text } from '../../src/detect/bytes.ts';
import { findCard } from '../../src/detect/card.ts';
import { curlLiterals } from '../../src/detect/curl.ts';
import { compileDetectors, detect, THRESHOLD } from '../../src/detect/detect.ts';
import { findEmail } from '../../src/detect/email.ts';
import { findAppToken } from '../../src/detect/facebook.ts';
import { isGlued } from '../../src/detect/glued.ts';
import { hashLiterals } from '../../src/detect/hashes.ts';
import { findIban } from '../../src/detect/iban.ts';
import { findDate, findLettered, findNumber } from '../../src/detect/ids.ts';
import { findIpv4, findIpv6 } from '../../src/detect/ip.ts';
import { findJwt } from '../../src/detect/jwt.ts';
import { findMac } from '../../src/detect/mac.ts';
import { beginsAt, hasDigits, readNumber } from '../../src/detect/number.ts';
import { findKeyLine, findPrivateKey } from '../../src/detect/pem.ts';
import { findPhone } from '../../src/detect/phone.ts';
import { secretLiterals } from '../../src/detect/secrets.ts';
import { spokenLiterals } from '../../src/detect/spoken.ts';
import { findSsn } from '../../src/detect/ssn.ts';
import { findBotToken } from '../../src/detect/telegram.ts';
import { findUrlCredentials } from '../../src/detect/url.ts';
import { findBase58, findBech32, findEthereum } from '../../src/detect/wallet.ts';
import { findWebhook } from '../../src/detect/webhook.ts';
import { writing } from './writing.ts';

/** The plain scanner: every detector at every offset where its first bytes stand, nothing skipped. */
function scanPlainly(text: Text): Found[] {
  const found: (Found | undefined)[] = [];
  const literals = [
    { prefix: '-----BEGIN ', find: findPrivateKey },
    { prefix: 'eyJ', find: findJwt },
    ...secretLiterals,
    ...spokenLiterals,
    ...hashLiterals,
    ...curlLiterals,
    ...authorizationLiterals,
  ];
  const latin = text.bytes.toString('latin1');
  for (let at = text.start; at < text.end; at++) {
    for (const { prefix, find } of literals) if (latin.startsWith(prefix, at)) found.push(find(text, at));
    const rest = latin.slice(at, at + 4);
    const assigns = isAssignment(byteAt(text, at - 1), text.bytes[at]!) && !isDull(text, at);
    if (assigns || /^\d:/.test(latin.slice(at - 1, at + 1))) found.push(findAssigned(text, at));
    found.push(findKeyLine(text, at + 1));
    if (rest.startsWith('@')) found.push(findEmail(text, at));
    if (rest.startsWith('://')) found.push(findUrlCredentials(text, at), findWebhook(text, at));
    if (/^(?:[\dA-F]-..-|\d:..:)/.test(latin.slice(at - 1, at + 4))) found.push(findMac(text, at));
    if (rest.startsWith(':')) found.push(findIpv6(text, at), findBotToken(text, at));
    if (/^[a-z]{2}\d\d/i.test(rest)) found.push(findIban(text, at));
    if (rest.startsWith('1') && at >= 2) found.push(findBech32(text, at));
    if (/^\d/.test(rest)) found.push(...numbersAt(text, at, rest));
  }
  return found.filter((one) => one !== undefined).filter(({ score }) => score >= THRESHOLD);
}

function numbersAt(text: Text, at: number, rest: string): (Found | undefined)[] {
  const previous = flags[byteAt(text, at - 1)]!;
  if ((previous & DIGIT) !== 0) return [];
  const found = [findLettered(text, at, runEnd(text, at, DIGIT, text.end))];
  if ((previous & LETTER) !== 0 && !(hasDigits(text, at, 6) && isGlued(text, at))) return found;
  found.push(findIpv4(text, at), findDate(text, at));
  if (/^[123]/.test(rest)) found.push(findBase58(text, at));
  if (rest.startsWith('0x')) found.push(findEthereum(text, at));
  if (!beginsAt(text, at)) return found;
  const written = readNumber(text, at);
  return [
    ...found,
    findNumber(written),
    findCard(written),
    findSsn(written),
    findPhone(written),
    findAppToken(written),
  ];
}

it('misses no byte that trying every detector everywhere covers, and finds nothing else', () => {
  const detectors = compileDetectors();
  fc.assert(
    fc.property(fc.array(writing, { maxLength: 24 }), (pieces) => {
      const text = pieces.join('');
      // The plain scanner reads no escapes.
      fc.pre(!/[\\&%]/.test(text));
      const bytes = Buffer.from(text);
      const plain = scanPlainly({ bytes, start: 0, end: bytes.length, key: '', about: '', least: THRESHOLD });
      const fast = detect(detectors, bytes, 0, bytes.length);
      for (const one of fast) expect(plain).toContainEqual(one);
      for (const one of plain) {
        // The word that names a value went with a token that it was part of.
        if (plain.some(({ end }) => end <= one.start && end > one.start - 6)) continue;
        const overlapping = fast.filter(({ start, end }) => start < one.end && end > one.start);
        expect(overlapping.length, JSON.stringify([one, bytes.toString()])).toBeGreaterThan(0);
      }
    }),
    { numRuns: 4000 },
  );
});
