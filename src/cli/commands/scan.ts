/** `fcgate scan`: what the policy's detectors find in files or on standard input. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { FcgateError } from '../../errors.ts';
import { maskText, scanText, type TextFinding } from '../../flow/scan.ts';
import type { Policy } from '../../policy/policy.ts';
import { openHome } from '../../record/home.ts';
import { keyedHash, loadKeys } from '../../record/keys.ts';
import type { Context } from '../context.ts';
import { escapeLines, escapeText, safeJson } from '../escape.ts';
import { linesOf, textOf } from '../lines.ts';
import { goodPolicy } from '../policy-file.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('[files...]', 'files to look through (default: standard input)')
    .option('--json', 'print the findings as JSON')
    .option('--jsonl', 'read lines of {"id","text"}, and print a line of {"id","findings"} for each')
    .option('--mask', 'print the text, masked as on its way to the model')
    .addHelpText(
      'after',
      '\nExamples:\n  fcgate scan notes.txt\n  git diff | fcgate scan --mask\n  fcgate scan --jsonl < texts.jsonl',
    )
    .action((files, options) => scan(context, files, options));
}

interface ScanOptions {
  readonly json?: true;
  readonly jsonl?: true;
  readonly mask?: true;
}

interface Input {
  /** As messages name it. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array | string>;
}

async function scan(context: Context, files: readonly string[], options: ScanOptions): Promise<void> {
  const policy = goodPolicy(context);
  const mask = options.mask ? await maskerOf(context, policy) : undefined;
  const inputs =
    files.length > 0 ? files.map((file) => openFile(context, file)) : [{ name: '-', pieces: context.stdin }];
  if (options.jsonl) {
    for (const input of inputs) await scanLines(context, input, policy, mask);
    return;
  }
  const found: object[] = [];
  for (const { name, pieces } of inputs) {
    const text = await textOf(pieces);
    if (mask) printText(context, mask(text));
    else if (!options.json)
      for (const line of toldFindings(name, text, scanText(policy, text))) context.print(line);
    else
      found.push(
        ...scanText(policy, text).map((finding) => (files.length > 1 ? { file: name, ...finding } : finding)),
      );
  }
  if (options.json && !mask) context.printJson({ findings: found });
}

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
  policy: Policy,
  mask: ((text: string) => string) | undefined,
): Promise<void> {
  let number = 0;
  for await (const line of linesOf(pieces)) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, text } = parseLine(line, `${name}:${number}`);
    print(safeJson(mask ? { id, text: mask(text) } : { id, findings: scanText(policy, text) }));
  }
}

function parseLine(line: string, place: string): { id: unknown; text: string } {
  const wrong = new FcgateError(
    'usage',
    `${place}: Write one JSON object a line, with "id" and a "text" that is a string.`,
  );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong;
  }
  const { id, text } = (value ?? {}) as { id?: unknown; text?: unknown };
  if (id === undefined || typeof text !== 'string') throw wrong;
  return { id, text };
}

/** `FILE:LINE:COLUMN: ENTITY`, never the value. */
function toldFindings(name: string, text: string, findings: readonly TextFinding[]): string[] {
  let line = 1;
  let lineStart = 0;
  return [...findings]
    .sort((a, b) => a.start - b.start)
    .map(({ entity, start, score, detector }) => {
      for (
        let end = text.indexOf('\n', lineStart);
        end >= 0 && end < start;
        end = text.indexOf('\n', lineStart)
      ) {
        line += 1;
        lineStart = end + 1;
      }
      return escapeText(
        `${name}:${line}:${start - lineStart + 1}: ${entity} (${score.toFixed(2)}, ${detector})`,
      );
    });
}

/** Byte for byte into a file or a pipe, harmless on a terminal. */
const printText = ({ stdout }: Context, text: string): void =>
  void stdout.write(stdout.isTTY ? escapeLines(text) : text);
