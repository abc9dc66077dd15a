/** Fixture files: recordings with what the policy is expected to do with them, and cases told in few words. */
import { readFile } from 'node:fs/promises';
import { Low } from 'lowdb';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { FcgateError } from '../errors.ts';
import type { Fixture, SketchFile } from '../fixture.ts';
import { replaceFile } from './disk.ts';
import { checkFixture, checkSketches } from './fixture-check.ts';
import { fixtureText, withBodyTexts } from './fixture-text.ts';

/** Throws `usage`, with the place, where the file is missing or wrong. */
export const readFixture = async (path: string, name = path): Promise<Fixture> => {
  const file = fixtureFile(path, name);
  await file.read();
  return file.data;
};

export const writeFixture = async (path: string, fixture: Fixture): Promise<void> => {
  const file = fixtureFile(path, path);
  file.data = fixture;
  await file.write();
};

const fixtureFile = (path: string, name: string): Low<Fixture> =>
  new Low<Fixture>(
    {
      read: async () => {
        const text = await textOf(path, name);
        return checkFixture({ file: name, text }, withBodyTexts(parse(name, text)));
      },
      write: (fixture) => replaceFile(path, fixtureText(fixture), 0o644),
    },
    { version: 1, recordings: [], cases: [] },
  );

/** A YAML file of cases, and its document, which can be changed and written without losing a comment. */
export interface Sketches {
  readonly file: SketchFile;
  readonly document: Document;
  readonly text: string;
}

/** Throws `usage`, with the place, where the file is missing or wrong. */
export async function readSketches(path: string, name = path): Promise<Sketches> {
  const text = await textOf(path, name);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new FcgateError('usage', `${name}:${line}:${col}: is no YAML that can be read: ${fault.message}`);
  }
  return { file: checkSketches({ file: name, text }, jsOf(document, name)), document, text };
}

export const writeSketches = (path: string, document: Document): Promise<void> =>
  replaceFile(path, document.toString({ lineWidth: 110 }), 0o644);

function jsOf(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new FcgateError(
      'usage',
      `${name}: an alias has no anchor, or there are too many; write the values out`,
      {
        cause,
      },
    );
  }
}

const textOf = async (path: string, name: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new FcgateError('usage', `fixture file ${JSON.stringify(name)} cannot be read; check its name`, {
      cause,
    });
  }
};

const parse = (name: string, json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const at = /position (\d+)/.exec(String(cause))?.[1];
    throw new FcgateError(
      'usage',
      `${name}${at ? place(json, Number(at)) : ''}: is no JSON; correct it there`,
      { cause },
    );
  }
};

const place = (json: string, at: number): string => {
  const before = json.slice(0, at).split('\n');
  return `:${before.length}:${before.at(-1)!.length + 1}`;
};
