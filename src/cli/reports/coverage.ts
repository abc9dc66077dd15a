/** What of a policy no case reached, in the formats of `--coverage-format`. */
import { escapeText } from '../../escape.ts';
import { type Covered, shareOf } from '../../trial/coverage.ts';
import type { Mutation } from '../../trial/mutate.ts';
import type { Context } from '../context.ts';

/** Prints it. */
type Format = (found: Found, context: Context) => void;

/** What was asked for. */
export interface Found {
  readonly covered?: readonly Covered[];
  readonly mutation?: Mutation;
}

export const coverageFormats = { text, lcov, json } satisfies Record<string, Format>;

function text({ covered, mutation }: Found, context: Context): void {
  if (covered) for (const line of coverageLines(covered)) context.print(line);
  if (mutation) for (const line of mutationLines(mutation)) context.print(line);
}

function coverageLines(covered: readonly Covered[]): string[] {
  const { gone, ways, percent } = shareOf(covered);
  const missed = covered.flatMap((item) => {
    const never = item.ways.filter((way) => item.counts[way] === 0).map((way) => `never ${way}`);
    return never.length === 0 ? [] : [{ ...item, said: [item.text ?? item.name, never.join(', ')] }];
  });
  return [
    `Coverage: ${gone} of ${ways} outcomes of the policy's parts (${percent.toFixed(1)} %)`,
    ...byFile(missed),
  ];
}

export const scoreOf = ({ mutants, survivors }: Mutation): number =>
  mutants === 0 ? 1 : (mutants - survivors.length) / mutants;

function mutationLines(mutation: Mutation): string[] {
  const { mutants, survivors } = mutation;
  const noticed = mutants - survivors.length;
  return [
    `Mutants: ${noticed} of ${mutants} noticed by a case (score ${scoreOf(mutation).toFixed(2)})`,
    ...byFile(survivors.map((each) => ({ ...each, said: [each.name, `${each.operator}: ${each.change}`] }))),
  ];
}

interface Line {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly said: readonly string[];
}

/** What stands at a place in one line where it fits, else in several below each other. */
function byFile(lines: readonly Line[]): string[] {
  const files = [...new Set(lines.map(({ file }) => file))];
  return files.flatMap((file) => [
    `  ${escapeText(file)}`,
    ...lines
      .filter((each) => each.file === file)
      .flatMap(({ line, column, said }) => {
        const place = `    ${`${line}:${column}`.padEnd(7)} `;
        const told = said.map((each) => escapeText(each.replaceAll(/\s+/g, ' ')));
        const joined = told.join('  ');
        if (place.length + joined.length <= WIDTH) return [place + joined];
        const parts = told.flatMap((each) =>
          place.length + each.length <= WIDTH ? [each] : each.split(/ (?=→ )/),
        );
        return parts.map((each, i) => (i === 0 ? place : ' '.repeat(place.length)) + each);
      }),
  ]);
}

const WIDTH = 80;

function json({ covered, mutation }: Found, context: Context): void {
  context.printJson({
    ...(covered ? { ...shareOf(covered), parts: covered.map(({ key: _, ways: __, ...part }) => part) } : {}),
    ...(mutation
      ? {
          mutants: mutation.mutants,
          score: scoreOf(mutation),
          survivors: mutation.survivors.map(({ merged: _, ...mutant }) => mutant),
        }
      : {}),
  });
}

/** https://github.com/linux-test-project/lcov, man geninfo: each part a line, each outcome of a condition a branch. */
function lcov({ covered = [] }: Found, context: Context): void {
  for (const file of new Set(covered.map((item) => item.file))) {
    const own = covered.filter((item) => item.file === file);
    for (const record of recordsOf(file, own)) context.print(record);
  }
}

function recordsOf(file: string, own: readonly Covered[]): string[] {
  const branches = own.flatMap(({ line, ways, counts }, block) =>
    ways.length < 2
      ? []
      : ways.map((way, i) => ({ line, block, i, count: counts[way] ?? 0, asked: hitsOf(counts) > 0 })),
  );
  const lines = new Map<number, number>();
  for (const { line, counts } of own) lines.set(line, Math.max(lines.get(line) ?? 0, hitsOf(counts)));
  return [
    'TN:',
    `SF:${file}`,
    ...branches.map(
      ({ line, block, i, count, asked }) => `BRDA:${line},${block},${i},${asked ? count : '-'}`,
    ),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ count }) => count > 0).length}`,
    ...[...lines].sort(([a], [b]) => a - b).map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((hits) => hits > 0).length}`,
    'end_of_record',
  ];
}

const hitsOf = (counts: Covered['counts']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
