/** The fixture file: recordings, and what the policy is expected to do with them. */
import { readFile } from 'node:fs/promises';
import { Low } from 'lowdb';
import { FcgateError } from '../errors.ts';
import type { Fixture } from '../exchange.ts';
import { replaceFile } from './disk.ts';
import { checkFixture } from './fixture-check.ts';
import { fixtureText, withBodyTexts } from './fixture-text.ts';

/** Throws `usage`, with the place, where the file is missing or wrong. */
export const readFixture = async (path: string): Promise<Fixture> => {
  const file = fixtureFile(path);
  await file.read();
  return file.data;
};

export const writeFixture = async (path: string, fixture: Fixture): Promise<void> => {
  const file = fixtureFile(path);
  file.data = fixture;
  await file.write();
};

const fixtureFile = (path: string): Low<Fixture> =>
  new Low<Fixture>(
    {
      read: async () => checkFixture(path, withBodyTexts(parse(path, await text(path)))),
      write: (fixture) => replaceFile(path, fixtureText(fixture), 0o644),
    },
    { version: 1, recordings: [], cases: [] },
  );

const text = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new FcgateError('usage', `fixture file ${JSON.stringify(path)} cannot be read; check its name`, {
      cause,
    });
  }
};

const parse = (path: string, json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const at = /position (\d+)/.exec(String(cause))?.[1];
    throw new FcgateError(
      'usage',
      `${path}${at ? place(json, Number(at)) : ''}: is no JSON; correct it there`,
      { cause },
    );
  }
};

const place = (json: string, at: number): string => {
  const before = json.slice(0, at).split('\n');
  return `:${before.length}:${before.at(-1)!.length + 1}`;
};
