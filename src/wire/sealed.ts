/** What providers seal: signatures, encrypted content, media. Only what has its form is believed to be that. */
import {
  type Doc,
  endOf,
  hasEscapes,
  kindOf,
  member,
  type Node,
  NULL,
  STRING,
  startOf,
  stringMember,
  stringOf,
} from './json.ts';

const PAD = 0x3d;
const UPPER = 1;
const LOWER = 2;
const OTHER = 4;

/** What kind of letter of Base64, in either alphabet, a byte is; 0 for none. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (/[A-Z]/.test(char)) return UPPER;
  if (/[a-z]/.test(char)) return LOWER;
  return /[\d+/_-]/.test(char) ? OTHER : 0;
});

/** Nothing that is worth a look fits into less. */
const SHORT = 8;

/** Base64, or a `data:` URL of it, in a string; nothing at all is sealed as well. */
export function isSealed(doc: Doc, node: Node): boolean {
  if (kindOf(doc, node) === NULL) return true;
  if (kindOf(doc, node) !== STRING) return false;
  const start = startOf(doc, node) + 1;
  const end = endOf(doc, node) - 1;
  const text = hasEscapes(doc, node) ? Buffer.from(stringOf(doc, node)) : doc.bytes.subarray(start, end);
  return isBase64(text, afterMediaType(text));
}

/** Whether a signature covers what an object says: an empty one, or one that does not look it, covers nothing. */
export function isSigned({ doc, node }: { readonly doc: Doc; readonly node: Node }): boolean {
  return Boolean(stringMember(doc, node, 'signature')) && isSealed(doc, member(doc, node, 'signature')!);
}

const MEDIA = /^data:[\w.+-]+\/[\w.+-]+(?:;[\w.+-]+=[\w.+-]+)*;base64,/;

function afterMediaType(text: Uint8Array): number {
  const head = Buffer.from(text.buffer, text.byteOffset, Math.min(text.length, 128)).toString('latin1');
  return MEDIA.exec(head)?.[0].length ?? 0;
}

/** Bytes that were encoded have letters of both cases; a number, an account or a word has not. */
function isBase64(text: Uint8Array, from: number): boolean {
  let end = text.length;
  for (let pads = 0; pads < 2 && end > from && text[end - 1] === PAD; pads++) end--;
  let kinds = 0;
  for (let at = from; at < end; at++) {
    const kind = KINDS[text[at]!]!;
    if (kind === 0) return false;
    kinds |= kind;
  }
  return end - from < SHORT || (kinds & (UPPER | LOWER)) === (UPPER | LOWER);
}
