/** Moves provider keys out of a `.env` file, and puts virtual keys and the gateway's addresses in their place; and back. */
import { FcgateError } from '../errors.ts';
import type { Caller } from '../exchange.ts';
import { readCredential, removeCredential, type Stored, storeCredential } from '../identity/credentials.ts';
import { readSecret, type Secrets } from '../identity/secrets.ts';
import { keyPrefix, type VirtualKeys } from '../identity/virtual-keys.ts';
import type { Connection } from '../policy/policy.ts';
import {
  applied,
  type Change,
  type EnvFile,
  nameIn,
  newLine,
  readEnvFile,
  undone,
  valueIn,
  withValue,
  writeEnvFile,
} from './env-file.ts';
import { addressOf, type Sdk, sdkOf } from './variables.ts';

/** What a file's import did. It holds the keys that were in the file, and so is kept where they are. */
interface Imported {
  readonly changes: readonly Change[];
  readonly keys: readonly Moved[];
}

interface Moved {
  readonly connection: string;
  readonly key: string;
  /** Of the virtual key. */
  readonly id: string;
  /** What was held for the connection before. */
  readonly before?: Stored;
}

export interface ImportOptions {
  readonly secrets: Secrets;
  readonly keys: VirtualKeys;
}

export interface Import extends ImportOptions {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly caller: Caller;
  /** Where the gateway listens. */
  readonly url: string;
  /** How long the virtual keys are good. */
  readonly lastsMs: number;
}

const accountOf = (path: string): string => `import ${path}`;

/** The names of the connections whose keys were moved. Each is kept before the file loses it. */
export async function importEnv(file: string, options: Import): Promise<string[]> {
  const { secrets, connections, url } = options;
  const env = readEnvFile(file);
  const last = await importedIn(secrets, env);
  if (last?.changes.some(({ after }) => env.lines.includes(after)))
    throw new FcgateError('usage', `${file} was imported before; undo that first: --undo.`);
  const found = keysIn(env, connections);
  const keys: Moved[] = [];
  const changes: Change[] = [];
  for (const { name, target, sdk, variables, key } of found) {
    const issued = await issue(options, name);
    const before = await readCredential(secrets, name);
    await storeCredential(secrets, name, target, key);
    keys.push({ connection: name, key, id: issued.id, ...(before ? { before } : {}) });
    for (const variable of variables) changes.push(...replaced(env.lines, variable, issued.key));
    const [variable] = sdk.addresses;
    const address = addressOf(url, name);
    const moved = replaced(env.lines, variable, address);
    changes.push(...(moved.length > 0 ? moved : [{ after: newLine(env.lines, variable, address) }]));
  }
  if (found.length === 0) return [];
  await secrets.set(accountOf(env.path), JSON.stringify({ changes, keys } satisfies Imported));
  writeEnvFile(env, applied(env.lines, changes));
  return found.map(({ name }) => name);
}

interface FoundKey {
  readonly name: string;
  readonly target: string;
  readonly sdk: Sdk;
  /** Those that hold the same key. */
  readonly variables: readonly string[];
  readonly key: string;
}

const keysIn = ({ lines }: EnvFile, connections: Import['connections']): FoundKey[] =>
  [...connections.values()].flatMap(({ name, target }) => {
    const sdk = sdkOf(name);
    const heldIn = (variable: string): string => valueIn(lines, variable) ?? '';
    const first = sdk?.keys.find((variable) => isKey(heldIn(variable)));
    if (!sdk || first === undefined) return [];
    const key = heldIn(first);
    return [{ name, target, sdk, key, variables: sdk.keys.filter((each) => heldIn(each) === key) }];
  });

/** A word, and none of ours; one that names another variable is no key. */
const isKey = (value: string): boolean =>
  /^[!-~]+$/.test(value) && !value.startsWith(keyPrefix) && !value.startsWith('$');

const issue = ({ keys, caller, lastsMs }: Import, connection: string) =>
  keys.issue({
    subject: caller.subject,
    ...(caller.email === undefined ? {} : { email: caller.email }),
    groups: caller.groups,
    connections: [connection],
    expires: Date.now() + lastsMs,
  });

const replaced = (lines: readonly string[], variable: string, value: string): Change[] =>
  lines.flatMap((before) => {
    const after = withValue(before, variable, value);
    return after === undefined ? [] : [{ before, after }];
  });

const importedIn = (secrets: Secrets, { path }: EnvFile): Promise<Imported | undefined> =>
  readSecret<Imported>(secrets, accountOf(path));

/** Puts back what was there before. The variables that were set anew since: they stay as they are, and the keys are held. */
export async function undoImport(file: string, { secrets, keys }: ImportOptions): Promise<string[]> {
  const env = readEnvFile(file);
  const done = await importedIn(secrets, env);
  if (!done) throw new FcgateError('not_found', `${file} was not imported; nothing is changed.`);
  const changed = done.changes.filter(({ after }) => !env.lines.includes(after));
  writeEnvFile(env, undone(env.lines, done.changes));
  if (changed.length > 0) {
    await secrets.set(accountOf(env.path), JSON.stringify({ ...done, changes: changed } satisfies Imported));
    return [...new Set(changed.map(({ after }) => nameIn(after)))];
  }
  for (const moved of done.keys) {
    await keys.revoke(moved.id);
    await giveBack(secrets, moved);
  }
  await secrets.remove(accountOf(env.path));
  return [];
}

/** A key that was put there since stays. */
async function giveBack(secrets: Secrets, { connection, key, before }: Moved): Promise<void> {
  if ((await readCredential(secrets, connection))?.key !== key) return;
  if (before) await storeCredential(secrets, connection, before.origin, before.key);
  else await removeCredential(secrets, connection);
}
