/** Coverage: which parts of a policy did something, and which conditions came out true, and false. */
import type { Unit } from '../exchange.ts';
import type { Judgement } from '../policy/clause.ts';
import { compileExcept } from '../policy/except.ts';
import { fieldsFor, markFields } from '../policy/fields.ts';
import { isRemoteOffer, type Witness, type Witnessed } from '../policy/govern.ts';
import { spelledOf } from '../policy/leaf.ts';
import type { Merged } from '../policy/merge.ts';
import type { Policy } from '../policy/policy.ts';
import { waysOf } from '../policy/trace.ts';
import { type Item, itemsOf, pointKey, type Way } from './items.ts';

export interface Covered extends Item {
  /** How often, by each way that it may go. */
  readonly counts: Readonly<Partial<Record<Way, number>>>;
}

export interface Coverage {
  readonly witness: Witness;
  covered(): Covered[];
  /** The names of what was asked or did something. */
  touched(): ReadonlySet<string>;
}

export function openCoverage(policy: Policy, merged: Merged): Coverage {
  const items = itemsOf(policy, merged);
  const counts = new Map<string, number>();
  const note: Note = (key, way) => {
    const counted = `${key} ${way}`;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  };
  const spared = spares(merged);
  return {
    witness(witnessed) {
      for (const [index, unit] of witnessed.exchange.units.entries()) {
        for (const judgement of witnessed.judgements[index]!) noteJudgement(judgement, note);
        noteRow(policy, unit, note);
        noteMasks(policy, witnessed, index, spared, note);
        noteRisk(policy, merged, witnessed, index, note);
      }
    },
    covered: () =>
      items.map((item) => ({
        ...item,
        counts: Object.fromEntries(item.ways.map((way) => [way, counts.get(`${item.key} ${way}`) ?? 0])),
      })),
    touched: () =>
      new Set(
        items
          .filter(({ key, ways }) => ways.some((way) => counts.has(`${key} ${way}`)))
          .map(({ name }) => name),
      ),
  };
}

/** Ways that were gone, of all that there are. */
export function shareOf(covered: readonly Covered[]): { gone: number; ways: number; percent: number } {
  const ways = covered.flatMap(({ counts }) => Object.values(counts));
  const gone = ways.filter((count) => count > 0).length;
  return { gone, ways: ways.length, percent: ways.length === 0 ? 100 : (100 * gone) / ways.length };
}

type Note = (key: string, way: Way) => void;

/** What fails came out neither true nor false. */
function noteJudgement({ clause, verdict }: Judgement, note: Note): void {
  const { condition, rule, effect } = clause;
  if (!condition) return;
  if (verdict.error === undefined) note(`${rule} ${effect}`, verdict.matched ? 'true' : 'false');
  for (const [i, point] of condition.points.entries())
    for (const way of waysOf(verdict.seen[i]!)) note(pointKey(rule, effect, point.start, point.end), way);
}

function noteRow(policy: Policy, unit: Unit, note: Note): void {
  if (unit.stage !== 'tool_call' && !isRemoteOffer(unit)) return;
  const row = policy.tools(unit.tool?.name ?? '');
  if (row) note(row.rule, 'reached');
}

type Spares = readonly { readonly key: string; readonly spares: (value: string, group: string) => boolean }[];

/** Each entry of `mask.except` by itself. */
const spares = ({ value: { mask } }: Merged): Spares =>
  (mask?.except ?? []).map((entry) => ({ key: `mask.except ${entry}`, spares: compileExcept([entry])! }));

function noteMasks(policy: Policy, witnessed: Witnessed, index: number, entries: Spares, note: Note): void {
  const { masks } = policy;
  const unit = witnessed.exchange.units[index]!;
  const sight = witnessed.see && ((text: string) => witnessed.see!(index, text));
  const rows = fieldsFor(masks.fields, unit);
  const marks = rows.length > 0 ? markFields(rows, unit, sight) : undefined;
  for (const { rule } of new Set(marks?.values())) note(rule, 'reached');
  for (const [i, leaf] of unit.leaves.entries()) {
    if (leaf.fixed || marks?.has(i)) continue;
    for (const match of witnessed.exchange.matches[index]?.[i] ?? []) {
      const row = masks.row(unit.stage, match.entity, unit.towards);
      if (!row) continue;
      const value = spelledOf(leaf, match);
      const sparing = entries.filter((each) => each.spares(value, masks.groupOf(match.entity)));
      if (sparing.length === 0 || row.form === 'keep') note(row.rule, 'reached');
      else for (const { key } of sparing) note(key, 'reached');
    }
  }
}

function noteRisk(policy: Policy, merged: Merged, witnessed: Witnessed, index: number, note: Note): void {
  const { rules, risk } = witnessed.decisions[index]!;
  const weights = merged.value.risk?.weights ?? {};
  for (const { rule } of rules) if (rule.startsWith('risk.')) note(rule, 'reached');
  for (const { what } of risk.lines) {
    const entity = what.split(' ', 1)[0]!;
    const row = [entity, policy.masks.groupOf(entity), 'all'].find((name) => Object.hasOwn(weights, name));
    note(what.startsWith('tools[') ? `risk.${what}` : `risk.weights.${row}`, 'reached');
  }
}
