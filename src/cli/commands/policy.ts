/** `fcgate policy`: the policy file checked, written, described, trusted and tested. */
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { policySchema } from '../../policy/schema.generated.ts';
import { starterPolicy } from '../../policy/starter.ts';
import { openHome } from '../../record/home.ts';
import type { Context } from '../context.ts';
import {
  locatePolicy,
  namePolicy,
  policyFileName,
  readPolicy,
  requireGood,
  toldProblem,
} from '../policy-file.ts';
import { trust } from '../trusted.ts';
import { defineTest } from './policy-test.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  fcgate policy init\n  fcgate policy check\n  fcgate policy test',
  );
  command
    .command('check')
    .description('check the policy file: file, line and column of each mistake')
    .argument('[file]', 'the policy file (as --policy)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate policy check')
    .action((file, { json }) => check({ ...context, policy: file ?? context.policy }, json));
  command
    .command('init')
    .description(`write the built-in policy, with comments, to ${policyFileName}`)
    .addHelpText('after', '\nExample:\n  fcgate policy init')
    .action(() => init(context));
  command
    .command('schema')
    .description('print the JSON Schema of the policy file')
    .addHelpText('after', '\nExample:\n  fcgate policy schema > fcgate.schema.json')
    .action(() => context.printJson(policySchema));
  command
    .command('trust')
    .description('trust the policy file that was found, as it is now')
    .addHelpText('after', '\nExample:\n  fcgate policy trust')
    .action(() => trustFound(context));
  defineTest(command, context);
}

function check(context: Context, json = false): void {
  const loaded = readPolicy(context.cwd, locatePolicy(context));
  if (!loaded.ok && json) context.printJson(loaded);
  const { policy, warnings } = requireGood(loaded);
  const { hash, files, trustReasons } = policy;
  if (json) {
    context.printJson({ ok: true, hash, files, warnings, trustReasons });
    return;
  }
  for (const warning of warnings) context.print(`warning: ${toldProblem(warning)}`);
  context.print(`${namePolicy(policy)} is in order.`);
}

function init({ cwd, policy = policyFileName, note }: Context): void {
  const path = resolve(cwd, policy);
  const name = relative(cwd, path);
  try {
    writeFileSync(path, starterPolicy, { flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST'
        ? 'is there already; move it away, or name another with --policy'
        : `cannot be written (${code})`;
    throw new FcgateError('usage', `${name} ${why}.`, { cause });
  }
  note(`Wrote ${name}: it says what is built in. Change it, then run fcgate policy check.`);
}

async function trustFound(context: Context): Promise<void> {
  const { policy } = requireGood(readPolicy(context.cwd, locatePolicy(context)));
  const { hash, trustReasons } = policy;
  if (trustReasons.length === 0) return context.note(`${namePolicy(policy)} needs no trust.`);
  await trust(openHome(context.env), hash);
  for (const reason of trustReasons) context.note(reason);
  context.note(`${namePolicy(policy)} is trusted as it is now.`);
}
