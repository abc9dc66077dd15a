/** Parsing: bytes to a tape (RFC 8259). Raw control characters inside strings are let pass; whoever reads on decides. */
import { FcgateError } from '../errors.ts';
import type { Ground } from './edit.ts';
import { isEscape } from './escape.ts';
import {
  ARRAY,
  type Doc,
  ESCAPED,
  FALSE,
  type Node,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  TRUE,
  WIDTH,
} from './json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

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
    // A stream keeps thousands of small documents, and many arguments are smaller: 16 numbers need no memory of their own.
    this.tape = new Int32Array(Math.min(1024, Math.max(16, (end - start) >> 2)));
  }

  run(): Int32Array {
    this.space();
    this.value(0);
    this.space();
    if (this.at !== this.end) this.fail('more text after the value');
    // Units keep the tapes of arguments and results: what was not needed is let go.
    return this.size * 2 > this.tape.length
      ? this.tape.subarray(0, this.size)
      : this.tape.slice(0, this.size);
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
