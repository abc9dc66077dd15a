/** An edit of a leaf, however deep it lies, is that edit of the value and of nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Leaf } from '../../src/exchange.ts';
import { applySplices, editLeaf, type Splice } from '../../src/wire/edit.ts';
import { type Doc, elements, extract, member, stringOf } from '../../src/wire/json.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
import { sseSplitter } from '../../src/wire/sse.ts';
import { joinTexts, leavesOf, parseText, textOf } from '../../src/wire/units.ts';
import { textOf as textOfLeaf, writeStream } from './reading.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const words = fc.string({
  maxLength: 8,
  unit: fc.constantFrom('a', 'B', '"', '\\', '/', '\n', 'é', '€', '\u{1F600}', '<', '\u2028', '@'),
});
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    words,
    fc.integer({ min: 100_000, max: 2 ** 52 }),
    fc.constantFrom(null, true, 1.5),
    fc.array(tie('tree') as fc.Arbitrary<Json>, { maxLength: 3 }),
    fc.dictionary(words, tie('tree') as fc.Arbitrary<Json>, { maxKeys: 3 }) as fc.Arbitrary<Json>,
  ),
}));

/** JSON text whose strings are escaped as `seed` has it. */
function spelled(value: Json, seed: number, gap?: string): string {
  let state = seed;
  return JSON.stringify(value, undefined, gap).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e\n]/gu, (character) => {
    state = (state * 48271) % 2147483647;
    if (character === '"' || character === '\\' || state % 2 === 0) return character;
    return [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join('');
  });
}

/** What a test does to each leaf: replaces some of its characters by a text. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}
const edits = fc.array(fc.record({ from: fc.nat(9), to: fc.nat(9), text: words }), {
  minLength: 1,
  maxLength: 5,
});

function changed(text: string, { from, to, text: put }: Edit): { text: string; start: number; end: number } {
  const characters = [...text];
  const [low, high] = [
    Math.min(from, to, characters.length),
    Math.min(Math.max(from, to), characters.length),
  ];
  const before = characters.slice(0, low).join('');
  const within = characters.slice(low, high).join('');
  return {
    text: before + put + characters.slice(high).join(''),
    start: Buffer.byteLength(before),
    end: Buffer.byteLength(before + within),
  };
}

/** The splices that edit every leaf, and the value that should be there after. */
function editAll(
  leaves: readonly Leaf[],
  value: Json,
  all: readonly Edit[],
): { splices: Splice[]; expected: Json } {
  const splices: Splice[] = [];
  const texts = new Map<string, Json>();
  leaves.forEach((leaf, i) => {
    const edit = all[i % all.length]!;
    if (leaf.kind === 'number') {
      splices.push(...editLeaf(leaf, 0, leaf.end - leaf.start, '7654321'));
      texts.set(leaf.path, 7654321);
    } else if (leaf.kind === 'string') {
      const { text, start, end } = changed(textOfLeaf(leaf), edit);
      splices.push(...editLeaf(leaf, start, end, edit.text));
      texts.set(leaf.path, text);
    }
  });
  return { splices, expected: replaced(value, '', texts) };
}

function replaced(value: Json, path: string, texts: ReadonlyMap<string, Json>): Json {
  if (texts.has(path)) return texts.get(path)!;
  if (Array.isArray(value)) return value.map((each, i) => replaced(each, `${path}/${i}`, texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      replaced(each, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, texts),
    ]),
  );
}

const chunkOf = (text: string) => ({ bytes: Buffer.from(text) });
const written = (chunk: { bytes: Uint8Array }, splices: readonly Splice[]) => {
  expect(splices.every((splice) => splice.chunk === chunk)).toBe(true);
  return Buffer.concat(applySplices(chunk, splices)).toString();
};

describe('an edit', () => {
  it('of any leaf, as deep in JSON strings as it lies', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.integer({ min: 0, max: 3 }), edits, (value, seed, depth, all) => {
        let text = spelled(value, seed);
        for (let i = 0; i < depth; i++) text = spelled({ n: i, args: text }, seed + i);
        const chunk = chunkOf(` ${text}\n`);
        let doc: Doc = parseJson(chunk.bytes, { chunk });
        for (let i = 0; i < depth; i++) doc = parseText(textOf(doc, member(doc, 0, 'args')!), 128)!;
        const { splices, expected } = editAll(leavesOf(doc, 0, ''), value, all);
        let result = JSON.parse(written(chunk, splices));
        for (let i = 0; i < depth; i++) {
          expect(result.n).toBe(depth - 1 - i);
          result = JSON.parse(result.args);
        }
        expect(result).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('of none leaves every byte', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (value, seed) => {
        const chunk = chunkOf(spelled(value, seed, '  '));
        const doc = parseJson(chunk.bytes, { chunk });
        expect(written(chunk, [])).toBe(chunk.bytes.toString());
        const same = leavesOf(doc, 0, '').flatMap((leaf) => editLeaf(leaf, 0, 0, ''));
        expect(written(chunk, same)).toBe(chunk.bytes.toString());
      }),
    );
  });

  it('touches the bytes of its own characters alone', () => {
    const chunk = chunkOf('{ "a" : "x\\u0041\\/\\ud83d\\ude00y" , "b":1.0 }');
    const doc = parseJson(chunk.bytes, { chunk });
    const [leaf] = leavesOf(doc, 0, '');
    expect(textOfLeaf(leaf!)).toBe('xA/\u{1F600}y');
    expect(written(chunk, editLeaf(leaf!, 1, 2, '"'))).toBe('{ "a" : "x\\"\\/\\ud83d\\ude00y" , "b":1.0 }');
    expect(written(chunk, editLeaf(leaf!, 3, 7, ''))).toBe('{ "a" : "x\\u0041\\/y" , "b":1.0 }');
    expect(written(chunk, editLeaf(leaf!, 0, 8, 'é'))).toBe('{ "a" : "é" , "b":1.0 }');
  });

  it('of a key is the key of the value', () => {
    const chunk = chunkOf('{"args":"{\\"ann\\\\u0040x.org\\":1}"}');
    const inner = parseText(textOf(parseJson(chunk.bytes, { chunk }), 8), 9)!;
    const key = leavesOf(inner, 0, '').find(({ kind }) => kind === 'key')!;
    expect(textOfLeaf(key)).toBe('ann@x.org');
    expect(JSON.parse(JSON.parse(written(chunk, editLeaf(key, 0, 9, 'a "key"'))).args)).toEqual({
      'a "key"': 1,
    });
  });

  it('inside a larger one is void', () => {
    const chunk = chunkOf('{"a":"one","b":"two"}');
    const at = (start: number, end: number, text: string): Splice => ({ chunk, start, end, text });
    expect(written(chunk, [at(6, 9, 'X'), at(5, 10, 'null'), at(16, 17, 'T')])).toBe('{"a":null,"b":"Two"}');
    expect(written(chunk, [at(1, 1, '"n":0,'), at(1, 4, '"c"')])).toBe('{"n":0,"c":"one","b":"two"}');
  });
});

describe('an edit of a text in pieces', () => {
  it('over events of a stream, wherever they are cut', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.array(fc.nat(), { maxLength: 6 }), edits, (value, seed, cuts, all) => {
        const whole = [...spelled(value, seed)];
        const places = [
          0,
          ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b),
          whole.length,
        ];
        const pieces = places.slice(1).map((end, i) => whole.slice(places[i], end).join(''));
        const stream = pieces.map((piece, i) => `data: ${spelled({ delta: piece }, seed + i)}\n\n`).join('');
        const splitter = sseSplitter();
        const events = splitter.push(Buffer.from(stream));
        const texts = events.map(({ data }) => {
          const doc = parseJson(data!.bytes, data!.ground, data!);
          return textOf(doc, member(doc, 0, 'delta')!);
        });
        const doc = parseText(joinTexts(texts), 128)!;
        const { splices, expected } = editAll(leavesOf(doc, 0, ''), value, all);
        const after = writeStream(events, splices)
          .split('\n\n')
          .filter(Boolean)
          .map((event) => JSON.parse(event.slice(6)).delta);
        expect(JSON.parse(after.join(''))).toEqual(expected);
        if (all.every(({ text }) => text === '')) expect(after.length).toBe(pieces.length);
      }),
      { numRuns: 500 },
    );
  });

  it('over lines of an event', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.constantFrom('\n', '\r\n', '\r'), edits, (value, seed, eol, all) => {
        const lines = spelled({ value }, seed, '  ').split('\n');
        const stream = `${lines.map((line) => `data: ${line}`).join(eol)}${eol}${eol}`;
        const splitter = sseSplitter();
        const [event] = [...splitter.push(Buffer.from(stream)), ...splitter.end()];
        const doc = parseJson(event!.data!.bytes, event!.data!.ground, event!.data!);
        const { splices, expected } = editAll(leavesOf(doc, 0, ''), { value }, all);
        const after = writeStream([event!], splices);
        expect(
          after
            .split(eol)
            .filter((line) => line !== '')
            .every((line) => line.startsWith('data: ')),
        ).toBe(true);
        expect(
          JSON.parse(
            after
              .split(eol)
              .map((line) => line.slice(6))
              .join('\n'),
          ),
        ).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('takes the text into the first piece that it touches', () => {
    const events = sseSplitter().push(Buffer.from('data: "ann"\n\ndata: "@x.o"\n\ndata: "rg!"\n\n'));
    const texts = events.map(({ data }) => textOf(parseJson(data!.bytes, data!.ground, data!), 0));
    const text = joinTexts(texts);
    const leaf: Leaf = {
      path: '',
      kind: 'string',
      bytes: text.bytes,
      start: text.start,
      end: text.end,
      origin: { pieces: text.pieces },
    };
    expect(writeStream(events, editLeaf(leaf, 1, 9, 'MASK'))).toBe(
      'data: "aMASK"\n\ndata: ""\n\ndata: "!"\n\n',
    );
    expect(writeStream(events, editLeaf(leaf, 3, 3, '+'))).toBe(
      'data: "ann"\n\ndata: "+@x.o"\n\ndata: "rg!"\n\n',
    );
    expect(writeStream(events, editLeaf(leaf, 10, 10, '+'))).toBe(
      'data: "ann"\n\ndata: "@x.o"\n\ndata: "rg!+"\n\n',
    );
  });

  it('leaves a character alone whose halves came in two events', () => {
    const stream = 'data: "ann \\ud83d"\n\ndata: "\\ude00!"\n\n';
    const events = sseSplitter().push(Buffer.from(stream));
    const text = joinTexts(events.map(({ data }) => textOf(parseJson(data!.bytes, data!.ground, data!), 0)));
    const leaf: Leaf = {
      path: '',
      kind: 'string',
      bytes: text.bytes,
      start: text.start,
      end: text.end,
      origin: { pieces: text.pieces },
    };
    expect(writeStream(events, editLeaf(leaf, 0, 3, 'X'))).toBe(stream.replace('ann', 'X'));
  });
});

describe('an edit of a turn that was kept', () => {
  it('stands where the turn stands', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), fc.nat(), edits, (values, seed, all) => {
        const chunk = chunkOf(spelled({ before: 'x', turns: values }, seed));
        const doc = parseJson(chunk.bytes, { chunk });
        const nodes = elements(doc, member(doc, 0, 'turns')!);
        const made = nodes.map((node, i) => {
          const own = extract(doc, node);
          return editAll(leavesOf(own.doc, own.node, ''), values[i]!, all);
        });
        expect(
          JSON.parse(
            written(
              chunk,
              made.flatMap(({ splices }) => splices),
            ),
          ),
        ).toEqual({
          before: 'x',
          turns: made.map(({ expected }) => expected),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('holds for a document of many layers', () => {
    const chunk = chunkOf(JSON.stringify([{ args: JSON.stringify({ to: 'ann "x"' }) }]));
    const doc = parseJson(chunk.bytes, { chunk });
    const own = extract(doc, elements(doc, 0)[0]!);
    const inner = parseText(textOf(own.doc, member(own.doc, own.node, 'args')!), 9)!;
    expect(stringOf(inner, member(inner, 0, 'to')!)).toBe('ann "x"');
    const [leaf] = leavesOf(inner, 0, '');
    expect(JSON.parse(JSON.parse(written(chunk, editLeaf(leaf!, 4, 7, '"y"')))[0].args)).toEqual({
      to: 'ann "y"',
    });
  });
});

describe('what is told in several places', () => {
  it('is edited in each', () => {
    const chunk = chunkOf('["ann","\\u0061nn"]');
    const doc = parseJson(chunk.bytes, { chunk });
    const [first, second] = leavesOf(doc, 0, '');
    const leaf = { ...first!, origin: { ...(first!.origin as object), echoes: [second!.origin] } };
    expect(written(chunk, editLeaf(leaf, 0, 1, 'X'))).toBe('["Xnn","Xnn"]');
  });
});
