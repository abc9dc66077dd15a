/** `fcgate logout`: the login is taken back at the provider, and forgotten here. */
import type { Command } from '@commander-js/extra-typings';
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
  const revoked = !local && (await revokeLogin(login));
  await removeLogin(secrets);
  context.note(
    revoked
      ? 'Logged out: the tokens are revoked at the provider, and forgotten here.'
      : 'Forgotten here. The provider was not told: its tokens end when they expire.',
  );
}
