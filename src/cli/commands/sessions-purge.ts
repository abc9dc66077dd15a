/** `fcgate sessions purge`: recordings that nobody needs any more. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import type { SessionSummary, Sessions } from '../../record/sessions.ts';
import { ask } from '../ask.ts';
import type { Context } from '../context.ts';
import { duration } from '../issuing.ts';
import { withSessions } from './sessions.ts';

interface Options {
  readonly olderThan?: number;
  readonly yes?: boolean;
}

export function definePurge(command: Command, context: Context): void {
  command
    .command('purge')
    .description('remove recorded sessions: those that are named, or all')
    .argument('[session...]', 'their ids, the beginnings of their ids, or their labels')
    .option('--older-than <duration>', 'only those that nothing was added to for so long: 12h, 30d', duration)
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  fcgate sessions purge --older-than 7d')
    .action((names, options) =>
      withSessions(context, (sessions) => purge(context, sessions, names, options)),
    );
}

async function purge(
  context: Context,
  sessions: Sessions,
  names: readonly string[],
  { olderThan = 0, yes = false }: Options,
): Promise<void> {
  const before = Date.now() - olderThan;
  const named =
    names.length > 0 ? await Promise.all(names.map((name) => sessions.find(name))) : await sessions.list();
  const doomed = new Set(named.filter(({ updated }) => Date.parse(updated) <= before).map(({ id }) => id));
  if (doomed.size === 0) return context.note('There is no such session.');
  const what = doomed.size === 1 ? 'one session' : `${doomed.size} sessions`;
  if (!yes && !(await isSure(context, what))) return context.exitWith(1);
  const goes = ({ id, updated }: SessionSummary): boolean => doomed.has(id) && Date.parse(updated) <= before;
  const count = await sessions.purge(goes);
  context.note(
    `Removed ${count === 1 ? 'one session' : `${count} sessions`}. The audit keeps what it says of them.`,
  );
}

async function isSure(context: Context, what: string): Promise<boolean> {
  if (!context.stdin.isTTY) throw new FcgateError('usage', `This removes ${what} for good: say --yes.`);
  return /^y(?:es)?$/i.test((await ask(context, `Remove ${what} for good? [y/N] `)).trim());
}
