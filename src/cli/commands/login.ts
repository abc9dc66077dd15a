/** `fcgate login`: who you are, by the word of an OIDC provider. */
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { escapeText } from '../../escape.ts';
import { type Asked, type DeviceCode, hasDevicePage, loginByDevice } from '../../identity/device.ts';
import { keepLogin, type Login, readLogin } from '../../identity/logins.ts';
import { loginByBrowser } from '../../identity/loopback.ts';
import {
  type Client,
  loginOf,
  openProvider,
  type Pending,
  revokeLogin,
  usualScope,
} from '../../identity/provider.ts';
import type { Asserted } from '../../identity/saml-bearer.ts';
import { type Secrets, secretsToKeep } from '../../identity/secrets.ts';
import type { Identity } from '../../policy/policy.ts';
import { secureUrlFault } from '../../policy/trust.ts';
import { openHome } from '../../record/home.ts';
import { askSecret } from '../ask.ts';
import { openPage } from '../browser.ts';
import type { Context } from '../context.ts';
import { goodPolicy } from '../policy-file.ts';
import { portNumber } from '../port.ts';
import { secretsToWrite } from '../secrets.ts';
import { checkedGateway, keyFrom } from '../shared-gateway.ts';
import { moment } from '../told.ts';

export function define(command: Command, context: Context): void {
  command
    .option('--issuer <url>', 'the identity provider (default: identity.issuer of the policy)')
    .option('--client-id <id>', 'as what fcgate is known there (default: identity.client_id)')
    .option(
      '--scope <scopes>',
      'what to ask for (default: identity.scope, or what is usual, as far as the provider knows it)',
    )
    .option('--audience <name>', 'whom the access token is meant for (default: identity.audience)')
    .option('--saml <url>', 'log in by SAML instead, at the provider with this metadata')
    .option(
      '--saml-port <port>',
      'where the assertion is brought: http://127.0.0.1:PORT/saml',
      portNumber,
      4142,
    )
    .option('--gateway <url>', 'with --saml: get a key at this gateway, which others share, for as long')
    .option(
      '--insecure-storage',
      'keep the tokens in a plain file that only you can read, not in the keychain',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate login --issuer https://login.example.com --client-id fcgate\n  fcgate login --saml https://login.example.com/metadata.xml',
    )
    .action((options) => login(context, options));
}

interface Options {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly audience?: string;
  readonly insecureStorage?: true;
  readonly saml?: string;
  readonly samlPort: number;
  readonly gateway?: string;
}

/** What a login gives: by SAML also what another gateway believes. */
interface Got {
  readonly login: Login;
  readonly asserted?: Asserted;
}

async function login(context: Context, options: Options): Promise<void> {
  const gateway = options.gateway === undefined ? undefined : checkedGateway(options.gateway);
  if (gateway !== undefined && options.saml === undefined)
    throw new FcgateError(
      'usage',
      '--gateway goes with --saml; elsewhere a token of the issuer says who you are.',
    );
  const ask =
    options.saml === undefined ? oidcLogin(context, options) : samlLogin(context, options, options.saml);
  // First of all, lest a login is given that cannot be kept.
  const secrets = await secretsToWrite(context, options.insecureStorage);
  const { login: got, asserted } = await ask();
  const before = await readLogin(secrets).catch(() => undefined);
  await keep(context, secrets, got);
  if (before) await endLogin(context, before);
  context.print(`Logged in as ${toldLogin(got)}.`);
  if (gateway === undefined || !asserted) return;
  const { key, expires } = await keyFrom(gateway, asserted);
  context.print(key);
  context.note(`It is your key at ${gateway} until ${moment(expires)}. It is not shown again.`);
}

/** The login that another one took the place of would be good at the provider until it expires. */
async function endLogin(context: Context, before: Login): Promise<void> {
  const unheard = (): void =>
    context.warn(
      `The login before it was not taken back at ${escapeText(before.issuer)}; it ends when it expires.`,
    );
  await revokeLogin(before).catch(unheard);
}

/** A keychain may be locked while somebody logs in: then a sealed file is offered, before the login is given up. */
async function keep(context: Context, secrets: Secrets, got: Login): Promise<void> {
  try {
    await keepLogin(secrets, got);
  } catch (error) {
    if (secrets.storage !== 'keychain' || !context.stdin.isTTY) throw error;
    context.warn('The keychain does not take the login. It can be sealed in a file instead:');
    const passphrase = await askSecret(context, 'A passphrase for that file (none: the login is given up)');
    if (passphrase === '') throw error;
    const sealed = await secretsToKeep({ home: openHome(context.env).path, passphrase }, 'encrypted-file');
    await keepLogin(sealed, got);
    context.warn('From now on, commands find it by FCGATE_PASSPHRASE.');
  }
}

function oidcLogin(context: Context, options: Options): () => Promise<Got> {
  const { identity } = goodPolicy(context);
  const client = clientOf(identity, options);
  return async () => {
    const provider = await openProvider(client, tellOnce(context));
    const { scope = identity?.scope ?? usualScope(provider), audience = identity?.audience } = options;
    const asked: Asked = { scope, ...(audience === undefined ? {} : { audience }) };
    const tokens = hasDevicePage(provider)
      ? await loginByDevice(provider, asked, await codeTeller(context))
      : await loginByBrowser(provider, asked, (page) => showPage(context, page));
    return { login: loginOf(client, tokens, Date.now()) };
  };
}

function samlLogin(context: Context, options: Options, metadata: string): () => Promise<Got> {
  const { identity } = goodPolicy(context);
  const fault = secureUrlFault(metadata);
  if (fault) throw new FcgateError('usage', `--saml ${fault}`);
  const entity = options.clientId ?? identity?.clientId ?? 'fcgate';
  const groupsAttribute = identity?.groupsClaim ?? 'groups';
  return async () => {
    const { loginBySaml } = await import('../../identity/saml.ts');
    const asked = { metadata, entity, port: options.samlPort, groupsAttribute };
    return loginBySaml(asked, (page) => showPage(context, page));
  };
}

export const toldLogin = ({ subject, email, groups }: Login): string =>
  escapeText(
    `${subject}${email === undefined ? '' : ` (${email})`}, ${groups.length > 0 ? `groups: ${groups.join(', ')}` : 'in no groups'}`,
  );

function clientOf(identity: Identity | undefined, options: Options): Client {
  const { issuer = identity?.issuer, clientId = identity?.clientId } = options;
  const missing = issuer === undefined ? '--issuer' : clientId === undefined ? '--client-id' : undefined;
  if (missing || issuer === undefined || clientId === undefined) {
    const why = `Say ${missing}, or let the policy say it: identity: { issuer: …, client_id: … }.`;
    throw new FcgateError('usage', why);
  }
  const fault = secureUrlFault(issuer);
  if (fault) throw new FcgateError('usage', `--issuer ${fault}`);
  return { issuer, clientId, groupsClaim: identity?.groupsClaim ?? 'groups' };
}

/** While a person confirms, the provider is asked again and again; each of its answers is told once. */
function tellOnce({ note }: Context): (said: Pending) => void {
  const told = new Set<Pending>();
  const words = {
    authorization_pending: 'Waiting for you to confirm the code …',
    slow_down: 'The provider wants to be asked more slowly; this takes a little longer …',
  };
  return (said) => {
    if (!told.has(said)) note(words[said]);
    told.add(said);
  };
}

/** Said in any case, since nothing goes on without it; on stderr, since it is no result. */
async function codeTeller(context: Context): Promise<(code: DeviceCode) => void> {
  const { renderUnicodeCompact } = await import('uqr');
  return ({ code, page, wholePage, expiresMs }) => {
    const { warn, stderr } = context;
    if (stderr.isTTY) warn(renderUnicodeCompact(wholePage ?? page));
    warn(`Open   ${escapeText(page)}`);
    warn(`and confirm the code   ${escapeText(code)}`);
    const minutes = Math.ceil(expiresMs / 60_000);
    warn(`within ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`);
    openPage(context, wholePage ?? page);
  };
}

function showPage(context: Context, page: string): void {
  context.warn(`Open in a browser of this machine: ${escapeText(page)}`);
  openPage(context, page);
}
