/** docs/providers.md tells every path as the code has it. */
import { expect, test } from 'vitest';
import { type Fate, recognised, type Table, tables } from '../../src/wire/paths.ts';
import { read } from './source.ts';

const fateOf = (fate: Fate): string => {
  if (fate === 'harmless') return 'harmless';
  if ('why' in fate) return `refused: ${fate.why}`;
  if (!('codec' in fate)) return `governed (${fate.name})`;
  return `governed (${fate.codec.name})${fate.lacks ? `, sent as \`${fate.lacks}…\`` : ''}`;
};

const tableOf = (table: Table): string =>
  [
    '| request | what becomes of it |',
    '|---|---|',
    ...Object.entries(table).map(([line, fate]) => `| \`${line}\` | ${fateOf(fate)} |`),
  ].join('\n');

const told = Object.entries({ ...tables, generic: recognised });

test.each(told)('the paths of %s are told as they are', (provider, table) => {
  const [, section] = read('docs/providers.md').split(`\n## ${provider}\n`);
  expect(section?.split('\n## ')[0]).toContain(tableOf(table));
});
