/** `fcgate serve`: the gateway, with a line for each exchange, until it is told to stop. */
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ChalkInstance } from 'chalk';
import type { Approver } from '../../approval/approver.ts';
import { FcgateError } from '../../errors.ts';
import { escapeText, safeJson } from '../../escape.ts';
import { overrideConnection, type Policy } from '../../policy/policy.ts';
import type { ExchangeEvent } from '../../proxy/governance.ts';
import type { Tui } from '../../tui/open.ts';
import type { Context } from '../context.ts';
import { admitted, type DoorOptions, doorOf } from '../door.ts';
import { type Elsewhere, openElsewhere } from '../elsewhere.ts';
import { feedOf } from '../feed.ts';
import { type OpenGateway, openGateway } from '../open-gateway.ts';
import { paint, paintEffect } from '../paint.ts';
import { namePolicy } from '../policy-file.ts';
import { watchPolicy } from '../policy-watch.ts';
import { portNumber } from '../port.ts';
import { type Terminal, terminalOf } from '../terminal.ts';
import { addressOf, sdkOf } from '../variables.ts';

export function define(command: Command, context: Context): void {
  command
    .option(
      '--host <host>',
      'the address to listen on; beyond loopback it needs TLS and identity.required',
      '127.0.0.1',
    )
    .option('--port <port>', 'the port; 0 picks one', portNumber, 4141)
    .option('--connection <name=url>', 'an upstream, in place of the file’s (repeatable)', override, [])
    .option('--tls-cert <file>', 'the certificate to speak TLS with, in PEM')
    .option('--tls-key <file>', 'its private key')
    .option(
      '--behind-tls [name]',
      'something in front of the gateway speaks TLS, and is reached under this name',
    )
    .option(
      '--no-tui',
      'lines instead of a screen, on a terminal too: questions are told and answered in words',
    )
    .addOption(
      new Option('--log-format <format>', 'how exchanges are told')
        .choices(['text', 'json'])
        .default('text' as const),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate serve\n  fcgate serve --port 0 --log-format json\n  fcgate serve --connection openai=http://127.0.0.1:8080',
    )
    .action((options) => serve(context, options));
}

interface ServeOptions extends DoorOptions {
  readonly tui: boolean;
  readonly port: number;
  readonly connection: readonly Override[];
  readonly logFormat: string | true;
}

interface Override {
  readonly name: string;
  readonly url: string;
}

async function serve(context: Context, options: ServeOptions): Promise<void> {
  const { host, port, connection, logFormat, tui } = options;
  const door = doorOf(context, options);
  const stopped = context.stopSignal();
  const json = logFormat === 'json';
  const terminal = json ? undefined : terminalOf(context);
  const screen: Screened | undefined = terminal && tui ? { ...terminal, tui: undefined } : undefined;
  const told = screen ? throughScreen(context, screen) : context;
  const watched = watchPolicy(told, (policy) =>
    connection.reduce(
      (changed, { name, url }) => overrideConnection(changed, name, url),
      admitted(policy, options),
    ),
  );
  const lines = batched(context.print);
  const chalk = paint(context);
  let elsewhere: Elsewhere | undefined;
  let plain: { close(): void } | undefined;
  const log = (event: ExchangeEvent): void => {
    elsewhere?.tell(feedOf(event));
    if (screen?.tui) screen.tui.feed(feedOf(event));
    else lines.print(json ? toldJson(event) : toldExchange(event, chalk));
  };
  const gateway = await openGateway(told, watched.first, log, door);
  watched.onChange(gateway.reload);
  try {
    const { url } = await listen(gateway, host, port);
    const policy = watched.first;
    const { desk, keys, localKey } = gateway;
    const hasScreen = terminal !== undefined;
    elsewhere = await openElsewhere(told, { desk, policy, url, hasScreen });
    const hello = { url, policy, keys, localKey, ...elsewhere };
    if (json) context.print(safeJson({ event: 'listening', url, pid: process.pid }));
    if (screen) await openScreen(screen, gateway, hello);
    else sayHello(json ? context.note : context.print, context, hello);
    if (terminal && !tui) plain = await openLines(context, terminal, gateway, hello);
    const signal = await stopped;
    told.note('Stopping: open exchanges may end.');
    if (signal === 'SIGINT') context.exitWith(130);
  } finally {
    watched.close();
    await gateway.close();
    await elsewhere?.close();
    screen?.tui?.close();
    plain?.close();
    lines.flush();
  }
}

const toldJson = (event: ExchangeEvent): string =>
  safeJson({ event: 'exchange', at: new Date().toISOString(), ...event });

const batchMs = 10;

/** A write for each line would cost as much as governing a small exchange. */
function batched(print: (lines: string) => void): { print(line: string): void; flush(): void } {
  let waiting: string[] = [];
  const flush = (): void => {
    if (waiting.length > 0) print(waiting.join('\n'));
    waiting = [];
  };
  return {
    print(line) {
      if (waiting.push(line) === 1) setTimeout(flush, batchMs);
    },
    flush,
  };
}

/** The terminal that somebody sits at, and the screen that is open on it. */
interface Screened extends Terminal {
  tui: Tui | undefined;
}

/** While the screen is open, what is said goes there: it would tear the picture. */
function throughScreen(context: Context, screen: Screened): Context {
  const through = (say: (line: string) => void) => (line: string) =>
    screen.tui ? screen.tui.notice(line) : say(line);
  return { ...context, note: through(context.note), warn: through(context.warn) };
}

/** The terminal without a screen: lines that tell, and lines that answer. */
async function openLines(
  { print }: Context,
  { stdin }: Terminal,
  { desk }: OpenGateway,
  { approver }: Hello,
): Promise<{ close(): void }> {
  const [{ openPlain }, { createInterface }] = await Promise.all([
    import('../../tui/plain.ts'),
    import('node:readline'),
  ]);
  const lines = createInterface({ input: stdin, terminal: false });
  const plain = openPlain({ desk, approver, lines, print, now: Date.now });
  return {
    close() {
      plain.close();
      lines.close();
      stdin.unref?.();
    },
  };
}

async function openScreen(
  screen: Screened,
  { desk }: OpenGateway,
  { url, policy, keys, localKey, code, approver }: Hello,
): Promise<void> {
  const { openTui } = await import('../../tui/open.ts');
  screen.tui = await openTui({
    ...screen,
    desk,
    approver,
    about: {
      title: `fcgate on ${url}, policy ${namePolicy(policy)}`,
      greeting: [
        ...toPaste(url, policy),
        keyToPaste(localKey),
        '',
        `Keys for surrogates and for signing the audit: ${keys}`,
        'Exchanges show here as they end.',
      ],
      end: 'stop the gateway: what waits is refused',
      ...(code === undefined ? {} : { code }),
    },
    now: Date.now,
    onStop() {
      process.kill(process.pid, 'SIGINT');
      return 'Stopping: open exchanges may end.';
    },
  });
}

async function listen(gateway: OpenGateway, host: string, port: number): Promise<{ url: string }> {
  try {
    return await gateway.listen(host, port);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const what =
      code === 'EADDRINUSE'
        ? 'is taken; stop what uses it, or choose another'
        : `cannot be had (${code}); choose another`;
    throw new FcgateError('usage', `Port ${port} ${what} with --port (0 picks one).`, { cause });
  }
}

interface Hello {
  readonly url: string;
  readonly policy: Policy;
  readonly keys: string;
  readonly localKey: string;
  /** What approving from elsewhere needs. */
  readonly code: string | undefined;
  /** Who sits here. */
  readonly approver: Approver;
}

/** The lines to paste are results, the rest is for whoever reads along. */
function sayHello(
  paste: (line: string) => void,
  { note }: Context,
  { url, policy, keys, localKey, code }: Hello,
): void {
  note(`fcgate listens on ${url}`);
  note(`Policy in force: ${namePolicy(policy)}`);
  note(`Keys for surrogates and for signing the audit: ${keys}`);
  if (code !== undefined) note(`Approving from another terminal needs the code ${code}`);
  for (const line of toPaste(url, policy)) paste(line);
  paste(keyToPaste(localKey));
}

const toPaste = (url: string, { connections }: Policy): string[] =>
  [...connections.values()].map(({ name, target }) => {
    const variable = sdkOf(name)?.addresses[0];
    return variable ? `export ${variable}=${addressOf(url, name)}` : `# ${name}: ${url}/${name} → ${target}`;
  });

const keyToPaste = (localKey: string): string =>
  `# your virtual key, where a provider’s key would stand: ${localKey}`;

/** One exchange in a line. */
function toldExchange(event: ExchangeEvent, chalk: ChalkInstance): string {
  const { exchange, connection, caller, status, decision, findings, code, ms, addedMs } = event;
  const time = new Date().toTimeString().slice(0, 8);
  const cost = `${ms.toFixed(0)} ms (+${addedMs.toFixed(1)})`;
  const outcome = paintEffect(chalk, code ? 'deny' : decision, escapeText(code ?? decision));
  const rest = [connection, caller, `${findings} found`, cost, exchange].map(escapeText);
  return [time, status, outcome, ...rest].join('  ');
}

function override(text: string, before: readonly Override[]): readonly Override[] {
  const [, name, url] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || url === undefined) throw new InvalidArgumentError('Write NAME=URL.');
  return [...before, { name, url }];
}
