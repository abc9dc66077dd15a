import {
  ALNUM,
  BASE64,
  byteAt,
  DOTTED,
  type Found,
  flags,
  type Kind,
  latin,
  type Text,
  URLSAFE,
} from './bytes.ts';
import { readWords } from './context.ts';
import { findField } from './field.ts';
import { isPassword, isRandom, isUuid } from './guess.ts';
import { findVendorKey, vendorWords } from './keyed.ts';
import { endsTelling, MADE, type Name, NONE, nameGate, nameOf } from './named.ts';

/**
 * Secrets without a form of their own, told by the name that they are assigned to: `api_key = …`, `"password": "…"`,
 * `<token>…</token>`, `--password …`. One mechanism: the name is read backwards, then the value is judged.
 */
export const assignedKinds: readonly Kind[] = [
  { entity: 'GENERIC_API_KEY', group: 'secret', longest: 512 },
  { entity: 'PASSWORD', group: 'secret', longest: 128 },
];

const LONGEST_NAME = 56;
const LONGEST_KEY = 512;
const LONGEST_PASSWORD = 128;

const TOKEN = DOTTED | BASE64;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
export const isQuote = (byte: number): boolean => byte === 0x22 || byte === 0x27 || byte === 0x60;

/** Whether name or value plainly is of no interest, which two letters of one and four of the other tell: mostly. */
export function isDull({ bytes, start, end }: Text, at: number): boolean {
  if (at - 4 < start || at + 8 > end) return false;
  const nameEnd = at - 1 + letters[bytes[at - 1]!]!;
  if (!endsTelling(bytes[nameEnd - 3]!, bytes[nameEnd - 2]!, bytes[nameEnd - 1]!)) return true;
  const from = bytes[at + 1] === 0x20 ? at + 2 : at + 1;
  return (
    (breaks[bytes[from + 2]!]! |
      breaks[bytes[from + 3]!]! |
      breaks[bytes[from + 4]!]! |
      breaks[bytes[from + 5]!]!) !==
      0 && bytes[from] !== 0x0a
  );
}

const letters: Readonly<Uint8Array> = flags.map((flag) => ((flag & ALNUM) === 0 ? 0 : 1));

/** From `=`, `:` or `>` behind a name. Most are of no interest, which few bytes of value and name tell. */
export function findAssigned(text: Text, at: number): Found | undefined {
  const long = isLong(text, glance(text, at + 1), 12);
  const nameEnd = endOfName(text, at);
  if (!long && !endsChosen(text, nameEnd)) return undefined;
  const told = tells(text, nameEnd);
  if (told === NONE) return undefined;
  const from = valueStart(text, at + 1, at + 12);
  if (told === MADE && !long && !isLong(text, from, 12)) return undefined;
  return judge(text, nameOf(writtenName(text, nameEnd)), from, false);
}

/** `<add key="Password" value="…">`: the name stands in another attribute. */
function writtenName(text: Text, end: number): string {
  const name = nameEndingAt(text, end);
  if (!/\bvalue$/i.test(name)) return name;
  return /(?:key|name)=["']([\w.:-]+)["']\s{1,4}value$/i.exec(latin(text, end - 80, end))?.[1] ?? name;
}

const tells = nameGate(vendorWords);

/** Where the value of most assignments begins. */
function glance(text: Text, at: number): number {
  let from = at;
  while (from < at + 10 && begins[byteAt(text, from)] !== 0) from++;
  return from;
}

/** What may stand between an operator and a value. */
const begins: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) =>
  ' \n\t"\'`=>\\:('.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** Names of what people choose, which may be short, end so: password, pass, pw, auth, authorization. */
function endsChosen({ bytes, start }: Text, end: number): boolean {
  if (end - start < 2) return false;
  const last = bytes[end - 1]! | 0x20;
  const before = bytes[end - 2]! | 0x20;
  if (last === 0x64) return before === 0x72 || before === 0x77 || before === 0x73;
  if (last === 0x73) return before === 0x73;
  if (last === 0x77) return before === 0x70;
  if (last === 0x68) return before === 0x74;
  return last === 0x6e && before === 0x6f;
}

/** Behind operators, spaces, a quote and what may stand before it: `= b"`, `: \"`, `=> '`. */
export function valueStart(text: Text, at: number, stop: number): number {
  let from = at;
  let broken = false;
  for (; from < stop; from++) {
    const byte = byteAt(text, from);
    if (byte === 0x0a) {
      if (broken) break;
      broken = true;
    } else if (isQuote(byte)) {
      if (byteAt(text, from + 1) === byte) continue;
      return from + 1;
    } else if (byte === 0x5c) {
      if (!isQuote(byteAt(text, from + 1)) && byteAt(text, from + 1) !== 0x5c) break;
    } else if (!isSpace(byte) && byte !== 0x3d && byte !== 0x3a && byte !== 0x3e && byte !== 0x28) break;
  }
  // `b"…"`, `@"…"`
  if (isQuote(byteAt(text, from + 1)) && (byteAt(text, from) === 0x62 || byteAt(text, from) === 0x40))
    return from + 2;
  return from;
}

/** Before what stands between a name and the operator at `at`. */
function endOfName(text: Text, at: number): number {
  let end = at;
  while (end > text.start && at - end < 16 && !isName(text.bytes[end - 1]!)) end--;
  return end;
}

export function nameEndingAt(text: Text, end: number): string {
  let start = end;
  while (start > text.start && end - start < LONGEST_NAME) {
    const byte = text.bytes[start - 1]!;
    if (!isName(byte) && byte !== 0x20) break;
    start--;
  }
  return latin(text, start, end);
}

export const isName = (byte: number): boolean =>
  (flags[byte]! & URLSAFE) !== 0 || byte === 0x2e || byte === 0x24;

/** What the words of a name say of the value at `from`. */
export function judge(text: Text, name: Name, from: number, strict: boolean): Found | undefined {
  const vendor = findVendorKey(text, name.words, from);
  if (vendor) return vendor;
  if (name.password) {
    const found = findPassword(text, from, strict);
    if (found) return found;
  }
  return name.secret ? findKey(text, name, from, strict) : undefined;
}

function findKey(text: Text, name: Name, start: number, strict: boolean): Found | undefined {
  const from = behindScheme(text, start, name);
  const quoted = isQuote(byteAt(text, from - 1));
  const end = quoted ? quoteEnd(text, from, LONGEST_KEY) : tokenEnd(text, from);
  if (end === undefined || end - from > LONGEST_KEY) return undefined;
  const next = byteAt(text, end);
  // Another name, or code that goes on.
  if (!quoted && (next === 0x28 || next === 0x5b || next === 0x3a || next === 0x3d)) return undefined;
  const value = latin(text, from, end);
  if (strict && (value.length < 15 || !/\d/.test(value))) return undefined;
  const uuid = isUuid(value);
  if (name.bare ? uuid || value.length < 20 || /^[0-9a-f]+$/i.test(value) : !uuid && value.length < 12)
    return undefined;
  if (!uuid && !isRandom(value)) return undefined;
  return { entity: 'GENERIC_API_KEY', start: from, end, score: 0.7, detector: 'generic-api-key' };
}

/** `Authorization: Bearer …`. */
function behindScheme(text: Text, from: number, { words }: Name): number {
  if (!words.includes('authorization') && !words.includes('auth')) return from;
  const scheme =
    /^(?:Bearer|Basic|Digest|Negotiate|NTLM|ApiKey|(?:Api-)?Token|Key|GenieKey|SSWS)[ :=]{1,2}(?:token=)?["']?/i.exec(
      latin(text, from, from + 32),
    );
  return scheme ? from + scheme[0].length : from;
}

function findPassword(text: Text, from: number, strict: boolean): Found | undefined {
  const quoted = isQuote(byteAt(text, from - 1));
  const end = quoted ? quoteEnd(text, from, LONGEST_PASSWORD) : wordEnd(text, from);
  if (end === undefined || (strict && !quoted)) return undefined;
  if (!isPassword(text.bytes.toString('utf8', from, end), quoted)) return undefined;
  return { entity: 'PASSWORD', start: from, end, score: quoted ? 0.7 : 0.6, detector: 'password' };
}

/** Before the quote that closes; nothing where a space or the end of the line comes first. */
function quoteEnd(text: Text, from: number, limit: number): number | undefined {
  const quote = byteAt(text, from - 1);
  const escaped = byteAt(text, from - 2) === 0x5c;
  const stop = Math.min(text.end, from + limit);
  for (let i = from; i < stop; i++) {
    const byte = text.bytes[i]!;
    if (byte === quote) return i > from && escaped && text.bytes[i - 1] === 0x5c ? i - 1 : i;
    if (byte <= 0x20) return i - from >= 20 && byte !== 0x20 ? i : undefined;
  }
  return stop === text.end ? stop : undefined;
}

/** An equals sign fills up the end of base64; before anything else it makes a name of what stands before it. */
function tokenEnd(text: Text, from: number): number {
  const stop = Math.min(text.end, from + LONGEST_KEY + 1);
  let i = from;
  for (; i < stop; i++) {
    const byte = text.bytes[i]!;
    if (byte === 0x3d && (flags[byteAt(text, i + 1)]! & ALNUM) !== 0) return i;
    if ((flags[byte]! & TOKEN) === 0 && byte !== 0x25) break;
  }
  while (i > from && text.bytes[i - 1] === 0x2e) i--;
  return i;
}

/** A password without quotes ends where a list, a call or a tag goes on. */
function wordEnd(text: Text, from: number): number | undefined {
  const stop = Math.min(text.end, from + LONGEST_PASSWORD);
  let i = from;
  for (; i < stop; i++) {
    const byte = text.bytes[i]!;
    if (
      byte <= 0x20 ||
      isQuote(byte) ||
      byte === 0x3b ||
      byte === 0x2c ||
      byte === 0x3c ||
      byte === 0x29 ||
      byte === 0x7d
    )
      break;
  }
  if (i === stop && stop < text.end) return undefined;
  while (i > from && (text.bytes[i - 1] === 0x2e || text.bytes[i - 1] === 0x5c)) i--;
  return i;
}

const vendors: ReadonlySet<string> = new Set(vendorWords);

/** Whether a key says anything of what stands under it. */
export function keyTells(key: string): boolean {
  const name = nameOf(key);
  if (name.password || name.secret || name.words.some((word) => vendors.has(word))) return true;
  const { said, topics } = readWords(key);
  return said !== 0 || topics.length > 0;
}

/** A whole value that stands under a telling key. */
export const findUnderKey = (text: Text): Found | undefined =>
  text.key === '' ? undefined : (findSecretUnder(text) ?? findField(text));

function findSecretUnder(text: Text): Found | undefined {
  const { bytes, start, end, key } = text;
  if (end - start < 5 || end - start > LONGEST_KEY) return undefined;
  const { length } = key;
  if (
    length > 2 &&
    !endsTelling(key.charCodeAt(length - 3), key.charCodeAt(length - 2), key.charCodeAt(length - 1))
  )
    return undefined;
  for (let i = start; i < end; i++) if (bytes[i]! <= 0x20) return undefined;
  const written = Buffer.from(key.slice(-LONGEST_NAME), 'latin1');
  if (tells({ bytes: written, start: 0 }, written.length) === NONE) return undefined;
  const name = nameOf(key);
  const vendor = findVendorKey(text, name.words, start);
  if (vendor) return vendor;
  const value = bytes.toString('utf8', start, end);
  if (name.password && isPassword(value, true)) return whole(text, 'PASSWORD');
  return name.secret && !name.bare && (isUuid(value) || isRandom(value))
    ? whole(text, 'GENERIC_API_KEY')
    : undefined;
}

const whole = ({ start, end }: Text, entity: string): Found => ({
  entity,
  start,
  end,
  score: 0.7,
  detector: entity.toLowerCase().replaceAll('_', '-'),
});

/** As long as a key. */
export function isLong(text: Text, from: number, length: number): boolean {
  const { bytes } = text;
  const stop = Math.min(from + length, text.end);
  for (let i = from; i < stop; i++) if (breaks[bytes[i]!] !== 0) return false;
  return from + length <= text.end;
}

const breaks: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 0x20 || '"\'`(),;[{<'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** Whether an assignment may end in these two bytes: a name or its quote and an operator, or an operator's last. */
export const isAssignment = (first: number, second: number): boolean => {
  const named = (flags[first]! & ALNUM) !== 0;
  if (second === 0x3e) return named || first === 0x3d;
  if (second === 0x3a) return named || first === 0x20 || isQuote(first);
  return second === 0x3d && (named || isQuote(first) || ' ]?!:='.includes(String.fromCharCode(first)));
};
