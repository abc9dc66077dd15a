/** The JSONPath of one place (RFC 9535, normalized and shorthand): `$.a.b[0]['c d']`, and `[]` for an empty array. */

export type Step =
  /** `start` and `end`: where the name stands in the path, in bytes. */
  | { readonly kind: 'name'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'end' };

const STEP = /\.([^.[\]'"]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|(\[\])$/gy;

/** Undefined where the text is no such path. */
export function stepsOf(path: string): Step[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (!found) return undefined;
    steps.push(stepOf(found, path));
    at = STEP.lastIndex;
  }
  return steps;
}

function stepOf([whole, plain, index, single, double, end]: RegExpExecArray, path: string): Step {
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (end !== undefined) return { kind: 'end' };
  const raw = plain ?? single ?? double ?? '';
  const start = Buffer.byteLength(
    path.slice(0, STEP.lastIndex - whole.length + (plain === undefined ? 2 : 1)),
  );
  const name = plain ?? raw.replace(/\\(.)/g, '$1');
  return { kind: 'name', name, start, end: start + Buffer.byteLength(raw) };
}
