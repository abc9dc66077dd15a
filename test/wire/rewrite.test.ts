/** Members and elements left out and added: what is left is the JSON that remains, as it was spelled. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARRAY, elements, kindOf, members } from '../../src/wire/json.ts';
import { parseJson } from '../../src/wire/json-parse.ts';
import { addMember, replaceNode, without } from '../../src/wire/rewrite.ts';
import { write } from './reading.ts';

const docOf = (text: string) => parseJson(Buffer.from(text), { chunk: {} });
const space = fc.constantFrom('', ' ', '\n  ', '\t');
const value = fc.jsonValue({ maxDepth: 1 }).map((each) => JSON.stringify(each));
const list = fc.array(fc.record({ before: space, value, after: space, gone: fc.boolean() }), {
  maxLength: 6,
});

describe('a container without some of its children', () => {
  it('is what remains, wherever they stood', () => {
    fc.assert(
      fc.property(list, fc.boolean(), (all, isArray) => {
        const items = all.map(
          (each, i) => `${each.before}${isArray ? '' : `"k${i}" : `}${each.value}${each.after}`,
        );
        const doc = docOf(isArray ? `[${items.join(',')}]` : `{${items.join(',')}}`);
        const children =
          kindOf(doc, 0) === ARRAY ? elements(doc, 0) : members(doc, 0).map((each) => each.value);
        const gone = new Set(children.filter((_, i) => all[i]!.gone));
        const rest = all
          .map((each, i) => [`k${i}`, JSON.parse(each.value), each.gone] as const)
          .filter(([, , out]) => !out);
        const expected = isArray ? rest.map(([, each]) => each) : Object.fromEntries(rest);
        const written = write(doc, without(doc, 0, gone));
        expect(JSON.parse(written)).toEqual(expected);
        for (const each of all.filter((one) => !one.gone)) expect(written).toContain(each.value);
        if (gone.size === 0) expect(written).toBe(doc.bytes.toString());
      }),
      { numRuns: 500 },
    );
  });

  it('leaves what is no container', () => {
    const doc = docOf('"text"');
    expect(without(doc, 0, new Set())).toEqual([]);
  });
});

describe('a member more', () => {
  it('stands at the end', () => {
    const into = (text: string) => {
      const doc = docOf(text);
      return write(doc, addMember(doc, 0, 'a "key"', '[1]'));
    };
    expect(into('{}')).toBe('{"a \\"key\\"":[1]}');
    expect(into('{ "x" : 1 }')).toBe('{ "x" : 1 ,"a \\"key\\"":[1]}');
  });

  it('stands alone where all others left', () => {
    const doc = docOf('{ "x" : 1 }');
    const all = new Set(members(doc, 0).map((each) => each.value));
    expect(JSON.parse(write(doc, [...without(doc, 0, all), ...addMember(doc, 0, 'y', '2', true)]))).toEqual({
      y: 2,
    });
  });
});

describe('another value', () => {
  it('stands in the place of one, and edits inside are void', () => {
    const doc = docOf('{"a":{"b":1},"c":2}');
    const [a] = members(doc, 0);
    const [b] = members(doc, a!.value);
    expect(write(doc, [...replaceNode(doc, b!.value, '5'), ...replaceNode(doc, a!.value, '[]')])).toBe(
      '{"a":[],"c":2}',
    );
  });
});
