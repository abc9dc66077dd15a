/** What a gateway needs from its surroundings, looked at piece by piece. A piece that is missing is told with what to do. */
import { createServer } from 'node:net';
import { credentialFor } from '../identity/credentials.ts';
import { lookAtIssuer } from '../identity/jwks.ts';
import { freshLogin } from '../identity/refresh.ts';
import { keychainWorks, type Secrets, worksAsKept } from '../identity/secrets.ts';
import { builtInTarget } from '../policy/connections.ts';
import type { Connection, Policy } from '../policy/policy.ts';
import { openHome } from '../record/home.ts';
import { loadKeys } from '../record/keys.ts';
import type { Context } from './context.ts';
import { namePolicy } from './policy-file.ts';
import { probe } from './probe.ts';
import { secretsOf } from './secrets.ts';

export interface Check {
  readonly what: string;
  /** `warn`: it works without. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly said: string;
}

/** Without a policy, which `policyFault` then explains: what does not depend on one. */
export async function checkUp(
  context: Context,
  policy: Policy | undefined,
  policyFault = '',
): Promise<Check[]> {
  const checks = [
    check('policy', async () => (policy ? ok(`in force is ${namePolicy(policy)}`) : fail(policyFault))),
    check('state', () => stateFolder(context)),
    check('keychain', () => keeping(context)),
    check('login', () => login(context)),
    check('port', () => usualPort()),
    ...(policy?.identity?.issuer === undefined ? [] : issuerChecks(policy.identity.issuer)),
    ...[...(policy?.connections.values() ?? [])].map((each) =>
      check(`connection ${each.name}`, () => upstream(context, each)),
    ),
  ];
  return Promise.all(checks);
}

type Found = Omit<Check, 'what'>;

const ok = (said: string): Found => ({ state: 'ok', said });
const warn = (said: string): Found => ({ state: 'warn', said });
const fail = (said: string): Found => ({ state: 'fail', said });

async function check(what: string, look: () => Promise<Found>): Promise<Check> {
  try {
    return { what, ...(await look()) };
  } catch (error) {
    return { what, ...fail((error as Error).message) };
  }
}

async function stateFolder({ env }: Context): Promise<Found> {
  const home = openHome(env);
  const { storage } = await loadKeys(home.keys);
  return ok(`${home.path}; the keys for surrogates and for signing the audit are in a ${storage}, in keys/`);
}

/** Where tokens and provider keys are kept, and whether that can be written to and read from. */
async function keeping(context: Context): Promise<Found> {
  const secrets = secretsOf(context);
  if (secrets) return kept(secrets);
  if (await keychainWorks(openHome(context.env).path))
    return ok('the keychain works; nothing is kept in it yet');
  return warn(
    'none runs, or it is locked: to keep a login or a key, set FCGATE_PASSPHRASE or say --insecure-storage',
  );
}

async function kept(secrets: Secrets): Promise<Found> {
  await worksAsKept(secrets);
  if (secrets.storage === 'insecure-file')
    return warn(
      'tokens and keys are in a plain file that only you can read, since --insecure-storage was said',
    );
  return ok(`tokens and keys are in the ${secrets.storage}`);
}

async function login(context: Context): Promise<Found> {
  const secrets = secretsOf(context);
  const found = secrets && (await freshLogin(secrets, openHome(context.env).path, Date.now));
  return ok(
    found ? `${found.subject}, until ${new Date(found.expires).toISOString()}` : 'nobody is logged in',
  );
}

const usual = 4141;

async function usualPort(): Promise<Found> {
  if (await isFree(usual)) return ok(`${usual} is free`);
  const gateway = await fetch(`http://127.0.0.1:${usual}/-/health`, {
    signal: AbortSignal.timeout(2_000),
  }).then(
    async (answer) => typeof ((await answer.json()) as { policy?: unknown }).policy === 'string',
    () => false,
  );
  return gateway
    ? ok(`a gateway listens on ${usual}`)
    : warn(`${usual} is taken by something else; start with --port`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** As much as tokens may be off. */
const skewMs = 60_000;

function issuerChecks(issuer: string): Promise<Check>[] {
  const looked = lookAtIssuer(issuer);
  looked.catch(() => {});
  return [
    check('issuer', async () => {
      const { keys } = await looked;
      return keys > 0 ? ok(`${issuer} answers, with ${keys} keys`) : fail(`${issuer} has no keys`);
    }),
    check('clock', async () => {
      const { clock } = await looked;
      if (clock === undefined) return warn('the issuer does not tell the time');
      const off = Math.round(Math.abs(Date.now() - clock) / 1000);
      if (off * 1000 <= skewMs) return ok(`${off} s off the issuer’s`);
      return fail(`${off} s off the issuer’s: tokens are refused beyond 60 s; set the clock`);
    }),
  ];
}

async function upstream(context: Context, connection: Connection): Promise<Found> {
  const key = await credentialFor(connection, context.env, () => secretsOf(context));
  const { ok: answers, line } = await probe(connection, key);
  if (answers) return ok(line);
  // One that is merely there, since it is built in, need not be used.
  return key || connection.target !== builtInTarget(connection.name) ? fail(line) : warn(line);
}
