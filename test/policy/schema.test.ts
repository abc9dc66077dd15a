import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { policySchema } from '../../src/policy/schema.generated.ts';

const shipped: unknown = JSON.parse(
  readFileSync(new URL('../../src/policy/policy.schema.json', import.meta.url), 'utf8'),
);

test('what was generated is of the schema that is shipped', () => {
  expect(policySchema).toEqual(shipped);
});

test('the schema is one of draft 2020-12', () => {
  expect(new Ajv2020({ allowUnionTypes: true, strictTypes: false }).validateSchema(policySchema)).toBe(true);
});

test('no map takes keys that it does not know, but those whose keys are names', () => {
  const open: string[] = [];
  walk(shipped, '');
  expect(open).toEqual([]);

  function walk(value: unknown, at: string): void {
    if (typeof value !== 'object' || value === null) return;
    const { type, properties, additionalProperties } = value as Record<string, unknown>;
    const isMap =
      [type].flat().includes('object') || (typeof properties === 'object' && !at.endsWith('/properties'));
    if (isMap && additionalProperties === undefined) open.push(at);
    for (const [key, each] of Object.entries(value)) walk(each, `${at}/${key}`);
  }
});
