/** What was heard of an answer, and what the policy says of it. */
import type { Decision, Exchange, Unit } from '../exchange.ts';
import { govern } from '../policy/govern.ts';
import { settle } from '../policy/settle.ts';
import type { Codec } from '../wire/codec.ts';
import type { Framed } from './framing.ts';
import { inspect, overlaps, withEchoes } from './inspect.ts';
import { exchangeOf, type Sent } from './judged.ts';
import { type LooseAnswer, looseAnswer } from './loose.ts';
import { type Change, restoreUnit } from './masking.ts';
import { questionOf } from './questions.ts';
import { findingsOf } from './recorded.ts';
import type { AnswerHead, Question } from './steps.ts';
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

export function hear(sent: Sent, framed: Framed): Heard {
  const { session } = sent.judged.arrived;
  const loose = looseAnswer(session.law, framed.head);
  const { units } = framed.reading;
  const judged = judgeUnits(sent, [...units.map((unit) => toApp(session.codec, unit)), ...loose.units]);
  return { ...judged, framed, loose, restored: judged.restored.slice(0, units.length) };
}

/** Finds, and decides; conditions see the values as the caller has them. */
export function judgeUnits(sent: Sent, units: readonly Unit[]): JudgedUnits {
  const { session } = sent.judged.arrived;
  const { policy } = session.law;
  const { vault } = session.lineage;
  const found = inspect(session.law, units);
  const back = units.map((unit, i) => restoreUnit(unit, vault, policy.restore, found[i]!));
  const matches = found.map((own, i) => withEchoes(own, back[i]!.echoes, policy.restore.on));
  const own = exchangeOf(session, units, matches);
  const exchange = {
    ...own,
    request: {
      ...own.request,
      get findings() {
        return findingsOf(sent.judged.exchange.units, sent.judged.exchange.matches);
      },
    },
  };
  const see = policy.restore.on ? seeing(sent) : undefined;
  const decisions = govern(exchange, policy, session.facts, see && ((_unit, text) => see(text))).map(
    (decision, i) => withoutEchoes(decision, back[i]!.echoes),
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
function seeing(sent: Sent): (text: string) => string {
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

/** The questions of the units that a person has to decide, with the units' indices. */
export function ask(sent: Sent, { exchange, decisions, treatments }: JudgedUnits): [number, Question][] {
  if (decisions.some((decision) => decision.effect === 'deny' && decision.onDeny === 'error')) return [];
  const { session } = sent.judged.arrived;
  const pending = settle(decisions, new Map());
  const see = seeing(sent);
  return decisions.flatMap((decision, i) => {
    const unit = exchange.units[i]!;
    if (decision.effect !== 'approve') return [];
    const { changes, rest } = treatments[i]!;
    return [[i, questionOf(session, pending[i]!, unit, [...changes, ...rest()], see)] as [number, Question]];
  });
}
