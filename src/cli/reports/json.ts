/** For programs. */
import { safeJson } from '../../escape.ts';
import type { Format } from './reports.ts';

export const json: Format = ({ policy }, context) => {
  let files = 0;
  const open = (): void => {
    if (files++ === 0) context.print(`{\n"policy": ${safeJson(policy)},\n"files": [`);
  };
  return {
    file({ file, cases, placeOf }) {
      const placed = cases.map((each) =>
        each.passed ? each : { ...each, at: `${file}:${placeOf(each.name)}` },
      );
      open();
      context.print(`${files > 1 ? ',' : ''}${safeJson({ file, cases: placed }, 2)}`);
    },
    end(summary) {
      open();
      context.print(`],${safeJson(summary, 2).slice(1)}`);
    },
  };
};
