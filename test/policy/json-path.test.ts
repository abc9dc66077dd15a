/** JSONPath in masks and sums: what could take long is none that can be used. */
import { expect, test } from 'vitest';
import { compilePath } from '../../src/policy/json-path.ts';

test.each(['$[?count($..a) > 0]', '$[?$..a]', '$[?$[*].a == @.b]', '$.x[?@.a && $[?@.b]]', '$[?@[?$..*]]'])(
  '%s looks at everything for each item',
  (path) => {
    expect(compilePath(path)).toBe('`$` in a filter may only name one place, as `$.limit` does');
  },
);

test.each(["$[?match(@.a, '(a+)+$')]", "$[?search(@.a, '(a+)+$')]"])('%s runs no pattern', (path) => {
  expect(compilePath(path)).toBe('`match()` and `search()` are not available here');
});

test.each([
  '$.patient.ssn',
  '$..[?@.kind == $.kinds[0]].value',
  "$[?@.a == '$..a' || @.b > $['limit']]",
  '$[?(@.a > 1 && $.x)]',
])('%s can be used', (path) => {
  expect(typeof compilePath(path)).not.toBe('string');
});
