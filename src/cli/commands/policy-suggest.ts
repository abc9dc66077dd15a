/** `fcgate policy suggest`: from recorded traffic, the policy that allows it and little else. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { suggest } from '../../trial/suggest.ts';
import type { Context } from '../context.ts';
import { goodPolicy } from '../policy-file.ts';
import { policyText } from '../reports/suggested.ts';
import { testHash } from '../test-run.ts';
import { readTraffic, trafficArgument } from '../traffic.ts';

export function defineSuggest(command: Command, context: Context): void {
  command
    .command('suggest')
    .description('a least-privilege policy from recorded traffic, each line with its evidence')
    .argument('<from...>', trafficArgument)
    .option('--json', 'print what it rests on as JSON')
    .addHelpText('after', '\nExample:\n  fcgate policy suggest SESSION > fcgate.yaml')
    .action((from, { json }) => print(context, from, json));
}

async function print(context: Context, from: readonly string[], json = false): Promise<void> {
  const traffic = await readTraffic(context, from);
  const court = { policy: goodPolicy(context), hash: testHash };
  const suggestion = suggest(
    traffic.map(({ recordings }) => recordings),
    court,
  );
  if (suggestion.tools.every(({ calls }) => calls === 0))
    throw new FcgateError('not_found', `No tool is called in ${from.join(', ')}.`);
  if (json) context.printJson(suggestion);
  else context.print(policyText(suggestion).trimEnd());
}
