/** How shapes fill the list of units: what folds, what is read before, what is said again, what is nobody's text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Collector, type CollectorOptions } from '../../src/wire/collector.ts';
import { member } from '../../src/wire/json.ts';
import {
  all,
  by,
  each,
  mediaUrl,
  object,
  omit,
  type Shape,
  signed,
  skip,
  text,
  textAs,
  turn,
  vector,
} from '../../src/wire/shape.ts';
import type { Spot } from '../../src/wire/spot.ts';
import { byPath, docOf, type Json, rewrite, texts, told, write } from './reading.ts';

const spotOf = (body: Json): Spot => ({ doc: docOf(body), node: 0, path: '', key: '' });

/** The collector after a shape has read the bodies, in order. */
function read(shape: Shape, bodies: readonly Json[], options: Partial<CollectorOptions> = {}): Collector {
  const to = new Collector({ side: 'answer', depth: 64, ...options });
  for (const body of bodies) shape(spotOf(body), to);
  return to;
}

const lines = (shape: Shape, ...bodies: Json[]) => texts(read(shape, bodies).units());

describe('an object', () => {
  it('is read by its members; what is not named is text', () => {
    const shape = object({ id: skip, data: omit, says: text });
    const to = read(shape, [{ id: 'x1', data: 's3cret', says: 'a', other: { deep: ['b'] } }]);
    expect(texts(to.units())).toEqual(['response /says a', 'response /other/deep/0 b']);
    expect(to.omitted.map(({ path }) => path)).toEqual(['/data']);
  });

  it('has a key heard as often as it is said', () => {
    expect(lines(object({ says: text }), '{"says":"a","says":"b"}')).toEqual([
      'response /says a',
      'response /says b',
    ]);
  });

  it('may be no object at all', () => {
    expect(lines(object({ says: skip }), '"plain"')).toEqual(['response  plain']);
    expect(lines(object({ says: skip }), '["listed"]')).toEqual(['response /0 listed']);
    expect(lines(object({ says: skip }), 'null')).toEqual([]);
  });

  it("has keys that are somebody's text, where no reference names them", () => {
    const to = read(object({}), [{ 'ann@example.org': 'x', short: 'y' }]);
    expect(to.units().flatMap(({ leaves }) => leaves.map(({ kind, path }) => [kind, path]))).toEqual([
      ['key', '/ann@example.org'],
      ['string', '/ann@example.org'],
      ['string', '/short'],
    ]);
  });

  it('never takes names that objects have from birth for its own', () => {
    expect(lines(object({}), '{"constructor":"a","toString":"b","__proto__":"c"}')).toEqual([
      'response /constructor a',
      'response /toString b',
      'response /__proto__ c',
    ]);
    expect(lines(by('type', {}, text), { type: 'constructor' })).toEqual(['response /type constructor']);
  });
});

describe('what is skipped', () => {
  it("is a name, an id or a setting; what looks like somebody's text is read all the same", () => {
    expect(lines(object(all(['id', 'kind'], skip)), { id: 'msg_01AbC', kind: 'text' })).toEqual([]);
    expect(lines(object({ id: skip }), { id: 'write to ann@example.org' })).not.toEqual([]);
  });
});

describe('an array', () => {
  it('has each element read, at its index or where it says', () => {
    expect(lines(each(text), ['a', 'b'])).toEqual(['response /0 a', 'response /1 b']);
    const placed = each(object({ i: skip, t: text }), ({ doc, node }) =>
      member(doc, node, 'i') === undefined ? undefined : 7,
    );
    expect(lines(placed, [{ t: 'a' }, { i: 1, t: 'b' }])).toEqual(['response /0/t a', 'response /7/t b']);
  });

  it('may be one value alone', () => {
    expect(lines(each(object({ t: text })), { t: 'a' })).toEqual(['response /t a']);
  });
});

describe('the kind of a value', () => {
  const shape = by(
    'type',
    { quiet: skip, loud: object({ type: skip, says: text }) },
    object({ type: skip, other: text }),
  );

  it('decides how it is read', () => {
    expect(
      lines(
        shape,
        { type: 'quiet', says: 'a' },
        { type: 'loud', says: 'b' },
        { type: 'new', other: 'c' },
        { other: 'd' },
      ),
    ).toEqual(['response /says b', 'response /other c', 'response /other d']);
  });
});

describe('texts', () => {
  it('may have a stage of their own, or a signature', () => {
    const to = read(
      object({ tool: textAs('tool_definition'), thought: signed }),
      [{ tool: 'a', thought: 'b' }],
      { side: 'request' },
    );
    expect(texts(to.units())).toEqual(['tool_definition /tool a', 'prompt /thought! b']);
  });

  it('are no media and no vectors', () => {
    const to = read(each(object({ url: mediaUrl, vector })), [
      [
        { url: 'data:image/png;base64,aW1n' },
        { url: 'https://a.example' },
        { vector: [0.1, 2] },
        { vector: ['a'] },
      ],
    ]);
    expect(texts(to.units())).toEqual(['response /1/url https://a.example', 'response /3/vector/0 a']);
    expect(to.omitted.map(({ path }) => path)).toEqual(['/0/url', '/2/vector']);
  });

  it('that are the result of a call are its units, with values', () => {
    const shape: Shape = (spot, to) =>
      to.resultOf('look', 'c1', () => object({ content: each(text) })(spot, to));
    expect(
      read(shape, [{ content: ['{"a":1}', 'words'] }])
        .units()
        .map(told),
    ).toMatchObject([
      { stage: 'tool_result', tool: 'look', callId: 'c1', path: '/content/0', values: [{ a: 1 }] },
      { stage: 'tool_result', tool: 'look', callId: 'c1', path: '/content/1', values: ['words'] },
    ]);
  });
});

describe('a stream', () => {
  const shape = object({ text, call: (spot, to) => to.call({ spot, path: spot.path, name: 'x' }, spot) });
  const streamed = (...bodies: Json[]) => read(shape, bodies, { streamed: true });

  it('folds what comes again under a path', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 }), (pieces) => {
        const whole = read(shape, [{ text: pieces.join('') }]);
        const folded = streamed(...pieces.map((piece) => ({ text: piece })));
        expect(byPath(folded.units())).toEqual(byPath(whole.units()));
      }),
    );
  });

  it('folds calls, and parses what they come to', () => {
    const [unit] = streamed({ call: '{"a":' }, { call: '"b"}' }).units();
    expect(unit!.values?.()).toEqual([{ a: 'b' }]);
    expect(unit!.origin).toMatchObject({ path: '/call', spots: [{}, {}] });
  });

  it('may be asked at any time', () => {
    const to = streamed({ text: 'a' });
    expect(texts(to.units())).toEqual(['response /text a']);
    shape(spotOf({ text: 'b' }), to);
    expect(texts(to.units())).toEqual(['response /text ab']);
  });

  it('says a key once, however often it stands there', () => {
    const bodies = [{ 'ann@example.org': 'a' }, { 'ann@example.org': 'b' }].map(docOf);
    const to = new Collector({ side: 'answer', depth: 9, streamed: true });
    for (const doc of bodies) object({})({ doc, node: 0, path: '', key: '' }, to);
    const keys = to.units().filter(({ leaves }) => leaves[0]!.kind === 'key');
    expect(keys).toHaveLength(1);
    expect((keys[0]!.leaves[0]!.origin as { echoes: unknown[] }).echoes).toHaveLength(1);
  });

  it('does not fold what is told whole, or anew', () => {
    const to = new Collector({ side: 'answer', depth: 9, streamed: true });
    text({ ...spotOf('"a"'), path: '/x' }, to);
    to.again(() => text({ ...spotOf('"b"'), path: '/x' }, to));
    to.again(() => text({ ...spotOf('"b"'), path: '/x' }, to));
    to.begin('/x');
    text({ ...spotOf('"c"'), path: '/x' }, to);
    expect(texts(to.units())).toEqual(['response /x a', 'response /x b', 'response /x c']);
  });
});

describe('a turn', () => {
  const shape = object({ turns: each(turn(object({ says: text, data: omit }))) });
  const body = (...says: string[]) => ({ turns: says.map((each) => ({ says: each, data: 'k' })) });

  it('that was read before, at its place, is not read again', () => {
    const first = read(shape, [body('a', 'b')], { side: 'request' });
    expect(first.turns.map(({ start, end, units }) => [start, end, texts(units)])).toEqual([
      [10, 33, ['prompt /turns/0/says a']],
      [34, 57, ['prompt /turns/1/says b']],
    ]);
    const turns = new Map(first.turns.map((each) => [each.start, each]));
    const second = read(shape, [body('a', 'b', 'c')], { side: 'request', turns });
    expect(second.units().slice(0, 2)).toEqual(first.units());
    expect(second.units()[0]).toBe(first.turns[0]!.units[0]);
    expect(texts(second.units())).toEqual([
      'prompt /turns/0/says a',
      'prompt /turns/1/says b',
      'prompt /turns/2/says c',
    ]);
    expect(second.omitted.map(({ path }) => path)).toEqual([
      '/turns/0/data',
      '/turns/1/data',
      '/turns/2/data',
    ]);
  });

  it('is edited where it stands', () => {
    const doc = docOf(body('a', 'b'));
    const to = new Collector({ side: 'request', depth: 9 });
    shape({ doc, node: 0, path: '', key: '' }, to);
    expect(
      JSON.parse(
        write(
          doc,
          rewrite(to.units(), () => 'X'),
        ),
      ),
    ).toEqual(body('X', 'X'));
  });
});

describe('what repeats a text in another form', () => {
  it('goes with every unit below its folder, and no other', () => {
    const shape = object({
      choices: each((spot, to) => {
        to.shadow(spot.path, { ...spot, node: member(spot.doc, spot.node, 'tokens')! });
        object({ says: text, tokens: skip })(spot, to);
      }),
    });
    const { units } = {
      units: read(shape, [
        {
          choices: [
            { says: 'a', tokens: [1] },
            { says: 'b', tokens: [2] },
          ],
        },
      ]).units(),
    };
    expect(units.map(({ shadows }) => shadows?.length)).toEqual([1, 1]);
    expect(units[0]!.shadows![0]!.start).not.toBe(units[1]!.shadows![0]!.start);
  });
});
