import {
  ALNUM,
  byteAt,
  DIGIT,
  type Found,
  flags,
  HEX,
  type Kind,
  latin,
  runEnd,
  type Text,
} from './bytes.ts';
import { contextOf, speaksOf } from './context.ts';
import { ADDRESS, VERSION } from './subjects.ts';

/** Network addresses: IPv4 in four decimal parts, IPv6 in all its spellings, with prefix length and zone. */
export const addresses: readonly Kind[] = [{ entity: 'IP_ADDRESS', group: 'network', longest: 64 }];

const COLON = 0x3a;
const DOT = 0x2e;

/** From the first digit of an address. */
export function findIpv4(text: Text, at: number): Found | undefined {
  const previous = byteAt(text, at - 1);
  if (previous === DOT || previous === 0x5f || previous === 0x2d) return undefined;
  const end = ipv4End(text, at);
  if (end === undefined || endsInWord(text, end)) return undefined;
  const next = byteAt(text, end);
  if (next === DOT && (flags[byteAt(text, end + 1)]! & DIGIT) !== 0) return undefined;
  if (next === 0x2d && (flags[byteAt(text, end + 1)]! & ALNUM) !== 0) return undefined;
  // `Chrome/120.0.0.0`, `v1.2.3.4`, `version: 1.2.3.4`
  const agent = previous === 0x2f && (flags[byteAt(text, at - 2)]! & ALNUM) !== 0;
  const version = agent || (contextOf(text, at).last & VERSION) !== 0;
  return {
    entity: 'IP_ADDRESS',
    start: at,
    end: prefixEnd(text, end, 32),
    score: version ? 0.3 : 0.7,
    detector: 'ipv4',
  };
}

/** Where four parts of 0 to 255 without leading zeros end. */
function ipv4End(text: Text, at: number): number | undefined {
  let i = at;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && byteAt(text, i++) !== DOT) return undefined;
    const end = runEnd(text, i, DIGIT, 4);
    const length = end - i;
    if (length === 0 || length > 3 || (length > 1 && byteAt(text, i) === 0x30)) return undefined;
    if (length === 3 && hundreds(text, i) > 255) return undefined;
    i = end;
  }
  return i;
}

const hundreds = ({ bytes }: Text, at: number): number =>
  bytes[at]! * 100 + bytes[at + 1]! * 10 + bytes[at + 2]! - 0x30 * 111;

const LONGEST_IPV6 = 46;

/** From any colon of an address: looks back to where its hex digits and colons begin. */
export function findIpv6(text: Text, colon: number): Found | undefined {
  let start = colon;
  const from = Math.max(text.start, colon - LONGEST_IPV6);
  while (start > from && isIpv6Byte(text.bytes[start - 1]!)) start--;
  const previous = byteAt(text, start - 1);
  if ((flags[previous]! & ALNUM) !== 0 || previous === DOT || previous === 0x5f) return undefined;
  const stop = Math.min(text.end, start + LONGEST_IPV6);
  let end = start;
  let colons = 0;
  let double = false;
  for (; end < stop; end++) {
    const byte = text.bytes[end]!;
    if (byte === COLON) {
      colons++;
      double ||= text.bytes[end - 1] === COLON && end > start;
    } else if ((flags[byte]! & HEX) === 0 && byte !== DOT) break;
  }
  // Times and ratios end here.
  if (colons < 2 || (!double && colons < 6)) return undefined;
  while (end > start && text.bytes[end - 1] === DOT) end--;
  // `address: …`: the last colon is a sentence's, not the address's.
  if (byteAt(text, end - 1) === COLON && byteAt(text, end - 2) !== COLON) end--;
  if (endsInWord(text, end)) return undefined;
  const address = latin(text, start, end);
  if (address === '::' ? !speaksOf(contextOf(text, start), ADDRESS) : !isIpv6(address)) return undefined;
  return {
    entity: 'IP_ADDRESS',
    start,
    end: prefixEnd(text, zoneEnd(text, end), 128),
    score: 0.7,
    detector: 'ipv6',
  };
}

const isIpv6Byte = (byte: number): boolean => (flags[byte]! & HEX) !== 0 || byte === COLON;

/** Eight groups, or fewer with one `::`; the last two may be an IPv4 address. Code's `::` alone is none. */
function isIpv6(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2 || !/\d/.test(address)) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.');
  if (embedded && !/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(last))
    return false;
  const plain = embedded ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

const endsInWord = (text: Text, at: number): boolean => {
  const next = byteAt(text, at);
  return (flags[next]! & ALNUM) !== 0 || next === 0x5f || (next === COLON && byteAt(text, at + 1) === COLON);
};

/** `%eth0` */
function zoneEnd(text: Text, at: number): number {
  if (byteAt(text, at) !== 0x25) return at;
  const end = runEnd(text, at + 1, ALNUM, 15);
  return end === at + 1 ? at : end;
}

/** `/24`, where it is a length that such an address can have. */
function prefixEnd(text: Text, at: number, most: number): number {
  if (byteAt(text, at) !== 0x2f) return at;
  const end = runEnd(text, at + 1, DIGIT, 4);
  const bits = latin(text, at + 1, end);
  return bits !== '' &&
    !/^0\d/.test(bits) &&
    Number(bits) <= most &&
    (flags[byteAt(text, end)]! & ALNUM) === 0
    ? end
    : at;
}
