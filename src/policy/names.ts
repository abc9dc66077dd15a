/** The entities and groups that rows may name. */
import { type Detectors, entities, groupOf, namedEntities } from '../detect/detect.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyFile } from './policy.generated.ts';
import type { Report } from './report.ts';
import { stages } from './stages.ts';
import type { Path } from './yaml.ts';

export interface Names {
  readonly entities: ReadonlySet<string>;
  /** '' for an entity that nobody defined. */
  groupOf(entity: string): string;
  /** A row for something that does not exist would protect nothing: a problem at its key. */
  check(name: string, path: Path): void;
}

/** Entities that people may name, though none of our detectors finds them. */
export const unfound: ReadonlySet<string> = new Set(['NRP', 'DATE_TIME']);

export function createNames(
  detectors: Detectors,
  own: readonly { readonly entity: string }[],
  report: Report,
): Names {
  const group = (entity: string): string => groupOf(detectors, entity) ?? '';
  const known = new Set([...entities, ...namedEntities, ...own].map(({ entity }) => entity));
  const groups = new Set(['pii', 'financial', 'secret', 'network', 'all', ...[...known].map(group)]);
  return {
    entities: known,
    groupOf: group,
    check(name, path) {
      if (known.has(name) || groups.has(name)) return;
      if (unfound.has(name)) {
        report.warningAtKey(path, `No detector finds ${name} yet; add your own under \`detectors\`.`);
        return;
      }
      const isEntity = /^[A-Z]/.test(name);
      const remedy =
        didYouMean(name, isEntity ? known : groups) || ' Add a detector for it under `detectors`.';
      report.problemAtKey(path, `Unknown ${isEntity ? 'entity' : 'group'} "${name}".${remedy}`);
    },
  };
}

/** The opt-in entities that a file asks for: in a row that does not keep them, in a condition or in the weights of risk. */
export function wantedNames({ mask, tools, rules, risk, detectors = [] }: PolicyFile): ReadonlySet<string> {
  const tables: Readonly<Record<string, unknown>> = mask ?? {};
  const rows = ['all', 'to_model', 'to_app', ...stages].flatMap((table) =>
    Object.entries(tables[table] ?? {}),
  );
  const asked = new Set([
    ...rows.filter(([, form]) => form !== 'keep').map(([name]) => name),
    ...(JSON.stringify([tools, rules, risk?.weights]).match(/\b[A-Z_]+\b/g) ?? []),
  ]);
  const own = new Set(detectors.map(({ entity }) => entity));
  return new Set(
    namedEntities.map(({ entity }) => entity).filter((name) => asked.has(name) && !own.has(name)),
  );
}
