import { BASE64, byteAt, type Found, flags, type Kind, latin, type Text } from './bytes.ts';
import { entropy, isWordy } from './guess.ts';

/** Private keys in PEM armour, whole or cut short: from their first line to their last, or to where the body ends. */
export const privateKeys: readonly Kind[] = [
  { entity: 'PRIVATE_KEY', group: 'secret', longest: undefined, opens: keyOpens },
];

const CAP = 32 * 1024;
const LONGEST_HEAD = 96;
/** Most keys end within so many bytes; only where nothing does, more is looked at. */
const NEAR = 2048;

/** From `-----BEGIN `, or its spelling with spaces in the armour. */
export function findPrivateKey(text: Text, at: number): Found | undefined {
  const head =
    /^-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}?(PRIVATE KEY(?: BLOCK)?|CERTIFICATE|PUBLIC KEY(?: BLOCK)?|SIGNATURE|MESSAGE)-----/.exec(
      latin(text, at, at + LONGEST_HEAD),
    );
  if (!head) return undefined;
  const from = at + head[0].length;
  const end = bodyEnd(text, from);
  // What is no secret is passed over whole, lest its lines be taken for a key's; nor is a key of nothing.
  const body = latin(text, from, Math.min(end, from + NEAR));
  const secret =
    head[1]!.startsWith('PRIVATE') && (!body.includes('-----END') || /[A-Za-z0-9+/=]{16}/.test(body));
  return { entity: 'PRIVATE_KEY', start: at, end, score: secret ? 1 : 0, detector: 'private-key' };
}

/** A key that has begun, or a first line that may be one's. */
function keyOpens(text: Text): number {
  const { bytes, end } = text;
  const from = Math.max(text.start, end - CAP - LONGEST_HEAD);
  for (let at = bytes.indexOf(BEGIN, from); at >= 0 && at < end; at = bytes.indexOf(BEGIN, at + 1)) {
    const key = findPrivateKey(text, at);
    if (key ? !isClosed(text, key) : end - at < LONGEST_HEAD) return at;
  }
  return end;
}

const BEGIN = Buffer.from('-----BEGIN ');

const isClosed = (text: Text, key: Found): boolean =>
  /-----END [A-Z0-9 ]{0,48}-----$/.test(latin(text, key.end - 64, key.end));

/** Behind `-----END …-----`; where that is missing, behind the last line that can be of a key. */
function bodyEnd(text: Text, at: number): number {
  const near = latin(text, at, at + NEAR);
  return endIn(/-----(?:END|BEGIN)[^-]{1,48}-----/.test(near) ? near : latin(text, at, at + CAP), at);
}

/** What parts the lines of a body: line breaks as such or escaped, quotes, commas, plus signs of code, the head of a log's line. */
const JOINT = /(?:[\s"'`,>#*|]|\\{1,4}[nrt]|\+(?=[\s"])|(?<=\n)[\d#][\d #.:TZ-]{0,31} (?![ \d]))*/.source;

function endIn(window: string, at: number): number {
  const end = /-----END [A-Z0-9 ]{0,48}-----/.exec(window);
  const begin = window.indexOf('-----BEGIN');
  if (end && (begin < 0 || end.index < begin)) return at + end.index + end[0].length;
  const body = begin < 0 ? window : window.slice(0, begin);
  const lines = new RegExp(
    `(?:${JOINT}(?:[A-Za-z0-9+/=]{12,}|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): ?[^\\n\\\\]{0,80}))*`,
    'y',
  ).exec(body)![0];
  const last = new RegExp(`^${JOINT}[A-Za-z0-9+/=]{1,11}(?![A-Za-z0-9+/= ])`).exec(body.slice(lines.length));
  return at + lines.length + (lines !== '' && last ? last[0].length : 0);
}

/** How long the lines of a key are. */
const LINE = 64;

/** Whether such a line may end at `at`: two of its last bytes tell of most. */
export const mayEndKeyLine = ({ bytes, start }: Text, at: number): boolean =>
  at - start >= LINE && (flags[bytes[at - 5]!]! & flags[bytes[at - 11]!]! & BASE64) !== 0;

/** A line of a key whose head was cut off: 64 letters of base64 by chance, and nothing behind them. */
export function findKeyLine(text: Text, lineEnd: number): Found | undefined {
  const { bytes } = text;
  const start = lineEnd - LINE;
  if (start < text.start) return undefined;
  for (let at = lineEnd - 1; at >= start; at--) if ((flags[bytes[at]!]! & BASE64) === 0) return undefined;
  if (lineEnd < text.end && bytes[lineEnd] !== 0x0a) return undefined;
  const before = byteAt(text, start - 1);
  if (
    before !== 0x20 &&
    before !== 0x09 &&
    before !== 0x0a &&
    before !== 0x0d &&
    before !== 0x22 &&
    before !== 0x6e
  )
    return undefined;
  const line = latin(text, start, lineEnd);
  if (!/^[A-Za-z0-9+/]{62}[A-Za-z0-9+/=]{2}$/.test(line) || entropy(line) < 4.4 || isWordy(line))
    return undefined;
  if (!/\d/.test(line) || !/[a-z]/.test(line) || !/[A-Z]/.test(line)) return undefined;
  return { entity: 'PRIVATE_KEY', start, end: lineEnd, score: 0.55, detector: 'private-key-line' };
}
