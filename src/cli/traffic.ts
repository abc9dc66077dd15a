/** Recorded traffic by name: fixture files and session ids alike. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Recording } from '../exchange.ts';
import type { Fixture } from '../fixture.ts';
import { withSessions } from './commands/sessions.ts';
import type { Context } from './context.ts';
import { readFixtureFile } from './fixture-file.ts';

export interface Traffic {
  readonly from: string;
  /** Recordings that are one conversation after the other. */
  readonly recordings: readonly Recording[];
  /** Of a fixture file, in which every value is meant as it stands; a session's are masked. */
  readonly cases?: Fixture['cases'];
}

/** How a command tells its argument. */
export const trafficArgument = 'fixture files, or ids or labels of recorded sessions';

/** Throws where one of them is neither a file nor a session. */
export const readTraffic = (context: Context, names: readonly string[]): Promise<Traffic[]> =>
  Promise.all(names.map((name) => readOne(context, name)));

async function readOne(context: Context, name: string): Promise<Traffic> {
  if (existsSync(resolve(context.cwd, name)) || /[/\\]|\.(json|ya?ml)$/.test(name)) {
    const { recordings, cases } = (await readFixtureFile(context.cwd, name)).fixture;
    return { from: name, recordings, cases };
  }
  const recordings = await withSessions(context, async (sessions) =>
    sessions.read((await sessions.find(name)).id),
  );
  return { from: name, recordings };
}
