/** Reports of `policy test` as their consumers read them: hostile names, failures, and what is to do. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Schema, Validator } from '@cfworker/json-schema';
import { parse as parseJunit } from 'junit2json';
import type { Log } from 'sarif';
import { Parser } from 'tap-parser';
import { expect, test } from 'vitest';
import { emptyFolder, fcgateIn } from './fcgate.ts';

const require = createRequire(import.meta.url);
const sarifSchema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Schema;

const names = ['holds', 'fails <&"\'> ]]> # % \u001b[2J \u202e', 'is to do # TODO'] as const;

/** One case that holds, one that fails, and one that need not hold yet. */
async function report(format: string): Promise<string> {
  const cwd = emptyFolder();
  const [holds, fails, todo] = names.map((name) => JSON.stringify(name));
  writeFileSync(
    join(cwd, 'fcgate.yaml'),
    'version: 1\ntools:\n  a: { approve: { if: args.n > 5, groups: [x] } }\n',
  );
  writeFileSync(
    join(cwd, 'a.yaml'),
    `version: 1
cases:
  - { name: ${holds}, tool: a, args: { n: 6 }, expect: { decision: approve } }
  - { name: ${fails}, tool: a, args: { n: 5 }, expect: { decision: approve, code: policy_denied } }
  - { name: ${todo}, todo: soon, tool: a, args: { n: 5 }, expect: { decision: approve } }
`,
  );
  const { status, stdout } = await fcgateIn({ cwd }, 'policy', 'test', 'a.yaml', '--format', format);
  expect(status).toBe(1);
  return stdout;
}

/** Nothing that a terminal would obey. */
const isPlain = (text: string): boolean => !/[\p{Cc}\p{Bidi_Control}]/u.test(text.replaceAll('\n', ''));

test('pretty: expected and actual side by side, the rule at its place and what its condition saw', async () => {
  const text = await report('pretty');
  expect(text).toMatch(/ {6}decision +approve +allow\n/);
  expect(text).toContain('tools["a"] at fcgate.yaml:3:3: approve if args.n > 5 → false, for tool_call a');
  expect(text).toContain('args.n = 5');
  expect(isPlain(text)).toBe(true);
});

test('TAP: as a parser of TAP 14 reads it', async () => {
  const text = await report('tap');
  const results = Parser.parse(text);
  const complete = results.find(([event]) => event === 'complete')![1];
  expect(complete).toMatchObject({ ok: false, count: 3, pass: 1, fail: 2, todo: 1 });
  const asserts = results.flatMap((each) => (each[0] === 'assert' ? [each[1]] : []));
  expect(asserts.map(({ ok, todo }) => [ok, todo])).toEqual([
    [true, false],
    [false, false],
    [false, 'soon'],
  ]);
  expect(asserts[1]!.diag).toMatchObject({
    at: 'a.yaml:4:5',
    failures: [{ what: 'decision', expected: 'approve', actual: 'allow' }, { what: 'code' }],
  });
  expect(isPlain(text)).toBe(true);
});

test('JUnit: as a reader of its XML has it', async () => {
  const text = await report('junit');
  const suites = await parseJunit(text);
  expect(suites).toMatchObject({
    testsuite: [{ name: 'a.yaml', tests: 3, failures: 1, skipped: 1, errors: 0 }],
  });
  const [suite] = (suites as { testsuite: { testcase: { name: string; failure?: object[] }[] }[] }).testsuite;
  expect(suite!.testcase.map(({ failure }) => failure !== undefined)).toEqual([false, true, false]);
  expect(suite!.testcase[1]!.name).toContain('fails <&"\'> ]]>');
  expect(isPlain(text)).toBe(true);
});

test('SARIF: a result for each expectation, at the case, with the rule beside it', async () => {
  const log = JSON.parse(await report('sarif')) as Log;
  const [run] = log.runs;
  expect(run!.results!.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['decision', 'error'],
    ['code', 'error'],
  ]);
  const declared = run!.tool.driver.rules!.map(({ id }) => id);
  expect(declared).toEqual(['decision', 'code']);
  expect(run!.results![0]).toMatchObject({
    locations: [{ physicalLocation: { artifactLocation: { uri: 'a.yaml' }, region: { startLine: 4 } } }],
    relatedLocations: [
      { physicalLocation: { artifactLocation: { uri: 'fcgate.yaml' }, region: { startLine: 3 } } },
    ],
  });
});

test('SARIF: as its JSON Schema has it', async () => {
  const schema = new Validator(sarifSchema, '4', false);
  const log = JSON.parse(await report('sarif')) as Log;
  expect(schema.validate(log).errors).toEqual([]);
  const [run] = log.runs;
  expect(schema.validate({ ...log, runs: [{ ...run!, results: [{ level: 'fatal' }] }] }).valid).toBe(false);
});

test('GitHub: one line for each failure, which cannot become another command', async () => {
  const [first, ...rest] = (await report('github')).trimEnd().split('\n');
  expect(first).toMatch(/^::error file=a\.yaml,line=4,col=5,title=fails <&"'> \]\]> # %25 /);
  expect(first).toContain('::decision: expected approve, got allow%0A');
  expect(rest).toHaveLength(1);
  expect(isPlain(first!)).toBe(true);
});

test('JSON: one value', async () => {
  expect(JSON.parse(await report('json'))).toMatchObject({ passed: 1, failed: 1, todo: 1 });
});
