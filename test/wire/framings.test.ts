/** Lines of JSON and streamed arrays: the same events however the bytes are cut, every byte kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backlog } from '../../src/wire/backlog.ts';
import { jsonArraySplitter } from '../../src/wire/json-array.ts';
import { ndjsonSplitter } from '../../src/wire/ndjson.ts';
import type { Splitter, StreamEvent } from '../../src/wire/sse.ts';

function split(open: () => Splitter, text: string | Buffer, cuts: readonly number[] = []): StreamEvent[] {
  const bytes = Buffer.from(text as string);
  const splitter = open();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const events = places
    .slice(1)
    .flatMap((end, i) => splitter.push(Buffer.from(bytes.subarray(places[i], end))));
  return [...events, ...splitter.end()];
}

const told = (events: readonly StreamEvent[]) =>
  events.map(({ bytes, data, unfinished }) => [
    Buffer.from(bytes).toString('latin1'),
    data && Buffer.from(data.bytes.subarray(data.start, data.end)).toString(),
    unfinished,
  ]);

const datas = (events: readonly StreamEvent[]) =>
  told(events).flatMap(([, data]) => (data === undefined ? [] : [data]));

const cuts = fc.array(fc.nat(), { maxLength: 8 });
const values = fc.array(
  fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('}', ']', '"', '\\', '\\"', '[{', 'é')),
  { maxLength: 5 },
);

describe('a streamed array', () => {
  it('gives each element, with the punctuation before it', () => {
    const text = '[{"a":"]"}\n,\r\n{"b":[1,{"c":2}]}\n]\n';
    expect(told(split(jsonArraySplitter, text))).toEqual([
      ['[{"a":"]"}', '{"a":"]"}', undefined],
      ['\n,\r\n{"b":[1,{"c":2}]}', '{"b":[1,{"c":2}]}', undefined],
      ['\n]\n', undefined, undefined],
    ]);
  });

  it('gives an element as soon as it is there', () => {
    const splitter = jsonArraySplitter();
    expect(splitter.push(Buffer.from('[{"a":1'))).toEqual([]);
    expect(datas(splitter.push(Buffer.from('}')))).toEqual(['{"a":1}']);
    expect(datas(splitter.push(Buffer.from(',{"b":2},{')))).toEqual(['{"b":2}']);
  });

  it('is the array, wherever it is cut', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, '\t'), cuts, (all, gap, places) => {
        const text = JSON.stringify(all, undefined, gap);
        const events = split(jsonArraySplitter, text, places);
        expect(datas(events).map((data) => JSON.parse(data as string))).toEqual(JSON.parse(text));
        expect(events.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('')).toBe(
          Buffer.from(text).toString('latin1'),
        );
        expect(told(events)).toEqual(told(split(jsonArraySplitter, text)));
        expect(events.some(({ unfinished }) => unfinished)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('is unfinished where it breaks off', () => {
    fc.assert(
      fc.property(values, fc.nat(), (all, place) => {
        const bytes = Buffer.from(JSON.stringify(all));
        const broken = bytes.subarray(0, 1 + (place % (bytes.length - 1)));
        const events = split(jsonArraySplitter, broken);
        expect(events.at(-1)).toMatchObject({ unfinished: true });
        expect(Buffer.concat(events.map((event) => event.bytes))).toEqual(Buffer.from(broken));
      }),
    );
  });

  it.each(['', '{}', '[1}', '[1]]', '[1]{}', ',[]', '[},{}]'])(
    'is unfinished where it is none: %s',
    (text) => {
      expect(split(jsonArraySplitter, text).at(-1)).toMatchObject({ unfinished: true });
    },
  );

  it('keeps whatever comes', () => {
    const noise = fc.string({
      unit: fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', ' ', 'a', '1'),
      maxLength: 20,
    });
    fc.assert(
      fc.property(noise, cuts, (text, places) => {
        const events = split(jsonArraySplitter, text, places);
        expect(Buffer.concat(events.map((event) => event.bytes)).toString()).toBe(text);
        expect(told(events)).toEqual(told(split(jsonArraySplitter, text)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('lines of JSON', () => {
  it('are an event each, wherever they are cut', () => {
    fc.assert(
      fc.property(
        values,
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        cuts,
        (all, eol, last, places) => {
          const text = all.map((each) => JSON.stringify(each)).join(eol) + (last ? eol : '');
          const events = split(ndjsonSplitter, text, places);
          expect(datas(events).map((data) => JSON.parse(data as string))).toEqual(
            all.map((each) => JSON.parse(JSON.stringify(each))),
          );
          expect(Buffer.concat(events.map(({ bytes }) => bytes)).toString()).toBe(text);
          expect(told(events)).toEqual(told(split(ndjsonSplitter, text)));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a backlog', () => {
  it('gives back what was added, in any portions, and never writes to it again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.nat(12))), (steps) => {
        const held = backlog();
        const taken: { given: Uint8Array; copy: Buffer }[] = [];
        let all = Buffer.alloc(0);
        for (const [bytes, size] of steps) {
          held.add(bytes);
          all = Buffer.concat([all, bytes]);
          const given = held.take(Math.min(size, all.length));
          taken.push({ given, copy: all.subarray(0, given.length) });
          all = all.subarray(given.length);
          expect(Buffer.from(held.bytes()).equals(all)).toBe(true);
        }
        for (const { given, copy } of taken) expect(Buffer.from(given).equals(copy)).toBe(true);
      }),
    );
  });
});
