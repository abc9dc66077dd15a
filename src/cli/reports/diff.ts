/** How `fcgate policy diff` tells what it found: for people, for programs, and as a comment on a change. */
import { escapeText, safeJson } from '../../escape.ts';
import type { Direction } from '../../trial/change.ts';
import type { Difference, PolicyDiff, Weighed } from '../../trial/diff.ts';
import { toldDecision } from '../told.ts';

export interface DiffReport extends PolicyDiff {
  /** The policies' files and hashes. */
  readonly before: string;
  readonly after: string;
}

const DIRECTIONS: readonly Direction[] = ['looser', 'undecidable', 'stricter', 'changed'];

/** So many examples of each rule are told to people. */
const MOST = 5;

const HEADINGS: Readonly<Record<Direction, string>> = {
  looser: 'Loosened',
  undecidable: 'Undecidable: what changed reads a value that is recorded masked',
  stricter: 'Tightened',
  changed: 'Changed otherwise',
};

interface Group {
  readonly rule: string;
  readonly differences: readonly Difference[];
  readonly masked: Weighed;
}

function groupsOf(differences: readonly Difference[], direction: Direction): Group[] {
  const groups = new Map<string, Difference[]>();
  for (const each of differences) {
    if (each.direction !== direction) continue;
    const rule = each.rules.join(', ') || 'no rule';
    groups.set(rule, [...(groups.get(rule) ?? []), each]);
  }
  return [...groups]
    .map(([rule, own]) => ({ rule, differences: own, masked: sumOf(own.map(({ masked }) => masked)) }))
    .sort((a, b) => b.differences.length - a.differences.length);
}

const sumOf = (all: readonly Weighed[]): Weighed => ({
  before: { values: total(all, 'before', 'values'), bytes: total(all, 'before', 'bytes') },
  after: { values: total(all, 'after', 'values'), bytes: total(all, 'after', 'bytes') },
});

const total = (all: readonly Weighed[], side: 'before' | 'after', what: 'values' | 'bytes'): number =>
  all.reduce((sum, each) => sum + each[side][what], 0);

/** A unit that is told of nowhere was allowed; what people made of it is left out. */
function told(decision: Difference['before']): string {
  if (!decision) return 'allow';
  const { refused: _, ...decided } = decision;
  return toldDecision(decided);
}

/** Before and after, where that can be told. */
const sidesOf = ({ direction, path, before, after }: Difference): readonly string[] =>
  direction === 'undecidable' || path === '' ? [] : [told(before), told(after)];

const where = ({ exchange, tool, stage, path }: Difference): string =>
  path === '' ? `${exchange}  the whole exchange` : `${exchange}  ${tool ?? stage}  ${path}`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Undefined where there is nothing to say of it. */
const bytesOf = ({ before, after }: Weighed): string | undefined =>
  before.bytes + after.bytes + before.values + after.values === 0
    ? undefined
    : before.bytes === after.bytes
      ? counted(after.bytes, 'byte')
      : `${before.bytes} → ${counted(after.bytes, 'byte')}`;

function summary({ differences, exchanges, masked }: DiffReport): string {
  const counts = DIRECTIONS.flatMap((direction) => {
    const count = differences.filter((each) => each.direction === direction).length;
    return count === 0 ? [] : [`${count} ${direction}`];
  });
  const { before, after } = masked;
  const values =
    before.values === after.values
      ? counted(after.values, 'value')
      : `${before.values} → ${counted(after.values, 'value')}`;
  const decided = counts.join(', ') || 'nothing is decided otherwise';
  return `${counted(exchanges, 'exchange')}: ${decided}; ${values} masked (${bytesOf(masked) ?? '0 bytes'})`;
}

function* pretty(report: DiffReport): Iterable<string> {
  yield escapeText(`${report.before}  →  ${report.after}`);
  for (const direction of DIRECTIONS) {
    const groups = groupsOf(report.differences, direction);
    if (groups.length > 0) yield `${HEADINGS[direction]}:`;
    for (const { rule, differences, masked } of groups) {
      const bytes = bytesOf(masked);
      yield escapeText(`  ${rule} (${differences.length}${bytes ? `; masks ${bytes}` : ''})`);
      for (const each of differences.slice(0, MOST)) {
        yield escapeText(`    ${where(each)}`);
        const sides = sidesOf(each);
        if (sides.length > 0) yield escapeText(`      ${sides.join('  →  ')}`);
      }
      if (differences.length > MOST) yield `    and ${differences.length - MOST} more`;
    }
  }
  yield summary(report);
}

function* markdown(report: DiffReport): Iterable<string> {
  yield `### Policy: ${code(report.before)} → ${code(report.after)}`;
  yield '';
  yield `${summary(report)}.`;
  for (const direction of DIRECTIONS) {
    const groups = groupsOf(report.differences, direction);
    if (groups.length === 0) continue;
    yield '';
    yield `#### ${HEADINGS[direction]}`;
    yield '';
    yield '| rule | times | masks | for example | before | after |';
    yield '|---|---|---|---|---|---|';
    for (const { rule, differences, masked } of groups) {
      const [before = '', after = ''] = sidesOf(differences[0]!);
      const cells = [code(where(differences[0]!)), code(before), code(after)];
      yield `| ${[code(rule), differences.length, bytesOf(masked) ?? '', ...cells].join(' | ')} |`;
    }
  }
}

/** What came from outside stands in code, from which it cannot break out. */
function code(text: string): string {
  if (text === '') return '';
  const safe = escapeText(text).replaceAll('|', '\\|');
  const ticks = '`'.repeat(Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const gap = ticks.length > 1 ? ' ' : '';
  return `${ticks}${gap}${safe}${gap}${ticks}`;
}

function* json({ before, after, exchanges, masked, differences }: DiffReport): Iterable<string> {
  yield safeJson({ before, after, exchanges, masked, differences }, 2);
}

/** The lines of a report. */
export const formats = { pretty, json, markdown } satisfies Record<
  string,
  (report: DiffReport) => Iterable<string>
>;
