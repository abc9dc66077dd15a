/** The mask table: which form a value found takes at a stage, and the row that says so. */
import type { Direction, Leaf, MaskForm, Masking, Match, Stage, Unit } from '../exchange.ts';
import { stretched } from '../mask/mask.ts';
import { compileExcept, type Spared } from './except.ts';
import { type CompiledField, compileFields, type FieldRow, fieldsFor, markFields } from './fields.ts';
import { stronger } from './forms.ts';
import { spelledOf } from './leaf.ts';
import { type Names, unfound } from './names.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Report } from './report.ts';
import { directionOf, stages } from './stages.ts';

export interface MaskRow {
  readonly form: MaskForm;
  /** `mask.to_model.pii`. */
  readonly rule: string;
}

export interface MaskTable {
  row(stage: Stage, entity: string, towards?: Direction): MaskRow | undefined;
  groupOf(entity: string): string;
  readonly entities: readonly string[];
  /** Whether nothing but secrets is masked at a stage. */
  secretsOnly(stage: Stage): boolean;
  readonly spared: Spared;
  readonly fields: readonly CompiledField[];
}

type Tables = NonNullable<PolicyFile['mask']>;

/** Entity over group over `all`; within each, stage over direction over `all`. */
function resolveRow(
  tables: Tables,
  stage: Stage,
  entity: string,
  group: string,
  towards: Direction = directionOf(stage),
): MaskRow | undefined {
  for (const name of [entity, group, 'all']) {
    for (const table of [stage, towards, 'all'] as const) {
      const form = tables[table]?.[name];
      if (form !== undefined) return { form, rule: `mask.${table}.${name}` };
    }
  }
  return undefined;
}

export function compileMasks(tables: Tables, names: Names, report: Report): MaskTable {
  for (const table of ['all', 'to_model', 'to_app', ...stages] as const) {
    for (const [name, form] of Object.entries(tables[table] ?? {})) {
      if (form !== 'keep' || !unfound.has(name)) names.check(name, ['mask', table, name]);
    }
  }
  const row = compileRows(tables, names);
  const isMasked = (stage: Stage, entity: string): boolean => (row(stage, entity)?.form ?? 'keep') !== 'keep';
  const others = [...names.entities].filter((entity) => names.groupOf(entity) !== 'secret');
  const secretStages = new Set(stages.filter((stage) => !others.some((entity) => isMasked(stage, entity))));
  return {
    row,
    groupOf: names.groupOf,
    entities: [...names.entities],
    secretsOnly: (stage) => secretStages.has(stage),
    spared: compileExcept(tables.except ?? []),
    fields: compileFields(tables.fields ?? {}, report),
  };
}

/** Every row looked up beforehand, as far as entities are known. */
function compileRows(tables: Tables, names: Names): MaskTable['row'] {
  const resolve = (stage: Stage, entity: string, towards?: Direction): MaskRow | undefined =>
    resolveRow(tables, stage, entity, names.groupOf(entity), towards);
  const rows = new Map(
    stages.map((stage) => [
      stage,
      new Map([...names.entities].map((entity) => [entity, resolve(stage, entity)])),
    ]),
  );
  return (stage, entity, towards) => {
    if (towards) return resolve(stage, entity, towards);
    const table = rows.get(stage)!;
    return table.has(entity) ? table.get(entity) : resolve(stage, entity);
  };
}

/** What is masked in a unit. Places come in order and never overlap. */
export function masksOf(
  table: MaskTable,
  unit: Unit,
  matches: readonly (readonly Match[])[],
  see?: (text: string) => string,
): readonly Masking[] {
  const fields = fieldsFor(table.fields, unit);
  const marks = fields.length > 0 ? markFields(fields, unit, see) : undefined;
  const masks: Masking[] = [];
  for (let index = 0; index < unit.leaves.length; index++) {
    const found = matches[index] ?? [];
    const mark = marks?.get(index);
    if (found.length === 0 && !mark) continue;
    const leaf = unit.leaves[index]!;
    if (leaf.fixed) continue;
    const own = mark ? wholeLeaf(leaf, index, found, mark) : valuesIn(table, unit, leaf, index, found);
    for (const mask of own) masks.push(mask);
  }
  return masks;
}

function wholeLeaf(leaf: Leaf, index: number, found: readonly Match[], { form, rule }: FieldRow): Masking[] {
  if (form === 'keep' || leaf.start === leaf.end) return [];
  const end = leaf.end - leaf.start;
  const covering = found.find((match) => match.start === 0 && match.end === end);
  return [{ leaf: index, start: 0, end, entity: covering?.entity ?? 'FIELD', form, rule }];
}

function valuesIn(
  table: MaskTable,
  { stage, towards }: Unit,
  leaf: Leaf,
  index: number,
  found: readonly Match[],
): Masking[] {
  const masks: Masking[] = [];
  for (const match of found) {
    const { entity, start, end, value } = match;
    const row = table.row(stage, entity, towards);
    if (row === undefined || row.form === 'keep') continue;
    if (table.spared?.(spelledOf(leaf, match), table.groupOf(entity))) continue;
    const mask = { leaf: index, start, end, entity, form: row.form, rule: row.rule };
    masks.push(value === undefined ? mask : { ...mask, value });
  }
  return masks.length > 1 ? disjoint(masks) : masks;
}

/** Where two overlap, one mask of the stronger form covers both. */
function disjoint(masks: Masking[]): Masking[] {
  masks.sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Masking[] = [];
  for (const mask of masks) {
    const last = out.at(-1);
    if (!last || mask.start >= last.end) out.push(mask);
    else
      out[out.length - 1] = stretched(
        stronger(mask.form, last.form) ? mask : last,
        last.start,
        Math.max(last.end, mask.end),
      );
  }
  return out;
}
