/** The command line: finds the command, loads its file, and turns what comes of it into an exit status. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from '@commander-js/extra-typings';
import { exitStatus, FcgateError } from '../errors.ts';
import { escapeLines } from '../escape.ts';
import { commands } from './commands.ts';
import {
  createContext,
  type ExitStatus,
  Interrupted,
  type Io,
  type SharedOptions,
  type StopSignal,
} from './context.ts';

/** Runs one command line in this process. */
export async function runProcess(): Promise<void> {
  const { argv, stdin, stdout, stderr, env } = process;
  stdout.on('error', stopAtClosedPipe);
  const io: Io = { stdin, stdout, stderr, env, cwd: process.cwd(), stopSignal };
  process.exitCode = await main(argv.slice(2), io);
}

export async function main(args: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = createProgram(io, (told) => {
    status = told;
  });
  try {
    const wanted = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
    await program.parseAsync(wanted, { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, io);
  }
}

function createProgram(io: Io, exitWith: (status: ExitStatus) => void): Command<[], SharedOptions> {
  const program = new Command('fcgate')
    .description('A local gateway for LLM function calling: masks, decides, records and audits every call.')
    .version(version(), '--version', 'print the version')
    .option('--policy <file>', 'the policy file (default: fcgate.yaml, looked for upwards)')
    .option('--quiet', 'say nothing but results and errors')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .helpOption('--help', 'show help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(escapeLines(text.replace(/^error: /, 'fcgate: '))),
    })
    .showHelpAfterError('(fcgate --help lists the commands, fcgate COMMAND --help explains one)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExample:\n  fcgate serve            then point an SDK at the lines that it prints',
    );
  for (const { name, summary, fold } of commands) {
    program
      .command(name)
      .description(summary)
      .helpCommand(false)
      .helpGroup(fold === 'above' ? 'Commands:' : 'More commands:');
  }
  return program.hook('preSubcommand', async (_, command) => {
    const { define } = await commands.find(({ name }) => name === command.name())!.load();
    define(command as Command, createContext(io, program.opts(), exitWith));
  });
}

/** Says on stderr what went wrong, once. */
function explain(error: unknown, io: Io): ExitStatus {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return 130;
  const known = error instanceof FcgateError;
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`fcgate: ${escapeLines(known ? message : `internal error: ${message}`)}\n`);
  return known ? exitStatus(error.code) : 2;
}

function version(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

/** `fcgate … | head` is no failure: whoever read has read enough. */
function stopAtClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Longer than any command takes to stop: what is left then is output that nobody reads. */
const stopMs = 15_000;

/** The second signal ends the process at once, as the first does where nobody waits for it. */
const stopSignal = (): Promise<StopSignal> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        setTimeout(() => process.exit(), stopMs).unref();
        resolve(signal);
      });
    }
  });
