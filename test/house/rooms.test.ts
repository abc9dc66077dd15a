import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { filesBelow, importsOf, walk } from './source.ts';

/** What each room may import beside itself and the nouns (src/exchange.ts, src/fixture.ts, src/errors.ts). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  detect: [],
  mask: ['detect'],
  policy: ['detect', 'mask'],
  flow: ['wire', 'mask', 'policy'],
  trial: ['flow', 'policy'],
  record: [],
  identity: [],
  approval: [],
  control: ['approval', 'record'],
  proxy: ['flow', 'policy', 'approval', 'record', 'identity'],
  tui: ['approval'],
  cli: ['tui', 'policy', 'flow', 'trial', 'record', 'identity', 'approval', 'control', 'proxy'],
};

const pureRooms = ['wire', 'detect', 'mask', 'policy', 'flow', 'trial'];

const sources = filesBelow('src').filter((path) => path.endsWith('.ts'));
const roomOf = (path: string): string => (path.split('/').length > 2 ? path.split('/')[1]! : 'nouns');
const pureFiles = sources.filter((path) => pureRooms.includes(roomOf(path)));

test('every folder of src has a row in the table', () => {
  expect(sources.map(roomOf).filter((room) => room !== 'nouns' && !(room in mayImport))).toEqual([]);
});

test('the nouns import nothing but each other', () => {
  const nouns = sources.filter((path) => roomOf(path) === 'nouns');
  for (const path of nouns) {
    expect(importsOf(path).map((name) => roomOf(resolve(path, name)))).toEqual(
      importsOf(path).map(() => 'nouns'),
    );
  }
});

test.each(Object.entries(mayImport))('%s imports only the rooms it may', (room, allowed) => {
  const wrong = sources
    .filter((path) => roomOf(path) === room)
    .flatMap((path) => importsOf(path).map((name) => [path, name] as const))
    .filter(([, name]) => name.startsWith('.'))
    .filter(
      ([path, name]) =>
        isSource(path, name) && ![room, 'nouns', ...allowed].includes(roomOf(resolve(path, name))),
    );
  expect(wrong).toEqual([]);
});

describe('the pure rooms', () => {
  // `isUtf8` of node:buffer is a pure function, many times faster than any check of our own.
  test('import no part of node but its bytes', () => {
    const wrong = pureFiles.flatMap((path) =>
      importsOf(path)
        .filter((name) => name.startsWith('node:') && name !== 'node:buffer')
        .map((name) => `${path} ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('read no clock and no randomness, wait for nothing and speak to nobody', () => {
    expect(pureFiles.flatMap((path) => found(path, isImpure))).toEqual([]);
  });

  test('keep no state between calls', () => {
    expect(pureFiles.flatMap((path) => found(path, isModuleState))).toEqual([]);
  });
});

const resolve = (path: string, name: string): string => posix.join(posix.dirname(path), name);
const isSource = (path: string, name: string): boolean => resolve(path, name).startsWith('src/');

/** The places in a file that a judgement holds against it. */
function found(path: string, judge: (node: ts.Node) => boolean): string[] {
  const places: string[] = [];
  walk(path, (node, file) => {
    if (!judge(node)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    places.push(`${path}:${line + 1} ${node.getText().split('\n')[0]}`);
  });
  return places;
}

const impureGlobals = new Set([
  ...['process', 'console', 'fetch', 'performance', 'crypto', 'globalThis', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
]);

function isImpure(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return ['Date.now', 'Math.random'].includes(node.getText());
  if (ts.isNewExpression(node)) return node.getText() === 'new Date()' || node.getText() === 'new Date';
  return ts.isIdentifier(node) && impureGlobals.has(node.text) && isFreeName(node);
}

/** Whether an identifier stands for a global: neither a property, a declared name nor a key. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression.getText() === node.text;
  const declares =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent);
  return !(declares && parent.name.getText() === node.text);
}

/** A variable of the module itself, or an empty collection of the module that calls could fill. */
function isModuleState(node: ts.Node): boolean {
  if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent)) return false;
  const { flags, declarations } = node.declarationList;
  return (
    !(flags & ts.NodeFlags.Const) || declarations.some(({ initializer }) => isEmptyCollection(initializer))
  );
}

const isEmptyCollection = (value: ts.Expression | undefined): boolean =>
  value !== undefined &&
  ts.isNewExpression(value) &&
  /^(Weak)?(Map|Set)$/.test(value.expression.getText()) &&
  !value.arguments?.length;
