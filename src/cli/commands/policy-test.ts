/** `fcgate policy test`: the policy against fixtures, by the very engine that `serve` runs. */
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { coverageFormats } from '../reports/coverage.ts';
import { formats } from '../reports/reports.ts';
import { runTests } from '../test-run.ts';
import { updateFixtures } from '../test-update.ts';
import { watchTests } from '../test-watch.ts';

const usual = 'fixtures/recordings.json';

export function defineTest(command: Command, context: Context): void {
  command
    .command('test')
    .description('the policy against fixtures')
    .argument(
      '[fixtures...]',
      `fixture files, JSON or YAML; behind NAME.json follows NAME.yaml (default: ${usual})`,
    )
    .option('--filter <text>', 'only cases whose name holds this')
    .addOption(
      new Option('--format <name>', 'how results are told')
        .choices(Object.keys(formats) as (keyof typeof formats)[])
        .default('pretty' as const),
    )
    .option('--json', 'the same as --format json')
    .option('--fragment', 'also cut each streamed recording at every byte: the same must come of it')
    .option('--coverage', 'what of the policy no case reached')
    .addOption(
      new Option('--coverage-format <name>', 'lcov and json stand in the place of the report')
        .choices(Object.keys(coverageFormats) as (keyof typeof coverageFormats)[])
        .default('text' as const),
    )
    .option('--min <percent>', 'fail below this coverage', numberUpTo(100))
    .option('--mutate', 'break the policy step by step: which breaks does no case notice?')
    .option('--min-score <share>', 'fail below this share of mutants noticed (0 to 1)', numberUpTo(1))
    .addOption(
      new Option('--update', 'write what came over what was expected, and show the difference').conflicts([
        'watch',
      ]),
    )
    .option('--watch', 'test again when the policy or a fixture changes')
    .option('--fail-on-empty', 'it is a failure that there is no case to test', true)
    .option('--no-fail-on-empty', 'it is none')
    .addHelpText('after', `\nExample:\n  fcgate policy test ${usual} --filter refund`)
    .action(async (files, options) => {
      const named = files.length > 0 ? files : [usual];
      if (options.update) return updateFixtures(context, named, options);
      if (options.watch) return watchTests(context, named, options);
      if (!(await runTests(context, named, options))) context.exitWith(1);
    });
}

const numberUpTo =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`Write a number from 0 to ${most}.`);
  };
