/** Collects what is wrong with a policy while it is compiled, each at its place in the file. */
import type { Merged } from './merge.ts';
import type { Path, Place, Problem } from './yaml.ts';

export interface Report {
  readonly problems: Problem[];
  readonly warnings: Problem[];
  problem(path: Path, message: string): void;
  /** Of the key that leads there. */
  problemAtKey(path: Path, message: string): void;
  /** Of a character within a text. */
  problemWithin(path: Path, offset: number, message: string): void;
  warning(path: Path, message: string): void;
  warningAtKey(path: Path, message: string): void;
  /** `file:line:column`. */
  at(path: Path): string;
  /** That of a character within a text. */
  within(path: Path, offset: number): string;
}

export function createReport(merged: Merged): Report {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  return {
    problems,
    warnings,
    problem: (path, message) => void problems.push({ ...merged.place(path), message }),
    problemAtKey: (path, message) => void problems.push({ ...merged.keyPlace(path), message }),
    problemWithin: (path, offset, message) =>
      void problems.push({ ...merged.placeWithin(path, offset), message }),
    warning: (path, message) => void warnings.push({ ...merged.place(path), message }),
    warningAtKey: (path, message) => void warnings.push({ ...merged.keyPlace(path), message }),
    at: (path) => told(merged.keyPlace(path)),
    within: (path, offset) => told(merged.placeWithin(path, offset)),
  };
}

const told = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
