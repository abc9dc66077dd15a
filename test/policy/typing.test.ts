/** Types of conditions: what can never be evaluated is an error where it stands. */
import { expect, test } from 'vitest';
import { problemsOf } from './scene.ts';

const faults = (when: string, stages = '[tool_call]') =>
  problemsOf(`version: 1\nrules:\n  - { id: r, stages: ${stages}, when: '${when}', deny: x }\n`);

test.each([
  ['risk == "60"', 'a number and a text are never equal'],
  ['tool.name > 5', 'a text and a number have no order'],
  ['session.calls', 'A condition is true or false; this is a number'],
  ['risk > 5 && tool.name', 'This must be true or false; this is a text'],
  ['!risk', 'This must be true or false; this is a number'],
  ['findings.exists(f, f.score > "0.5")', 'a number and a text have no order'],
  ['findings.exists(f, f.entity.startsWith(5))', '`startsWith` needs a text; this is a number'],
  ['5 in caller.groups', 'This list never holds a number: it holds a text each'],
  ['tool.name in "abc"', 'What stands after `in` must be a list; this is a text'],
  ['size(findings) == "1"', 'a number and a text are never equal'],
  ['now > "2026"', 'a point in time and a text have no order'],
  ['findings.exists_one(f, f.start)', 'What stands before `?` must be true or false'],
])('%s: %s', (when, message) => {
  expect(faults(when)).toEqual([expect.stringContaining(message)]);
});

test('the fault is told at its place', () => {
  expect(faults('model == "m" && risk == "60"')[0]).toMatch(/^fcgate\.yaml:3:\d+: a number and a text/);
});

test.each([
  'args.amount > 5 && args.amount > "5"',
  'findings.filter(f, f.entity == "JWT").size() > 1 || size(findings.map(f, f.start)) > 2',
  'findings.exists_one(f, f.score > 0.5) && findings.all(f, f.start < f.end)',
  'caller.claims.team == "blue" || caller.claims.level > 3',
  'has(args.a) ? args.a == "x" : tool.name == "y"',
  'now > timestamp("2026-01-01T00:00:00Z") && now.getHours() < 7',
  'args.x == null || args == {"a": 1} || args.list == [1, 2]',
  '"finance" in caller.groups && tool.name in ["a", "b"] && "a" in args',
  'string(risk) == "60" && int(args.n) > 2 && dyn(risk) == "60"',
])('%s is in order', (when) => {
  expect(faults(when)).toEqual([]);
});
