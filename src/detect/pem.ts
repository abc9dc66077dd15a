import { type Found, type Kind, latin, type Text } from './bytes.ts';

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
  const head = /^-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}?PRIVATE KEY(?: BLOCK)?-----/.exec(
    latin(text, at, at + LONGEST_HEAD),
  );
  if (!head) return undefined;
  return {
    entity: 'PRIVATE_KEY',
    start: at,
    end: bodyEnd(text, at + head[0].length),
    score: 1,
    detector: 'private-key',
  };
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

function endIn(window: string, at: number): number {
  const end = /-----END [A-Z0-9 ]{0,48}-----/.exec(window);
  const begin = window.indexOf('-----BEGIN');
  if (end && (begin < 0 || end.index < begin)) return at + end.index + end[0].length;
  const body = begin < 0 ? window : window.slice(0, begin);
  // Lines of base64 and headers, parted by line breaks as such or escaped, by quotes, commas or plus signs of code.
  const lines =
    /(?:(?:[\s"'`,>#*|]|\\{1,2}[nrt]|\+(?=\s))*(?:[A-Za-z0-9+/=]{12,}|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): ?[^\n\\]{0,80}))*/y.exec(
      body,
    )![0];
  const last = /^(?:[\s"'`,>#*|]|\\{1,2}[nrt]|\+(?=\s))*[A-Za-z0-9+/=]{1,11}(?![A-Za-z0-9+/= ])/.exec(
    body.slice(lines.length),
  );
  return at + lines.length + (lines !== '' && last ? last[0].length : 0);
}
