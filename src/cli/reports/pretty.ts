/** For people: every case in a line, and below one that failed what was expected and what came instead. */
import type { ChalkInstance } from 'chalk';
import type { CaseResult } from '../../trial/cases.ts';
import { escapeText } from '../escape.ts';
import { paint } from '../paint.ts';
import type { Format } from './reports.ts';

export const pretty: Format = ({ under, passed, failed, files }, context) => {
  const chalk = paint(context);
  for (const { file, cases } of files) {
    context.print(escapeText(file));
    for (const line of cases.flatMap((each) => toldCase(each, chalk))) context.print(line);
  }
  context.print(`${passed} passed, ${failed} failed under ${escapeText(under)}`);
};

const toldCase = (
  { name, recording, passed, failures }: CaseResult,
  { green, red, dim }: ChalkInstance,
): string[] =>
  passed
    ? [`  ${green('✓')} ${escapeText(name)}`]
    : [
        `  ${red('✗')} ${escapeText(name)} ${dim(escapeText(`(recording ${recording})`))}`,
        ...failures.map(({ what, expected, actual }) =>
          escapeText(`      ${what}: expected ${expected}, got ${actual}`),
        ),
      ];
