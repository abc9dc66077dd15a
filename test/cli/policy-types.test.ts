/** `policy types`: what it prints is TypeScript that says what the tools take, whatever the tools say. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import type { Recording } from '../../src/exchange.ts';
import { openHome } from '../../src/record/home.ts';
import { openSessions } from '../../src/record/sessions.ts';
import { emptyFolder, fcgateIn } from './fcgate.ts';
import { recording } from './recording.ts';

/** A recording that offers these tools. */
function offering(...tools: { name: string; description?: string; parameters?: unknown }[]): Recording {
  const body = {
    ...JSON.parse(recording.request.body),
    tools: tools.map((each) => ({ type: 'function', function: each })),
  };
  const { response: _, ...rest } = recording;
  return { ...rest, decisions: [], request: { ...recording.request, body: JSON.stringify(body) } };
}

async function typesFor(...recordings: Recording[]): Promise<string> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'seen.json'), JSON.stringify({ version: 1, recordings, cases: [] }));
  const { status, stdout, stderr } = await fcgateIn({ cwd }, 'policy', 'types', 'seen.json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Faults of the code under a program that uses it, and what kinds of statements it is made of. */
function compiled(code: string, use = ''): { faults: string[]; kinds: string[] } {
  const text = `${code}\n${use}`;
  const host = ts.createCompilerHost({});
  const { getSourceFile } = host;
  host.getSourceFile = (name, target) =>
    name === 'tools.ts' ? ts.createSourceFile(name, text, target, true) : getSourceFile(name, target);
  const program = ts.createProgram(
    ['tools.ts'],
    { strict: true, noEmit: true, types: [], lib: ['lib.es5.d.ts'], skipLibCheck: true },
    host,
  );
  const statements = ts.createSourceFile('tools.ts', code, ts.ScriptTarget.Latest, true).statements;
  return {
    faults: ts
      .getPreEmitDiagnostics(program)
      .map((each) => ts.flattenDiagnosticMessageText(each.messageText, ' ')),
    kinds: [...new Set(statements.map(({ kind }) => ts.SyntaxKind[kind]!))].sort(),
  };
}

test('an author writes tests against them', async () => {
  const code = await typesFor(
    offering({
      name: 'refund-order',
      description: 'Pays back.',
      parameters: {
        type: 'object',
        properties: {
          order: { type: 'string' },
          amount: { type: 'number' },
          how: { enum: ['card', 'cash'] },
        },
        required: ['order', 'amount'],
      },
    }),
  );
  const good = "const a: Tools['refund-order'] = { order: 'A1', amount: 4, how: 'card' };";
  expect(compiled(code, good).faults).toEqual([]);
  expect(compiled(code, "const a: RefundOrderArguments = { order: 'A1' };").faults).toHaveLength(1);
  expect(
    compiled(code, "const a: RefundOrderArguments = { order: 'A1', amuont: 4, amount: 4 };").faults,
  ).toHaveLength(1);
});

test('a session is read as a fixture file is, by its id or label', async () => {
  const home = emptyFolder();
  const sessions = openSessions({ dir: openHome({ FCGATE_HOME: home }).sessions, now: Date.now });
  sessions.append(recording);
  await sessions.close();
  const { status, stdout } = await fcgateIn({ home }, 'policy', 'types', 's-0001');
  expect(status).toBe(0);
  expect(stdout).toContain('send_mail: SendMailArguments;');
});

test('a tool that was told in two ways takes either; one that was only called takes anything', async () => {
  const one = offering({
    name: 'pay',
    parameters: { type: 'object', properties: { to: { type: 'string' } } },
  });
  const two = offering({
    name: 'pay',
    parameters: { type: 'object', properties: { iban: { type: 'string' } } },
  });
  const code = await typesFor(one, { ...two, id: 'x2' }, { ...recording, id: 'x3' });
  expect(compiled(code, "const a: Tools['pay'][] = [{ to: 'x' }, { iban: 'y' }];").faults).toEqual([]);
  expect(compiled(code, "const a: Tools['send_mail'] = { whatever: 1 };").faults).toEqual([]);
});

const evil = [
  '*/ export const evil = 1; /*',
  '**/ evil(); //',
  "'; evil(); '",
  '`evil()`',
  '"]; evil(); ["',
  '} evil(); interface X {',
  'a\nb\r\nc\u2028d\u2029e',
  '\u202eevil\u2066\u0000\u001b[2J',
  '__proto__',
  'constructor',
  'Tools',
  '1',
  'a-b',
  'a_b',
  '</script><script>',
  '@ts-ignore',
  '#!/bin/sh',
  '\ud800',
];

test('names, words, fields and values of tools write no code', async () => {
  const parameters = {
    type: 'object',
    title: 'Evil } evil()',
    description: evil.join(' '),
    tsType: 'typeof evil',
    properties: Object.fromEntries(
      evil.map((name) => [
        name,
        { description: name, title: name, $id: name, enum: evil, tsEnumNames: evil },
      ]),
    ),
    patternProperties: Object.fromEntries(evil.map((name) => [name, { type: 'string', title: name }])),
    definitions: Object.fromEntries(
      evil.map((name) => [name, { type: 'object', title: name, properties: {} }]),
    ),
    required: evil,
  };
  const code = await typesFor(offering(...evil.map((name) => ({ name, description: name, parameters }))));
  const { faults, kinds } = compiled(code);
  expect(faults).toEqual([]);
  expect(kinds).toEqual(['InterfaceDeclaration']);
  expect(code).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
  expect(code).not.toMatch(/\* .*@ts-/);
});

test('references reach neither files nor hosts', async () => {
  const secret = join(emptyFolder(), 'secret.json');
  writeFileSync(secret, JSON.stringify({ type: 'object', properties: { stolen: { type: 'string' } } }));
  const properties = {
    a: { $ref: secret },
    b: { $ref: `file://${secret}` },
    c: { $ref: 'http://127.0.0.1:9/x' },
  };
  const code = await typesFor(offering({ name: 'x', parameters: { type: 'object', properties } }));
  expect(code).not.toContain('stolen');
  expect(code).toContain('a?: unknown;');
});

test('however large schemas are, it ends soon', async () => {
  const each = (depth: number): object =>
    depth === 0
      ? { type: 'string' }
      : {
          type: 'object',
          properties: Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, each(depth - 1)])),
        };
  const parameters = { ...each(7), allOf: Array.from({ length: 500 }, () => ({ $ref: '#' })) };
  const tools = Array.from({ length: 20 }, (_, i) => ({ name: `t${i}`, parameters }));
  const started = process.cpuUsage();
  await typesFor(offering(...tools));
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});

test('--json prints the schemas; where there is no tool the answer is no', async () => {
  const cwd = emptyFolder();
  const { response: _, ...bare } = recording;
  const body = JSON.stringify({ model: 'm', messages: [] });
  const silent = { ...bare, decisions: [], request: { ...recording.request, body } };
  writeFileSync(join(cwd, 'none.json'), JSON.stringify({ version: 1, recordings: [silent], cases: [] }));
  writeFileSync(join(cwd, 'one.json'), JSON.stringify({ version: 1, recordings: [recording], cases: [] }));
  const { stdout } = await fcgateIn({ cwd }, 'policy', 'types', 'one.json', '--json');
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'send_mail' }]);
  expect(await fcgateIn({ cwd }, 'policy', 'types', 'none.json')).toMatchObject({ status: 1, stdout: '' });
  expect(await fcgateIn({ cwd }, 'policy', 'types', 'gone.json')).toMatchObject({ status: 2, stdout: '' });
});

test('references that lead to each other, and ever deeper, end', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [
      `d${i}`,
      { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: '#' }] },
    ]),
  );
  const parameters = {
    type: 'object',
    $id: 'http://127.0.0.1:9/base',
    properties: {
      a: { $ref: '#/$defs/a' },
      ownself: { $ref: '#/properties/ownself' },
      chained: { $ref: '#/$defs/d0' },
      dynamic: { $dynamicRef: 'http://127.0.0.1:9/x', $recursiveRef: '#' },
      inherited: { $ref: '#/__proto__' },
      built: { $ref: '#/constructor/prototype' },
      numbered: { $ref: '#/anyOf/0/__proto__' },
    },
    $defs: {
      ...chain,
      a: { properties: { b: { $ref: '#/$defs/b' } } },
      b: { properties: { a: { $ref: '#/$defs/a' } } },
    },
  };
  const code = await typesFor(offering({ name: 'x', parameters }));
  expect(compiled(code).faults).toEqual([]);
  expect(code).toContain('inherited?: unknown;');
  expect(code).toContain('built?: unknown;');
});

test('a schema of a megabyte, and patterns that backtrack, cost no more than a small one', async () => {
  const wide = Object.fromEntries(
    Array.from({ length: 8000 }, (_, i) => [
      `field_${i}`,
      { type: 'string', pattern: '^(a+)+$', enum: [`${'a'.repeat(60)}!`], description: 'x'.repeat(20) },
    ]),
  );
  const parameters = { type: 'object', properties: wide, patternProperties: { '(x+x+)+y': {} } };
  expect(JSON.stringify(parameters).length).toBeGreaterThan(1_000_000);
  const started = process.cpuUsage();
  const code = await typesFor(offering({ name: 'wide', parameters }));
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(10);
  expect(compiled(code).faults).toEqual([]);
  expect(code.length).toBeLessThan(100_000);
  expect(code).not.toContain('(a+)+');
});

test('a type, a title or names of values that a schema brings along are not in the code', async () => {
  const own = { tsType: 'Stolen', title: 'Renamed', tsEnumNames: ['Stolen'], $id: 'Renamed', id: 'Renamed' };
  const parameters = {
    ...own,
    type: 'object',
    properties: {
      how: { ...own, enum: ['card'] },
      where: { ...own, type: 'object', properties: { a: own } },
    },
    definitions: { Renamed: { ...own, type: 'object' } },
    $defs: { Renamed: { ...own, type: 'object' } },
  };
  const code = await typesFor(offering({ name: 'pay', parameters }));
  expect(code).not.toMatch(/Stolen|Renamed/);
  expect(compiled(code, "const a: PayArguments = { how: 'card' };").faults).toEqual([]);
});

test('a schema does not touch the prototype of anything', async () => {
  const parameters = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string","default":{"polluted":true}},"constructor":{"properties":{"prototype":{"properties":{"polluted":{"type":"string"}}}}}},"__proto__":{"polluted":true}}',
  );
  const code = await typesFor(offering({ name: '__proto__', parameters }));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(compiled(code).faults).toEqual([]);
});
