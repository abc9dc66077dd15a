/** One run of `policy test`: reads, tests and tells one file after the other, then what the cases left out. */
import type { Fixture } from '../fixture.ts';
import { keyedHash } from '../record/keys.ts';
import { type CaseResult, runCases } from '../trial/cases.ts';
import { openCoverage, shareOf } from '../trial/coverage.ts';
import type { Court } from '../trial/decide.ts';
import { runFragments } from '../trial/fragment.ts';
import { mutate } from '../trial/mutate.ts';
import type { Context } from './context.ts';
import { readFixtureFile, withBeside } from './fixture-file.ts';
import { goodSource, namePolicy } from './policy-file.ts';
import { coverageFormats, type Found, scoreOf } from './reports/coverage.ts';
import { formats, isFailed, type Reporter } from './reports/reports.ts';

export interface TestOptions {
  readonly filter?: string;
  readonly format: keyof typeof formats;
  readonly json?: true;
  readonly fragment?: true;
  readonly coverage?: true;
  readonly coverageFormat: keyof typeof coverageFormats;
  readonly min?: number;
  readonly mutate?: true;
  readonly minScore?: number;
  readonly failOnEmpty: boolean;
}

/** The same for everybody: the values in fixtures are made up, and so are their surrogates. */
export const testHash = keyedHash(Buffer.alloc(32));

/** Whether all is well. */
export async function runTests(
  context: Context,
  named: readonly string[],
  options: TestOptions,
): Promise<boolean> {
  const { policy, merged } = goodSource(context);
  const measured = options.coverage || options.min !== undefined || options.coverageFormat !== 'text';
  const coverage = measured ? openCoverage(policy, merged) : undefined;
  const broken = options.mutate || options.minScore !== undefined;
  const kept: Fixture[] = [];
  const court: Court = { policy, hash: testHash };
  const watched: Court = coverage ? { ...court, witness: coverage.witness } : court;
  const tested = { under: namePolicy(policy), policy: policy.hash };
  const reporter =
    options.coverageFormat === 'text'
      ? formats[options.json ? 'json' : options.format](tested, context)
      : SILENT;
  const good = await runFiles(context, named, options, watched, reporter, (fixture) => {
    if (broken) kept.push(fixture);
  });
  const found: Found = {
    ...(coverage ? { covered: coverage.covered() } : {}),
    ...(broken ? { mutation: mutate(kept, merged, court) } : {}),
  };
  tellFound(context, options, found);
  return good && suffices(context, options, found);
}

const SILENT: Reporter = { file: () => {}, end: () => {} };

/** Nothing of one file is kept for the next. */
async function runFiles(
  context: Context,
  named: readonly string[],
  options: TestOptions,
  court: Court,
  reporter: Reporter,
  keep: (fixture: Fixture) => void,
): Promise<boolean> {
  const { filter, failOnEmpty } = options;
  const started = clock();
  const counts = { passed: 0, failed: 0, todo: 0 };
  for (const file of withBeside(context.cwd, named)) {
    const one = await readFixtureFile(context.cwd, file);
    const fixture = wanted(one.fixture, filter);
    const cases = runCases(fixture, court, clock);
    if (options.fragment) cases.push(...fragments(fixture, filter, court));
    for (const each of cases) counts[kindOf(each)]++;
    reporter.file({ file, cases, placeOf: one.placeOf });
    keep(fixture);
  }
  reporter.end({ ...counts, ms: clock() - started });
  const empty = counts.passed + counts.failed + counts.todo === 0;
  if (empty) context.warn(`fcgate: ${nothing(filter)}, so nothing was tested.`);
  return counts.failed === 0 && !(empty && failOnEmpty);
}

const clock = (): number => performance.now();

const kindOf = (one: CaseResult): 'passed' | 'failed' | 'todo' =>
  one.passed ? 'passed' : isFailed(one) ? 'failed' : 'todo';

export const wanted = (fixture: Fixture, filter = ''): Fixture => ({
  ...fixture,
  cases: fixture.cases.filter(({ name }) => name.includes(filter)),
});

/** Of all recordings, or of those that the filtered cases speak of. */
function fragments(
  { recordings, cases }: Fixture,
  filter: string | undefined,
  court: Court,
): Iterable<CaseResult> {
  const ids = new Set(cases.map(({ recording }) => recording));
  return runFragments(recordings, court, clock, ({ id }) => filter === undefined || ids.has(id));
}

const nothing = (filter: string | undefined): string =>
  filter === undefined ? 'there is no case in these fixtures' : 'no case of these fixtures has such a name';

/** Coverage and mutants stand below the report for people, and beside one for programs. */
function tellFound(context: Context, { coverageFormat, json, format }: TestOptions, found: Found): void {
  const isBeside = coverageFormat === 'text' && (json || format !== 'pretty');
  coverageFormats[coverageFormat](found, isBeside ? { ...context, print: context.warn } : context);
}

function suffices(context: Context, { min, minScore }: TestOptions, { covered, mutation }: Found): boolean {
  const below = covered && min !== undefined && shareOf(covered).percent < min;
  const unnoticed = mutation && minScore !== undefined && scoreOf(mutation) < minScore;
  if (below) context.warn(`fcgate: the coverage is below ${min} %.`);
  if (unnoticed) context.warn(`fcgate: the mutation score is below ${minScore}.`);
  return !below && !unnoticed;
}
