/** `policy test --update`: expectations that are not met become what came, and each change is shown. */
import { resolve } from 'node:path';
import { escapeText } from '../escape.ts';
import type { Case, Expectation } from '../fixture.ts';
import { readFixture, readSketches, writeFixture, writeSketches } from '../record/fixtures.ts';
import { actualOf } from '../trial/actual.ts';
import { runCases } from '../trial/cases.ts';
import type { Context } from './context.ts';
import { type FixtureFile, readFixtureFile, withBeside } from './fixture-file.ts';
import { goodPolicy } from './policy-file.ts';
import { type TestOptions, testHash, wanted } from './test-run.ts';

interface Change {
  readonly one: Case;
  readonly now: Expectation;
}

export async function updateFixtures(
  context: Context,
  named: readonly string[],
  { filter }: Pick<TestOptions, 'filter'>,
): Promise<void> {
  const court = { policy: goodPolicy(context), hash: testHash };
  for (const name of withBeside(context.cwd, named)) {
    const file = await readFixtureFile(context.cwd, name);
    const changes: Change[] = [];
    runCases(
      wanted(file.fixture, filter),
      court,
      () => performance.now(),
      (one, trial) => {
        const now = one.todo === undefined ? actualOf(one, trial) : undefined;
        if (now) changes.push({ one, now });
      },
    );
    const written = changes.length === 0 ? [] : await write(context, file, changes);
    if (written.length > 0) context.print(escapeText(name));
    for (const change of written) for (const line of shown(change)) context.print(line);
    context.note(`${name}: ${written.length} of ${file.fixture.cases.length} cases rewritten.`);
  }
}

/** What was rewritten. */
async function write(context: Context, file: FixtureFile, changes: readonly Change[]): Promise<Change[]> {
  const path = resolve(context.cwd, file.file);
  if (file.sketchOf) return writeTold(context, path, file, changes);
  const fixture = await readFixture(path, file.file);
  const now = new Map(changes.map((change) => [change.one.name, change.now]));
  const cases = fixture.cases.map((one) => ({ ...one, expect: now.get(one.name) ?? one.expect }));
  await writeFixture(path, { ...fixture, cases });
  return [...changes];
}

/** A case that is told for several providers can be rewritten only where the same came of all of them. */
async function writeTold(
  context: Context,
  path: string,
  { file, fixture, sketchOf }: FixtureFile,
  changes: readonly Change[],
): Promise<Change[]> {
  const { document } = await readSketches(path, file);
  const written: Change[] = [];
  for (const index of new Set(changes.map(({ one }) => sketchOf!.get(one.name)!))) {
    const own = changes.filter(({ one }) => sketchOf!.get(one.name) === index);
    const told = fixture.cases.filter(({ name }) => sketchOf!.get(name) === index);
    const differs = own.length < told.length || new Set(own.map(({ now }) => JSON.stringify(now))).size > 1;
    if (differs) {
      context.warn(`fcgate: ${own[0]!.one.name}: not the same came in every telling; rewrite it by hand.`);
      context.exitWith(1);
      continue;
    }
    const { one, now } = own[0]!;
    for (const key of keysOf(one.expect, now)) {
      const place = ['cases', index, 'expect', key];
      if (now[key] === undefined) document.deleteIn(place);
      else if (!isSame(one.expect[key], now[key])) document.setIn(place, document.createNode(now[key]));
    }
    written.push(...own);
  }
  if (written.length > 0) await writeSketches(path, document);
  return written;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const keysOf = (before: Expectation, now: Expectation): (keyof Expectation)[] => [
  ...new Set([...Object.keys(before), ...Object.keys(now)] as (keyof Expectation)[]),
];

function shown({ one, now }: Change): string[] {
  const line = (sign: string, key: string, value: unknown): string[] =>
    value === undefined ? [] : [`    ${sign} ${key}: ${escapeText(JSON.stringify(value))}`];
  return [
    `  ${escapeText(one.name)}`,
    ...keysOf(one.expect, now)
      .filter((key) => !isSame(one.expect[key], now[key]))
      .flatMap((key) => [...line('-', key, one.expect[key]), ...line('+', key, now[key])]),
  ];
}
