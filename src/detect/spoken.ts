import { isLong, isName, isQuote, judge, nameEndingAt, valueStart } from './assigned.ts';
import { byteAt, type Found, latin, type Text } from './bytes.ts';
import { isSaidPassword } from './guess.ts';
import type { Literal } from './literal.ts';
import { nameOf } from './named.ts';

/**
 * Telling words that nothing but a space, a dash or a verb may part from the value: `--token …`, `TOKEN-…`,
 * `IDENTIFIED BY '…'`, `the password is …`.
 */
export const spokenLiterals: readonly Literal[] = ['key', 'token', 'secret', 'access', 'private', 'password']
  .flatMap((word) => [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)])
  .concat('pwd', 'IDENTIFIED BY', 'identified by', 'SecureString', 'passphrase', 'passcode')
  .concat('Passwort', 'passwort', 'Kennwort', 'senha')
  .map((prefix) => ({ prefix, find: (text, at) => findSpoken(text, at + prefix.length) }));

function findSpoken(text: Text, nameEnd: number): Found | undefined {
  let at = nameEnd;
  if (isQuote(byteAt(text, at)) && byteAt(text, at + 1) === 0x2c) at++;
  const byte = byteAt(text, at);
  if (byte !== 0x20 && byte !== 0x2d && byte !== 0x09 && byte !== 0x2c && byte !== 0x0a) return undefined;
  const verb = byte === 0x20 ? copula.exec(latin(text, at, at + 12)) : null;
  if (verb) return findSaid(text, nameEnd, at + verb[0].length);
  const from = valueStart(text, at + 1, at + 6);
  const option = byte === 0x20 && (isOption(text, nameEnd) || byteAt(text, nameEnd - 1) === 0x59);
  if (!option && !isQuote(byteAt(text, from - 1)) && !isLong(text, from, 14)) return undefined;
  const name = nameOf(nameEndingAt(text, nameEnd).replace(/(?:identified by|securestring)$/i, 'password'));
  return judge(text, name, from, !option);
}

const copula = /^ (?:is|was|ist|war|lautet|est|es|era) (?:now |set to )?/;

/** In a sentence: a key as random as ever, a password that no word of a language or of a trade is. */
function findSaid(text: Text, nameEnd: number, start: number): Found | undefined {
  const from = valueStart(text, start, start + 4);
  const name = nameOf(nameEndingAt(text, nameEnd));
  const found = judge(text, name, from, true);
  if (found || !name.password || isQuote(byteAt(text, from - 1))) return found;
  const said = judge(text, { ...name, secret: false }, from, false);
  return said && isSaidPassword(text.bytes.toString('utf8', said.start, said.end)) ? said : undefined;
}

/** `--token`. */
function isOption(text: Text, nameEnd: number): boolean {
  let start = nameEnd;
  while (start > text.start && nameEnd - start < 32 && isName(text.bytes[start - 1]!)) start--;
  return text.bytes[start] === 0x2d && /^\s?$/.test(latin(text, start - 1, start));
}
