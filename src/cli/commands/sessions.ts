/** `fcgate sessions`: what was recorded. */
import type { Command } from '@commander-js/extra-typings';
import type { Recording } from '../../exchange.ts';
import { openHome } from '../../record/home.ts';
import { openSessions, type SessionSummary, type Sessions } from '../../record/sessions.ts';
import type { Context } from '../context.ts';
import { table } from '../table.ts';
import { moment } from '../told.ts';
import { defineExport } from './sessions-export.ts';
import { definePurge } from './sessions-purge.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  fcgate sessions list\n  fcgate sessions show 01J8\n  fcgate sessions purge --older-than 7d',
  );
  command
    .command('list')
    .description('the recorded sessions, newest first')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate sessions list')
    .action(({ json }) => withSessions(context, (sessions) => list(context, sessions, json)));
  command
    .command('show')
    .description('the exchanges of one session')
    .argument('<session>', 'its id, the beginning of its id, or its label')
    .option('--json', 'print the recordings as JSON')
    .addHelpText('after', '\nExample:\n  fcgate sessions show 01J8')
    .action((name, { json }) => withSessions(context, (sessions) => show(context, sessions, name, json)));
  defineExport(command, context);
  definePurge(command, context);
}

/** Opens the store for one command. */
export async function withSessions<T>({ env }: Context, use: (sessions: Sessions) => Promise<T>): Promise<T> {
  const sessions = openSessions({ dir: openHome(env).sessions, now: Date.now });
  try {
    return await use(sessions);
  } finally {
    await sessions.close();
  }
}

async function list(context: Context, sessions: Sessions, json = false): Promise<void> {
  const found = await sessions.list();
  if (json) return context.printJson(found);
  if (found.length === 0) return context.note('No session is recorded yet.');
  const heading = ['SESSION', 'UPDATED', 'EXCHANGES', 'CALLER', 'CONNECTIONS', 'TOOLS', 'DECISIONS'];
  for (const line of table([heading, ...found.map(row)])) context.print(line);
}

const row = ({
  id,
  label,
  updated,
  exchanges,
  caller,
  connections,
  tools,
  decisions,
}: SessionSummary): string[] => [
  label === undefined ? id : `${id} (${label})`,
  moment(updated),
  String(exchanges),
  caller,
  connections.join(','),
  tools.join(',') || '-',
  Object.entries(decisions)
    .filter(([, count]) => count > 0)
    .map(([effect, count]) => `${count} ${effect}`)
    .join(', '),
];

async function show(context: Context, sessions: Sessions, name: string, json = false): Promise<void> {
  const { id } = await sessions.find(name);
  const recordings = await sessions.read(id);
  if (json) return context.printJson(recordings);
  const heading = ['EXCHANGE', 'AT', 'CONNECTION', 'REQUEST', 'STATUS', 'FOUND', 'CALLS'];
  for (const line of table([heading, ...recordings.map(exchangeRow)])) context.print(line);
}

const exchangeRow = (recording: Recording): string[] => [
  recording.id,
  moment(recording.at),
  recording.connection,
  `${recording.request.method} ${recording.request.path}`,
  recording.refused?.code ?? String(recording.response?.status ?? '-'),
  String(recording.findings.length),
  recording.decisions
    .flatMap(({ stage, tool, effect }) => (stage === 'tool_call' && tool ? `${tool} ${effect}` : []))
    .join(', ') || '-',
];
