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
import type { Literal } from './literal.ts';

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

/** A longer value says by itself what it is, or is no secret. */
export const LONGEST_KEYED = 88;
const LONGEST_NAME = 48;
const isQuote = (byte: number): boolean =>
  byte === 0x22 || byte === 0x27 || byte === 0x20 || byte === 0x60 || byte === 0x5c;

/** Names that tell end with one of these words, as it is written in one case or another. */
export const keyedLiterals: readonly Literal[] = ['key', 'token', 'secret']
  .flatMap((word) => [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)])
  .map((prefix) => ({ prefix, find: (text, at) => findAssigned(text, at + prefix.length) }));

/** From the end of a name: `=`, `:`, `:=`, `=>` between quotes and spaces, and a value of some length. */
function findAssigned(text: Text, nameEnd: number): Found | undefined {
  let from = nameEnd;
  let assigned = false;
  for (; from - nameEnd < 8; from++) {
    const byte = byteAt(text, from);
    if (byte === 0x3d || byte === 0x3a) assigned = true;
    else if (!isQuote(byte) && byte !== 0x3f && !(assigned && byte === 0x3e)) break;
  }
  if (!assigned) return undefined;
  if (runEnd(text, from, BASE64, 24) < from + 24 && runEnd(text, from, URLSAFE, 24) < from + 24)
    return undefined;
  let nameStart = nameEnd;
  while (nameStart > text.start && nameEnd - nameStart < LONGEST_NAME && isName(text.bytes[nameStart - 1]!))
    nameStart--;
  return judge(text, words(latin(text, nameStart, nameEnd)), from);
}

/** A whole value that stands under a telling key. */
export function findUnderKey(text: Text): Found | undefined {
  const length = text.end - text.start;
  if (length < 24 || length > LONGEST_KEYED || !/(?:key|token|secret)$/i.test(text.key)) return undefined;
  return judge(text, words(text.key), text.start);
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
