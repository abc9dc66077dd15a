/** Cases: what a policy is expected to do with a recording, and where it does otherwise. */
import type { RecordedDecision, Recording } from '../exchange.ts';
import type { Case, Fixture } from '../fixture.ts';
import { compare, type Failure, standsAt } from './compare.ts';
import { type Court, openTrial, type Trial } from './decide.ts';
import { heardBy, type Testimony, testimonyOf } from './testimony.ts';

export interface CaseResult {
  readonly name: string;
  /** The id of its recording. */
  readonly recording: string;
  readonly passed: boolean;
  /** It need not pass yet; a text says why. */
  readonly todo?: boolean | string;
  /** One for each expectation that was not met. */
  readonly failures: readonly ExplainedFailure[];
  readonly ms: number;
}

export interface ExplainedFailure extends Failure {
  /** What is told of the units that it speaks of. */
  readonly decisions: readonly RecordedDecision[];
  /** The conditions that had a say. */
  readonly testimony: readonly Testimony[];
}

/** Looks at each case with its trial, once: it is not kept. */
export type Look = (one: Case, trial: Trial) => void;

/**
 * Runs every case of a fixture, and tells the results in the order of the cases. The recordings of a session are decided
 * once, as the conversation that they were, for all cases that ask alike.
 */
export function runCases(
  fixture: Fixture,
  court: Court,
  clock: () => number,
  look: Look = () => {},
): CaseResult[] {
  const results = new Map<Case, CaseResult>();
  const sessions = sessionsOf(fixture.recordings);
  for (const cases of alike(fixture).values()) {
    const { caller, answer, recording } = cases[0]!;
    const own: Court = { ...court, ...(caller ? { caller } : {}), ...(answer ? { answer } : {}) };
    const session = sessions.byId.get(recording)!;
    for (const [one, result] of runSession(session, cases, own, clock, look)) results.set(one, result);
  }
  return fixture.cases.map((one) => results.get(one)!);
}

/** Sessions of recordings, found by the id of any of them. */
function sessionsOf(recordings: readonly Recording[]): { byId: Map<string, readonly Recording[]> } {
  const sessions = new Map<string, Recording[]>();
  const byId = new Map<string, readonly Recording[]>();
  for (const recording of recordings) {
    const session = sessions.get(recording.session) ?? [];
    session.push(recording);
    sessions.set(recording.session, session);
    byId.set(recording.id, session);
  }
  return { byId };
}

/** Cases that one run through a session can answer. */
function alike({ recordings, cases }: Fixture): Map<string, Case[]> {
  const sessions = new Map(recordings.map(({ id, session }) => [id, session]));
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const key = JSON.stringify([sessions.get(one.recording), one.caller, one.answer]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

type Run = Iterable<readonly [Case, CaseResult]>;

function* runSession(
  session: readonly Recording[],
  cases: readonly Case[],
  court: Court,
  clock: () => number,
  look: Look,
): Run {
  const failed: [Case, Trial, Failure[], number][] = [];
  for (const [own, trial, ms] of trials(session, cases, court, clock)) {
    for (const one of own) {
      look(one, trial);
      const failures = compare(one, trial);
      if (failures.length > 0) failed.push([one, trial, failures, ms]);
      else yield [one, resultOf(one, [], ms)];
    }
  }
  if (failed.length === 0) return;
  const heard = testify(
    session,
    failed.map(([one]) => one),
    court,
  );
  for (const [one, trial, failures, ms] of failed) {
    const own = heard.get(one.recording)!;
    yield [
      one,
      resultOf(
        one,
        failures.map((failure) => explained(failure, trial, own)),
        ms,
      ),
    ];
  }
}

/** The trial of each recording that a case speaks of; those before it are decided, those after the last are not. */
function* trials(
  session: readonly Recording[],
  cases: readonly Case[],
  court: Court,
  clock: () => number,
): Iterable<readonly [Case[], Trial, number]> {
  const decide = openTrial(court);
  let left = cases.length;
  for (const recording of session) {
    if (left === 0) return;
    const own = cases.filter((one) => one.recording === recording.id);
    const started = clock();
    const trial = decide(recording);
    left -= own.length;
    if (own.length > 0) yield [own, trial, clock() - started];
  }
}

/** Decides once more, and writes down what the conditions see: only failures cost that. */
function testify(
  session: readonly Recording[],
  cases: readonly Case[],
  court: Court,
): Map<string, readonly Testimony[]> {
  const all = new Map<string, readonly Testimony[]>();
  let heard: Testimony[] = [];
  const open = { ...court, witness: heardBy(court, (testimony) => heard.push(testimony)) };
  for (const [, trial] of trials(session, cases, open, () => 0)) {
    all.set(trial.recording.id, heard);
    heard = [];
  }
  return all;
}

const resultOf = (
  { name, recording, todo }: Case,
  failures: readonly ExplainedFailure[],
  ms: number,
): CaseResult => ({
  name,
  recording,
  passed: failures.length === 0,
  ...(todo ? { todo } : {}),
  failures,
  ms,
});

function explained(failure: Failure, { all }: Trial, heard: readonly Testimony[]): ExplainedFailure {
  const { place, rule, what } = failure;
  const speaks = (decision: RecordedDecision): boolean => {
    if (place !== undefined)
      return standsAt(place)(decision) || decision.masked.some((mask) => mask.path === place);
    if (rule !== undefined) return decision.rules.some((hit) => hit.rule === rule);
    return !what.startsWith('leaves') && (decision.effect !== 'mask' || what === 'decision');
  };
  const decisions = all.filter(speaks);
  const own = heard.filter(
    ({ stage, tool }) =>
      !place?.startsWith('/') || decisions.some((d) => d.stage === stage && d.tool === tool),
  );
  return { ...failure, decisions, testimony: testimonyOf(failure, own) };
}
