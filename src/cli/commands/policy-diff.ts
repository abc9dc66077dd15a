/** `fcgate policy diff`: what another policy would have done with recorded traffic. */
import { type Command, Option } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { openHome } from '../../record/home.ts';
import { keyedHash, loadKeys } from '../../record/keys.ts';
import { diffPolicies } from '../../trial/diff.ts';
import { evidenceOf } from '../../trial/evidence.ts';
import type { Context } from '../context.ts';
import { goodSource, locatePolicy, namePolicy } from '../policy-file.ts';
import { formats } from '../reports/diff.ts';
import { testHash } from '../test-run.ts';
import { readTraffic, trafficArgument } from '../traffic.ts';

export function defineDiff(command: Command, context: Context): void {
  command
    .command('diff')
    .description(
      'what a changed policy would have done with recorded traffic; a no where it loosens anything',
    )
    .argument('<old>', 'the policy file as it is')
    .argument('<new>', 'the policy file as it would be')
    .requiredOption('--against <from...>', trafficArgument)
    .addOption(
      new Option('--format <name>', 'how it is told; markdown serves as a review comment')
        .choices(Object.keys(formats) as (keyof typeof formats)[])
        .default('pretty' as const),
    )
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      '\nExample:\n  fcgate policy diff fcgate.yaml next.yaml --against fixtures/recordings.json --format markdown',
    )
    .action((before, after, options) => diff(context, before, after, options));
}

interface DiffOptions {
  readonly against: readonly string[];
  readonly format: keyof typeof formats;
  readonly json?: true;
}

async function diff(context: Context, before: string, after: string, options: DiffOptions): Promise<void> {
  const [old, young] = [before, after].map((policy) =>
    goodSource(context, locatePolicy({ ...context, policy })),
  );
  const traffic = await readTraffic(context, options.against);
  if (traffic.every(({ recordings }) => recordings.length === 0))
    throw new FcgateError('usage', `There is no recording in ${options.against.join(', ')}.`);
  const isMasked = traffic.some(({ cases }) => cases === undefined);
  const hash = isMasked ? keyedHash((await loadKeys(openHome(context.env).keys)).surrogate) : testHash;
  const result = diffPolicies(traffic.flatMap(evidenceOf), old!, young!, hash);
  if (result.differences.some(({ direction }) => direction === 'looser')) context.exitWith(1);
  const report = { ...result, before: namePolicy(old!.policy), after: namePolicy(young!.policy) };
  for (const line of formats[options.json ? 'json' : options.format](report)) context.print(line);
}
