/** Makes text from outside safe to show: what could move a cursor, hide, reorder or end a line becomes visible. */

/** Controls, formatting marks (bidi, zero width, tags), line and paragraph separators, surrogates, unassigned. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of printable text: `\n`, `\x1b`, `\u202e`, `\u{e0041}` stand for what they name. */
export const escapeText = (text: string): string =>
  text.replace(unsafe, (sign) => named[sign] ?? codePoint(sign));

/** Several lines, each escaped: for text whose line ends may stay. */
export const escapeLines = (text: string): string => text.split('\n').map(escapeText).join('\n');

/** The same value as JSON text that holds nothing unsafe outside its own line ends. */
export const safeJson = (value: unknown, indent?: number): string =>
  escapeCode(JSON.stringify(value, bigintAsText, indent));

/** The same code, in which unsafe signs stand as escapes: JSON, or TypeScript that has words in strings and comments alone. */
export const escapeCode = (code: string): string =>
  code.replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (sign) =>
    [...Array(sign.length).keys()].map((at) => `\\u${hex(sign.charCodeAt(at), 4)}`).join(''),
  );

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

function codePoint(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 0)}}`;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');
