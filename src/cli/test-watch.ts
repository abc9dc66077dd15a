/** `policy test --watch`: tests again as the policy's files or the fixtures change, until it is stopped. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { escapeLines } from '../escape.ts';
import type { Context } from './context.ts';
import { withBeside } from './fixture-file.ts';
import { locatePolicy, readPolicy } from './policy-file.ts';
import { runTests, type TestOptions } from './test-run.ts';

/** Whoever writes a file may do so in several steps. */
const restMs = 20;

export async function watchTests(
  context: Context,
  named: readonly string[],
  options: TestOptions,
): Promise<void> {
  const stopped = context.stopSignal();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let watching: FSWatcher[] = [];
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(again);
    }, restMs);
  };
  const again = async (): Promise<void> => {
    for (const one of watching) one.close();
    watching = watchAll(filesOf(context, named), changed);
    const started = performance.now();
    await runTests(context, named, options).catch((error: Error) => {
      context.warn(`fcgate: ${escapeLines(error.message)}`);
    });
    context.note(`Tested in ${Math.round(performance.now() - started)} ms; waiting for a change.`);
  };
  await again();
  await stopped;
  clearTimeout(timer);
  for (const one of watching) one.close();
  await running;
}

/** What a run reads: of a broken policy, its first file. */
function filesOf(context: Context, named: readonly string[]): string[] {
  const place = locatePolicy(context);
  const own = place.path === undefined ? [] : [place.path];
  let policy: readonly string[] = own;
  try {
    const loaded = readPolicy(context.cwd, place);
    if (loaded.ok) policy = [...own, ...loaded.policy.files];
  } catch {
    // The run says what is wrong with it.
  }
  return [...policy, ...withBeside(context.cwd, named)].map((file) => resolve(context.cwd, file));
}

/** Folders are watched, since editors replace files. */
function watchAll(files: readonly string[], changed: () => void): FSWatcher[] {
  const folders = new Set(files.map(dirname));
  return [...folders].flatMap((folder) => {
    const names = new Set(files.filter((file) => dirname(file) === folder).map((file) => basename(file)));
    try {
      return [
        watch(folder, (_, name) => {
          if (name === null || names.has(name)) changed();
        }),
      ];
    } catch {
      return [];
    }
  });
}
