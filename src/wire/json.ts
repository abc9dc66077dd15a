/**
 * JSON text as a flat tape of tokens over the original bytes (RFC 8259): nothing is copied, duplicate keys and the
 * spelling of numbers survive. A node is an index into the tape; four numbers each: kind, start, end, next sibling.
 */
import { FcgateError } from '../errors.ts';
import type { JsonValue } from '../exchange.ts';
import type { Ground } from './edit.ts';
import { decodeString, isEscape } from './escape.ts';

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
const ESCAPED = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const WIDTH = 4;

export const kindOf = (doc: Doc, node: Node): number => {
  const kind = doc.tape[node]!;
  return kind === ESCAPED ? STRING : kind;
};
export const startOf = (doc: Doc, node: Node): number => doc.tape[node + 1]!;
export const endOf = (doc: Doc, node: Node): number => doc.tape[node + 2]!;
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

/** The last member of that name, as most parsers read it; undefined where there is none or no object. */
export function member(doc: Doc, node: Node, name: string): Node | undefined {
  if (kindOf(doc, node) !== OBJECT) return undefined;
  let found: Node | undefined;
  for (const each of members(doc, node)) if (each.key === name) found = each.value;
  return found;
}

/** The decoded text of a string node. */
export function stringOf(doc: Doc, node: Node): string {
  const start = startOf(doc, node) + 1;
  const end = endOf(doc, node) - 1;
  if (!hasEscapes(doc, node)) return utf8(doc.bytes, start, end);
  const decoded = decodeString(doc.bytes, start, end);
  return utf8(decoded.bytes, 0, decoded.bytes.length);
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

interface Slices extends Uint8Array {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

const asBuffer = (bytes: Uint8Array): Slices =>
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
  const all = members(doc, node);
  return (
    new Set(all.map((each) => each.key)).size < all.length ||
    all.some((each) => !but?.has(each.key) && repeatsKey(doc, each.value, but))
  );
}

export interface ParseOptions {
  readonly start?: number;
  readonly end?: number;
  /** Deepest nesting allowed. */
  readonly depth?: number;
  /** Objects that were parsed before, by where they start: passed over, and empty on the tape. */
  readonly known?: ReadonlyMap<number, { readonly end: number }> | undefined;
}

/** Parses one JSON text. Throws `invalid_body`, with the offset and never the text. */
export function parseJson(bytes: Uint8Array, ground: Ground, options: ParseOptions = {}): Doc {
  const parser = new Parser(
    bytes,
    options.start ?? 0,
    options.end ?? bytes.length,
    options.depth ?? 128,
    options.known,
  );
  return { bytes, tape: parser.run(), ground };
}

/** Like `parseJson`, but undefined where the text is no JSON. */
export function tryParseJson(bytes: Uint8Array, ground: Ground, options: ParseOptions = {}): Doc | undefined {
  try {
    return parseJson(bytes, ground, options);
  } catch (error) {
    if (error instanceof FcgateError && error.code === 'invalid_body') return undefined;
    throw error;
  }
}

class Parser {
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private readonly maxDepth: number;
  private readonly known: ParseOptions['known'];
  private at: number;
  private tape: Int32Array;
  private size = 0;
  /** Where the next backslash is: found once, so that the search stays linear. */
  private backslash = -1;

  constructor(bytes: Uint8Array, start: number, end: number, maxDepth: number, known: ParseOptions['known']) {
    this.known = known;
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.maxDepth = maxDepth;
    // A stream keeps thousands of small documents: each begins with as much room as its bytes.
    this.tape = new Int32Array(Math.min(1024, Math.max(64, end - start)));
  }

  run(): Int32Array {
    this.space();
    this.value(0);
    this.space();
    if (this.at !== this.end) this.fail('more text after the value');
    return this.tape.subarray(0, this.size);
  }

  private value(depth: number): void {
    const byte = this.at < this.end ? this.bytes[this.at]! : -1;
    if (byte === QUOTE) this.string();
    else if (byte === 0x7b) this.object(depth + 1);
    else if (byte === 0x5b) this.array(depth + 1);
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) this.number();
    else if (byte === 0x74) this.literal(TRUE, 'true');
    else if (byte === 0x66) this.literal(FALSE, 'false');
    else if (byte === 0x6e) this.literal(NULL, 'null');
    else this.fail('a value was expected');
  }

  private object(depth: number): void {
    const known = this.known?.get(this.at);
    if (known) {
      this.push(OBJECT, this.at, known.end);
      this.at = known.end;
      return;
    }
    const node = this.open(OBJECT, depth);
    this.space();
    if (this.closed(node, 0x7d)) return;
    for (;;) {
      this.space();
      if (this.bytes[this.at] !== QUOTE || this.at >= this.end) this.fail('a key was expected');
      this.string();
      this.space();
      if (!this.take(0x3a)) this.fail('a colon was expected');
      this.space();
      this.value(depth);
      this.space();
      if (this.closed(node, 0x7d)) return;
      if (!this.take(0x2c)) this.fail('a comma or the end of the object was expected');
    }
  }

  private array(depth: number): void {
    const node = this.open(ARRAY, depth);
    this.space();
    if (this.closed(node, 0x5d)) return;
    for (;;) {
      this.space();
      this.value(depth);
      this.space();
      if (this.closed(node, 0x5d)) return;
      if (!this.take(0x2c)) this.fail('a comma or the end of the array was expected');
    }
  }

  private string(): void {
    const start = this.at;
    let quote = this.findQuote(start + 1);
    let kind = STRING;
    while (this.nextBackslash(start + 1) < quote) {
      kind = ESCAPED;
      const after = this.skipEscapes(quote);
      if (after <= quote) break;
      quote = this.findQuote(after);
    }
    this.at = quote + 1;
    this.push(kind, start, this.at);
  }

  /** Walks the escapes that begin before `quote`; an offset past it when the quote itself is escaped. */
  private skipEscapes(quote: number): number {
    let slash = this.backslash;
    while (slash < quote) {
      if (!isEscape(this.bytes, slash, this.end)) this.fail('an unknown escape stands');
      if (slash + 1 === quote) {
        this.backslash = this.seek(BACKSLASH, slash + 2);
        return quote + 1;
      }
      slash = this.seek(BACKSLASH, slash + 2);
    }
    this.backslash = slash;
    return quote;
  }

  private nextBackslash(from: number): number {
    if (this.backslash < from) this.backslash = this.seek(BACKSLASH, from);
    return this.backslash;
  }

  private findQuote(from: number): number {
    const near = Math.min(from + 24, this.end);
    for (let at = from; at < near; at++) if (this.bytes[at] === QUOTE) return at;
    const found = this.bytes.indexOf(QUOTE, near);
    if (found < 0 || found >= this.end) this.fail('a string does not end');
    return found;
  }

  private seek(byte: number, from: number): number {
    const found = from < this.end ? this.bytes.indexOf(byte, from) : -1;
    return found < 0 || found >= this.end ? this.end : found;
  }

  private number(): void {
    const start = this.at;
    const { bytes } = this;
    if (bytes[this.at] === 0x2d) this.at++;
    if (bytes[this.at] === 0x30) this.at++;
    else this.digits();
    if (bytes[this.at] === 0x2e && this.at < this.end) {
      this.at++;
      this.digits();
    }
    if ((bytes[this.at]! | 0x20) === 0x65 && this.at < this.end) {
      this.at++;
      if (bytes[this.at] === 0x2b || bytes[this.at] === 0x2d) this.at++;
      this.digits();
    }
    this.push(NUMBER, start, this.at);
  }

  private digits(): void {
    const start = this.at;
    while (this.at < this.end && this.bytes[this.at]! >= 0x30 && this.bytes[this.at]! <= 0x39) this.at++;
    if (this.at === start) this.fail('a digit was expected');
  }

  private literal(kind: number, word: string): void {
    const start = this.at;
    for (let i = 0; i < word.length; i++)
      if (this.at + i >= this.end || this.bytes[this.at + i] !== word.charCodeAt(i))
        this.fail('a value was expected');
    this.at += word.length;
    this.push(kind, start, this.at);
  }

  private open(kind: number, depth: number): Node {
    if (depth > this.maxDepth) this.fail(`nested deeper than ${this.maxDepth} levels`);
    this.push(kind, this.at, -1);
    this.at++;
    return this.size - WIDTH;
  }

  /** Takes the closing byte, if it is there, and completes the container. */
  private closed(node: Node, byte: number): boolean {
    if (!this.take(byte)) return false;
    this.tape[node + 2] = this.at;
    this.tape[node + 3] = this.size;
    return true;
  }

  private push(kind: number, start: number, end: number): void {
    if (this.size + WIDTH > this.tape.length) {
      const larger = new Int32Array(this.tape.length * 2);
      larger.set(this.tape);
      this.tape = larger;
    }
    this.tape[this.size] = kind;
    this.tape[this.size + 1] = start;
    this.tape[this.size + 2] = end;
    this.tape[this.size + 3] = this.size + WIDTH;
    this.size += WIDTH;
  }

  private space(): void {
    while (this.at < this.end) {
      const byte = this.bytes[this.at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.at++;
    }
  }

  private take(byte: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  private fail(what: string): never {
    throw new FcgateError('invalid_body', `the body is no JSON: ${what} at byte ${this.at}`);
  }
}
