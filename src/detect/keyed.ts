import {
  ALNUM,
  BASE64,
  byteAt,
  type Found,
  flags,
  HEX,
  type Kind,
  latin,
  runEnd,
  type Text,
  URLSAFE,
} from './bytes.ts';
import { words } from './context.ts';

/** Secrets without a form of their own, told by the name that they are assigned to: `aws_secret_access_key = …`. */
interface KeyedRow {
  readonly entity: string;
  /** Of the name's words, joined by spaces. */
  readonly name: RegExp;
  readonly run: number;
  readonly min: number;
  readonly max: number;
}

const rows: readonly KeyedRow[] = [
  {
    entity: 'AWS_SECRET_ACCESS_KEY',
    name: /\baws (?:\w+ )*(?:secret|key)|\bsecret ?(?:access)? ?key$|secret access key/,
    run: BASE64,
    min: 40,
    max: 40,
  },
  {
    entity: 'TWILIO_AUTH_TOKEN',
    name: /twilio (?:\w+ )*(?:token|secret|key)|^auth token$/,
    run: HEX,
    min: 32,
    max: 32,
  },
  {
    entity: 'AZURE_STORAGE_KEY',
    name: /(?:account|storage) ?(?:access)? ?key$/,
    run: BASE64,
    min: 86,
    max: 88,
  },
  {
    entity: 'GOOGLE_OAUTH_SECRET',
    name: /(?:google|gcp|oauth2?)(?: \w+)* client secret$/,
    run: URLSAFE,
    min: 24,
    max: 24,
  },
];

export const keyedKinds: readonly Kind[] = rows.map(({ entity, max }) => ({
  entity,
  group: 'secret',
  longest: max,
}));

const LONGEST_NAME = 48;
/** Whether a telling name, or a quote or space behind one, may end with this byte. */
export const mayEndName = (byte: number): boolean =>
  isFiller(byte) || [0x79, 0x6e, 0x74].includes(byte | 0x20);

/** Whether a name ends with key, token or secret, whatever its case. */
function isTelling(text: Text, end: number): boolean {
  const last = byteAt(text, end - 1) | 0x20;
  if (last !== 0x79 && last !== 0x6e && last !== 0x74) return false;
  const ending = latin(text, end - 3, end).toLowerCase();
  return ending === 'key' || ending === 'ken' || ending === 'ret';
}

/** What may stand between a name and its `=`: quotes, spaces, the rest of `:=` and `?=`. */
const isFiller = (byte: number): boolean => isQuote(byte) || byte === 0x3a || byte === 0x3f;
const isQuote = (byte: number): boolean =>
  byte === 0x22 || byte === 0x27 || byte === 0x20 || byte === 0x60 || byte === 0x5c;

/** From a `:` or `=`: a telling name before it, a value after it. */
export function findKeyed(text: Text, at: number): Found | undefined {
  let nameEnd = at;
  while (nameEnd > text.start && at - nameEnd < 4 && isFiller(text.bytes[nameEnd - 1]!)) nameEnd--;
  if (nameEnd === text.start || !isTelling(text, nameEnd)) return undefined;
  let nameStart = nameEnd;
  while (nameStart > text.start && nameEnd - nameStart < LONGEST_NAME && isName(text.bytes[nameStart - 1]!))
    nameStart--;
  let from = at + 1;
  while (
    from - at < 7 &&
    (isQuote(byteAt(text, from)) || byteAt(text, from) === 0x3d || byteAt(text, from) === 0x3e)
  )
    from++;
  if (runEnd(text, from, BASE64, 24) < from + 24 && runEnd(text, from, URLSAFE, 24) < from + 24)
    return undefined;
  return judge(text, words(latin(text, nameStart, nameEnd)), from);
}

/** A whole value that stands under a telling key. */
export function findUnderKey(text: Text): Found | undefined {
  const length = text.end - text.start;
  return text.key !== '' && length >= 24 && length <= 88 ? judge(text, text.key, text.start) : undefined;
}

function judge(text: Text, name: string, from: number): Found | undefined {
  for (const row of rows) {
    if (!row.name.test(name)) continue;
    const end = runEnd(text, from, row.run, row.max + 1);
    const length = end - from;
    if (length < row.min || length > row.max || (flags[byteAt(text, end)]! & ALNUM) !== 0) continue;
    return {
      entity: row.entity,
      start: from,
      end,
      score: 0.85,
      detector: row.entity.toLowerCase().replaceAll('_', '-'),
    };
  }
  return undefined;
}

const isName = (byte: number): boolean =>
  (flags[byte]! & ALNUM) !== 0 || byte === 0x5f || byte === 0x2d || byte === 0x2e || byte === 0x20;
