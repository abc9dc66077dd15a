/** Coverage: what of a policy did something, on recordings of our own. */
import { expect, test } from 'vitest';
import { readFixture } from '../../src/record/fixtures.ts';
import { keyedHash } from '../../src/record/keys.ts';
import { runCases } from '../../src/trial/cases.ts';
import { openCoverage, shareOf } from '../../src/trial/coverage.ts';
import { load } from '../policy/scene.ts';

const fixture = await readFixture('fixtures/support.json');
const hash = keyedHash(Buffer.alloc(32));

/** `name`, or the text of a sub-expression, with the ways that were never gone. */
function missed(text: string): string[] {
  const loaded = load(`version: 1\n${text}`);
  if (!loaded.ok) throw new Error(loaded.problems[0]!.message);
  const { policy, merged } = loaded;
  const coverage = openCoverage(policy, merged);
  runCases(fixture, { policy, hash, witness: coverage.witness }, () => 0);
  return coverage
    .covered()
    .flatMap(({ line, name, text: part, ways, counts }) =>
      ways.filter((way) => counts[way] === 0).map((way) => `${line} ${part ?? name}: never ${way}`),
    );
}

test.each<[what: string, policy: string, missed: string[]]>([
  ['what is built in is not told', '', []],
  [
    'rows of tools',
    'tools:\n  delete_*: deny\n  lookup_*: allow\n  launch_*: deny',
    ['5 tools["launch_*"]: never reached'],
  ],
  [
    'rules and their sub-expressions, each at its place',
    'rules:\n  - id: a\n    when: args.amount > 500 ||\n      args.amount < 0\n    deny: x',
    [
      '3 rules.a: never false',
      '4 args.amount > 500: never false',
      '5 args.amount < 0: never true',
      '5 args.amount < 0: never false',
    ],
  ],
  [
    'a comparison alone is its rule',
    'rules:\n  - id: a\n    when: stage == "nowhere"\n    deny: x',
    ['3 rules.a: never true'],
  ],
  [
    'what fails is neither true nor false',
    'rules:\n  - id: a\n    when: args.nothing.there && true\n    deny: x',
    [
      '3 rules.a: never true',
      '3 rules.a: never false',
      '4 args.nothing.there: never true',
      '4 args.nothing.there: never false',
    ],
  ],
  [
    'masks, where something was found that the row speaks of',
    'mask:\n  to_model:\n    US_SSN: hash\n    IBAN_CODE: keep\n  fields:\n    lookup_patient:\n      $.patient.ssn: redact\n      $.patient.phone: redact',
    [
      '5 mask.to_model.IBAN_CODE: never reached',
      '9 mask.fields.lookup_patient["$.patient.phone"]: never reached',
    ],
  ],
  [
    'exceptions, where they spare something',
    'mask:\n  except:\n    - "*@ourcompany.com"\n    - "*@elsewhere.example"',
    ['5 mask.except *@elsewhere.example: never reached'],
  ],
  [
    'weights and limits of risk',
    'risk:\n  weights:\n    pii: 10\n    secret: 50\n  tools:\n    delete_*: 70\n  approve_at: 60\n  deny_at: 90',
    ['5 risk.weights.secret: never reached', '9 risk.deny_at: never reached'],
  ],
])('%s', (_, policy, expected) => {
  expect(missed(policy)).toEqual(expected);
});

test('the share is of outcomes; of nothing, all is covered', () => {
  expect(shareOf([])).toEqual({ gone: 0, ways: 0, percent: 100 });
});
