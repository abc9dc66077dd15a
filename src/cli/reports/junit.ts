/** JUnit's XML, as build servers read it. */

import { escapeText } from '../../escape.ts';
import type { CaseResult } from '../../trial/cases.ts';
import { explain, toldFailure } from './explained.ts';
import { type FileResult, type Format, isFailed } from './reports.ts';

export const junit: Format = (_tested, context) => {
  let open = false;
  const begin = (): void => {
    if (!open)
      context.print('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fcgate policy test">');
    open = true;
  };
  return {
    file(result) {
      begin();
      const { file, cases } = result;
      const counts = [
        ['tests', cases.length],
        ['failures', cases.filter(isFailed).length],
        ['errors', 0],
        ['skipped', cases.filter(({ passed, todo }) => !passed && todo).length],
      ].map(([name, count]) => `${name}="${count}"`);
      const time = seconds(cases.reduce((sum, { ms }) => sum + ms, 0));
      context.print(`<testsuite name="${xml(file)}" ${counts.join(' ')} time="${time}">`);
      for (const each of cases) context.print(toldCase(each, result));
      context.print('</testsuite>');
    },
    end() {
      begin();
      context.print('</testsuites>');
    },
  };
};

function toldCase(one: CaseResult, { file, placeOf }: FileResult): string {
  const head = `<testcase name="${xml(one.name)}" classname="${xml(one.recording)}" time="${seconds(one.ms)}"`;
  if (one.passed) return `${head}/>`;
  if (one.todo)
    return `${head}><skipped message="${xml(`todo${one.todo === true ? '' : `: ${one.todo}`}`)}"/></testcase>`;
  const told = one.failures.map(toldFailure);
  const lines = one.failures.flatMap((failure) => [
    toldFailure(failure),
    ...explain(failure).map((l) => `  ${l}`),
  ]);
  const text = [`${file}:${placeOf(one.name)}`, ...lines].map(xml).join('\n');
  return `${head}><failure message="${xml(told.join('; '))}" type="expectation">${text}</failure></testcase>`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const xml = (text: string): string => escapeText(text).replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);
