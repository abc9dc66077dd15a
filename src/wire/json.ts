/**
 * JSON text as a flat tape of tokens over the original bytes (RFC 8259): nothing is copied, duplicate keys and the
 * spelling of numbers survive. A node is an index into the tape; four numbers each: kind, start, end, next sibling.
 */
import type { JsonValue } from '../exchange.ts';
import type { Ground } from './edit.ts';
import { decodeString } from './escape.ts';

/** A parsed JSON text, and where its bytes come from. */
export interface Doc {
  readonly bytes: Uint8Array;
  readonly tape: Int32Array;
  readonly ground: Ground;
}

/** Index of a value in a document's tape. The root is 0. */
export type Node = number;

export const OBJECT = 1;
export const ARRAY = 2;
export const STRING = 3;
export const NUMBER = 4;
export const TRUE = 5;
export const FALSE = 6;
export const NULL = 7;
/** A string token with a backslash in it; `kindOf` reports it as STRING. */
export const ESCAPED = 8;

/** Numbers of the tape that a node takes. */
export const WIDTH = 4;

export const kindOf = (doc: Doc, node: Node): number => {
  const kind = doc.tape[node]!;
  return kind === ESCAPED ? STRING : kind;
};
export const startOf = (doc: Doc, node: Node): number => doc.tape[node + 1]!;
export const endOf = (doc: Doc, node: Node): number => doc.tape[node + 2]!;
/** The next sibling; the end of what is around it, where it is the last. */
export const next = (doc: Doc, node: Node): Node => doc.tape[node + 3]!;
export const hasEscapes = (doc: Doc, node: Node): boolean => doc.tape[node] === ESCAPED;

/** A value as a document of its own, with its own copy of the bytes: it can be kept when the body is gone. */
export function extract(doc: Doc, node: Node): { doc: Doc; node: Node } {
  if ('pieces' in doc.ground) return { doc, node };
  const start = startOf(doc, node);
  const tape = doc.tape.slice(node, doc.tape[node + 3]);
  for (let i = 0; i < tape.length; i += WIDTH) {
    tape[i + 1]! -= start;
    tape[i + 2]! -= start;
    tape[i + 3]! -= node;
  }
  const bytes = Buffer.from(doc.bytes.subarray(start, endOf(doc, node)));
  return { doc: { bytes, tape, ground: { chunk: doc.ground.chunk, offset: start } }, node: 0 };
}

/** Children of an array, in order. */
export function elements(doc: Doc, node: Node): Node[] {
  const found: Node[] = [];
  const end = doc.tape[node + 3]!;
  for (let child = node + WIDTH; child < end; child = doc.tape[child + 3]!) found.push(child);
  return found;
}

/** The key that a member's value stands under. */
export const keyNodeOf = (value: Node): Node => value - WIDTH;

export interface Member {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node;
}

/** Members of an object, in order, repeated keys included. */
export function members(doc: Doc, node: Node): Member[] {
  const found: Member[] = [];
  const end = doc.tape[node + 3]!;
  for (let child = node + WIDTH; child < end; ) {
    const value = child + WIDTH;
    found.push({ key: stringOf(doc, child), keyNode: child, value });
    child = doc.tape[value + 3]!;
  }
  return found;
}

/** Is nothing said here: `null`, or containers of nothing else? */
export function isEmpty(doc: Doc, node: Node): boolean {
  const kind = kindOf(doc, node);
  if (kind === ARRAY) return elements(doc, node).every((each) => isEmpty(doc, each));
  return kind === OBJECT ? members(doc, node).every(({ value }) => isEmpty(doc, value)) : kind === NULL;
}

/** The last member of that name, as most parsers read it; undefined where there is none or no object. */
export function member(doc: Doc, node: Node, name: string): Node | undefined {
  if (kindOf(doc, node) !== OBJECT) return undefined;
  let found: Node | undefined;
  const end = doc.tape[node + 3]!;
  for (let child = node + WIDTH; child < end; ) {
    const value = child + WIDTH;
    if (isNamed(doc, child, name)) found = value;
    child = doc.tape[value + 3]!;
  }
  return found;
}

/** Is the key `name`, in ASCII? Told by its bytes where nothing is escaped: most keys are asked for and not met. */
function isNamed(doc: Doc, key: Node, name: string): boolean {
  if (hasEscapes(doc, key)) return stringOf(doc, key) === name;
  const start = startOf(doc, key) + 1;
  if (endOf(doc, key) - 1 - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (doc.bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}

export interface Named {
  /** In ASCII. */
  readonly name: string;
}

/** Things that keys name, by the length of the name. */
export type Keys<T extends Named> = readonly (readonly T[] | undefined)[];

export function keys<T extends Named>(all: readonly T[]): Keys<T> {
  const found: T[][] = [];
  for (const each of all) {
    const { length } = each.name;
    found[length] = [...(found[length] ?? []), each];
  }
  return found;
}

/** What a key names. */
export function keyAmong<T extends Named>(doc: Doc, key: Node, among: Keys<T>): T | undefined {
  const length = hasEscapes(doc, key) ? stringOf(doc, key).length : endOf(doc, key) - startOf(doc, key) - 2;
  for (const each of among[length] ?? NONE) if (isNamed(doc, key, each.name)) return each;
  return undefined;
}

const NONE: readonly never[] = [];

/** The decoded text of a string node. */
export function stringOf(doc: Doc, node: Node): string {
  const start = startOf(doc, node) + 1;
  const end = endOf(doc, node) - 1;
  if (!hasEscapes(doc, node)) return utf8(doc.bytes, start, end);
  const decoded = decodeString(doc.bytes, start, end);
  return utf8(decoded, 0, decoded.length);
}

/** A string member's text, where it is a string. */
export function stringMember(doc: Doc, node: Node, name: string): string | undefined {
  const found = member(doc, node, name);
  return found !== undefined && kindOf(doc, found) === STRING ? stringOf(doc, found) : undefined;
}

/** A number member's value, where it is a number. */
export function numberMember(doc: Doc, node: Node, name: string): number | undefined {
  const found = member(doc, node, name);
  return found !== undefined && kindOf(doc, found) === NUMBER
    ? Number(latin1(doc.bytes, startOf(doc, found), endOf(doc, found)))
    : undefined;
}

export const utf8 = (bytes: Uint8Array, start: number, end: number): string =>
  asBuffer(bytes).utf8Slice(start, end);

export const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  asBuffer(bytes).latin1Slice(start, end);

interface Slices extends Buffer {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

export const asBuffer = (bytes: Uint8Array): Slices =>
  (bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as unknown as Slices;

/** Which of two members with the same key is heard. */
export type Hearing = 'first' | 'last';

/** A node as a value. Integers beyond 2^53 become bigint; `see` maps each string that is not a key. */
export function jsonValue(
  doc: Doc,
  node: Node,
  hearing: Hearing = 'last',
  see?: (text: string) => string,
): JsonValue {
  switch (kindOf(doc, node)) {
    case OBJECT: {
      const object: Record<string, JsonValue> = Object.create(null);
      for (const { key, value } of members(doc, node)) {
        if (hearing === 'first' && key in object) continue;
        object[key] = jsonValue(doc, value, hearing, see);
      }
      return object;
    }
    case ARRAY:
      return elements(doc, node).map((each) => jsonValue(doc, each, hearing, see));
    case STRING:
      return see ? see(stringOf(doc, node)) : stringOf(doc, node);
    case NUMBER:
      return numberOf(latin1(doc.bytes, startOf(doc, node), endOf(doc, node)));
    case TRUE:
      return true;
    case FALSE:
      return false;
    default:
      return null;
  }
}

function numberOf(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(text) ? value : BigInt(text);
}

/** Does any object below (and including) this node say a key twice? Members of these names are not looked into. */
export function repeatsKey(doc: Doc, node: Node, but?: ReadonlySet<string>): boolean {
  const kind = kindOf(doc, node);
  if (kind === ARRAY) return elements(doc, node).some((each) => repeatsKey(doc, each, but));
  if (kind !== OBJECT) return false;
  const seen: Node[] = [];
  const end = next(doc, node);
  for (let key = node + WIDTH; key < end; key = next(doc, key + WIDTH)) {
    if (seen.length === FEW) return repeatsOfMany(doc, node, but);
    if (seen.some((other) => isSameKey(doc, key, other))) return true;
    seen.push(key);
    const below = kindOf(doc, key + WIDTH) <= ARRAY && !but?.has(stringOf(doc, key));
    if (below && repeatsKey(doc, key + WIDTH, but)) return true;
  }
  return false;
}

/** So many keys are compared with each other. */
const FEW = 16;

function repeatsOfMany(doc: Doc, node: Node, but?: ReadonlySet<string>): boolean {
  const all = members(doc, node);
  return (
    new Set(all.map((each) => each.key)).size < all.length ||
    all.some((each) => !but?.has(each.key) && repeatsKey(doc, each.value, but))
  );
}

function isSameKey(doc: Doc, a: Node, b: Node): boolean {
  if (hasEscapes(doc, a) || hasEscapes(doc, b)) return stringOf(doc, a) === stringOf(doc, b);
  const [from, to] = [startOf(doc, a), startOf(doc, b)];
  const length = endOf(doc, a) - from;
  if (endOf(doc, b) - to !== length) return false;
  for (let i = 0; i < length; i++) if (doc.bytes[from + i] !== doc.bytes[to + i]) return false;
  return true;
}
