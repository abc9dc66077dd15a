import { isLong, isName, isQuote, judge, nameEndingAt, valueStart } from './assigned.ts';
import { byteAt, type Found, latin, type Text } from './bytes.ts';
import type { Literal } from './literal.ts';
import { nameOf } from './named.ts';

/** Telling words that nothing but a space or a dash may part from the value: `--token …`, `TOKEN-…`, `IDENTIFIED BY '…'`. */
export const spokenLiterals: readonly Literal[] = ['key', 'token', 'secret', 'access', 'private', 'password']
  .flatMap((word) => [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)])
  .concat('pwd', 'IDENTIFIED BY', 'identified by', 'SecureString')
  .map((prefix) => ({ prefix, find: (text, at) => findSpoken(text, at + prefix.length) }));

function findSpoken(text: Text, nameEnd: number): Found | undefined {
  let at = nameEnd;
  if (isQuote(byteAt(text, at)) && byteAt(text, at + 1) === 0x2c) at++;
  const byte = byteAt(text, at);
  if (byte !== 0x20 && byte !== 0x2d && byte !== 0x09 && byte !== 0x2c && byte !== 0x0a) return undefined;
  const from = valueStart(text, at + 1, at + 6);
  const option = byte === 0x20 && (isOption(text, nameEnd) || byteAt(text, nameEnd - 1) === 0x59);
  if (!option && !isQuote(byteAt(text, from - 1)) && !isLong(text, from, 14)) return undefined;
  const name = nameOf(nameEndingAt(text, nameEnd).replace(/(?:identified by|securestring)$/i, 'password'));
  return judge(text, name, from, !option);
}

/** `--token`. */
function isOption(text: Text, nameEnd: number): boolean {
  let start = nameEnd;
  while (start > text.start && nameEnd - start < 32 && isName(text.bytes[start - 1]!)) start--;
  return text.bytes[start] === 0x2d && /^\s?$/.test(latin(text, start - 1, start));
}
