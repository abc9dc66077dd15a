/** What another policy would have done with recorded traffic: what it loosens, what it tightens, and what nobody can tell. */
import type { RecordedDecision, Recording } from '../exchange.ts';
import type { Policy } from '../policy/policy.ts';
import { directionOf } from '../policy/stages.ts';
import { compareDecisions, type Direction, maskChange, rulesAtFault } from './change.ts';
import { type Court, openTrial, type Trial } from './decide.ts';
import { type Doubt, doubting } from './doubt.ts';
import type { Evidence } from './evidence.ts';
import { maskDoubting, type Side } from './mask-doubt.ts';
import { type Masked, openScales, sumOf } from './scales.ts';

/** One unit that is decided otherwise; a whole exchange where it has no path. */
export interface Difference extends Pick<RecordedDecision, 'stage' | 'path' | 'tool'> {
  readonly exchange: string;
  readonly direction: Direction;
  /** The rules whose say is new, gone or other. */
  readonly rules: readonly string[];
  readonly before: RecordedDecision | undefined;
  readonly after: RecordedDecision | undefined;
  /** What these rules mask of the unit, under the old policy and the new one. */
  readonly masked: Weighed;
}

export interface Weighed {
  readonly before: Masked;
  readonly after: Masked;
}

export interface PolicyDiff {
  readonly exchanges: number;
  readonly differences: readonly Difference[];
  /** Of all units. */
  readonly masked: Weighed;
}

export function diffPolicies(
  evidence: readonly Evidence[],
  before: Side,
  after: Side,
  hash: Court['hash'],
): PolicyDiff {
  const differences = new Map<string, Difference>();
  const weights = new Map<Recording, Weighed>();
  const doubtsOf = maskDoubting(before, after);
  for (const each of evidence) {
    const [old, young] = [
      tried(each, before.policy, after.policy, hash),
      tried(each, after.policy, before.policy, hash),
    ];
    for (const recording of each.recordings) {
      const [was, now] = [old(recording), young(recording)];
      if (!each.told.has(recording)) continue;
      const doubts = [...was.doubts, ...now.doubts, ...(each.masked ? doubtsOf(recording) : [])];
      // Of those who ask about the same, each difference is told once.
      for (const difference of differencesOf(was, now, doubts))
        differences.set(JSON.stringify(difference), difference);
      if (!weights.has(recording)) weights.set(recording, { before: was.weigh(), after: now.weigh() });
    }
  }
  const all = [...weights.values()];
  return {
    exchanges: weights.size,
    differences: [...differences.values()],
    masked: { before: sumOf(all.map((each) => each.before)), after: sumOf(all.map((each) => each.after)) },
  };
}

interface Tried {
  readonly trial: Trial;
  readonly doubts: readonly Doubt[];
  /** What is masked of a unit by some rules; of all units by all of them. */
  weigh(decision?: RecordedDecision, rules?: readonly string[]): Masked;
}

/** Decides recordings one after the other. */
function tried({ masked, caller, answer }: Evidence, policy: Policy, other: Policy, hash: Court['hash']) {
  const doubtful = doubting(policy, other, masked);
  const scales = openScales();
  const decide = openTrial({
    policy: doubtful.policy,
    hash,
    witness: scales.witness,
    ...(caller ? { caller } : {}),
    ...(answer ? { answer } : {}),
  });
  return (recording: Recording): Tried => {
    doubtful.begin(recording);
    const trial = decide(recording);
    const weighed = scales.take(trial.decisions);
    return {
      trial,
      doubts: doubtful.take(),
      weigh: (decision, rules) =>
        weighed((each, rule) => (!decision || each === decision) && (!rules || rules.includes(rule))),
    };
  };
}

const placeOf = ({ stage, path }: Pick<RecordedDecision, 'stage' | 'path'>): string => `${stage} ${path}`;

function differencesOf(old: Tried, young: Tried, doubts: readonly Doubt[]): Difference[] {
  const { trial } = old;
  if (isUnread(trial) || isUnread(young.trial)) return wholeExchange(trial, young.trial);
  const before = new Map(trial.decisions.map((each) => [placeOf(each), each]));
  const after = new Map(young.trial.decisions.map((each) => [placeOf(each), each]));
  const unsure = doubtsByPlace(doubts, [...before.values(), ...after.values()]);
  const hasAnswers = trial.toModel !== undefined && young.trial.toModel !== undefined;
  const places = new Set([...before.keys(), ...after.keys(), ...unsure.keys()]);
  const found = [...places].flatMap((place): Difference[] => {
    const [was, now, own = []] = [before.get(place), after.get(place), unsure.get(place)];
    const { stage, path, tool } = was ?? now ?? own[0]!;
    // What was answered cannot be compared where one of the two never asked.
    if (own.length === 0 && !hasAnswers && directionOf(stage) === 'to_app') return [];
    return changesAt(was, now, own).map(({ direction, rules }) => ({
      exchange: trial.recording.id,
      stage,
      path,
      ...(tool === undefined ? {} : { tool }),
      direction,
      rules,
      before: was,
      after: now,
      masked: {
        before: was ? old.weigh(was, rules) : NOTHING,
        after: now ? young.weigh(now, rules) : NOTHING,
      },
    }));
  });
  return found.length > 0 ? found : wholeExchange(trial, young.trial);
}

/** Refused before any unit of it was looked at. */
const isUnread = ({ toModel, all }: Trial): boolean => toModel === undefined && all.length === 0;

const NOTHING: Masked = { values: 0, bytes: 0 };

type Change = Pick<Difference, 'direction' | 'rules'>;

/** Where a rule is in doubt, what is masked is certain all the same, but for doubts of masks. */
function changesAt(
  was: RecordedDecision | undefined,
  now: RecordedDecision | undefined,
  doubts: readonly Doubt[],
): Change[] {
  if (doubts.length === 0) {
    const direction = compareDecisions(was, now);
    return direction ? [{ direction, rules: rulesAtFault(was, now) }] : [];
  }
  const rules = [...new Set(doubts.map(({ rule }) => rule))].sort();
  const isMaskUnsure = rules.some((rule) => !/^(rules|tools)\b/.test(rule));
  const masks = isMaskUnsure ? undefined : maskChange(was?.masked, now?.masked);
  return [
    { direction: 'undecidable', rules },
    ...(masks
      ? [{ direction: masks, rules: rulesAtFault(was && onlyMasks(was), now && onlyMasks(now)) }]
      : []),
  ];
}

const onlyMasks = (decision: RecordedDecision): RecordedDecision => ({ ...decision, rules: [] });

/** A value's doubt is its unit's, where that was decided on. */
function doubtsByPlace(doubts: readonly Doubt[], decided: readonly RecordedDecision[]): Map<string, Doubt[]> {
  const places = new Map<string, Doubt[]>();
  for (const doubt of doubts) {
    const { stage, path } = doubt;
    const unit = decided.find(
      (each) => each.stage === stage && (path === each.path || path.startsWith(`${each.path}/`)),
    );
    const place = placeOf(unit ?? doubt);
    places.set(place, [...(places.get(place) ?? []), doubt]);
  }
  return places;
}

/** An exchange that is let in or kept out as a whole: by its path, its caller or its connection. */
function wholeExchange(old: Trial, young: Trial): Difference[] {
  const [before, after] = [old.codes.length, young.codes.length];
  if (old.codes.join() === young.codes.join()) return [];
  return [
    {
      exchange: old.recording.id,
      stage: 'prompt',
      path: '',
      direction: before > after ? 'looser' : after > before ? 'stricter' : 'changed',
      rules: [...new Set([...old.codes, ...young.codes])],
      before: undefined,
      after: undefined,
      masked: { before: NOTHING, after: NOTHING },
    },
  ];
}
