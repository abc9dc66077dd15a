/** The Test Anything Protocol, version 14. */

import { escapeText, safeJson } from '../../escape.ts';
import type { CaseResult } from '../../trial/cases.ts';
import { explain } from './explained.ts';
import type { FileResult, Format } from './reports.ts';

export const tap: Format = (_tested, context) => {
  let number = 0;
  context.print('TAP version 14');
  return {
    file(result) {
      for (const each of result.cases)
        for (const line of toldCase(each, ++number, result)) context.print(line);
    },
    end: () => context.print(`1..${number}`),
  };
};

function toldCase(one: CaseResult, number: number, { file, placeOf }: FileResult): string[] {
  const why = typeof one.todo === 'string' ? ` ${plain(one.todo)}` : '';
  const line = `${one.passed ? 'ok' : 'not ok'} ${number} - ${plain(one.name)}${one.todo ? ` # TODO${why}` : ''}`;
  if (one.passed) return [line];
  return [
    line,
    '  ---',
    `  at: ${safeJson(`${file}:${placeOf(one.name)}`)}`,
    `  recording: ${safeJson(one.recording)}`,
    '  failures:',
    ...one.failures.flatMap((failure) => [
      `    - what: ${safeJson(failure.what)}`,
      `      expected: ${safeJson(failure.expected)}`,
      `      actual: ${safeJson(failure.actual)}`,
      `      because: ${safeJson(explain(failure))}`,
    ]),
    '  ...',
  ];
}

/** A `#` would begin a directive. */
const plain = (text: string): string => escapeText(text).replace(/[\\#]/g, '\\$&');
