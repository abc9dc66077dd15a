/** Patterns over names: `*` stands for any characters, `?` for one. Names are compared exactly. */

export function matchesGlob(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let retry = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

export const isGlob = (pattern: string): boolean => /[*?]/.test(pattern);

/**
 * Which of two patterns says more: a name without wildcards before any pattern; then the one with more literal
 * characters; then the one with fewer `*`; then by spelling, so that the order in which rows stand cannot matter.
 */
export function bySpecificity(a: string, b: string): number {
  const [x, y] = [measure(a), measure(b)];
  return y.exact - x.exact || y.literals - x.literals || x.stars - y.stars || (a < b ? -1 : Number(a > b));
}

function measure(pattern: string): { exact: number; literals: number; stars: number } {
  const stars = pattern.split('*').length - 1;
  const marks = pattern.split('?').length - 1;
  return { exact: stars + marks === 0 ? 1 : 0, literals: pattern.length - stars - marks, stars };
}

/** Looks names up in a table whose keys are patterns: the most specific that matches holds. */
export function lookup<T>(
  rows: readonly (readonly [pattern: string, row: T])[],
): (name: string) => T | undefined {
  const exact = new Map(rows.filter(([pattern]) => !isGlob(pattern)));
  const globs = rows.filter(([pattern]) => isGlob(pattern)).sort(([a], [b]) => bySpecificity(a, b));
  return (name) => exact.get(name) ?? globs.find(([pattern]) => matchesGlob(pattern, name))?.[1];
}
