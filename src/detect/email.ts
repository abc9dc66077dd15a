import { ALNUM, byteAt, DIGIT, type Found, flags, type Kind, LETTER, latin, type Text } from './bytes.ts';

/** Mail addresses, with names and domains in other scripts. */
export const mail: readonly Kind[] = [
  { entity: 'EMAIL_ADDRESS', group: 'pii', longest: 320, opens: quoteOpens },
];

const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;

/** Last labels that name a file, not a country: `icon@2x.png`, `lib@v2.js`. */
const fileEndings = new Set([
  'png',
  'jpg',
  'jpeg',
  'gif',
  'svg',
  'webp',
  'avif',
  'ico',
  'css',
  'js',
  'mjs',
  'cjs',
  'jsx',
  'ts',
  'tsx',
  'json',
  'yaml',
  'yml',
  'html',
  'md',
  'txt',
  'pdf',
  'tgz',
  'gz',
  'zip',
  'lock',
  'toml',
  'xml',
]);

/** From the `@`. */
export function findEmail(text: Text, at: number): Found | undefined {
  const end = domainEnd(text, at + 1);
  if (end === undefined) return undefined;
  const start = byteAt(text, at - 1) === 0x22 ? quotedStart(text, at) : localStart(text, at);
  if (start === at) return undefined;
  return { entity: 'EMAIL_ADDRESS', start, end, score: scoreOf(text, start, at, end), detector: 'email' };
}

function scoreOf(text: Text, start: number, at: number, end: number): number {
  const domain = latin(text, at + 1, end);
  const ending = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();
  if (fileEndings.has(ending) && (/^v?\d/.test(domain) || /^[^.]*\.[^.]*$/.test(domain) === false))
    return 0.3;
  // `git@github.com:owner/repo` is a place, not a person's address.
  if (
    byteAt(text, end) === 0x3a &&
    /^[A-Za-z~/]/.test(latin(text, end + 1, end + 2)) &&
    latin(text, start, at) === 'git'
  )
    return 0.3;
  return 0.95;
}

/** Back over letters, digits and `._%+-'`; Latin letters beyond ASCII too, but not scripts written without spaces. */
function localStart(text: Text, at: number): number {
  const stop = Math.max(text.start, at - LONGEST_LOCAL);
  let i = at;
  while (i > stop) {
    const byte = text.bytes[i - 1]!;
    if (
      (flags[byte]! & ALNUM) !== 0 ||
      byte === 0x2e ||
      byte === 0x5f ||
      byte === 0x25 ||
      byte === 0x2b ||
      byte === 0x2d ||
      byte === 0x27
    )
      i--;
    else if (byte >= 0x80 && i - 2 >= stop && text.bytes[i - 2]! >= 0xc3 && text.bytes[i - 2]! <= 0xd3)
      i -= 2;
    else break;
  }
  while (i < at && !startsName(text.bytes[i]!)) i++;
  return text.bytes[at - 1] === 0x2e || text.bytes[at - 1] === 0x27 ? at : i;
}

/** `"any words"@host`: back to the quote that opens the name, where a word may begin. */
function quotedStart(text: Text, at: number): number {
  const quoted = /(?:^|[\s,;:<(])("[^"\r\n]{1,62}")$/.exec(latin(text, at - LONGEST_LOCAL - 1, at));
  return quoted ? at - quoted[1]!.length : at;
}

/** A quote of one line that may yet be a name. */
function quoteOpens(text: Text): number {
  const open = /(?:^|[\s,;:<(])("[^"\r\n]{0,62}"?)$/.exec(
    latin(text, text.end - LONGEST_LOCAL - 1, text.end),
  );
  return open ? text.end - open[1]!.length : text.end;
}

const startsName = (byte: number): boolean => (flags[byte]! & ALNUM) !== 0 || byte >= 0x80 || byte === 0x5f;

/** Labels of letters, digits and dashes; the last is letters alone. Undefined where there is no such domain. */
function domainEnd(text: Text, at: number): number | undefined {
  if (byteAt(text, at) === 0x5b) return literalEnd(text, at);
  const stop = Math.min(text.end, at + LONGEST_DOMAIN);
  let labelStart = at;
  let end: number | undefined;
  for (let i = at; i <= stop; i++) {
    const byte = i < stop ? text.bytes[i]! : 0x20;
    if ((flags[byte]! & ALNUM) !== 0 || byte === 0x2d || byte >= 0x80) continue;
    if (i === labelStart) break;
    if (labelStart > at) end = topEnd(text, labelStart, i) ?? end;
    if (byte !== 0x2e) break;
    labelStart = i + 1;
  }
  return end;
}

/** Where a last label ends: at foreign letters that follow ASCII ones, as in a sentence without spaces. */
function topEnd(text: Text, start: number, end: number): number | undefined {
  let i = start;
  while (i < end && (flags[text.bytes[i]!]! & LETTER) !== 0) i++;
  if (i - start >= 2 && (i === end || text.bytes[i]! >= 0x80 || text.bytes[i] === 0x2d))
    return i === end || text.bytes[i]! >= 0x80 ? i : punycodeEnd(text, start, end);
  return i === start && text.bytes[start]! >= 0xc3 && end - start >= 4 && noAscii(text, start, end)
    ? end
    : undefined;
}

const punycodeEnd = (text: Text, start: number, end: number): number | undefined =>
  /^xn--/i.test(latin(text, start, start + 4)) && (flags[byteAt(text, end - 1)]! & ALNUM) !== 0
    ? end
    : undefined;

function noAscii(text: Text, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (text.bytes[i]! < 0x80) return false;
  return true;
}

/** `[123.123.123.123]` */
function literalEnd(text: Text, at: number): number | undefined {
  const literal = /^\[(?:\d{1,3}\.){3}\d{1,3}\]/.exec(latin(text, at, at + 17));
  return literal && (flags[byteAt(text, at + 1)]! & DIGIT) !== 0 ? at + literal[0].length : undefined;
}
