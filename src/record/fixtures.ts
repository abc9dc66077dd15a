/** The fixture file: recordings, and what the policy is expected to do with them. */
import { readFile } from 'node:fs/promises';
import { Low } from 'lowdb';
import { FcgateError } from '../errors.ts';
import type { Caller, Code, Effect, Recording } from '../exchange.ts';
import { replaceFile } from './disk.ts';
import { checkFixture } from './fixture-check.ts';

export interface Fixture {
  readonly version: 1;
  readonly recordings: readonly Recording[];
  readonly cases: readonly Case[];
}

/** A recording, who asks, and what is expected. */
export interface Case {
  readonly name: string;
  /** Id of a recording of the same file. */
  readonly recording: string;
  /** Who asks, where it is not the recording's own caller. */
  readonly caller?: Partial<Caller>;
  readonly expect: Expectation;
}

/** What is not named is not looked at. Pointers are those of the units (of a stream: in the body that it would have been). */
export interface Expectation {
  /** The strictest decision of the exchange. */
  readonly decision?: Effect;
  /** Decisions by the unit's JSON pointer. */
  readonly decisions?: Readonly<Record<string, Effect>>;
  /** Rules that must fire, and rules that must not. */
  readonly rules?: readonly string[];
  readonly not_rules?: readonly string[];
  /** Entities masked, by the value's JSON pointer. */
  readonly masked?: Readonly<Record<string, string>>;
  /** Text that must or must not leave in either direction. */
  readonly leaves?: { readonly to_model?: Leaving; readonly to_app?: Leaving };
  /** The refusal's code. */
  readonly code?: Code;
}

export interface Leaving {
  readonly must?: readonly string[];
  readonly must_not?: readonly string[];
}

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
      read: async () => checkFixture(path, parse(path, await text(path))),
      write: (fixture) => replaceFile(path, `${JSON.stringify(fixture, null, 2)}\n`, 0o644),
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
