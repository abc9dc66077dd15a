/** `fcgate deny ID --reason TEXT`: a call is refused, and the model reads why. */
import type { Command } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { codeOption, questionArgument, vote } from '../vote.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('<id>', questionArgument)
    .requiredOption('--reason <text>', 'why not; the model gets to read it')
    .option(...codeOption)
    .addHelpText('after', '\nExample:\n  fcgate deny 3f9c1a2b --reason "Ask the customer first."')
    .action((id, { reason, code }) => vote(context, id, { allow: false, reason }, { code }));
}
