/** `fcgate logout`: the login is taken back at the provider, and forgotten here. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { readLogin, removeLogin } from '../../identity/logins.ts';
import { revokeLogin } from '../../identity/provider.ts';
import type { Context } from '../context.ts';
import { secretsOf } from '../secrets.ts';

export function define(command: Command, context: Context): void {
  command
    .option('--local', 'forget it here only, as where the provider is out of reach')
    .addHelpText('after', '\nExample:\n  fcgate logout')
    .action(({ local }) => logout(context, local));
}

async function logout(context: Context, local = false): Promise<void> {
  const secrets = secretsOf(context);
  const login = secrets && (await readLogin(secrets));
  if (!secrets || !login) {
    context.warn('Nobody is logged in.');
    context.exitWith(1);
    return;
  }
  const revoked = !local && (await revokeLogin(login).catch(stillLoggedIn));
  await removeLogin(secrets);
  context.note(
    revoked
      ? 'Logged out: the tokens are revoked at the provider, and forgotten here.'
      : 'Forgotten here. The provider was not told: its tokens end when they expire.',
  );
}

function stillLoggedIn(cause: unknown): never {
  const advice = 'Try again, or forget the login here alone: fcgate logout --local.';
  throw new FcgateError(
    'login_failed',
    `Not logged out: the provider did not take the tokens back. ${advice}`,
    {
      cause,
    },
  );
}
