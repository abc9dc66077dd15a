/** `fcgate whoami`: who is logged in. */
import type { Command } from '@commander-js/extra-typings';
import { freshLogin } from '../../identity/refresh.ts';
import { openHome } from '../../record/home.ts';
import type { Context } from '../context.ts';
import { secretsOf } from '../secrets.ts';
import { moment } from '../told.ts';
import { toldLogin } from './login.ts';

export function define(command: Command, context: Context): void {
  command
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate whoami --json')
    .action(({ json }) => whoami(context, json));
}

async function whoami(context: Context, json = false): Promise<void> {
  const secrets = secretsOf(context);
  const login = secrets && (await freshLogin(secrets, openHome(context.env).path, Date.now));
  if (!secrets || !login) {
    context.warn('Nobody is logged in; fcgate login does that.');
    context.exitWith(1);
    return;
  }
  const { subject, email, groups } = login;
  const { storage } = secrets;
  const expires = new Date(login.expires).toISOString();
  if (json) {
    context.printJson({ subject, email: email ?? null, groups, expires, storage });
    return;
  }
  const lasting = login.refreshToken === undefined ? '' : ', and is renewed before';
  context.print(toldLogin(login));
  context.print(`until ${moment(expires)}${lasting}; kept in the ${storage}`);
}
