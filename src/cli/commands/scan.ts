/** `fcgate scan`: what the policy's detectors find in files or on standard input. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { escapeLines, safeJson } from '../../escape.ts';
import { explainText, maskText, type Standing, scanText } from '../../flow/scan.ts';
import type { Policy } from '../../policy/policy.ts';
import { openHome } from '../../record/home.ts';
import { keyedHash, loadKeys } from '../../record/keys.ts';
import type { Context } from '../context.ts';
import { type Looked, toldFindings } from '../findings.ts';
import { linesOf, textOf } from '../lines.ts';
import { goodPolicy } from '../policy-file.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('[files...]', 'files to look through (default: standard input)')
    .option('--json', 'print the findings as JSON')
    .option('--jsonl', 'read lines of {"id","text"}, and print a line of {"id","findings"} for each')
    .option('--mask', 'print the text, masked as on its way to the model')
    .option('--explain', 'say what made the score of each finding, and of what nearly was one')
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate scan notes.txt\n  git diff | fcgate scan --mask\n  fcgate scan --jsonl < texts.jsonl\n  fcgate scan --explain notes.txt',
    )
    .action((files, options) => scan(context, files, options));
}

interface ScanOptions {
  readonly json?: true;
  readonly jsonl?: true;
  readonly mask?: true;
  readonly explain?: true;
}

interface Input {
  /** As messages name it. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array | string>;
}

async function scan(context: Context, files: readonly string[], options: ScanOptions): Promise<void> {
  if (options.mask && options.explain)
    throw new FcgateError('usage', '--mask prints the text and --explain its findings; take one of them.');
  const policy = goodPolicy(context);
  const mask = options.mask ? await maskerOf(context, policy) : undefined;
  const look = (text: string, standing?: Standing): Looked =>
    options.explain ? explainText(policy, text, standing) : { findings: scanText(policy, text, standing) };
  const inputs =
    files.length > 0 ? files.map((file) => openFile(context, file)) : [{ name: '-', pieces: context.stdin }];
  if (options.jsonl) {
    for (const input of inputs) await scanLines(context, input, look, mask);
    return;
  }
  const all: Looked[] = [];
  for (const { name, pieces } of inputs) {
    const text = await textOf(pieces);
    if (mask) printText(context, mask(text));
    else if (!options.json) for (const line of toldFindings(name, text, look(text))) context.print(line);
    else all.push(files.length > 1 ? named(look(text), name) : look(text));
  }
  if (options.json && !mask) context.printJson(joined(all));
}

/** With several files, each finding names its own. */
const named = ({ findings, near_misses }: Looked, file: string): Looked => ({
  findings: findings.map((each) => ({ file, ...each })),
  ...(near_misses && { near_misses: near_misses.map((each) => ({ file, ...each })) }),
});

const joined = (all: readonly Looked[]): Looked => ({
  findings: all.flatMap(({ findings }) => findings),
  ...(all.some(({ near_misses }) => near_misses) && {
    near_misses: all.flatMap(({ near_misses = [] }) => near_misses),
  }),
});

async function maskerOf({ env }: Context, policy: Policy): Promise<(text: string) => string> {
  const { surrogate } = await loadKeys(openHome(env).keys);
  const hash = keyedHash(surrogate);
  return (text) => maskText(policy, text, hash);
}

async function* openPieces(path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FcgateError('usage', `${name} cannot be read (${code}); name a file that can.`, { cause });
  }
}

const openFile = ({ cwd }: Context, name: string): Input => ({
  name,
  pieces: openPieces(resolve(cwd, name), name),
});

async function scanLines(
  { print }: Context,
  { name, pieces }: Input,
  look: (text: string, standing: Standing) => Looked,
  mask: ((text: string) => string) | undefined,
): Promise<void> {
  let number = 0;
  for await (const line of linesOf(pieces)) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, text, standing } = parseLine(line, `${name}:${number}`);
    print(safeJson(mask ? { id, text: mask(text) } : { id, ...look(text, standing) }));
  }
}

interface Line {
  readonly id: unknown;
  readonly text: string;
  readonly standing: Standing;
}

function parseLine(line: string, place: string): Line {
  const wrong = new FcgateError(
    'usage',
    `${place}: Write one JSON object a line, with "id" and a "text" that is a string; if you like, with the "key" that it stands under and that key's "description".`,
  );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong;
  }
  const { id, text, key, description } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (id === undefined || typeof text !== 'string') throw wrong;
  const standing = {
    ...(typeof key === 'string' && { key }),
    ...(typeof description === 'string' && { description }),
  };
  return { id, text, standing };
}

/** Byte for byte into a file or a pipe, harmless on a terminal. */
const printText = ({ stdout }: Context, text: string): void =>
  void stdout.write(stdout.isTTY ? escapeLines(text) : text);
