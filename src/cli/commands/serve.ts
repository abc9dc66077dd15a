/** `fcgate serve`: the gateway, with a line for each exchange, until it is told to stop. */
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ChalkInstance } from 'chalk';
import { FcgateError } from '../../errors.ts';
import { isLoopback } from '../../policy/network.ts';
import { overrideConnection, type Policy } from '../../policy/policy.ts';
import type { ExchangeEvent } from '../../proxy/governance.ts';
import type { Context } from '../context.ts';
import { escapeText, safeJson } from '../escape.ts';
import { type OpenGateway, openGateway } from '../open-gateway.ts';
import { paint, paintEffect } from '../paint.ts';
import { namePolicy } from '../policy-file.ts';
import { watchPolicy } from '../policy-watch.ts';

export function define(command: Command, context: Context): void {
  command
    .option('--host <host>', 'the loopback address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port; 0 picks one', portNumber, 4141)
    .option('--connection <name=url>', 'an upstream, in place of the file’s (repeatable)', override, [])
    .option('--no-tui', 'log lines, on a terminal too')
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

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly connection: readonly Override[];
  readonly logFormat: string | true;
}

interface Override {
  readonly name: string;
  readonly url: string;
}

async function serve(context: Context, { host, port, connection, logFormat }: ServeOptions): Promise<void> {
  if (!isLoopback(host)) {
    const why = 'callers cannot be told apart yet, so fcgate listens on loopback alone';
    throw new FcgateError('usage', `--host ${host}: ${why}; use 127.0.0.1 or ::1.`);
  }
  const stopped = context.stopSignal();
  const json = logFormat === 'json';
  const watched = watchPolicy(context, (policy) =>
    connection.reduce((changed, { name, url }) => overrideConnection(changed, name, url), policy),
  );
  const chalk = paint(context);
  const lines = batched(context.print);
  const log = (event: ExchangeEvent): void =>
    lines.print(
      json
        ? safeJson({ event: 'exchange', at: new Date().toISOString(), ...event })
        : toldExchange(event, chalk),
    );
  const gateway = await openGateway(context, watched.first, log);
  watched.onChange(gateway.reload);
  try {
    const { url } = await listen(gateway, host, port);
    if (json) context.print(safeJson({ event: 'listening', url, pid: process.pid }));
    sayHello(json ? context.note : context.print, context, {
      url,
      policy: watched.first,
      keys: gateway.keys,
    });
    const signal = await stopped;
    context.note('Stopping: open exchanges may end.');
    if (signal === 'SIGINT') context.exitWith(130);
  } finally {
    watched.close();
    await gateway.close();
    lines.flush();
  }
}

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
}

/** The lines to paste are results, the rest is for whoever reads along. */
function sayHello(
  paste: (line: string) => void,
  { note, warn }: Context,
  { url, policy, keys }: Hello,
): void {
  note(`fcgate listens on ${url}`);
  note(`Policy in force: ${namePolicy(policy)}`);
  note(`Keys for surrogates and for signing the audit: ${keys}`);
  for (const line of policyAlarms(policy)) warn(`warning: ${line}`);
  for (const line of toPaste(url, policy)) paste(line);
}

/** What the policy asks for, and this version cannot give. */
function policyAlarms({ identity, connections }: Policy): string[] {
  const held = [...connections.values()].filter(({ credential }) => credential.kind !== 'passthrough');
  return [
    ...(identity?.required
      ? ['identity.required: callers cannot prove who they are yet, so all are refused.']
      : []),
    ...held.map(
      ({ name }) =>
        `connections.${name}: held credentials are not injected yet; the caller’s own key goes on.`,
    ),
  ];
}

const variables: Readonly<Record<string, readonly [variable: string, rest: string]>> = {
  openai: ['OPENAI_BASE_URL', '/v1'],
  anthropic: ['ANTHROPIC_BASE_URL', ''],
  gemini: ['GOOGLE_GEMINI_BASE_URL', ''],
};

const toPaste = (url: string, { connections }: Policy): string[] =>
  [...connections.values()].map(({ name, target }) => {
    const [variable, rest] = variables[name] ?? [];
    return variable ? `export ${variable}=${url}/${name}${rest}` : `# ${name}: ${url}/${name} → ${target}`;
  });

/** One exchange in a line. */
function toldExchange(event: ExchangeEvent, chalk: ChalkInstance): string {
  const { exchange, connection, caller, status, decision, findings, code, ms, addedMs } = event;
  const time = new Date().toTimeString().slice(0, 8);
  const cost = `${ms.toFixed(0)} ms (+${addedMs.toFixed(1)})`;
  const outcome = paintEffect(chalk, code ? 'deny' : decision, escapeText(code ?? decision));
  const rest = [connection, caller, `${findings} found`, cost, exchange].map(escapeText);
  return [time, status, outcome, ...rest].join('  ');
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new InvalidArgumentError('Write a number from 0 to 65535.');
}

function override(text: string, before: readonly Override[]): readonly Override[] {
  const [, name, url] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || url === undefined) throw new InvalidArgumentError('Write NAME=URL.');
  return [...before, { name, url }];
}
