/** `fcgate policy`: the policy file checked, written, described, trusted and tested. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { policySchema } from '../../policy/schema.generated.ts';
import { starterPolicy } from '../../policy/starter.ts';
import { openHome } from '../../record/home.ts';
import type { Context } from '../context.ts';
import { locatePolicy, namePolicy, policyFileName, readPolicy, requireGood } from '../policy-file.ts';
import { trust } from '../trusted.ts';
import { defineCheck } from './policy-check.ts';
import { defineDiff } from './policy-diff.ts';
import { defineExplain } from './policy-explain.ts';
import { defineReach } from './policy-reach.ts';
import { defineSuggest } from './policy-suggest.ts';
import { defineTest } from './policy-test.ts';
import { defineTypes } from './policy-types.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  fcgate policy init\n  fcgate policy check\n  fcgate policy test',
  );
  defineCheck(command, context);
  command
    .command('init')
    .description(`write a policy to start from, with comments, to ${policyFileName}`)
    .addOption(
      new Option('--template <name>', 'instead of the built-in policy').choices(
        Object.keys(templates) as Template[],
      ),
    )
    .addHelpText('after', '\nExamples:\n  fcgate policy init\n  fcgate policy init --template balanced')
    .action(({ template }) => init(context, template));
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
  defineExplain(command, context);
  defineReach(command, context);
  defineSuggest(command, context);
  defineDiff(command, context);
  defineTypes(command, context);
}

/** What each says of itself, once it is written. */
const templates = {
  strict: 'what does not only read waits for a person',
  balanced: 'what cannot be taken back waits for a person',
  observe: 'everything goes on, and is recorded with its risk',
} as const;

type Template = keyof typeof templates;

/** They come with the package, as the files that they become. */
const templateText = (name: Template): string =>
  readFileSync(new URL(`../../../templates/${name}.yaml`, import.meta.url), 'utf8');

function init({ cwd, policy = policyFileName, note }: Context, template: Template | undefined): void {
  const path = resolve(cwd, policy);
  const name = relative(cwd, path);
  try {
    writeFileSync(path, template ? templateText(template) : starterPolicy, { flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST'
        ? 'is there already; move it away, or name another with --policy'
        : `cannot be written (${code})`;
    throw new FcgateError('usage', `${name} ${why}.`, { cause });
  }
  const says = template ? templates[template] : 'it says what is built in';
  note(`Wrote ${name}: ${says}. Change it, then run fcgate policy check.`);
}

async function trustFound(context: Context): Promise<void> {
  const { policy } = requireGood(readPolicy(context.cwd, locatePolicy(context)));
  const { hash, trustReasons } = policy;
  if (trustReasons.length === 0) return context.note(`${namePolicy(policy)} needs no trust.`);
  await trust(openHome(context.env), hash);
  for (const reason of trustReasons) context.note(reason);
  context.note(`${namePolicy(policy)} is trusted as it is now.`);
}
