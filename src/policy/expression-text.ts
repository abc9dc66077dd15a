/** The text of a CEL expression: where a sub-expression begins and ends, which the syntax tree does not say. */

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface ExpressionText {
  /** The operand of a logical operator, a macro or a whole that a place belongs to. */
  around(offset: number): TextRange;
  /** What spans several of them, with the brackets that it opens and closes; undefined for none. */
  joined(ranges: readonly TextRange[]): TextRange | undefined;
}

/** Comments and strings are passed over; of what is left, only what sets operands apart matters. */
const TOKEN =
  /\/\/[^\n]*|\b[bB]?[rR][bB]?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n]*"|'[^'\n]*')|"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|&&|\|\||!=|[?:,!()[\]{}]/g;

interface Mark {
  readonly start: number;
  readonly end: number;
  /** How many brackets are open around it; a bracket stands outside of itself. */
  readonly depth: number;
  readonly kind: 'open' | 'close' | 'between';
}

export function createText(text: string): ExpressionText {
  const marks = marksIn(text);
  const trimmed = (start: number, end: number): TextRange => {
    const piece = text.slice(start, end);
    const from = start + piece.length - piece.trimStart().length;
    return { start: from, end: from + piece.trim().length };
  };
  return {
    around(offset) {
      const before = marks.filter((mark) => mark.end <= offset);
      const depth = before.reduce((open, { kind }) => open + BRACKET[kind], 0);
      const left = before.findLast((mark) => bounds(mark, depth, 'open'));
      const right = marks.find((mark) => mark.start >= offset && bounds(mark, depth, 'close'));
      return trimmed(left?.end ?? 0, right?.start ?? text.length);
    },
    joined(ranges) {
      if (ranges.length === 0) return undefined;
      let start = Math.min(...ranges.map((range) => range.start));
      let end = Math.max(...ranges.map((range) => range.end));
      const inside = marks.filter((mark) => mark.start >= start && mark.end <= end);
      const floor = Math.min(...inside.map(({ depth }) => depth));
      const outside = (kind: Mark['kind']): number =>
        inside.filter((mark) => mark.kind === kind && mark.depth === floor).length;
      const missing = outside('open') - outside('close');
      if (missing > 0)
        end =
          marks.find(({ kind, depth, start: at }) => at >= end && kind === 'close' && depth === floor)?.end ??
          end;
      if (missing < 0)
        start =
          marks.findLast(({ kind, depth, end: at }) => at <= start && kind === 'open' && depth === floor)
            ?.start ?? start;
      return { start, end };
    },
  };
}

const BRACKET = { open: 1, close: -1, between: 0 } as const;

/** Does it end an operand at that depth? Beside what stands between operands, the bracket around them does. */
const bounds = ({ kind, depth }: Mark, at: number, bracket: 'open' | 'close'): boolean =>
  kind === 'between' ? depth === at : kind === bracket && depth === at - 1;

function marksIn(text: string): Mark[] {
  const marks: Mark[] = [];
  let depth = 0;
  for (const { 0: token, index: start } of text.matchAll(TOKEN)) {
    const end = start + token.length;
    if (/^[([{]$/.test(token)) marks.push({ start, end, depth: depth++, kind: 'open' });
    else if (/^[)\]}]$/.test(token)) marks.push({ start, end, depth: --depth, kind: 'close' });
    else if (/^(?:&&|\|\||[?:,!])$/.test(token)) marks.push({ start, end, depth, kind: 'between' });
  }
  return marks;
}
