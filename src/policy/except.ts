/** Values that `mask.except` spares: exact ones, patterns of values, networks. */
import { isGlob, matchesGlob } from './glob.ts';
import { parseNetwork } from './network.ts';

/** Is this value of an entity in this group spared? Undefined where nothing ever is. */
export type Spared = ((value: string, group: string) => boolean) | undefined;

export function compileExcept(entries: readonly string[]): Spared {
  if (entries.length === 0) return undefined;
  const networks = entries.map(parseNetwork).filter((network) => network !== undefined);
  const globs = entries.filter(isGlob).map((entry) => entry.toLowerCase());
  const exact = new Set(entries);
  const folded = new Set(entries.map((entry) => entry.toLowerCase()));
  return (value, group) => {
    if (exact.has(value)) return true;
    // A pattern that is meant for an address would spare the password in front of it as well.
    if (group === 'secret') return false;
    const lower = value.toLowerCase();
    return (
      folded.has(lower) ||
      networks.some((covers) => covers(value)) ||
      globs.some((glob) => sparesBy(glob, lower))
    );
  };
}

/** A `*` does not reach over an `@`, so that one name at one host is all that `*@host` can mean. */
function sparesBy(glob: string, value: string): boolean {
  const patterns = glob.split('@');
  const parts = value.split('@');
  return patterns.length === parts.length && patterns.every((pattern, i) => matchesGlob(pattern, parts[i]!));
}
