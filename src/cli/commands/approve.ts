/** `fcgate approve ID`: a call goes on. */
import type { Command } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { codeOption, questionArgument, vote } from '../vote.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('<id>', questionArgument)
    .option('--reason <text>', 'why; the audit keeps it')
    .option(...codeOption)
    .addHelpText('after', '\nExample:\n  fcgate approve 3f9c1a2b --code K7QM-2XPD')
    .action((id, { reason, code }) =>
      vote(context, id, { allow: true, ...(reason === undefined ? {} : { reason }) }, { code }),
    );
}
