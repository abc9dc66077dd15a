/** Patterns that cost much: detectors that are run over every text, conditions whose patterns are large. */
import { requiredLiteral } from '../detect/pattern.ts';
import { conditionsOf } from './conditions.ts';
import type { Merged } from './merge.ts';
import { sizeOf } from './patterns.ts';
import type { Problem } from './yaml.ts';

/** Of so many instructions, and of so many times more than characters: its counts were written out. */
const MANY = 200;
const INFLATED = 4;

const isInflated = (pattern: string): boolean => sizeOf(pattern) > Math.max(MANY, INFLATED * pattern.length);

export function slowPatterns({ value: file, place, placeWithin }: Merged): Problem[] {
  const ofDetectors = (file.detectors ?? []).flatMap(({ pattern }, i) => {
    if (pattern === undefined || requiredLiteral(pattern)) return [];
    const message =
      'This pattern is slow: it is run over every text, since no two characters in a row are in all that it matches. Give it a fixed part, such as `CUST-`.';
    return [{ ...place(['detectors', i, 'pattern']), message }];
  });
  const ofConditions = conditionsOf(file).flatMap(({ path, rule, said }) =>
    said.patterns
      .filter(({ text }) => isInflated(text))
      .map(({ offset }) => ({
        ...placeWithin(path, offset),
        message: `${rule}: this pattern is slow: its counts, such as {1,500}, are written out. Ask for less, or write + or * instead.`,
      })),
  );
  return [...ofDetectors, ...ofConditions].filter(({ file }) => file !== 'built-in');
}
