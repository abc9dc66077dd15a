/** `fcgate policy explain`: why an exchange, a fixture or a text is decided as it is. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { openHome } from '../../record/home.ts';
import { keyedHash, loadKeys } from '../../record/keys.ts';
import { type ExplainedExchange, explainAll, promptOf } from '../../trial/explain.ts';
import type { Context } from '../context.ts';
import { textOf } from '../lines.ts';
import { goodPolicy } from '../policy-file.ts';
import { toldExchange } from '../reports/explanation.ts';
import { testHash } from '../test-run.ts';
import { readTraffic, type Traffic, trafficArgument } from '../traffic.ts';

export function defineExplain(command: Command, context: Context): void {
  command
    .command('explain')
    .description('each finding, rule and risk of an exchange, and what came of them')
    .argument('[from...]', `${trafficArgument}; none: a text on standard input, as a user's message`)
    .option('--exchange <id>', 'only this one, by its id or the beginning of it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate policy explain SESSION --exchange 3f9c\n  echo "mail ann@example.com" | fcgate policy explain',
    )
    .action((from, options) => explain(context, from, options));
}

interface ExplainOptions {
  readonly exchange?: string;
  readonly json?: true;
}

async function explain(
  context: Context,
  from: readonly string[],
  { exchange = '', json }: ExplainOptions,
): Promise<void> {
  const policy = goodPolicy(context);
  const traffic: readonly Traffic[] =
    from.length > 0
      ? await readTraffic(context, from)
      : [{ from: '-', recordings: [promptOf(await textOf(context.stdin))], cases: [] }];
  const isMasked = traffic.some(({ cases }) => cases === undefined);
  const hash = isMasked ? keyedHash((await loadKeys(openHome(context.env).keys)).surrogate) : testHash;
  const all = traffic.flatMap(({ recordings }) => explainAll(recordings, { policy, hash }));
  const wanted = all.filter((each: ExplainedExchange) => each.exchange.startsWith(exchange));
  if (wanted.length === 0)
    throw new FcgateError(
      'not_found',
      `${exchange ? `No exchange begins with ${exchange}` : 'No exchange is'} in ${from.join(', ')}.`,
    );
  if (json) context.printJson(wanted);
  else for (const each of wanted) for (const line of toldExchange(each)) context.print(line);
}
