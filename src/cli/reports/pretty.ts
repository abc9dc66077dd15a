/** For people: every case in a line, and below one that failed what was expected beside what came. */
import type { ChalkInstance } from 'chalk';
import { escapeText } from '../../escape.ts';
import type { CaseResult } from '../../trial/cases.ts';
import { paint } from '../paint.ts';
import { table } from '../table.ts';
import { explain } from './explained.ts';
import type { FileResult, Format } from './reports.ts';

export const pretty: Format = ({ under }, context) => {
  const chalk = paint(context);
  return {
    file(result) {
      context.print(escapeText(result.file));
      for (const each of result.cases) for (const line of toldCase(each, result, chalk)) context.print(line);
    },
    end({ passed, failed, todo, ms }) {
      const left = todo > 0 ? `, ${todo} to do` : '';
      context.print(
        `${passed} passed, ${failed} failed${left} under ${escapeText(under)} in ${Math.round(ms)} ms`,
      );
    },
  };
};

function toldCase(one: CaseResult, { file, placeOf }: FileResult, chalk: ChalkInstance): string[] {
  const name = escapeText(one.name);
  const why = typeof one.todo === 'string' ? `: ${escapeText(one.todo)}` : '';
  if (one.passed) {
    const mark = one.todo ? chalk.yellow(` (todo${why}, but it holds: take the mark out)`) : '';
    return [`  ${chalk.green('✓')} ${name}${mark}`];
  }
  const where = chalk.dim(escapeText(`(recording ${one.recording}, ${file}:${placeOf(one.name)})`));
  if (one.todo) return [`  ${chalk.yellow('○')} ${name}${chalk.yellow(` (todo${why})`)} ${where}`];
  return [`  ${chalk.red('✗')} ${name} ${where}`, ...toldFailures(one, chalk)];
}

function toldFailures({ failures }: CaseResult, { dim, red }: ChalkInstance): string[] {
  const rows = failures.map(({ what, expected, actual }) => [what, expected, actual]);
  const [heading, ...lines] = table([['', 'EXPECTED', 'ACTUAL'], ...rows]);
  return [
    `      ${dim(heading!)}`,
    ...failures.flatMap((failure, i) => [
      `      ${red(lines[i]!)}`,
      ...explain(failure).map((line) => `        ${line}`),
    ]),
  ];
}
