/** `fcgate attach`: the screen of a gateway that runs, in a second terminal. */
import type { Command } from '@commander-js/extra-typings';
import { type Mirror, mirrorOf } from '../../control/mirror.ts';
import { isRecord } from '../../control/protocol.ts';
import type { Link } from '../../control/visitor.ts';
import { FcgateError } from '../../errors.ts';
import type { Tui } from '../../tui/open.ts';
import type { Feed } from '../../tui/state.ts';
import type { Context } from '../context.ts';
import { pair, withLinks } from '../links.ts';
import { type Terminal, terminalOf } from '../terminal.ts';
import { codeOption } from '../vote.ts';

export function define(command: Command, context: Context): void {
  command
    .option('--gateway <url>', 'which one, where several run')
    .option(...codeOption)
    .addHelpText('after', '\nExample:\n  fcgate attach')
    .action(({ gateway, code }) => {
      const terminal = terminalOf(context);
      if (!terminal)
        throw new FcgateError('usage', 'This is no terminal: fcgate approvals watch works without one.');
      return withLinks(context, (links) => attach(context, chosen(links, gateway), terminal, code));
    });
}

function chosen(links: readonly Link[], wanted: string | undefined): Link {
  const found = wanted === undefined ? links : links.filter(({ url }) => url === wanted);
  const [one, another] = found;
  const all = links.map(({ url }) => url).join(', ');
  if (!one) throw new FcgateError('usage', `No gateway runs on that address. There is: ${all}`);
  if (another) throw new FcgateError('usage', `Several gateways run. Choose one with --gateway: ${all}`);
  return one;
}

async function attach(
  context: Context,
  link: Link,
  terminal: Terminal,
  code: string | undefined,
): Promise<void> {
  await pair(context, link, code);
  const stopped = context.stopSignal();
  let tui: Tui | undefined;
  const desk = await mirrorOf(link, (exchange) => {
    if (isFeed(exchange)) tui?.feed(exchange);
  });
  let leave: (how: 'left') => void = () => {};
  const left = new Promise<'left'>((resolve) => {
    leave = resolve;
  });
  tui = await openScreen(desk, link.url, terminal, () => leave('left'));
  const end = await Promise.race([left, stopped, link.closed.then(() => 'gone' as const)]);
  tui?.close();
  if (end === 'gone') throw new FcgateError('not_found', `The gateway on ${link.url} is gone.`);
  if (end === 'SIGINT') context.exitWith(130);
}

async function openScreen(desk: Mirror, url: string, terminal: Terminal, leave: () => void): Promise<Tui> {
  const { openTui } = await import('../../tui/open.ts');
  return openTui({
    ...terminal,
    desk,
    // The gateway knows whose its socket is, and goes by that.
    approver: { subject: '', groups: [], terminal: true },
    about: {
      title: `attached to fcgate on ${url}`,
      greeting: ['Nothing waits.', 'Exchanges show here as they end.'],
      end: 'leave; the gateway goes on',
    },
    now: Date.now,
    onStop() {
      leave();
      return 'Leaving.';
    },
  });
}

const isFeed = (value: unknown): value is Feed => {
  if (!isRecord(value)) return false;
  const { at, exchange, caller, connection, tools, outcome, findings, addedMs } = value;
  return (
    [exchange, caller, connection, outcome].every((each) => typeof each === 'string') &&
    [at, findings, addedMs].every((each) => typeof each === 'number') &&
    Array.isArray(tools) &&
    tools.every((each) => typeof each === 'string')
  );
};
