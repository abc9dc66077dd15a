/** Mutants of the mask table. */
import type { MaskForm } from '../exchange.ts';
import { fieldRule } from '../policy/fields.ts';
import type { Merged } from '../policy/merge.ts';
import { stages } from '../policy/stages.ts';
import type { Path } from '../policy/yaml.ts';
import type { Break, Mutant } from './mutants.ts';

export function maskMutants({ value: { mask = {} } }: Merged, broken: Break): Mutant[] {
  const tables = (['all', 'to_model', 'to_app', ...stages] as const).flatMap((table) =>
    Object.entries(mask[table] ?? {}).flatMap(([name, form]) =>
      ofRow(`mask.${table}.${name}`, ['mask', table, name], form, broken),
    ),
  );
  const fields = Object.entries(mask.fields ?? {}).flatMap(([tool, rows]) =>
    Object.entries(rows).flatMap(([path, form]) =>
      ofRow(fieldRule(tool, path), ['mask', 'fields', tool, path], form, broken),
    ),
  );
  return [...tables, ...fields, ...(mask.except ?? []).flatMap((entry, i) => ofEntry(entry, i, broken))];
}

/** A row of a form that can be undone is masked in one that cannot be, or the other way round. */
function ofRow(name: string, path: Path, form: MaskForm, broken: Break): Mutant[] {
  const other = form === 'surrogate' ? 'placeholder' : 'surrogate';
  return [
    broken('drop-mask', name, path, 'dropped'),
    ...(form === 'keep'
      ? []
      : [
          broken('keep-entity', name, path, `${form} → keep`, 'keep'),
          broken('change-form', name, path, `${form} → ${other}`, other),
        ]),
  ];
}

function ofEntry(entry: string, i: number, broken: Break): Mutant[] {
  const name = `mask.except ${entry}`;
  const path = ['mask', 'except', i];
  const wider = entry.includes('@')
    ? '*@*'
    : /^[\d.]+\/\d+$/.test(entry)
      ? entry.replace(/\/\d+$/, '/0')
      : undefined;
  return [
    broken('drop-except', name, path, 'dropped'),
    ...(wider === undefined || wider === entry
      ? []
      : [broken('widen-except', name, path, `${entry} → ${wider}`, wider)]),
  ];
}
