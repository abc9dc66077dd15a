/** The files that `policy test` is given, each as a fixture: JSON as it is, YAML told out. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fixture } from '../fixture.ts';
import { placeIn, placeOfCase } from '../record/fixture-place.ts';
import { readFixture, readSketches } from '../record/fixtures.ts';
import { sketched } from '../trial/sketch.ts';

export interface FixtureFile {
  /** As it was named. */
  readonly file: string;
  readonly fixture: Fixture;
  /** `line:column` of a case in it. */
  placeOf(name: string): string;
  /** In a YAML file: the number of the sketch that a case was told from. */
  readonly sketchOf?: ReadonlyMap<string, number>;
}

const isYaml = (file: string): boolean => /\.ya?ml$/.test(file);

/** The named files, and behind each JSON file the YAML file of the same name beside it; that alone, where it is alone. */
export const withBeside = (cwd: string, files: readonly string[]): string[] => [
  ...new Set(
    files.flatMap((file) => {
      const beside = file.replace(/\.json$/, '.yaml');
      if (beside === file || !existsSync(resolve(cwd, beside))) return [file];
      return existsSync(resolve(cwd, file)) ? [file, beside] : [beside];
    }),
  ),
];

export async function readFixtureFile(cwd: string, file: string): Promise<FixtureFile> {
  const path = resolve(cwd, file);
  if (isYaml(file)) return readTold(cwd, file);
  const fixture = await readFixture(path, file);
  return { file, fixture, placeOf: (name) => placeOfCase(readFileSync(path, 'utf8'), name) };
}

/** Cases in few words; those that speak of recordings find them in the JSON file of the same name. */
async function readTold(cwd: string, file: string): Promise<FixtureFile> {
  const path = resolve(cwd, file);
  const { file: sketches, text } = await readSketches(path, file);
  const beside = file.replace(/\.ya?ml$/, '.json');
  const needed = sketches.cases.some(({ recording }) => recording !== undefined);
  const recordings = needed ? (await readFixture(resolve(cwd, beside), beside)).recordings : [];
  const told = sketches.cases.flatMap((sketch, index) => sketched(sketch).map((one) => ({ ...one, index })));
  const sketchOf = new Map(told.map((one) => [one.case.name, one.index]));
  return {
    file,
    fixture: {
      version: 1,
      recordings: [...recordings, ...told.flatMap(({ recording }) => recording ?? [])],
      cases: told.map((one) => one.case),
    },
    placeOf: (name) => placeIn(text, ['cases', sketchOf.get(name) ?? 0]),
    sketchOf,
  };
}
