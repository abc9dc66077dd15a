/** What was heard of an answer, and what the policy says of it. */
import type { Decision, Exchange, Unit } from '../exchange.ts';
import { govern, hasSay, type Turn } from '../policy/govern.ts';
import { newTally } from '../policy/tally.ts';
import type { Codec } from '../wire/codec.ts';
import type { Framed } from './framing.ts';
import { inspect, type Matches, overlaps, withEchoes } from './inspect.ts';
import { exchangeOf, type Sent } from './judged.ts';
import { type LooseAnswer, looseAnswer } from './loose.ts';
import { type Change, restoreUnit } from './masking.ts';
import { findingsOf } from './recorded.ts';
import type { AnswerHead } from './steps.ts';
import { type Treatment, treat } from './treatment.ts';

/** A request that was sent, and the head of its answer. */
export type Answered = Sent & { readonly head: AnswerHead };

/** Units on their way to the app, decided. */
export interface JudgedUnits {
  readonly exchange: Exchange;
  readonly decisions: readonly Decision[];
  /** Surrogates that become the caller's own values again, per unit. */
  readonly restored: readonly (readonly Change[])[];
  readonly treatments: readonly Treatment[];
}

/** An answer that was read as a whole, and decided. */
export interface Heard extends JudgedUnits {
  readonly framed: Framed;
  /** Values of headers that are looked at. */
  readonly loose: LooseAnswer;
}

/** `rank` gives the order in which calls of it were decided before, while it came. */
export function hear(sent: Sent, framed: Framed, rank?: Turn['rank']): Heard {
  const { session } = sent.judged.arrived;
  const loose = looseAnswer(session.law, framed.head);
  const { units } = framed.reading;
  const all = [...units.map((unit) => toApp(session.codec, unit)), ...loose.units];
  const turn = rank && { tally: newTally(), knows: () => false, rank };
  const judged = judgeUnits(sent, all, turn);
  return { ...judged, framed, loose, restored: judged.restored.slice(0, units.length) };
}

/** What stands in units, per unit: findings, and live surrogates with what they become. */
export interface Seen {
  readonly matches: Matches;
  readonly back: readonly ReturnType<typeof restoreUnit>[];
}

export function look(sent: Sent, units: readonly Unit[]): Seen {
  const { session } = sent.judged.arrived;
  const { restore } = session.law.policy;
  const found = inspect(session, units);
  const back = units.map((unit, i) => restoreUnit(unit, session.lineage.vault, restore, found[i]!));
  return { matches: found.map((own, i) => withEchoes(own, back[i]!.echoes, restore.on)), back };
}

/** Is there nothing in these units, and nobody who would say anything of them? So it is with most that a stream brings. */
export function isQuiet(sent: Sent, units: readonly Unit[], { matches, back }: Seen): boolean {
  const { policy, witness } = sent.judged.arrived.session.law;
  const isEmpty = (own: readonly unknown[]): boolean => own.length === 0;
  return (
    !witness &&
    matches.every((found) => found.every(isEmpty)) &&
    back.every(({ echoes }) => echoes.every(isEmpty)) &&
    !units.some((unit) => hasSay(policy, unit))
  );
}

/** Finds, and decides. */
export const judgeUnits = (sent: Sent, units: readonly Unit[], turn?: Turn): JudgedUnits =>
  judgeSeen(sent, units, look(sent, units), turn);

/** Decides; conditions see the values as the caller has them. */
export function judgeSeen(
  sent: Sent,
  units: readonly Unit[],
  { matches, back }: Seen,
  turn?: Turn,
): JudgedUnits {
  const { session } = sent.judged.arrived;
  const { policy } = session.law;
  const own = exchangeOf(session, units, matches);
  const exchange = {
    ...own,
    ...(turn ? { turn } : {}),
    request: {
      ...own.request,
      get findings() {
        return findingsOf(sent.judged.exchange.units, sent.judged.exchange.matches);
      },
    },
  };
  const see = policy.restore.on ? seeing(sent) : undefined;
  const sight = see && ((_unit: number, text: string) => see(text));
  const decisions = govern(exchange, policy, session.facts, sight, session.law.witness).map((decision, i) =>
    withoutEchoes(decision, back[i]!.echoes),
  );
  const treatments = units.map((unit, i) =>
    treat(session, unit, matches[i]!, decisions[i]!.masks, back[i]!.echoes),
  );
  const restored = policy.restore.on ? back.map(({ changes }) => changes) : back.map(() => []);
  return { exchange, decisions, restored, treatments };
}

/**
 * What a tool at the provider gave back is text of the answer. What a tool server gives and offers keeps its stage for
 * the rules, but travels to the app: it is masked as that, and again on its way to a model.
 */
export const toApp = (codec: Codec, unit: Unit): Unit => {
  if (codec.provider === 'mcp') return { ...unit, towards: 'to_app' };
  return unit.stage === 'tool_result' ? { ...unit, stage: 'response' } : unit;
};

/** A text with its live surrogates turned back. */
export function seeing(sent: Sent): (text: string) => string {
  const { session } = sent.judged.arrived;
  const { vault } = session.lineage;
  const { urls } = session.law.policy.restore;
  return (text) => {
    let out = '';
    let at = 0;
    for (const { start, end, original } of vault.restore(text, { urls })) {
      out += text.slice(at, start) + original;
      at = end;
    }
    return out + text.slice(at);
  };
}

/** What echoes a surrogate is the caller's own value: it is restored, not masked. */
function withoutEchoes(
  decision: Decision,
  echoes: readonly (readonly { start: number; end: number }[])[],
): Decision {
  if (decision.masks.length === 0) return decision;
  const masks = decision.masks.filter((mask) => !echoes[mask.leaf]?.some((echo) => overlaps(echo, mask)));
  if (masks.length === decision.masks.length) return decision;
  return {
    ...decision,
    masks,
    effect: decision.effect === 'mask' && masks.length === 0 ? 'allow' : decision.effect,
  };
}
