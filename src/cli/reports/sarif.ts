/** SARIF 2.1.0: a result for each expectation that was not met, with the rules that led to it. */
import type { Location, Log, Result } from 'sarif';
import type { ExplainedFailure } from '../../trial/cases.ts';
import { explain, toldFailure } from './explained.ts';
import { type FileResult, type Format, isFailed } from './reports.ts';

export const sarif: Format = ({ policy }, context) => {
  const results: Result[] = [];
  const rules = new Set<string>();
  return {
    file(result) {
      for (const one of result.cases) {
        if (!isFailed(one)) continue;
        for (const failure of one.failures) {
          rules.add(kindOf(failure));
          results.push(toldResult(one.name, failure, result));
        }
      }
    },
    end() {
      const driver = {
        name: 'fcgate policy test',
        rules: [...rules].map((id) => ({
          id,
          shortDescription: { text: `An expectation of ${id} was not met.` },
        })),
      };
      const log: Log = {
        $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
        version: '2.1.0',
        runs: [{ tool: { driver }, properties: { policy }, results }],
      };
      context.printJson(log);
    },
  };
};

/** `decisions` of `decisions["/messages/0/content"]`. */
const kindOf = ({ what }: ExplainedFailure): string =>
  what.includes('byte') ? 'fragment' : /^[\w.]+/.exec(what)![0];

function toldResult(name: string, failure: ExplainedFailure, { file, placeOf }: FileResult): Result {
  const places = [
    ...failure.decisions.flatMap(({ rules }) => rules.flatMap(({ at }) => at ?? [])),
    ...failure.testimony.map(({ at }) => at),
  ];
  const related = [...new Set(places)].flatMap((at, id) => {
    const [, path, place] = /^(.*?):(\d+:\d+)$/.exec(at) ?? [];
    return path === undefined || path === 'built-in'
      ? []
      : [{ id, ...location(path, place!), message: { text: 'The rule that decided.' } }];
  });
  return {
    ruleId: kindOf(failure),
    level: 'error',
    message: { text: [`${name}: ${toldFailure(failure)}`, ...explain(failure)].join('\n') },
    locations: [location(file, placeOf(name))],
    ...(related.length > 0 ? { relatedLocations: related } : {}),
  };
}

function location(file: string, place: string): Location {
  const [startLine = 1, startColumn = 1] = place.split(':').map(Number);
  const uri = encodeURI(file.replaceAll('\\', '/'));
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine, startColumn } } };
}
