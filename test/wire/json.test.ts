/** JSON text as a tape over its bytes: it says what JSON.parse says, and where. */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FcgateError } from '../../src/errors.ts';
import {
  type Doc,
  elements,
  endOf,
  extract,
  jsonValue,
  keyNodeOf,
  kindOf,
  member,
  members,
  type Node,
  numberMember,
  OBJECT,
  repeatsKey,
  startOf,
  stringMember,
} from '../../src/wire/json.ts';
import { type ParseOptions, parseJson, tryParseJson } from '../../src/wire/json-parse.ts';
import { robustness, tarEntries } from '../e2e/tar.ts';

const docOf = (text: string | Uint8Array, options?: ParseOptions): Doc =>
  parseJson(Buffer.from(text as string), { chunk: {} }, options);

/** The value, or undefined where the text is refused; strings are read, too. */
function whole(text: string | Uint8Array): unknown {
  try {
    return { value: jsonValue(docOf(text), 0) };
  } catch (error) {
    if (error instanceof FcgateError && error.code === 'invalid_body') return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** As JSON.parse gives it: big integers rounded, prototypes restored. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each)) ?? 'null');

const space = fc.constantFrom('', '', ' ', '\n', '\t\r\n ');
const character = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }) },
  { weight: 3, arbitrary: fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '\\u0041',
      '\\u00e9',
      '\\u00E9',
      '\\uD83D\\uDE00',
      '\\u2028',
      '\\u0000',
      '\\ufeff',
    ),
  },
);
const string = fc
  .array(character, { maxLength: 8 })
  .map(
    (all) =>
      `"${all.map((each) => (each.length > 1 && each[0] === '\\' ? each : each.replace(/["\\\u0000-\u001f]/g, ''))).join('')}"`,
  );
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '0',
    '-0',
    '1.0',
    '1e5',
    '1E+2',
    '0.10e-3',
    '9007199254740993',
    '-123456789012345678901234567890',
  ),
);
/** JSON texts in all their spellings: spaces, escapes, keys said twice, numbers of any form. */
const { json } = fc.letrec<{ json: string; array: string; object: string }>((tie) => ({
  json: fc
    .tuple(
      space,
      fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('true', 'false', 'null'),
        string,
        number,
        tie('array'),
        tie('object'),
      ),
      space,
    )
    .map((parts) => parts.join('')),
  array: fc
    .tuple(space, fc.array(tie('json'), { maxLength: 4 }))
    .map(([gap, all]) => (all.length > 0 ? `[${all.join(',')}]` : `[${gap}]`)),
  object: fc
    .tuple(
      space,
      fc.array(fc.tuple(space, fc.oneof(string, fc.constant('"k"')), space, tie('json')), { maxLength: 4 }),
    )
    .map(([gap, all]) =>
      all.length > 0
        ? `{${all.map(([a, key, b, value]) => `${a}${key}${b}:${value}`).join(',')}}`
        : `{${gap}}`,
    ),
}));

describe('any JSON', () => {
  it('has the value that JSON.parse gives', () => {
    fc.assert(
      fc.property(json, (text) => {
        expect(rounded((whole(text) as { value: unknown }).value)).toEqual(rounded(JSON.parse(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused where JSON.parse refuses it', () => {
    const noise = fc.constantFrom(
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      'u12',
      '-',
      '.',
      'e',
      '0',
      't',
      'nul',
      ' ',
    );
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(3), noise, (text, place, gone, put) => {
        const at = place % (text.length + 1);
        const broken = Buffer.from(text.slice(0, at) + put + text.slice(at + gone)).toString();
        expect(whole(broken) === undefined, broken).toBe(parsed(broken) === undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('says where each value stands', () => {
    const check = (doc: Doc, node: Node): void => {
      const text = Buffer.from(doc.bytes.subarray(startOf(doc, node), endOf(doc, node))).toString();
      expect(rounded(jsonValue(doc, node))).toEqual(rounded(JSON.parse(text)));
      if (kindOf(doc, node) !== OBJECT) return;
      for (const { keyNode, value } of members(doc, node)) {
        expect(keyNodeOf(value)).toBe(keyNode);
        check(doc, value);
      }
    };
    fc.assert(fc.property(json, (text) => check(docOf(text), 0)));
  });

  it('may be taken out of its bytes', () => {
    fc.assert(
      fc.property(json, (text) => {
        const doc = docOf(`{"before":[1,{}],"it":${text},"after":2}`);
        const node = member(doc, 0, 'it')!;
        const own = extract(doc, node);
        expect(own.doc.bytes.length).toBe(endOf(doc, node) - startOf(doc, node));
        expect(jsonValue(own.doc, own.node)).toEqual(jsonValue(doc, node));
      }),
    );
  });
});

describe('what JSON.parse does not tell', () => {
  it('a key said twice: the first or the last', () => {
    const doc = docOf('{"a":1,"b":{"c":1,"\\u0063":2},"a":2}');
    expect(jsonValue(doc, 0)).toEqual({ a: 2, b: { c: 2 } });
    expect(jsonValue(doc, 0, 'first')).toEqual({ a: 1, b: { c: 1 } });
    expect(members(doc, 0).map(({ key }) => key)).toEqual(['a', 'b', 'a']);
    expect(repeatsKey(doc, 0)).toBe(true);
    expect(repeatsKey(docOf('[{"a":1},{"a":1}]'), 0)).toBe(false);
    expect(repeatsKey(docOf('{"args":{"a":1,"a":2}}'), 0, new Set(['args']))).toBe(false);
    expect(repeatsKey(docOf('{"args":1,"args":2}'), 0, new Set(['args']))).toBe(true);
  });

  it('integers beyond 2^53, digit for digit', () => {
    expect(jsonValue(docOf('[9007199254740993,-9007199254740993,9007199254740991,1e400]'), 0)).toEqual([
      9007199254740993n,
      -9007199254740993n,
      9007199254740991,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('names that objects have from birth are names like others', () => {
    const value = jsonValue(docOf('{"__proto__":{"x":1},"constructor":2}'), 0) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  });

  it('members by name and kind', () => {
    const doc = docOf('{"s":"x","n":1.5,"s":"y"}');
    expect([stringMember(doc, 0, 's'), stringMember(doc, 0, 'n'), stringMember(doc, 0, 'z')]).toEqual([
      'y',
      undefined,
      undefined,
    ]);
    expect([numberMember(doc, 0, 'n'), numberMember(doc, 0, 's')]).toEqual([1.5, undefined]);
    expect(member(docOf('[1]'), 0, '0')).toBeUndefined();
    expect(elements(docOf('[]'), 0)).toEqual([]);
  });

  it('a lone surrogate is read as U+FFFD', () => {
    expect(jsonValue(docOf('"a\\ud800b\\udc00"'), 0)).toBe('a\uFFFDb\uFFFD');
    expect(jsonValue(docOf('"\\ud800\\ud83d\\ude00"'), 0)).toBe('\uFFFD\u{1F600}');
  });
});

describe('limits', () => {
  it('hold for depth', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(() => docOf(nested(128))).not.toThrow();
    expect(() => docOf(nested(129))).toThrow(/nested deeper than 128 levels/);
    expect(() => docOf(nested(4), { depth: 3 })).toThrow(/deeper/);
    expect(() => docOf('{"a":'.repeat(200_000))).toThrow(/deeper/);
  });

  it('hold for a stretch of bytes', () => {
    const bytes = Buffer.from('data: {"a":1} {"b":2}');
    const doc = parseJson(bytes, { chunk: {} }, { start: 6, end: 13 });
    expect(jsonValue(doc, 0)).toEqual({ a: 1 });
    expect(startOf(doc, 0)).toBe(6);
    for (const end of [7, 8, 9, 10, 11, 12])
      expect(tryParseJson(bytes, { chunk: {} }, { start: 6, end }), `${end}`).toBeUndefined();
  });

  it('a message never quotes the text', () => {
    expect(() => docOf('{"secret" "hunter2"}')).toThrow(
      /^the body is no JSON: a colon was expected at byte 10$/,
    );
  });

  it('time grows with the bytes alone', () => {
    const time = (text: string): number => {
      const start = process.cpuUsage().user;
      jsonValue(docOf(text), 0);
      return process.cpuUsage().user - start;
    };
    for (const piece of ['"\\\\\\"x",', '"plain text",', '{"\\u0041":"b"},', '[[[]]],', '"\\"",']) {
      const small = `[${piece.repeat(10_000)}0]`;
      const large = `[${piece.repeat(50_000)}0]`;
      time(small);
      expect(time(large), piece).toBeLessThan(time(small) * 15 + 200_000);
    }
  });
});

describe('objects that were read before', () => {
  it('are passed over, and empty', () => {
    fc.assert(
      fc.property(
        fc.array(json, { minLength: 1, maxLength: 5 }),
        fc.array(fc.boolean()),
        (texts, skipped) => {
          const turns = texts.map((text) => `{"turn":${text}}`);
          const text = `{"messages":[${turns.join(',')}],"n":1}`;
          let at = '{"messages":['.length;
          const known = new Map<number, { end: number }>();
          turns.forEach((turn, i) => {
            if (skipped[i]) known.set(at, { end: at + Buffer.byteLength(turn) });
            at += Buffer.byteLength(turn) + 1;
          });
          const doc = docOf(text, { known });
          const plain = docOf(text);
          const expected = elements(plain, member(plain, 0, 'messages')!).map((node, i) =>
            skipped[i] ? {} : jsonValue(plain, node),
          );
          expect(jsonValue(doc, 0)).toEqual({ messages: expected, n: 1 });
          const spans = (of: Doc) =>
            elements(of, member(of, 0, 'messages')!).map((node) => [startOf(of, node), endOf(of, node)]);
          expect(spans(doc)).toEqual(spans(plain));
        },
      ),
    );
  });
});

/** Raw control characters in strings are let through: servers that accept them are many, and nothing hides in them. */
const LENIENT = /^n_string_unescaped_(ctrl_char|newline|tab)\.json$/;

describe.skipIf(!existsSync(robustness))('JSONTestSuite (needs ../shared/corpora)', () => {
  const files = existsSync(robustness)
    ? tarEntries(robustness).filter(({ name }) => /test_parsing\/.*\.json$/.test(name))
    : [];

  it('is parsed and refused as it says', () => {
    const counts = { y: 0, n: 0, i: 0, lenient: 0 };
    for (const { name, bytes } of files) {
      const file = name.split('/').at(-1)!;
      const value = whole(bytes);
      if (LENIENT.test(file)) counts.lenient++;
      else if (file.startsWith('y')) expect(value, file).toBeDefined();
      else if (file.startsWith('n') && isUtf8(bytes)) expect(value, file).toBeUndefined();
      counts[file[0] as 'y']++;
    }
    expect(counts.y).toBeGreaterThan(90);
    expect(counts.n).toBeGreaterThan(180);
    console.log(`JSONTestSuite: ${JSON.stringify(counts)}`);
  });
});

/** Bodies that are no UTF-8 are refused before they are parsed. */
const isUtf8 = (bytes: Uint8Array): boolean => Buffer.from(Buffer.from(bytes).toString()).equals(bytes);
