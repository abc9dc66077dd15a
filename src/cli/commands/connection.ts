/** `fcgate connection`: the upstreams, and the keys that are held for them. */
import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import {
  credentialFor,
  type Injected,
  readCredential,
  removeCredential,
  storeCredential,
} from '../../identity/credentials.ts';
import type { Connection } from '../../policy/policy.ts';
import { milliseconds } from '../../policy/quantity.ts';
import { askSecret } from '../ask.ts';
import type { Context } from '../context.ts';
import { callerHere } from '../here.ts';
import { importEnv, undoImport } from '../import.ts';
import { duration, keysOf } from '../issuing.ts';
import { goodPolicy, policyInForce } from '../policy-file.ts';
import { probe } from '../probe.ts';
import { secretsOf, secretsToWrite } from '../secrets.ts';
import { table } from '../table.ts';

export function define(command: Command, context: Context): void {
  command.addHelpText('after', '\nExamples:\n  fcgate connection add openai\n  fcgate connection list');
  command
    .command('add')
    .description('keep the provider’s key for a connection (typed without echo, or from standard input)')
    .argument('<name>')
    .option('--insecure-storage', 'in a plain file that only you can read, not in the keychain')
    .addHelpText('after', '\nExample:\n  fcgate connection add openai')
    .action((name, { insecureStorage }) => add(context, name, insecureStorage));
  command
    .command('list')
    .description('the connections, and whose key goes out with them')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  fcgate connection list')
    .action(({ json }) => list(context, json));
  command
    .command('remove')
    .description('forget the key of a connection')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  fcgate connection remove openai')
    .action((name) => remove(context, name));
  command
    .command('test')
    .description('make one harmless call with the key that is held, and say what came back')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  fcgate connection test openai')
    .action((name) => test(context, name));
  command
    .command('import')
    .description(
      'move provider keys from a .env file to where keys are held; virtual keys and base URLs take their place',
    )
    .argument('[file]', 'the file', '.env')
    .option('--undo', 'put back what was there before')
    .option('--url <url>', 'where the gateway listens', 'http://127.0.0.1:4141')
    .option('--expires <duration>', 'how long the virtual keys are good for', duration, milliseconds('90d'))
    .option('--insecure-storage', 'in a plain file that only you can read, not in the keychain')
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate connection import .env\n  fcgate connection import .env --undo',
    )
    .action((file, { undo, ...options }) =>
      undo ? undoOf(context, file) : moveKeys(context, file, options),
    );
}

interface MoveOptions {
  readonly url: string;
  readonly expires: number;
  readonly insecureStorage?: true;
}

async function moveKeys(context: Context, file: string, options: MoveOptions): Promise<void> {
  const policy = goodPolicy(context);
  const { connections } = policy;
  const secrets = await secretsToWrite(context, options.insecureStorage);
  const moved = await importEnv(resolve(context.cwd, file), {
    secrets,
    connections,
    keys: await keysOf(context),
    caller: await callerHere(context, policy),
    url: options.url.replace(/\/+$/, ''),
    lastsMs: options.expires,
  });
  if (moved.length === 0) throw new FcgateError('not_found', `${file} holds no key of a connection.`);
  context.print(`Moved to the ${secrets.storage}: the keys of ${moved.join(', ')}.`);
  const unused = moved.filter((name) => connections.get(name)?.credential.kind !== 'keychain');
  if (unused.length > 0) {
    const yaml = unused.map((name) => `${name}: { credential: keychain }`).join(', ');
    context.warn(`They are used once the policy says: connections: { ${yaml} }`);
  }
}

async function undoOf(context: Context, file: string): Promise<void> {
  const secrets = secretsOf(context);
  if (!secrets) throw new FcgateError('not_found', `${file} was not imported; nothing is changed.`);
  const changed = await undoImport(resolve(context.cwd, file), { secrets, keys: await keysOf(context) });
  if (changed.length === 0) return context.print(`${file} is as it was; its virtual keys are revoked.`);
  context.warn(`${file} sets anew since, and keeps: ${changed.join(', ')}. The rest is as it was.
The provider’s keys are still held, and the virtual keys hold: fcgate connection remove and fcgate key revoke end them.`);
  context.exitWith(1);
}

async function add(context: Context, name: string, insecure?: true): Promise<void> {
  const { target, credential } = connectionOf(goodPolicy(context), name);
  const secrets = await secretsToWrite(context, insecure);
  const key = await askSecret(context, `The provider’s key for ${name} (${new URL(target).origin})`);
  if (!/^[!-~]+$/.test(key))
    throw new FcgateError('usage', 'A key is one word of plain characters; nothing was kept.');
  await storeCredential(secrets, name, target, key);
  context.note(`Kept for ${new URL(target).origin}, in the ${secrets.storage}.`);
  if (credential.kind !== 'keychain') {
    context.note(`It is used once the policy says: connections: { ${name}: { credential: keychain } }`);
  }
}

async function list(context: Context, json = false): Promise<void> {
  const secrets = secretsOf(context);
  const rows = await Promise.all(
    [...goodPolicy(context).connections.values()].map(async ({ name, provider, target, credential }) => {
      const stored = secrets && (await readCredential(secrets, name));
      const told = credential.kind === 'env' ? `env:${credential.name}` : credential.kind;
      return { name, provider, target, credential: told, stored: stored?.origin ?? null };
    }),
  );
  if (json) return context.printJson(rows);
  const heading = ['CONNECTION', 'PROVIDER', 'TARGET', 'CREDENTIAL', 'KEY HELD FOR'];
  const cells = rows.map((row) => [row.name, row.provider, row.target, row.credential, row.stored ?? '-']);
  for (const line of table([heading, ...cells])) context.print(line);
}

async function remove(context: Context, name: string): Promise<void> {
  const secrets = secretsOf(context);
  const gone = secrets && (await removeCredential(secrets, name));
  if (!gone) throw new FcgateError('not_found', `No key is held for a connection ${name}.`);
  context.note(`The key of ${name} is forgotten. Revoke it at the provider, too, if it may be known.`);
}

async function test(context: Context, name: string): Promise<void> {
  const connection = connectionOf(policyInForce(context), name);
  const said = await probe(connection, await heldFor(context, connection));
  context.print(said.line);
  if (!said.ok) context.exitWith(1);
}

const heldFor = (context: Context, connection: Connection): Promise<Injected | undefined> =>
  credentialFor(connection, context.env, () => secretsOf(context));

function connectionOf(
  { connections }: { connections: ReadonlyMap<string, Connection> },
  name: string,
): Connection {
  const found = connections.get(name);
  if (found) return found;
  throw new FcgateError(
    'usage',
    `There is no connection ${name}; known are: ${[...connections.keys()].join(', ')}.`,
  );
}
