/**
 * A text that each match of a pattern must hold, so that the pattern need not be run where it is missing. Reads
 * only what is plain at the top level of the pattern; anything else ends a run, and alternatives end the search.
 */
export function requiredLiteral(pattern: string): Buffer | undefined {
  if (/\(\?[a-zA-Z]*i/.test(pattern)) return undefined;
  let best = '';
  let run = '';
  const close = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  let i = 0;
  while (i < pattern.length) {
    const char = pattern[i]!;
    if (char === '|') return undefined;
    const atom = atomEnd(pattern, i);
    const plain = literalOf(pattern.slice(i, atom));
    const repeat = repeatAt(pattern, atom);
    if (plain === undefined || repeat !== '') close();
    else run += plain;
    i = atom + repeat.length;
  }
  close();
  return best.length > 1 ? Buffer.from(best) : undefined;
}

/** `*`, `+`, `?`, `{2,3}`, greedy or not. */
const repeatAt = (pattern: string, i: number): string =>
  /^(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/.exec(pattern.slice(i))?.[0] ?? '';

/** Where the atom that begins at `i` ends: a group, a class, an escape or one character. */
function atomEnd(pattern: string, i: number): number {
  const char = pattern[i];
  if (char === '(') return groupEnd(pattern, i);
  if (char === '[') return classEnd(pattern, i);
  if (char !== '\\') return i + String.fromCodePoint(pattern.codePointAt(i)!).length;
  const escaped = /^\\(?:x\{[^}]*\}|x..|[pP]\{[^}]*\}|[pP].|Q[\s\S]*?(?:\\E|$)|\d+|[\s\S]|$)/.exec(
    pattern.slice(i),
  )!;
  return i + escaped[0].length;
}

function groupEnd(pattern: string, start: number): number {
  let depth = 0;
  let i = start;
  while (i < pattern.length) {
    if (pattern[i] === '(') depth++;
    if (pattern[i] === ')' && --depth === 0) return i + 1;
    i = pattern[i] === '(' || pattern[i] === ')' ? i + 1 : atomEnd(pattern, i);
  }
  return i;
}

function classEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  while (i < pattern.length && pattern[i] !== ']') {
    const named = /^\[:\^?\w+:\]/.exec(pattern.slice(i));
    i += named ? named[0].length : pattern[i] === '\\' ? 2 : 1;
  }
  return i + 1;
}

/** The character that an atom stands for, where it stands for one. */
function literalOf(atom: string): string | undefined {
  if (/^\\[^\w\s]$/.test(atom)) return atom[1];
  return /^[^\\[(.^$)*+?{}]/.test(atom) ? atom : undefined;
}

/** Whether no match holds white space: told by the letters alone, so that doubt says no. */
export const isUnspaced = (pattern: string): boolean =>
  !/[\s.]|\[\^|\[:|\\[sDWSpPxtnrfvaCQ0-9]|\(\?/.test(pattern.replace(/\\\.|\(\?:/g, ''));

/** The length of a pattern's longest match in bytes; Infinity where it has no end. */
export function longestMatch(pattern: string): number {
  let best = 0;
  let length = 0;
  for (let i = 0; i < pattern.length; ) {
    const end = atomEnd(pattern, i);
    const repeat = repeatAt(pattern, end);
    if (pattern[i] === '|') {
      best = Math.max(best, length);
      length = 0;
    } else length += longestAtom(pattern.slice(i, end)) * mostTimes(repeat);
    i = end + repeat.length;
  }
  return Math.max(best, length);
}

/** At least one, so that what is repeated without end has none. */
function longestAtom(atom: string): number {
  if (!atom.startsWith('(')) return atom.length > 2 && atom.startsWith('\\Q') ? atom.length * 4 : 4;
  return Math.max(1, longestMatch(atom.replace(/^\((?:\?(?:P?<\w+>|[a-zA-Z-]*:?))?|\)$/g, '')));
}

function mostTimes(repeat: string): number {
  if (/^[*+]/.test(repeat)) return Number.POSITIVE_INFINITY;
  const most = /^\{(\d+)(,)?(\d+)?\}/.exec(repeat);
  return most ? Math.max(1, Number(most[3] ?? (most[2] ? Number.POSITIVE_INFINITY : most[1]))) : 1;
}
