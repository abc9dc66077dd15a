/** `fcgate policy check`: what is wrong with a policy file, and what it says in vain. */
import type { Command } from '@commander-js/extra-typings';
import { escapeText } from '../../escape.ts';
import { deadParts } from '../../policy/dead.ts';
import type { Problem } from '../../policy/load.ts';
import { slowPatterns } from '../../policy/slow.ts';
import { checkAgainst } from '../../trial/check.ts';
import type { Context } from '../context.ts';
import { locatePolicy, namePolicy, readPolicy, requireGood, toldProblem } from '../policy-file.ts';
import { readTraffic, trafficArgument } from '../traffic.ts';

export function defineCheck(command: Command, context: Context): void {
  command
    .command('check')
    .description('check the policy file: file, line and column of each mistake, and of what it says in vain')
    .argument('[file]', 'the policy file (as --policy)')
    .option(
      '--against <from...>',
      `also against the tools and groups of recorded traffic: ${trafficArgument}`,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate policy check\n  fcgate policy check --against fixtures/recordings.json',
    )
    .action((file, options) => check({ ...context, policy: file ?? context.policy }, options));
}

interface CheckOptions {
  readonly against?: readonly string[];
  readonly json?: true;
}

/** Warnings leave the answer a yes. */
async function check(context: Context, { against = [], json }: CheckOptions): Promise<void> {
  const loaded = readPolicy(context.cwd, locatePolicy(context));
  if (!loaded.ok && json) context.printJson(loaded);
  const { policy, warnings: told, merged } = requireGood(loaded);
  const traffic = await readTraffic(context, against);
  const warnings: Problem[] = [
    ...told,
    ...deadParts(merged, policy),
    ...slowPatterns(merged),
    ...checkAgainst(
      merged,
      traffic.flatMap(({ recordings }) => recordings),
      traffic.flatMap(({ cases }) => cases ?? []),
    ),
  ];
  const { hash, files, trustReasons } = policy;
  if (json) return context.printJson({ ok: true, hash, files, warnings, trustReasons });
  for (const warning of warnings) context.print(escapeText(`warning: ${toldProblem(warning)}`));
  context.print(
    `${namePolicy(policy)} is in order${warnings.length > 0 ? ', but for what it is warned of' : ''}.`,
  );
}
