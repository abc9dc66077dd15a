/** `fcgate policy test`: the policy against fixtures, by the very engine that `serve` runs. */
import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import type { Fixture } from '../../exchange.ts';
import { readFixture } from '../../record/fixtures.ts';
import { keyedHash } from '../../record/keys.ts';
import { runCases } from '../../trial/cases.ts';
import type { Context } from '../context.ts';
import { goodPolicy, namePolicy } from '../policy-file.ts';
import { formats, type Report } from '../reports/reports.ts';

const usual = 'fixtures/recordings.json';

/** The same for everybody: the values in fixtures are made up, and so are their surrogates. */
const hash = keyedHash(Buffer.alloc(32));

export function defineTest(command: Command, context: Context): void {
  command
    .command('test')
    .description('the policy against fixtures')
    .argument('[fixtures...]', `fixture files (default: ${usual})`)
    .option('--filter <text>', 'only cases whose name holds this')
    .addOption(
      new Option('--format <name>', 'how results are told')
        .choices(Object.keys(formats) as (keyof typeof formats)[])
        .default('pretty' as const),
    )
    .option('--json', 'the same as --format json')
    .addHelpText('after', `\nExample:\n  fcgate policy test ${usual} --filter refund`)
    .action((files, options) => test(context, files.length > 0 ? files : [usual], options));
}

interface TestOptions {
  readonly filter?: string;
  readonly format: keyof typeof formats;
  readonly json?: true;
}

async function test(
  context: Context,
  files: readonly string[],
  { filter, format, json }: TestOptions,
): Promise<void> {
  const policy = goodPolicy(context);
  const results: Report['files'][number][] = [];
  for (const file of files) {
    const fixture = wanted(await readFixture(resolve(context.cwd, file)), filter);
    results.push({ file, cases: runCases(fixture, { policy, hash }, () => performance.now()) });
  }
  const cases = results.flatMap((result) => result.cases);
  const passed = cases.filter((each) => each.passed).length;
  const failed = cases.length - passed;
  if (failed > 0 || cases.length === 0) context.exitWith(1);
  if (cases.length === 0) context.warn(`fcgate: ${nothing(filter)}, so nothing was tested.`);
  const report = { under: namePolicy(policy), policy: policy.hash, passed, failed, files: results };
  formats[json ? 'json' : format](report, context);
}

const wanted = (fixture: Fixture, filter = ''): Fixture => ({
  ...fixture,
  cases: fixture.cases.filter(({ name }) => name.includes(filter)),
});

const nothing = (filter: string | undefined): string =>
  filter === undefined ? 'there is no case in these fixtures' : 'no case of these fixtures has such a name';
