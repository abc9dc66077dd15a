import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { entities, namedEntities } from '../../src/detect/detect.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { filesBelow, read, root } from './source.ts';

const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'NOTICE.md'],
  'docs/providers.md',
  'docs/testing.md',
  'docs/templates.md',
  'docs/mutation.md',
];

test.each(documents)('each path that %s names exists', (document) => {
  const named = [
    ...read(document).matchAll(/(?<![\w/.-])(?:src|test|bin|fixtures|scripts|\.ci)\/[\w./-]*\w/g),
  ];
  const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path!);
  const missing = [...named.map(([path]) => path), ...links].filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test('ARCHITECTURE.md names every room and stays within two pages', () => {
  const text = read('ARCHITECTURE.md');
  const rooms = new Set(filesBelow('src').flatMap((path) => path.match(/^src\/\w+\//) ?? []));
  for (const room of rooms) expect(text).toContain(room);
  expect(text.split('\n').length).toBeLessThan(140);
});

test('README.md names every command', () => {
  const text = read('README.md');
  for (const { name } of commands) expect(text).toContain(`fcgate ${name}`);
});

test('docs/detection.md has a row for every entity (npm run docs:detect writes it)', () => {
  const text = read('docs/detection.md');
  const missing = [...entities, ...namedEntities].filter(({ entity }) => !text.includes(`| ${entity} |`));
  expect(missing.map(({ entity }) => entity)).toEqual([]);
});

test('the policy that README.md shows is in order', () => {
  const [, text] = /```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  const loaded = loadPolicy({ file: 'README.md', text: text! }, () => {
    throw new Error('it stands alone');
  });
  expect(loaded).toMatchObject({ ok: true, warnings: [] });
});

test('no source file is longer than 300 lines', () => {
  const long = [...filesBelow('src'), ...filesBelow('bin'), ...filesBelow('scripts')]
    .filter((path) => /\.[mc]?[jt]s$/.test(path) && !path.endsWith('.generated.ts'))
    .map((path) => `${path} ${read(path).split('\n').length - 1}`)
    .filter((line) => Number(line.split(' ')[1]) > 300);
  expect(long).toEqual([]);
});

test('the lock file names no host', () => {
  expect(read('package-lock.json').includes('"resolved"')).toBe(false);
});

test('the lock file lists what other platforms need, or npm ci fails', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  const known = new Set(
    Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
  );
  const needed = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  expect(needed.filter((name) => !known.has(name))).toEqual([]);
});

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}
