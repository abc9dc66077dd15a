/** What a case expects beside what came. */
import type { Effect, RecordedDecision } from '../exchange.ts';
import type { Case, Expectation, Leaving } from '../fixture.ts';
import type { Trial } from './decide.ts';

export interface Failure {
  /** `decisions["/messages/0/content"]`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  /** The place that it speaks of, where it speaks of one. */
  readonly place?: string;
  /** The rule that it speaks of, where it speaks of one. */
  readonly rule?: string;
}

/** One for each expectation that was not met. */
export function compare({ expect }: Case, trial: Trial): Failure[] {
  return [
    ...differs('decision', expect.decision, strictest(trial)),
    ...Object.entries(expect.decisions ?? {}).flatMap(([place, effect]) =>
      differs(`decisions["${place}"]`, effect, effectAt(trial, place), { place }),
    ),
    ...rules(expect, trial),
    ...Object.entries(expect.masked ?? {}).flatMap(([place, wanted]) => masked(place, wanted, trial)),
    ...differs('approvers', expect.approvers && people(expect.approvers), people(askedOf(trial))),
    ...risk(expect, trial),
    ...leaving('leaves.to_model', expect.leaves?.to_model, trial.toModel ?? ''),
    ...leaving('leaves.to_app', expect.leaves?.to_app, trial.toApp),
    ...missing('code', expect.code, trial.codes, trial.codes.join(', ')),
    ...missing('message', expect.message, trial.messages.join('\n'), trial.messages.join('; ')),
  ];
}

function differs(
  what: string,
  expected: string | undefined,
  actual: string,
  about: Pick<Failure, 'place'> = {},
): Failure[] {
  return expected === undefined || expected === actual ? [] : [{ what, expected, actual, ...about }];
}

const missing = (
  what: string,
  expected: string | undefined,
  there: string | readonly string[],
  actual: string,
): Failure[] =>
  expected === undefined || there.includes(expected)
    ? []
    : [{ what, expected, actual: actual || 'not refused' }];

const RANK: Readonly<Record<Effect, number>> = { allow: 0, mask: 1, approve: 2, deny: 3 };

export const strictestOf = (decisions: readonly RecordedDecision[]): Effect =>
  decisions.reduce<Effect>((most, { effect }) => (RANK[effect] > RANK[most] ? effect : most), 'allow');

export const strictest = ({ all, codes }: Trial): Effect => (codes.length > 0 ? 'deny' : strictestOf(all));

/** Units of which nothing is told were allowed. */
export const effectAt = ({ all }: Trial, place: string): Effect => strictestOf(all.filter(standsAt(place)));

const isPointer = (place: string): boolean => place === '' || place.startsWith('/');

/** Whether a unit stands at a place: a pointer, a stage, or a stage and a tool. */
export function standsAt(
  place: string,
): (unit: Pick<RecordedDecision, 'stage' | 'tool'> & { readonly path?: string }) => boolean {
  if (isPointer(place)) return (unit) => unit.path === place;
  const [stage, ...tool] = place.split(' ');
  const name = tool.join(' ');
  return (unit) => unit.stage === stage && (name === '' || unit.tool === name);
}

/** Rules and rows of the mask table that had a say. */
export const firedIn = ({ all }: Trial): ReadonlySet<string> =>
  new Set(all.flatMap((each) => [...each.rules, ...each.masked].map(({ rule }) => rule)));

function rules({ rules: must = [], not_rules: mustNot = [] }: Expectation, trial: Trial): Failure[] {
  const fired = firedIn(trial);
  const actual = [...fired].join(', ') || 'none';
  return [
    ...must
      .filter((rule) => !fired.has(rule))
      .map((rule) => ({ what: 'rules', expected: rule, actual, rule })),
    ...mustNot
      .filter((rule) => fired.has(rule))
      .map((rule) => ({ what: 'not_rules', expected: `not ${rule}`, actual, rule })),
  ];
}

/** The entities that were masked there, in order, each once. */
export const maskedAt = ({ all }: Trial, place: string): string[] => {
  const stands = standsAt(place);
  const masks = isPointer(place)
    ? all.flatMap((each) => each.masked).filter((mask) => mask.path === place)
    : all.filter(stands).flatMap((each) => each.masked);
  return [...new Set(masks.map(({ entity }) => entity))].sort();
};

function masked(place: string, wanted: string | readonly string[], trial: Trial): Failure[] {
  const there = maskedAt(trial, place);
  const holds = typeof wanted === 'string' ? there.includes(wanted) : listed(wanted) === listed(there);
  if (holds) return [];
  const expected = typeof wanted === 'string' ? wanted : listed(wanted) || 'nothing';
  return [{ what: `masked["${place}"]`, expected, actual: listed(there) || 'nothing', place }];
}

/** The groups that were asked. */
export const askedOf = ({ all }: Trial): string[] => [
  ...new Set(all.flatMap((each) => each.approval?.groups ?? [])),
];

const listed = (names: readonly string[]): string => [...names].sort().join(', ');

const people = (groups: readonly string[]): string => listed(groups) || 'nobody';

/** The highest risk of a unit. */
export const riskOf = ({ all }: Trial): number => Math.max(0, ...all.map((each) => each.risk?.total ?? 0));

function risk({ risk: range }: Expectation, trial: Trial): Failure[] {
  if (!range) return [];
  const { min = 0, max = 100 } = range;
  const total = riskOf(trial);
  return total >= min && total <= max
    ? []
    : [{ what: 'risk', expected: `${min} to ${max}`, actual: String(total) }];
}

function leaving(what: string, { must = [], must_not: mustNot = [] }: Leaving = {}, text: string): Failure[] {
  return [
    ...must
      .filter((each) => !text.includes(each))
      .map((each) => ({ what: `${what}.must`, expected: each, actual: 'not there' })),
    ...mustNot
      .filter((each) => text.includes(each))
      .map((each) => ({ what: `${what}.must_not`, expected: `not ${each}`, actual: 'there' })),
  ];
}
