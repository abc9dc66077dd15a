/** What a person is asked: the call with every finding masked, and a hash that binds the answer to just that. */
import type { JsonValue, Outcome, Unit } from '../exchange.ts';
import { textOf } from '../policy/leaf.ts';
import type { Session } from './law.ts';
import { type Change, changesByLeaf, maskedText } from './masking.ts';
import { tellWith } from './pointers.ts';
import { recordedDecision } from './recorded.ts';
import type { Question } from './steps.ts';

/** The question that an `approve` decision asks. `hidden` holds every change that the recording makes to the unit. */
export function questionOf(
  session: Session,
  outcome: Outcome,
  unit: Unit,
  hidden: readonly Change[],
  see: (text: string) => string,
): Question {
  const { law, exchange, lineage, facts, connection } = session;
  const { decision } = outcome;
  const values = unit.values?.(see) ?? unit.leaves.map((leaf) => textOf(leaf));
  const bound = canonical([unit.stage, unit.tool?.name ?? '', values, law.policy.hash, facts.caller.subject]);
  return {
    id: law.newId(),
    exchange,
    session: lineage.session,
    caller: facts.caller.subject,
    connection: connection.name,
    ...(unit.tool ? { tool: unit.tool.name } : {}),
    shown: shownOf(unit, hidden),
    hash: Buffer.from(law.hash(bound)).toString('hex'),
    demand: decision.approval ?? { groups: [], users: [], min: 1, self: false },
    decision: recordedDecision(outcome, unit, tellWith(session, hidden), law),
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
