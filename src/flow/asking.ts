/** What people are asked of an answer. */
import { settle } from '../policy/settle.ts';
import type { Question } from '../question.ts';
import { editFault } from './edited.ts';
import { type Answered, type JudgedUnits, seeing } from './heard.ts';
import { questionOf } from './questions.ts';

/** The questions of the units that a person has to decide, with the units' indices. */
export function ask(sent: Answered, judged: JudgedUnits): [number, Question][] {
  const { exchange, decisions, treatments, restored } = judged;
  if (decisions.some((decision) => decision.effect === 'deny' && decision.onDeny === 'error')) return [];
  const { session } = sent.judged.arrived;
  const pending = settle(decisions, new Map());
  const see = seeing(sent);
  return decisions.flatMap((decision, i) => {
    const unit = exchange.units[i]!;
    if (decision.effect !== 'approve') return [];
    const { changes, rest } = treatments[i]!;
    const asked = {
      unit,
      outcome: pending[i]!,
      hidden: [...changes, ...rest()],
      restored: restored[i]!,
      before: sent.judged.exchange.units,
      see,
      edit: (edits: Parameters<Question['edit']>[0]) => editFault(sent, judged, i, edits),
    };
    return [[i, questionOf(session, asked)] as [number, Question]];
  });
}
