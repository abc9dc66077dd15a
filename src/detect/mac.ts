import { ALNUM, byteAt, type Found, flags, HEX, type Kind, LOWER, latin, type Text } from './bytes.ts';
import { contextOf } from './context.ts';

/** Hardware addresses: six pairs of hex digits with one kind of sign between them. */
export const hardware: readonly Kind[] = [{ entity: 'MAC_ADDRESS', group: 'network', longest: 17 }];

const LENGTH = 17;
const pairs = /^[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}$/;

/** A digit or capital that a pair can end with: small letters stand before dashes everywhere. */
export function isPairEnd(byte: number): boolean {
  return (flags[byte]! & HEX) !== 0 && (flags[byte]! & LOWER) === 0;
}

/** Whether the same sign stands three bytes on, as between pairs. */
export const isPaired = (text: Text, at: number): boolean => byteAt(text, at + 3) === text.bytes[at];

/** From any sign between two pairs. */
export function findMac(text: Text, at: number): Found | undefined {
  const sign = text.bytes[at];
  let start = at - 2;
  while (at - start < LENGTH - 3 && byteAt(text, start - 1) === sign && isHex(text, start - 2)) start -= 3;
  const end = start + LENGTH;
  if (start < text.start || end > text.end || !isEdge(text, start - 1, sign) || !isEdge(text, end, sign))
    return undefined;
  const address = latin(text, start, end);
  // All alike is everybody's or nobody's address.
  if (!pairs.test(address) || /^(..)(?:.\1){5}$/i.test(address)) return undefined;
  return { entity: 'MAC_ADDRESS', start, end, score: 0.75, detector: 'mac' };
}

/** `0012.3456.789a`, as some routers write it: from the first digit, which may stand behind letters. */
export function findDotted(text: Text, at: number): Found | undefined {
  const from = Math.max(text.start, at - 3);
  const window = latin(text, from, at + 14);
  const match =
    /(?<![0-9A-Za-z.])([0-9A-Fa-f]{4})\.([0-9A-Fa-f]{4})\.[0-9A-Fa-f]{4}(?![0-9A-Za-z]|\.\d)/.exec(window);
  if (!match || match[1] === match[2] || from + match.index > at) return undefined;
  const start = from + match.index;
  if (!/[A-Fa-f]/.test(match[0]) && !contextOf(text, start).topics.includes('mac')) return undefined;
  return { entity: 'MAC_ADDRESS', start, end: start + match[0].length, score: 0.75, detector: 'mac' };
}

/** Whether points stand where they do in one, for one of the first four places that the digit at `at` may have. */
export function mayBeDotted({ bytes }: Text, at: number): boolean {
  for (let dot = at + 1; dot <= at + 4; dot++)
    if (bytes[dot] === 0x2e && bytes[dot + 5] === 0x2e) return true;
  return false;
}

const isHex = (text: Text, at: number): boolean => (flags[byteAt(text, at)]! & HEX) !== 0;

/** Neither a letter or digit, nor the sign of one more pair. */
function isEdge(text: Text, at: number, sign: number | undefined): boolean {
  const byte = byteAt(text, at);
  return (flags[byte]! & ALNUM) === 0 && byte !== sign;
}
