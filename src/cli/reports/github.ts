/** Workflow commands of GitHub Actions: an annotation for each case that failed, where it stands. */
import { escapeLines } from '../../escape.ts';
import { explain, toldFailure } from './explained.ts';
import { type Format, isFailed } from './reports.ts';

export const github: Format = ({ under }, context) => ({
  file({ file, cases, placeOf }) {
    for (const each of cases) {
      if (!isFailed(each)) continue;
      const [line, col] = placeOf(each.name).split(':');
      const properties = { file, line, col, title: each.name };
      const text = each.failures.flatMap((failure) => [
        toldFailure(failure),
        ...explain(failure).map((l) => `  ${l}`),
      ]);
      const told = Object.entries(properties).map(([key, value]) => `${key}=${property(value ?? '')}`);
      context.print(`::error ${told.join(',')}::${data(text.join('\n'))}`);
    }
  },
  end({ passed, failed }) {
    context.print(`${passed} passed, ${failed} failed under ${data(under)}`);
  },
});

const data = (text: string): string => escapeLines(text).replaceAll('%', '%25').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
