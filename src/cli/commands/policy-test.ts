/** `fcgate policy test`: the policy against fixtures, by the very engine that `serve` runs. */
import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { ChalkInstance } from 'chalk';
import { readFixture } from '../../record/fixtures.ts';
import { keyedHash } from '../../record/keys.ts';
import { type CaseResult, runCases } from '../../trial/cases.ts';
import type { Context } from '../context.ts';
import { escapeText } from '../escape.ts';
import { paint } from '../paint.ts';
import { goodPolicy, namePolicy } from '../policy-file.ts';

const usual = 'fixtures/recordings.json';

/** The same for everybody: the values in fixtures are made up, and so are their surrogates. */
const hash = keyedHash(Buffer.alloc(32));

export function defineTest(command: Command, context: Context): void {
  command
    .command('test')
    .description('the policy against fixtures')
    .argument('[fixtures...]', `fixture files (default: ${usual})`)
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  fcgate policy test ${usual}`)
    .action((files, { json }) => test(context, files.length > 0 ? files : [usual], json));
}

interface FileResult {
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

async function test(context: Context, files: readonly string[], json = false): Promise<void> {
  const policy = goodPolicy(context);
  const results: FileResult[] = [];
  for (const file of files) {
    const fixture = await readFixture(resolve(context.cwd, file));
    results.push({ file, cases: runCases(fixture, { policy, hash }, () => performance.now()) });
  }
  const cases = results.flatMap((result) => result.cases);
  const passed = cases.filter((each) => each.passed).length;
  const failed = cases.length - passed;
  if (failed > 0 || cases.length === 0) context.exitWith(1);
  if (json) return context.printJson({ policy: policy.hash, passed, failed, files: results });
  const chalk = paint(context);
  for (const line of results.flatMap((result) => toldFile(result, chalk))) context.print(line);
  if (cases.length === 0) context.warn('fcgate: there is no case in these fixtures, so nothing was tested.');
  context.print(`${passed} passed, ${failed} failed under ${namePolicy(policy)}`);
}

const toldFile = ({ file, cases }: FileResult, chalk: ChalkInstance): string[] => [
  escapeText(file),
  ...cases.flatMap((each) => toldCase(each, chalk)),
];

const toldCase = ({ name, passed, failures }: CaseResult, chalk: ChalkInstance): string[] => [
  `  ${passed ? chalk.green('✓') : chalk.red('✗')} ${escapeText(name)}`,
  ...failures.map(({ what, expected, actual }) =>
    escapeText(`      ${what}: expected ${expected}, got ${actual}`),
  ),
];
