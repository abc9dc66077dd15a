/** Runs a script of this folder, on the sources as they are, in its own process, so that it can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll } from 'vitest';

export interface Child {
  readonly process: ChildProcess;
  /** Lines of its standard output, as they come. */
  readonly lines: AsyncIterableIterator<string>;
  readonly ended: Promise<number | null>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where node 20, which strips no types, finds the sources as JavaScript; inside the project, so that packages are found. */
const build = (): string => {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'record-test-'));
  const sources = ['src/record', 'test/record'].flatMap((dir) =>
    readdirSync(join(root, dir)).map((name) => join(dir, name)),
  );
  for (const source of [...sources, 'src/errors.ts'].filter((name) => /(?<!\.test)\.ts$/.test(name))) {
    const target = join(out, source.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      rewriteRelativeImportExtensions: true,
    };
    writeFileSync(
      target,
      ts.transpileModule(readFileSync(join(root, source), 'utf8'), { compilerOptions }).outputText,
    );
  }
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  return join(out, 'test/record');
};

let built: string | undefined;

afterAll(() => {
  if (built) rmSync(join(built, '../..'), { recursive: true });
});

export const runChild = (script: URL, ...args: readonly string[]): Child =>
  run(process.execPath, '--expose-gc', compiled(script), ...args);

/** Runs it on a disk that soon takes no more: no file may grow past so many blocks of 512 bytes (of 1,024 in some shells). */
export const runConfined = (blocks: number, script: URL, ...args: readonly string[]): Child =>
  run('sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, compiled(script), ...args);

const compiled = (script: URL): string => {
  built ??= build();
  return join(built, basename(script.pathname).replace(/\.ts$/, '.js'));
};

const run = (command: string, ...args: readonly string[]): Child => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return {
    process: child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended: new Promise((resolve) => child.on('close', resolve)),
  };
};
