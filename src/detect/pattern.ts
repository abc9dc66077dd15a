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
    const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/.exec(pattern.slice(atom))?.[0] ?? '';
    if (plain === undefined || repeat !== '') close();
    else run += plain;
    i = atom + repeat.length;
  }
  close();
  return best.length > 1 ? Buffer.from(best) : undefined;
}

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
