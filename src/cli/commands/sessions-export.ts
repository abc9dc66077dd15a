/** `fcgate sessions export`: a recorded session as a fixture for `policy test`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { Fixture } from '../../fixture.ts';
import { readFixture, writeFixture } from '../../record/fixtures.ts';
import { harvest } from '../../trial/harvest.ts';
import type { Context } from '../context.ts';
import { goodPolicy } from '../policy-file.ts';
import { testHash } from '../test-run.ts';
import { withSessions } from './sessions.ts';

export function defineExport(command: Command, context: Context): void {
  command
    .command('export')
    .description('a session as recordings and cases: what was decided is what is expected')
    .argument('<session>', 'its id, the beginning of its id, or its label')
    .requiredOption('--fixture <file>', 'the fixture file that it is added to')
    .addHelpText('after', '\nExample:\n  fcgate sessions export 01J8 --fixture fixtures/recordings.json')
    .action((name, { fixture }) => exportTo(context, name, fixture));
}

async function exportTo(context: Context, name: string, file: string): Promise<void> {
  const policy = goodPolicy(context);
  const recordings = await withSessions(context, async (sessions) =>
    sessions.read((await sessions.find(name)).id),
  );
  const { fixture, left } = harvest(recordings, { policy, hash: testHash });
  const path = resolve(context.cwd, file);
  const before = existsSync(path) ? await readFixture(path, file) : undefined;
  await writeFixture(path, before ? added(before, fixture) : fixture);
  context.note(`Wrote ${fixture.cases.length} cases to ${file}; run fcgate policy test ${file}.`);
  for (const entity of left)
    context.note(`${entity} stays a mark, which counts as found: no value could be made up for it.`);
}

/** What was exported before is replaced. */
function added(before: Fixture, { version, recordings, cases }: Fixture): Fixture {
  const ids = new Set(recordings.map(({ id }) => id));
  const names = new Set(cases.map(({ name }) => name));
  return {
    version,
    recordings: [...before.recordings.filter(({ id }) => !ids.has(id)), ...recordings],
    cases: [...before.cases.filter(({ name }) => !names.has(name)), ...cases],
  };
}
