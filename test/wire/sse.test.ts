/** Server-sent events: the same events however the bytes are cut, and the same as another parser reads. */
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StreamEvent, sseSplitter } from '../../src/wire/sse.ts';

interface Read {
  readonly raw: string;
  readonly name: string;
  readonly data?: string;
  readonly unfinished?: true;
}

const read = ({ bytes, name, data, unfinished }: StreamEvent): Read => ({
  raw: Buffer.from(bytes).toString('latin1'),
  name,
  ...(data ? { data: Buffer.from(data.bytes.subarray(data.start, data.end)).toString() } : {}),
  ...(unfinished ? { unfinished } : {}),
});

/** The events of the bytes when they arrive cut at these places. */
function split(bytes: Uint8Array, cuts: readonly number[] = []): Read[] {
  const splitter = sseSplitter();
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const events = places
    .slice(1)
    .flatMap((end, i) => splitter.push(Buffer.from(bytes.subarray(places[i], end))));
  return [...events, ...splitter.end()].map(read);
}

const splitText = (text: string, cuts?: readonly number[]) => split(Buffer.from(text), cuts);
const datas = (text: string) => splitText(text).map(({ name, data }) => [name, data]);

describe('events', () => {
  it.each([
    ['LF', 'event: a\ndata: 1\n\ndata: 2\n\n'],
    ['CRLF', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n'],
    ['CR', 'event: a\rdata: 1\r\rdata: 2\r\r'],
    ['all of them', 'event: a\rdata: 1\n\r\ndata: 2\r\r\n'],
    ['a BOM', '\uFEFFevent: a\ndata: 1\n\ndata: 2\n\n'],
  ])('end in blank lines: %s', (_, text) => {
    expect(datas(text)).toEqual([
      ['a', '1'],
      ['', '2'],
    ]);
  });

  it('have one space after the colon taken, and no more', () => {
    expect(datas('data:1\n\ndata:  2\n\ndata\n\ndata:\n\n')).toEqual([
      ['', '1'],
      ['', ' 2'],
      ['', ''],
      ['', ''],
    ]);
  });

  it('join their lines of data', () => {
    expect(datas('data: a\nid: 7\ndata: b\ndata:\n\n')).toEqual([['', 'a\nb\n']]);
  });

  it('may hold comments and unknown fields, or nothing else', () => {
    expect(datas(': hello\n\ndata: 1\n:x\nretry: 3\nDATA: no\n data: no\ndatas: no\n\n')).toEqual([
      ['', undefined],
      ['', '1'],
    ]);
  });

  it('only end with their blank line', () => {
    const [whole, rest] = splitText('data: 1\n\ndata: 2\n');
    expect(whole).toMatchObject({ data: '1' });
    expect(rest).toMatchObject({ data: '2', unfinished: true });
    expect(splitText('data: 1\r\n\r').at(-1)).toEqual({ raw: 'data: 1\r\n\r', name: '', data: '1' });
  });

  it('are told as soon as their last byte is there', () => {
    const splitter = sseSplitter();
    expect(splitter.push(Buffer.from('data: 1\r\n\r'))).toEqual([]);
    expect(splitter.push(Buffer.from('\n')).map(read)).toEqual([
      { raw: 'data: 1\r\n\r\n', name: '', data: '1' },
    ]);
    expect(splitter.push(Buffer.from('data: 2\n\n'))).toHaveLength(1);
  });
});

const line = fc.oneof(
  fc.constantFrom(
    'data: x',
    'data:x',
    'data',
    'event: e',
    ': note',
    'id: 1',
    'data: \u00e9\u{1f600}',
    'data:  {"a":1}',
    'bata: x',
  ),
  fc.string({ maxLength: 6, unit: 'binary' }).map((text) => text.replace(/[\r\n\0]/g, '')),
);
const stream = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\r\r'))),
  )
  .map(([bom, lines]) => bom + lines.flat().join(''));

describe('any stream', () => {
  it('gives the same events wherever it is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (text, places) => {
        const bytes = Buffer.from(text);
        const cuts = places.map((place) => place % (bytes.length + 1));
        expect(split(bytes, cuts)).toEqual(split(bytes));
        expect(split(bytes, bytes.map((_, i) => i) as unknown as number[])).toEqual(split(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), stream, (noise, text) => {
        const bytes = Buffer.concat([noise, Buffer.from(text)]);
        expect(
          split(bytes)
            .map(({ raw }) => raw)
            .join(''),
        ).toBe(bytes.toString('latin1'));
      }),
    );
  });

  it('is read as eventsource-parser reads it', () => {
    fc.assert(
      fc.property(stream, (text) => {
        const expected: [string, string][] = [];
        const parser = createParser({ onEvent: ({ event = '', data }) => expected.push([event, data]) });
        parser.feed(text.replace(/^\uFEFF/, ''));
        // A CR at the very end may be half of a CRLF: that parser goes on waiting for it.
        if (text.endsWith('\r')) parser.feed('\n');
        const own = splitText(text)
          .filter((event) => event.data !== undefined && !event.unfinished)
          .map(({ name, data }) => [name, data]);
        expect(own).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a large event', () => {
  it('costs what its bytes cost, in however many reads', () => {
    const time = (size: number): number => {
      const piece = Buffer.alloc(64 * 1024, 'x');
      const splitter = sseSplitter();
      const start = process.cpuUsage().user;
      splitter.push(Buffer.from('data: '));
      for (let sent = 0; sent < size; sent += piece.length) splitter.push(piece);
      expect(splitter.push(Buffer.from('\n\n'))).toHaveLength(1);
      return process.cpuUsage().user - start;
    };
    time(1 << 20);
    const [small, large] = [time(5 << 20), time(20 << 20)];
    expect(large).toBeLessThan(small * 12 + 100_000);
  });
});
