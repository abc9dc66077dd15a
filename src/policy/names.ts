/** The entities and groups that rows may name. */
import { type Detectors, entities, groupOf } from '../detect/detect.ts';
import { didYouMean } from './nearest.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml.ts';

export interface Names {
  readonly entities: ReadonlySet<string>;
  /** '' for an entity that nobody defined. */
  groupOf(entity: string): string;
  /** A row for something that does not exist would protect nothing: a problem at its key. */
  check(name: string, path: Path): void;
}

/** Entities that people may name, though none of our detectors finds them. */
export const unfound: ReadonlySet<string> = new Set(['PERSON', 'LOCATION', 'NRP', 'DATE_TIME']);

export function createNames(
  detectors: Detectors,
  own: readonly { readonly entity: string }[],
  report: Report,
): Names {
  const group = (entity: string): string => groupOf(detectors, entity) ?? '';
  const known = new Set([...entities, ...own].map(({ entity }) => entity));
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
