/** `fcgate approvals`: what waits for a person at the gateways that run, and an answer from another terminal. */
import type { Command } from '@commander-js/extra-typings';
import { pendingJson } from '../../approval/told.ts';
import type { Link } from '../../control/visitor.ts';
import { FcgateError } from '../../errors.ts';
import { safeJson } from '../../escape.ts';
import { openHome } from '../../record/home.ts';
import { keyedHash, loadKeys } from '../../record/keys.ts';
import { askSecret } from '../ask.ts';
import type { Context } from '../context.ts';
import { checkedUrl, hookAccount, signingSecret } from '../hooks.ts';
import { allHeld, withLinks } from '../links.ts';
import { secretsToWrite } from '../secrets.ts';
import { toldPending } from '../told-question.ts';
import { define as defineApprove } from './approve.ts';
import { define as defineAttach } from './attach.ts';
import { define as defineDeny } from './deny.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  fcgate approvals list\n  fcgate approvals watch\n  fcgate approvals approve 3f9c --code K7QM-2XPD',
  );
  command
    .command('list')
    .description('the questions that wait')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate approvals list')
    .action(({ json }) => withLinks(context, (links) => list(context, links, json)));
  command
    .command('watch')
    .description('tell each question as it comes; counts as somebody who is there')
    .option('--json', 'print a line of JSON for each')
    .addHelpText('after', '\nExample:\n  fcgate approvals watch')
    .action(({ json }) => withLinks(context, (links) => watch(context, links, json)));
  command
    .command('hook')
    .description(
      'keep a webhook’s URL for `notify: keychain:NAME`; prints the secret that signs what it is sent',
    )
    .argument('[name]')
    .option('--insecure-storage', 'in a plain file that only you can read, not in the keychain')
    .addHelpText('after', '\nExample:\n  fcgate approvals hook slack-hook')
    .action((name, { insecureStorage }) => hook(context, name, insecureStorage));
  defineAttach(command.command('attach').description('the gateway’s screen in this terminal'), context);
  defineApprove(command.command('approve').description('let a call go on'), context);
  defineDeny(command.command('deny').description('refuse a call'), context);
}

async function list(context: Context, links: readonly Link[], json = false): Promise<void> {
  const held = await allHeld(links);
  if (json) return context.printJson(held.map(({ link, pending }) => pendingJson(pending, link.url)));
  if (held.length === 0) return context.note('Nothing waits.');
  for (const { pending } of held) for (const line of toldPending(pending)) context.print(line);
}

async function watch(context: Context, links: readonly Link[], json = false): Promise<void> {
  const stopped = context.stopSignal();
  await Promise.all(links.map((link) => follow(context, link, json)));
  const urls = links.map(({ url }) => url).join(', ');
  context.note(`Watching ${urls}: as long as this runs, somebody is there to answer.`);
  const gone = Promise.all(links.map(({ closed }) => closed)).then(() => 'gone' as const);
  const end = await Promise.race([stopped, gone]);
  if (end === 'gone') throw new FcgateError('not_found', `No gateway runs any more on ${urls}.`);
  if (end === 'SIGINT') context.exitWith(130);
}

async function follow({ print }: Context, link: Link, json: boolean): Promise<void> {
  const told = new Set<string>();
  await link.watch((what) => {
    if (what.told !== 'desk') return;
    for (const pending of what.pending) {
      const { id } = pending.question;
      if (told.has(id)) continue;
      told.add(id);
      if (json) print(safeJson({ event: 'asked', ...pendingJson(pending, link.url) }));
      else for (const line of toldPending(pending)) print(line);
    }
    for (const id of what.gone) {
      told.delete(id);
      print(json ? safeJson({ event: 'over', id }) : `${id}  over`);
    }
  });
}

async function hook(context: Context, name: string | undefined, insecure = false): Promise<void> {
  const { surrogate } = await loadKeys(openHome(context.env).keys);
  if (name !== undefined) {
    const secrets = await secretsToWrite(context, insecure);
    await secrets.set(hookAccount(name), checkedUrl(await askSecret(context, `URL of ${name}`)));
    context.note(`Kept in the ${secrets.storage}.`);
  }
  context.print(signingSecret(keyedHash(surrogate)));
}
