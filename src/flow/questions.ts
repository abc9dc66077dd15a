/** What a person is asked: the call with every finding masked, and a hash that binds the answer to just that. */
import type { JsonValue, Outcome, Unit } from '../exchange.ts';
import { ANYBODY } from '../policy/demand.ts';
import { textOf } from '../policy/leaf.ts';
import type { Question } from '../question.ts';
import type { Session } from './law.ts';
import { marksOf } from './marks.ts';
import { type Change, changesByLeaf, maskedText } from './masking.ts';
import { tellWith } from './pointers.ts';
import { recordedDecision } from './recorded.ts';
import { redactText } from './scan.ts';

/** A unit that a person has to decide, and what is done to it. */
export interface Asked {
  readonly unit: Unit;
  /** As refused: what the question says of the decision. */
  readonly outcome: Outcome;
  /** Every change that the recording makes to it. */
  readonly hidden: readonly Change[];
  /** Surrogates in it that become the caller's own values. */
  readonly restored: readonly Change[];
  /** What the request says. */
  readonly before: readonly Unit[];
  /** A text as the caller has it. */
  see(text: string): string;
  /** Why the unit may not go on as edited. */
  edit: Question['edit'];
}

/** The question that an `approve` decision asks. */
export function questionOf(session: Session, asked: Asked): Question {
  const { law, exchange, lineage, facts, connection } = session;
  const { unit, outcome, hidden, restored, before, see, edit } = asked;
  const { decision } = outcome;
  const values = unit.values?.(see) ?? unit.leaves.map((leaf) => textOf(leaf));
  const demand = decision.approval ?? ANYBODY;
  const bound = canonical([unit.stage, unit.tool?.name ?? '', values, law.policy.hash, facts.caller.subject]);
  return {
    id: law.newId(),
    exchange,
    session: lineage.session,
    caller: facts.caller.subject,
    connection: connection.name,
    ...(unit.tool ? { tool: unit.tool.name } : {}),
    shown: shownOf(unit, hidden),
    marks: marksOf(unit, hidden, restored, before),
    before: { calls: lineage.calls, tools: [...lineage.tools] },
    hash: Buffer.from(law.hash(bound)).toString('hex'),
    demand,
    within: demand.within ?? law.policy.approvals.timeoutMs,
    reason: law.policy.approvals.reason,
    decision: recordedDecision(outcome, unit, tellWith(session, hidden), law),
    reveal: (path) => {
      const leaf = unit.leaves.find((each) => each.kind !== 'key' && each.path === path);
      return leaf && see(textOf(leaf));
    },
    edit,
    conceal: (text) => redactText(law, text),
  };
}

/** The values as JSON with sorted keys: the same content gives the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`;
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Arguments pretty-printed with each hidden leaf in its masked form; plain text as it is. */
function shownOf(unit: Unit, hidden: readonly Change[]): string {
  const masked = new Map<string, string>();
  for (const [leaf, own] of changesByLeaf(hidden)) {
    masked.set(leaf.kind === 'key' ? `${leaf.path} key` : leaf.path, maskedText(leaf, own));
  }
  const [value] = unit.values?.() ?? [];
  if (value === undefined) return unit.leaves.map((leaf) => masked.get(leaf.path) ?? textOf(leaf)).join('\n');
  return JSON.stringify(replaced(value, unit.path, masked), undefined, 2);
}

function replaced(value: JsonValue, path: string, masked: ReadonlyMap<string, string>): unknown {
  const hidden = masked.get(path);
  if (typeof value !== 'object' || value === null)
    return hidden ?? (typeof value === 'bigint' ? String(value) : value);
  if (Array.isArray(value)) return value.map((each: JsonValue, i) => replaced(each, `${path}/${i}`, masked));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const below = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return [masked.get(`${below} key`) ?? key, replaced(each, below, masked)];
    }),
  );
}
