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

/** Does a pattern match every name that another matches? */
export function covers(pattern: string, other: string): boolean {
  const tokens = canonical(other);
  const failed = new Set<string>();
  const matches = (p: number, t: number): boolean => {
    if (p === pattern.length) return t === tokens.length;
    const place = `${p} ${t}`;
    if (failed.has(place)) return false;
    failed.add(place);
    if (pattern[p] === '*') return matches(p + 1, t) || (t < tokens.length && matches(p, t + 1));
    if (t === tokens.length || tokens[t] === '*') return false;
    return (pattern[p] === '?' || pattern[p] === tokens[t]) && matches(p + 1, t + 1);
  };
  return matches(0, 0);
}

/** A name that two patterns both match; undefined where there is none. */
export function overlap(a: string, b: string): string | undefined {
  const seen = new Set<string>();
  const meet = (i: number, j: number): string | undefined => {
    if (i === a.length && j === b.length) return '';
    const place = `${i} ${j}`;
    if (seen.has(place)) return undefined;
    seen.add(place);
    const [x, y] = [a[i], b[j]];
    if (x === '*' && y === '*') return meet(i + 1, j) ?? meet(i, j + 1);
    if (x === '*') return meet(i + 1, j) ?? (y === undefined ? undefined : signed(y, meet(i, j + 1)));
    if (y === '*') return meet(i, j + 1) ?? (x === undefined ? undefined : signed(x, meet(i + 1, j)));
    if (x === undefined || y === undefined || (x !== y && x !== '?' && y !== '?')) return undefined;
    return signed(x === '?' ? y : x, meet(i + 1, j + 1));
  };
  return meet(0, 0);
}

const signed = (sign: string, rest: string | undefined): string | undefined =>
  rest === undefined ? undefined : (sign === '?' ? 'x' : sign) + rest;

/** `*?*` and `?*` match the same names: the marks first, then one star. */
const canonical = (pattern: string): string =>
  pattern.replace(/[*?]{2,}/g, (run) => run.replaceAll('*', '') + (run.includes('*') ? '*' : ''));

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
