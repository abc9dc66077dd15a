/** `fcgate key`: virtual keys, which apps put where a provider's key would be. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import type { VirtualKey } from '../../identity/virtual-keys.ts';
import { milliseconds } from '../../policy/quantity.ts';
import type { Context } from '../context.ts';
import { callerOf, localCaller, loginHere } from '../here.ts';
import { duration, keysOf } from '../issuing.ts';
import { goodPolicy } from '../policy-file.ts';
import { table } from '../table.ts';
import { moment } from '../told.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  fcgate key issue --groups support --expires 7d\n  fcgate key list',
  );
  command
    .command('issue')
    .description('make a key; it is shown this once')
    .option('--groups <names>', 'groups of whoever uses it, with commas (default: your own)', names)
    .option('--connections <names>', 'where it may be used, with commas (default: everywhere)', names)
    .option('--expires <duration>', 'how long it is good for: 12h, 30d', duration, milliseconds('30d'))
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate key issue --groups support --connections openai --expires 7d')
    .action((options) => issue(context, options));
  command
    .command('list')
    .description('the keys that were issued')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate key list')
    .action(async ({ json }) => list(context, (await keysOf(context)).list(), json));
  command
    .command('revoke')
    .description('make a key useless, at once')
    .argument('<id>', 'as key list shows it')
    .addHelpText('after', '\nExample:\n  fcgate key revoke key_0f3a91c2be77')
    .action(async (id) => {
      await (await keysOf(context)).revoke(id);
      context.note(`${id} is revoked.`);
    });
}

interface Issue {
  readonly groups?: readonly string[];
  readonly connections?: readonly string[];
  readonly expires: number;
  readonly json?: true;
}

async function issue(context: Context, { groups, connections, expires, json }: Issue): Promise<void> {
  const policy = goodPolicy(context);
  const unknown = connections?.filter((name) => !policy.connections.has(name)) ?? [];
  if (unknown.length > 0) {
    const known = [...policy.connections.keys()].join(', ');
    throw new FcgateError('usage', `There is no connection ${unknown.join(', ')}; known are: ${known}.`);
  }
  const login = await loginHere(context, policy);
  const { subject, email, groups: own } = login ? callerOf(login) : localCaller();
  // What an assertion said is not renewed, and so is not handed on beyond its time.
  const end = login && login.accessToken === undefined ? login.expires : Number.POSITIVE_INFINITY;
  const until = Math.min(Date.now() + expires, end);
  const { id, key } = await (await keysOf(context)).issue({
    subject,
    ...(email === undefined ? {} : { email }),
    groups: groups ?? own,
    ...(connections ? { connections } : {}),
    expires: until,
  });
  if (json) return context.printJson({ id, key, subject, groups: groups ?? own, expires: iso(until) });
  context.print(key);
  context.note(`${id} is ${subject}’s until ${moment(iso(until))}. It is not shown again.`);
}

function list(context: Context, keys: readonly VirtualKey[], json = false): void {
  if (json) {
    context.printJson(keys.map(toldKey));
    return;
  }
  if (keys.length === 0) context.note('No key was issued yet.');
  const rows = keys.map((key) => [
    key.id,
    key.subject,
    key.groups.join(',') || '-',
    key.connections?.join(',') ?? 'all',
    moment(iso(key.expires)),
    stateOf(key),
  ]);
  const heading = ['KEY', 'IDENTITY', 'GROUPS', 'CONNECTIONS', 'EXPIRES', 'STATE'];
  if (keys.length > 0) for (const line of table([heading, ...rows])) context.print(line);
}

const toldKey = (key: VirtualKey) => ({
  ...key,
  issued: iso(key.issued),
  expires: iso(key.expires),
  ...(key.revoked === undefined ? {} : { revoked: iso(key.revoked) }),
  state: stateOf(key),
});

const stateOf = ({ revoked, expires }: VirtualKey): string =>
  revoked !== undefined ? 'revoked' : expires <= Date.now() ? 'expired' : 'good';

const iso = (at: number): string => new Date(at).toISOString();

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
