/** What a person is asked about, as it is shown: JSON over many lines, with what is masked marked. */
import type { Mark, Question } from '../question.ts';
import { type Line, line, type Segment, type Style, segment, wrap } from './line.ts';

const MASKED: Style = { colour: 'yellow', inverse: true };

/** All rows of a question's text in that width. */
export function shownRows({ shown, marks, decision }: Question, width: number): Line[] {
  const value = parse(shown);
  const whole = value === undefined ? plainLines(shown, marks) : jsonLines(value, marks, decision.path);
  return whole.flatMap((each) => wrap(each, width, 2));
}

function parse(shown: string): object | undefined {
  try {
    const value: unknown = JSON.parse(shown);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function plainLines(shown: string, marks: readonly Mark[]): Line[] {
  if (new Set(marks.map(({ path }) => path)).size > 1) return shown.split('\n').map((text) => line(text));
  let at = 0;
  return shown.split('\n').map((text) => {
    const start = at;
    at += text.length + 1;
    const own = marks.map((mark) => ({ ...mark, start: mark.start - start, end: mark.end - start }));
    return marked(text, own, (piece) => piece);
  });
}

/** `base` is the pointer of what is shown. */
function jsonLines(value: object, marks: readonly Mark[], base: string): Line[] {
  const byPath = new Map<string, Mark[]>();
  for (const mark of marks) byPath.set(mark.path, [...(byPath.get(mark.path) ?? []), mark]);
  const lines: Line[] = [];
  const print = (each: unknown, path: string, before: Segment[], after: string): void => {
    const depth = before[0]!.text.length;
    if (typeof each !== 'object' || each === null || Object.keys(each).length === 0) {
      lines.push([...before, ...leaf(each, byPath.get(path) ?? []), { text: after }]);
      return;
    }
    const isList = Array.isArray(each);
    lines.push([...before, { text: isList ? '[' : '{' }]);
    const indent = ' '.repeat(depth + 2);
    const entries = Object.entries(each);
    entries.forEach(([key, below], i) => {
      const name = isList ? [] : [segment(`${JSON.stringify(key)}: `, { colour: 'cyan' })];
      const pointer = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      print(below, pointer, [{ text: indent }, ...name], i < entries.length - 1 ? ',' : '');
    });
    lines.push([{ text: `${' '.repeat(depth)}${isList ? ']' : '}'}${after}` }]);
  };
  print(value, base, [{ text: '' }], '');
  return lines;
}

const leaf = (value: unknown, marks: readonly Mark[]): Segment[] =>
  typeof value === 'string'
    ? [{ text: '"' }, ...marked(value, marks, (piece) => JSON.stringify(piece).slice(1, -1)), { text: '"' }]
    : [segment(JSON.stringify(value), marks.length > 0 ? MASKED : {})];

function marked(text: string, marks: readonly Mark[], write: (piece: string) => string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const push = (to: number, style?: Style): void => {
    if (to > at) segments.push(segment(write(text.slice(at, to)), style));
    at = Math.max(at, to);
  };
  for (const { start, end } of marks.toSorted((a, b) => a.start - b.start)) {
    push(Math.min(Math.max(start, 0), text.length));
    push(Math.min(Math.max(end, 0), text.length), MASKED);
  }
  push(text.length);
  return segments;
}
