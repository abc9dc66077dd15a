/** Why an exchange was decided as it was: each finding with its score, each rule with what it saw, the risk line by line. */
import type { Finding, Match, Recording, Risk, RuleHit, Stage } from '../exchange.ts';
import { describing } from '../flow/described.ts';
import { type Explained, findWhy } from '../policy/find.ts';
import type { Witnessed } from '../policy/govern.ts';
import { textOf } from '../policy/leaf.ts';
import { type Court, openTrial } from './decide.ts';
import { tell } from './telling/tell.ts';
import { tellings } from './telling/tellings.ts';
import { type Testimony, testimoniesAbout } from './testimony.ts';

export interface ExplainedExchange {
  readonly exchange: string;
  /** What was refused, by its codes. */
  readonly refused: readonly string[];
  readonly units: readonly ExplainedUnit[];
}

export interface ExplainedUnit {
  readonly stage: Stage;
  readonly path: string;
  readonly tool?: string;
  readonly effect: string;
  /** Also what nearly was one. */
  readonly findings: readonly ExplainedFinding[];
  readonly conditions: readonly Testimony[];
  /** Those that had a say. */
  readonly rules: readonly RuleHit[];
  readonly risk?: Risk;
}

export interface ExplainedFinding extends Omit<Finding, 'stage'> {
  /** Whether it counts. */
  readonly counts: boolean;
  /** How it is masked, and by which row of the policy; undefined where it is let pass. */
  readonly masked?: { readonly form: string; readonly rule: string };
  /** Undefined where a recording holds its mark alone. */
  readonly why?: Why;
}

type Why = Pick<Explained, 'threshold' | 'base' | 'influences' | 'check' | 'encoding'>;

/** Recordings of which one comes after the other. */
export function explainAll(recordings: readonly Recording[], court: Court): ExplainedExchange[] {
  let units = new Map<string, ExplainedUnit>();
  let described: ReturnType<typeof describing> = () => undefined;
  const witness = (witnessed: Witnessed): void => {
    const { exchange } = witnessed;
    if (exchange.units.some(({ stage }) => stage !== 'response' && stage !== 'tool_call'))
      described = describing(exchange.units);
    for (const index of exchange.units.keys()) {
      const unit = unitOf(court, witnessed, index, described);
      units.set(`${unit.stage} ${unit.path}`, unit);
    }
  };
  const decide = openTrial({ ...court, witness });
  return recordings.map((recording) => {
    units = new Map();
    const { codes } = decide(recording);
    return { exchange: recording.id, refused: codes, units: [...units.values()] };
  });
}

function unitOf(
  court: Court,
  { exchange, decisions, judgements }: Witnessed,
  index: number,
  described: ReturnType<typeof describing>,
): ExplainedUnit {
  const unit = exchange.units[index]!;
  const { policy } = court;
  const { effect, rules, risk, masks } = decisions[index]!;
  const findings = unit.leaves.flatMap((leaf, at) => {
    const whys = findWhy(policy, leaf, described(unit, leaf));
    const marks = exchange.matches[index]![at]!.filter(({ detector }) => detector === 'recorded');
    const offset = (bytes: number): number => textOf(leaf, 0, bytes).length;
    const told = (match: Match, rest: Pick<ExplainedFinding, 'counts' | 'why'>): ExplainedFinding => {
      const mask = masks.find((one) => one.leaf === at && one.start < match.end && match.start < one.end);
      const { entity, start, end, score, detector } = match;
      return {
        ...{ entity, path: leaf.path, start: offset(start), end: offset(end), score, detector },
        ...rest,
        ...(mask && !leaf.fixed ? { masked: { form: mask.form, rule: mask.rule } } : {}),
      };
    };
    return [
      ...whys.map((each) => told(each, { counts: each.counts, why: whyOf(each) })),
      ...marks.map((each) => told(each, { counts: true })),
    ];
  });
  return {
    ...{ stage: unit.stage, path: unit.path },
    ...(unit.tool ? { tool: unit.tool.name } : {}),
    ...{ effect, findings, conditions: testimoniesAbout(unit, judgements[index] ?? [], court), rules },
    ...(policy.risk ? { risk } : {}),
  };
}

const whyOf = ({ threshold, base, influences, check, encoding }: Explained): Why => ({
  ...{ threshold, base, influences },
  ...(check ? { check } : {}),
  ...(encoding === undefined ? {} : { encoding }),
});

/** A text as the first message of a user. */
export const promptOf = (text: string): Recording =>
  tell(tellings.openai, {
    ...{ id: 'text', session: 'text', at: '2026-01-05T12:00:00.000Z', stream: false },
    ...{ conversation: { tools: [] }, turns: [{ user: text }], answer: { text: '', calls: [] } },
  });
