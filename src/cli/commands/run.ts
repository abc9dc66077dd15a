/** `fcgate run`: a command, governed: its SDKs find a gateway of its own, and a virtual key in the place of the provider's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import type { Context, StopSignal } from '../context.ts';
import { type Elsewhere, openElsewhere } from '../elsewhere.ts';
import { feedOf } from '../feed.ts';
import { openGateway } from '../open-gateway.ts';
import { namePolicy } from '../policy-file.ts';
import { watchPolicy } from '../policy-watch.ts';
import { governedEnv, heldFrom } from '../variables.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('<command...>', 'what to run, behind --')
    .addHelpText(
      'after',
      `
Every SDK in it finds the gateway by its base URL variable, and a virtual key where the provider's would be.
Its exit status is that of the command.

Examples:
  fcgate run -- node app.js
  fcgate run --policy strict.yaml -- python agent.py --verbose`,
    )
    .action(([program, ...args]) => run(context, program!, args));
}

async function run(context: Context, program: string, args: readonly string[]): Promise<void> {
  const { env, note } = context;
  const stopped = context.stopSignal();
  const watched = watchPolicy(context, (policy) => ({
    ...policy,
    connections: heldFrom(env, policy.connections),
  }));
  const policy = watched.first;
  const count = { exchanges: 0, refused: 0 };
  let elsewhere: Elsewhere | undefined;
  const gateway = await openGateway(context, policy, (event) => {
    count.exchanges++;
    if (event.code) count.refused++;
    elsewhere?.tell(feedOf(event));
  });
  watched.onChange(gateway.reload);
  try {
    const { url } = await gateway.listen('127.0.0.1', 0);
    elsewhere = await openElsewhere(context, { desk: gateway.desk, policy, url, hasScreen: false });
    note(`fcgate: on ${url}, by the policy ${namePolicy(policy)}`);
    if (elsewhere.code) note(`fcgate: approving from another terminal needs the code ${elsewhere.code}`);
    const governed = governedEnv(env, policy.connections, { url, key: gateway.localKey });
    const child = spawn(program, args, { stdio: 'inherit', env: governed, cwd: context.cwd });
    void stopped.then((signal) => pass(signal, child));
    context.exitWith(await ended(child, program));
  } finally {
    watched.close();
    await gateway.close();
    await elsewhere?.close();
  }
  note(`fcgate: ${count.exchanges} exchanges, ${count.refused} of them refused`);
}

/** A terminal interrupts the command by itself; twice would be a stronger word. */
function pass(signal: StopSignal, child: ChildProcess): void {
  if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
}

/** As a shell would tell it. */
function ended(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      const what = code === 'ENOENT' ? 'is not found' : `cannot be started (${code})`;
      reject(new FcgateError('usage', `${program} ${what}; write it behind --, as you would type it.`));
    });
    child.once('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal!]));
  });
}
