/** Schemas of tools are written by strangers: what of them may reach a library, a file or an author's editor. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argumentSchema, fieldsOf } from '../../src/policy/tool-schema.ts';

const tamed = (parameters: object) => argumentSchema(JSON.parse(JSON.stringify({ parameters })))!;

test.each(['parameters', 'input_schema', 'inputSchema', 'parametersJsonSchema'])(
  'it is found in %s',
  (place) => {
    expect(
      argumentSchema({ name: 'x', [place]: { type: 'object', properties: { a: { type: 'string' } } } }),
    ).toEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
      required: [],
    });
  },
);

test('it is found in the function of a tool; a tool that says none has none', () => {
  expect(argumentSchema({ function: { parameters: { type: 'object' } } })).toEqual({ type: 'object' });
  expect(argumentSchema({ name: 'x' })).toBeUndefined();
});

test('the spellings of other languages are understood', () => {
  expect(
    tamed({ type: 'OBJECT', properties: { a: { type: 'FLOAT', nullable: true }, b: { type: 'dict' } } }),
  ).toEqual({
    type: 'object',
    properties: { a: { type: ['number', 'null'] }, b: { type: 'object' } },
    required: [],
  });
});

describe('references', () => {
  test('into the schema itself are followed', () => {
    const $defs = { place: { type: 'object', properties: { city: { type: 'string' } } } };
    expect(
      tamed({ type: 'object', properties: { to: { $ref: '#/$defs/place' } }, $defs }).properties,
    ).toEqual({
      to: { type: 'object', properties: { city: { type: 'string' } }, required: [] },
    });
  });

  test.each(['file:///etc/passwd', 'https://attacker.example/x.json', './secret.json', '//x', 'a#/b'])(
    '%s leads nowhere',
    ($ref) => {
      expect(tamed({ type: 'object', properties: { a: { $ref } } }).properties).toEqual({ a: {} });
    },
  );

  test.each(['#/__proto__', '#/constructor', '#/$defs/none', '#/required/length'])(
    '%s is no place',
    ($ref) => {
      expect(tamed({ type: 'object', required: ['a'], properties: { a: { $ref } } }).properties).toEqual({
        a: {},
      });
    },
  );

  test('what refers back to itself may be anything from there on', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };
    const list = tamed({ $ref: '#/$defs/node', $defs: { node } });
    expect(list).toEqual({ type: 'object', properties: { next: {} }, required: [] });
    expect(
      tamed({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }),
    ).toEqual({});
    expect(tamed({ $ref: '#' })).toEqual({});
  });

  test('that multiply stay within bounds', () => {
    const laughs = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `l${i}`,
        {
          type: 'object',
          properties: { a: { $ref: `#/$defs/l${i + 1}` }, b: { $ref: `#/$defs/l${i + 1}` } },
        },
      ]),
    );
    expect(JSON.stringify(tamed({ $ref: '#/$defs/l0', $defs: laughs })).length).toBeLessThan(200_000);
  });
});

test('what names or writes code is gone', () => {
  const poison = {
    title: 'Evil',
    $id: 'Evil',
    id: 'Evil',
    tsType: 'any; process.exit()',
    tsEnumNames: ['x = 1 } evil()'],
    extends: [{ $ref: 'file:///etc/passwd' }],
    deprecated: true,
    default: 'x',
    pattern: '(a+)+$',
    enum: ['x', { toString: 'evil' }, ['y']],
  };
  expect(
    tamed({ ...poison, type: 'object', properties: { a: poison }, definitions: { Evil: poison } }),
  ).toEqual({
    type: 'object',
    enum: ['x'],
    properties: { a: { enum: ['x'] } },
    required: [],
  });
});

test('words end no comment and give a compiler no orders', () => {
  expect(tamed({ description: '*/ evil() /* @ts-ignore **/' })).toEqual({
    description: '* / evil() /* @ ts-ignore ** /',
  });
  expect(tamed({ description: 'x'.repeat(1e6) }).description).toHaveLength(1000);
});

test('patterns of keys are never run', () => {
  expect(tamed({ type: 'object', patternProperties: { '(a+)+$': { type: 'string' } } })).toEqual({
    type: 'object',
    additionalProperties: {},
  });
});

test('depth, members and values are bounded', () => {
  const deep = JSON.parse(`${'{"items":'.repeat(1000)}{}${'}'.repeat(1000)}`);
  expect(JSON.stringify(tamed(deep)).length).toBeLessThan(1000);
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`p${i}`, { type: 'string' }]));
  expect(Object.keys(tamed({ type: 'object', properties: wide }).properties!)).toHaveLength(200);
  expect(tamed({ enum: Array.from({ length: 100_000 }, (_, i) => i) }).enum).toHaveLength(200);
});

test('whatever is given, what comes out has known keywords and no references', () => {
  const known = /^(type|description|properties|required|additionalProperties|items|enum|anyOf|oneOf|allOf)$/;
  const check = (schema: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(schema)) {
      expect(key).toMatch(known);
      if (key === 'properties') Object.values(value as object).forEach(check);
      if (key === 'items') check(value as Record<string, unknown>);
      if (/Of$/.test(key)) (value as Record<string, unknown>[]).forEach(check);
    }
  };
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom(
          'type',
          'properties',
          'items',
          'anyOf',
          '$ref',
          'tsType',
          'title',
          'enum',
          'required',
          'allOf',
        ),
        fc.oneof(
          tie('schema'),
          fc.array(tie('schema'), { maxLength: 3 }),
          fc.constant('#'),
          fc.constant('object'),
        ),
        { maxKeys: 4 },
      ),
    ),
  }));
  fc.assert(
    fc.property(schema, (each) => check((argumentSchema({ parameters: each } as never) ?? {}) as never)),
  );
});

test('the fields of a schema, by path; none are told where any may be', () => {
  const address = { type: 'object', properties: { city: { type: 'string' } } };
  const schema = tamed({
    type: 'object',
    properties: { to: address, any: { type: 'object' }, open: { ...address, additionalProperties: true } },
  });
  expect([...fieldsOf(schema)!]).toEqual(['to', 'any', 'open']);
  expect([...fieldsOf(schema, ['to'])!]).toEqual(['city']);
  expect(fieldsOf(schema, ['any'])).toBeUndefined();
  expect(fieldsOf(schema, ['open'])).toBeUndefined();
  expect(fieldsOf(schema, ['none'])).toBeUndefined();
});
