/** `mask.fields`: JSONPaths into the arguments and results of tools, whose values are masked whole. */
import type { JSONPathQuery } from 'json-p3';
import type { Leaf, MaskForm, Unit } from '../exchange.ts';
import { stronger } from './forms.ts';
import { bySpecificity, matchesGlob } from './glob.ts';
import { compilePath, type PlainValue, plain } from './json-path.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Report } from './report.ts';

export interface FieldRow {
  readonly form: MaskForm;
  /** `mask.fields.lookup_patient["$.patient.ssn"]`. */
  readonly rule: string;
}

export interface CompiledField extends FieldRow {
  readonly tool: string;
  readonly query: JSONPathQuery;
}

type Tables = NonNullable<NonNullable<PolicyFile['mask']>['fields']>;

export function compileFields(tables: Tables, report: Report): CompiledField[] {
  return Object.entries(tables).flatMap(([tool, rows]) =>
    Object.entries(rows).flatMap(([path, form]) => {
      const query = compilePath(path);
      if (typeof query !== 'string') return [{ tool, query, form, rule: fieldRule(tool, path) }];
      const remedy = 'Write it as RFC 9535 has it: $.patient.ssn';
      report.problemAtKey(
        ['mask', 'fields', tool, path],
        `This is no JSONPath that can be used: ${query}. ${remedy}`,
      );
      return [];
    }),
  );
}

export const fieldRule = (tool: string, path: string): string =>
  `mask.fields.${/^[\w-]+$/.test(tool) ? tool : JSON.stringify(tool)}[${JSON.stringify(path)}]`;

/** The rows for a unit's tool, the most specific tool pattern first. */
export function fieldsFor(fields: readonly CompiledField[], unit: Unit): readonly CompiledField[] {
  if (fields.length === 0 || unit.tool === undefined || !hasValues(unit)) return [];
  const { name } = unit.tool;
  return fields.filter(({ tool }) => matchesGlob(tool, name)).sort((a, b) => bySpecificity(a.tool, b.tool));
}

const hasValues = ({ stage, values }: Unit): boolean =>
  values !== undefined && (stage === 'past_call' || stage === 'tool_call' || stage === 'tool_result');

/** By index of the leaf: the row that masks it. The most specific tool pattern holds; within one, the stronger form. */
export function markFields(
  rows: readonly CompiledField[],
  unit: Unit,
  see?: (text: string) => string,
): ReadonlyMap<number, FieldRow> {
  const marks = new Map<number, CompiledField>();
  const readings = unit.values!(see).map(plain);
  for (const row of rows) {
    for (const index of leavesAt(unit, locate(row.query, readings))) {
      const before = marks.get(index);
      if (!before || (before.tool === row.tool && stronger(row.form, before.form))) marks.set(index, row);
    }
  }
  return marks;
}

/** Pointers to what a query finds in any reading. A query that fails finds everything. */
function locate(query: JSONPathQuery, readings: readonly PlainValue[]): Set<string> {
  const found = new Set<string>();
  for (const reading of readings) {
    try {
      for (const { location } of query.lazyQuery(reading)) found.add(pointerTo(location));
    } catch {
      found.add('');
    }
  }
  return found;
}

const pointerTo = (location: readonly (string | number)[]): string =>
  location.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Values at or below the pointers. Where a result's JSON stands deeper in the body than the unit does (in a block, in a
 * string), its leaves are known by how their paths end.
 */
function leavesAt(unit: Unit, pointers: ReadonlySet<string>): number[] {
  const marked: number[] = [];
  for (const pointer of pointers) {
    const exact = indexesOf(unit, (path) => isWithin(path, unit.path + pointer));
    marked.push(
      ...(exact.length > 0 ? exact : indexesOf(unit, (path) => `${path}/`.includes(`${pointer}/`))),
    );
  }
  return marked;
}

const indexesOf = (unit: Unit, test: (path: string) => boolean): number[] =>
  unit.leaves.flatMap((leaf: Leaf, index) => (leaf.kind !== 'key' && test(leaf.path) ? [index] : []));

const isWithin = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
