/** Turns nodes of a document into units and their leaves; the codecs say which node is what. */
import type { JsonValue, Leaf, Unit } from '../exchange.ts';
import type { Ground, Origin, Piece } from './edit.ts';
import { decodeString } from './escape.ts';
import {
  ARRAY,
  type Doc,
  elements,
  endOf,
  hasEscapes,
  jsonValue,
  kindOf,
  members,
  type Node,
  NUMBER,
  OBJECT,
  repeatsKey,
  STRING,
  startOf,
  stringOf,
} from './json.ts';
import { tryParseJson } from './json-parse.ts';

/** A text and where each stretch of it came from. */
export interface Text {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

export const sizeOf = ({ start, end }: Text): number => end - start;

/** The text of a string node: the body's own bytes where nothing is escaped, decoded bytes otherwise. */
export function textOf(doc: Doc, node: Node): Text {
  const rawStart = startOf(doc, node) + 1;
  const rawEnd = endOf(doc, node) - 1;
  if (!hasEscapes(doc, node)) return plainText(doc.bytes, rawStart, rawEnd, doc.ground);
  const bytes = decodeString(doc.bytes, rawStart, rawEnd);
  const piece: Piece = {
    from: 0,
    to: bytes.length,
    rawStart,
    rawEnd,
    below: doc.ground,
    escaped: { bytes: doc.bytes },
    encode: 'json',
  };
  return { bytes, start: 0, end: bytes.length, pieces: [piece] };
}

/** The text of a string without escapes. */
export function plainText(bytes: Uint8Array, rawStart: number, rawEnd: number, ground: Ground): Text {
  const piece: Piece = { from: 0, to: rawEnd - rawStart, rawStart, rawEnd, below: ground, encode: 'json' };
  return { bytes, start: rawStart, end: rawEnd, pieces: [piece] };
}

/** Several texts read as one (the deltas of a stream). */
export function joinTexts(texts: readonly Text[]): Text {
  if (texts.length === 1) return texts[0]!;
  const size = texts.reduce((sum, text) => sum + text.end - text.start, 0);
  const bytes = Buffer.allocUnsafe(size);
  const pieces: Piece[] = [];
  let at = 0;
  for (const text of texts) {
    bytes.set(text.bytes.subarray(text.start, text.end), at);
    for (const piece of text.pieces) pieces.push({ ...piece, from: piece.from + at, to: piece.to + at });
    at += text.end - text.start;
  }
  return { bytes, start: 0, end: size, pieces };
}

/** JSON inside a text (arguments): a document whose edits go back through the text. Undefined where it is no JSON. */
export function parseText(text: Text, depth: number): Doc | undefined {
  const bytes = text.bytes.subarray(text.start, text.end);
  return tryParseJson(bytes, { pieces: text.pieces }, { depth });
}

export const pointer = (path: string, key: string | number): string =>
  typeof key === 'number' || !/[~/]/.test(key)
    ? `${path}/${key}`
    : `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Which members of an object are left alone, or looked at but never altered. */
export interface Care {
  /** Members that are not read at all: enumerations, ids, signatures. */
  readonly skip?: ReadonlySet<string>;
  /** Members that hold names and keywords (a text, or a list of them): decided on, never altered. */
  readonly fixed?: ReadonlySet<string>;
  /** Members that hold values of any shape (examples, defaults): below them none of this applies. */
  readonly values?: ReadonlySet<string>;
  /** Keys of objects are names that others refer to: never altered. */
  readonly fixedKeys?: boolean;
  /** Numbers are values (arguments, results), not settings. */
  readonly numbers?: boolean;
}

const AS_VALUE: Care = { numbers: true };

/** A leaf while it is made: most that a body costs is here, and a spread costs more than what it saves to write. */
type Making = { -readonly [K in keyof Leaf]: Leaf[K] };

/** A leaf for a text. */
export function textLeaf(
  text: Text,
  path: string,
  key?: string,
  fixed?: boolean,
  kind: Leaf['kind'] = 'string',
): Leaf {
  const origin: Origin = { pieces: text.pieces };
  const leaf: Making = { path, kind, bytes: text.bytes, start: text.start, end: text.end, origin };
  if (key !== undefined) leaf.key = key;
  if (fixed) leaf.fixed = true;
  return leaf;
}

/** A leaf that stands for a whole token, to be replaced by raw JSON. */
export function tokenLeaf(doc: Doc, node: Node, path: string, key?: string): Leaf {
  const start = startOf(doc, node);
  const end = endOf(doc, node);
  const origin: Origin = { ground: doc.ground, start, end };
  const leaf: Making = { path, kind: 'number', bytes: doc.bytes, start, end, origin };
  if (key !== undefined) leaf.key = key;
  return leaf;
}

/** Every string, number and key at and below a node. */
export function leavesOf(doc: Doc, node: Node, path: string, care: Care = AS_VALUE, key?: string): Leaf[] {
  const leaves: Leaf[] = [];
  collect(doc, node, path, care, key, false, leaves);
  return leaves;
}

function collect(
  doc: Doc,
  node: Node,
  path: string,
  care: Care,
  key: string | undefined,
  fixed: boolean,
  out: Leaf[],
): void {
  const kind = kindOf(doc, node);
  if (kind === STRING) {
    if (endOf(doc, node) - startOf(doc, node) > 2) out.push(textLeaf(textOf(doc, node), path, key, fixed));
  } else if (kind === NUMBER) {
    if (care.numbers && endOf(doc, node) - startOf(doc, node) > 5) out.push(tokenLeaf(doc, node, path, key));
  } else if (kind === ARRAY) {
    elements(doc, node).forEach((child, i) => {
      collect(doc, child, pointer(path, i), care, key, fixed, out);
    });
  } else if (kind === OBJECT) {
    for (const each of members(doc, node)) {
      if (care.skip?.has(each.key) && isPlain(doc, each.value)) continue;
      const below = pointer(path, each.key);
      if (each.key.length > 4)
        out.push(textLeaf(textOf(doc, each.keyNode), below, undefined, fixed || care.fixedKeys, 'key'));
      const inner = care.values?.has(each.key) ? AS_VALUE : care;
      const named = kindOf(doc, each.value) !== OBJECT && care.fixed?.has(each.key) === true;
      collect(doc, each.value, below, inner, each.key, fixed || named, out);
    }
  }
}

/** What `leavesOf` passes over at and below a node, as it is too short to hold anything. */
export function scalarsOf(doc: Doc, node: Node, path: string): Leaf[] {
  const kind = kindOf(doc, node);
  if (kind === ARRAY) return elements(doc, node).flatMap((each, i) => scalarsOf(doc, each, pointer(path, i)));
  if (kind === OBJECT)
    return members(doc, node).flatMap(({ key, value }) => scalarsOf(doc, value, pointer(path, key)));
  const length = endOf(doc, node) - startOf(doc, node);
  if (kind === STRING) return length > 2 ? [] : [textLeaf(textOf(doc, node), path)];
  return kind === NUMBER && length > 5 ? [] : [tokenLeaf(doc, node, path)];
}

/** Are all strings and keys here words of a program? Numbers are. */
export function isPlain(doc: Doc, node: Node): boolean {
  const kind = kindOf(doc, node);
  if (kind === STRING) return isWord(doc, node);
  if (kind === ARRAY) return elements(doc, node).every((each) => isPlain(doc, each));
  if (kind !== OBJECT) return true;
  return members(doc, node).every(({ keyNode, value }) => isWord(doc, keyNode) && isPlain(doc, value));
}

function isWord(doc: Doc, node: Node): boolean {
  if (!hasEscapes(doc, node)) return isWordIn(doc.bytes, startOf(doc, node) + 1, endOf(doc, node) - 1);
  const text = Buffer.from(stringOf(doc, node));
  return isWordIn(text, 0, text.length, endOf(doc, node) - startOf(doc, node) - 2);
}

/** One word, with a letter in it if it is longer, as it is written, than numbers of versions and the like are. */
export function isWordIn(bytes: Uint8Array, start: number, end: number, length = end - start): boolean {
  let hasLetter = length < 6;
  for (let i = start; i < end; i++) {
    const kind = WORD[bytes[i]!]!;
    if (kind === 0) return false;
    hasLetter ||= kind === 2;
  }
  return hasLetter;
}

/** Bytes of a word of a program: 1, and 2 for letters. */
const WORD = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[a-z]/i.test(character) && byte < 0x80 ? 2 : /[\w.:/+=-]/.test(character) && byte < 0x80 ? 1 : 0;
});

/** Values of a node for conditions: two readings where a key stands twice. */
export function readings(doc: Doc, node: Node): (see?: (text: string) => string) => readonly JsonValue[] {
  return (see) => {
    const last = jsonValue(doc, node, 'last', see);
    return repeatsKey(doc, node) ? [last, jsonValue(doc, node, 'first', see)] : [last];
  };
}

export interface ArgumentsOptions {
  readonly depth: number;
  /** Free text (a custom tool's input), not JSON. */
  readonly free?: boolean;
}

/** The leaves and values of a call's arguments that came as text: JSON inside a string, or free text. */
export function argumentsOf(
  text: Text,
  path: string,
  options: ArgumentsOptions,
): Pick<Unit, 'leaves' | 'values' | 'scalars'> {
  const whole = [textLeaf(text, path)];
  if (options.free) return { leaves: whole, values: freeText(text) };
  if (isBlank(text)) return { leaves: [], values: () => [Object.create(null) as JsonValue] };
  const doc = parseText(text, options.depth);
  if (!doc) return { leaves: whole };
  return { leaves: leavesOf(doc, 0, path), values: readings(doc, 0), scalars: () => scalarsOf(doc, 0, path) };
}

const freeText =
  (text: Text) =>
  (see?: (text: string) => string): readonly JsonValue[] => {
    const plain = Buffer.from(
      text.bytes.buffer,
      text.bytes.byteOffset + text.start,
      text.end - text.start,
    ).toString();
    return [see ? see(plain) : plain];
  };

function isBlank(text: Text): boolean {
  for (let i = text.start; i < text.end; i++) if (text.bytes[i]! > 0x20) return false;
  return true;
}
