/** Cases: what a policy is expected to do with a recording, and where it does otherwise. */
import type { Case, Effect, Expectation, Fixture, Leaving } from '../exchange.ts';
import { type Court, decideAll, type Trial } from './decide.ts';

export interface CaseResult {
  readonly name: string;
  /** The id of its recording. */
  readonly recording: string;
  readonly passed: boolean;
  /** One line for each expectation that was not met. */
  readonly failures: readonly Failure[];
  readonly ms: number;
}

export interface Failure {
  /** `decisions["/messages/0/content"]`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** Runs every case of a fixture, each on its own. */
export function runCases(fixture: Fixture, court: Court, clock: () => number): CaseResult[] {
  const recordings = new Map(fixture.recordings.map((recording) => [recording.id, recording]));
  return fixture.cases.map((each) => {
    const started = clock();
    const recording = recordings.get(each.recording)!;
    const [trial] = decideAll([recording], { ...court, ...(each.caller ? { caller: each.caller } : {}) });
    const failures = compare(each, trial!);
    return {
      name: each.name,
      recording: recording.id,
      passed: failures.length === 0,
      failures,
      ms: clock() - started,
    };
  });
}

function compare({ expect }: Case, trial: Trial): Failure[] {
  return [
    ...differs('decision', expect.decision, strictest(trial)),
    ...Object.entries(expect.decisions ?? {}).flatMap(([path, effect]) =>
      differs(`decisions["${path}"]`, effect, effectAt(trial, path)),
    ),
    ...rules(expect, trial),
    ...masked(expect, trial),
    ...approvers(expect, trial),
    ...leaving('leaves.to_model', expect.leaves?.to_model, trial.toModel ?? ''),
    ...leaving('leaves.to_app', expect.leaves?.to_app, trial.toApp),
    ...(expect.code === undefined || trial.codes.includes(expect.code)
      ? []
      : [{ what: 'code', expected: expect.code, actual: trial.codes.join(', ') || 'not refused' }]),
  ];
}

function differs(what: string, expected: string | undefined, actual: string): Failure[] {
  return expected === undefined || expected === actual ? [] : [{ what, expected, actual }];
}

const RANK: Readonly<Record<Effect, number>> = { allow: 0, mask: 1, approve: 2, deny: 3 };

function strictest({ decisions, codes }: Trial): Effect {
  const effects = decisions.map((decision) => decision.effect);
  const strongest = effects.reduce<Effect>((a, b) => (RANK[b] > RANK[a] ? b : a), 'allow');
  return codes.length > 0 ? 'deny' : strongest;
}

/** Units of which nothing is told were allowed. */
const effectAt = ({ decisions }: Trial, path: string): Effect =>
  decisions.find((decision) => decision.path === path)?.effect ?? 'allow';

function rules({ rules: must = [], not_rules: mustNot = [] }: Expectation, { decisions }: Trial): Failure[] {
  const fired = new Set(
    decisions.flatMap((each) => [
      ...each.rules.map(({ rule }) => rule),
      ...each.masked.map(({ rule }) => rule),
    ]),
  );
  const actual = [...fired].join(', ') || 'none';
  return [
    ...must.filter((rule) => !fired.has(rule)).map((rule) => ({ what: 'rules', expected: rule, actual })),
    ...mustNot
      .filter((rule) => fired.has(rule))
      .map((rule) => ({ what: 'not_rules', expected: `not ${rule}`, actual })),
  ];
}

function masked({ masked: expected = {} }: Expectation, { decisions }: Trial): Failure[] {
  return Object.entries(expected).flatMap(([path, entity]) => {
    const there = decisions.flatMap((each) =>
      each.masked.filter((mask) => mask.path === path).map((mask) => mask.entity),
    );
    return there.includes(entity)
      ? []
      : [{ what: `masked["${path}"]`, expected: entity, actual: there.join(', ') || 'nothing' }];
  });
}

function approvers({ approvers: expected }: Expectation, { decisions }: Trial): Failure[] {
  if (!expected) return [];
  const asked = [...new Set(decisions.flatMap((each) => each.approval?.groups ?? []))].sort();
  return differs('approvers', [...expected].sort().join(', '), asked.join(', '));
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
