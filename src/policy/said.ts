/** What a condition says of names: the fields that it reads, and the words that it compares them with. */
import { parse } from '@bufbuild/cel';
import { belowOf, chainOf, type Expr, rangeOf, textIn } from './expression.ts';

export interface Said {
  /** Whole chains of fields, `args.order.amount`. */
  readonly reads: readonly { readonly chain: readonly string[]; readonly offset: number }[];
  readonly compares: readonly Compared[];
  /** The patterns that it gives to `matches`. */
  readonly patterns: readonly { readonly text: string; readonly offset: number }[];
  /** It reads nothing: it always holds, or never does. */
  readonly constant: boolean;
}

/** `tool.name == "pay"`, `tool.name in ["pay", "send"]`, `"finance" in caller.groups`. */
export interface Compared {
  /** `tool.name`; fields of a finding are told as `findings.entity`. */
  readonly chain: string;
  readonly words: readonly string[];
  readonly offset: number;
  /** The condition holds only where this does. */
  readonly required: boolean;
}

/** The text has passed the checks of loading. */
export function saidIn(text: string): Said {
  const { expr, sourceInfo } = parse(text);
  const offset = ({ id }: Expr): number => sourceInfo?.positions[String(id)] ?? 0;
  const reads: { chain: readonly string[]; offset: number }[] = [];
  const compares: Compared[] = [];
  const patterns: { text: string; offset: number }[] = [];

  const visit = (each: Expr, required: boolean, items: ReadonlyMap<string, readonly string[]>): void => {
    const chain = chainOf(each);
    if (chain) {
      if (!chain[0]!.startsWith('@') && !items.has(chain[0]!)) reads.push({ chain, offset: offset(each) });
      return;
    }
    const { exprKind } = each;
    if (exprKind.case === 'callExpr') {
      const compared = comparison(exprKind.value, items);
      if (compared) compares.push({ ...compared, offset: offset(each), required });
      const pattern = exprKind.value.function === 'matches' ? exprKind.value.args.at(-1) : undefined;
      const text = pattern && textIn(pattern);
      if (pattern && text !== undefined) patterns.push({ text, offset: offset(pattern) });
    }
    const isAnd = exprKind.case === 'callExpr' && exprKind.value.function === '_&&_';
    if (exprKind.case === 'comprehensionExpr') {
      const [range] = rangeOf(exprKind.value);
      const inside = new Map(items).set(exprKind.value.iterVar, (range && chainOf(range)) ?? []);
      for (const below of belowOf(each)) visit(below, false, inside);
    } else for (const below of belowOf(each)) visit(below, required && isAnd, items);
  };
  visit(expr, true, new Map());
  return { reads, compares, patterns, constant: reads.length === 0 };
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];

function comparison(
  { function: name, args: [left, right] }: Call,
  items: ReadonlyMap<string, readonly string[]>,
): Pick<Compared, 'chain' | 'words'> | undefined {
  if (!left || !right) return undefined;
  const chain = (expr: Expr): string | undefined => {
    const [root, ...rest] = chainOf(expr) ?? [];
    return root === undefined ? undefined : [items.get(root)?.at(-1) ?? root, ...rest].join('.');
  };
  const told = (expr: Expr, words: readonly string[]) => {
    const at = chain(expr);
    return at === undefined || words.length === 0 ? undefined : { chain: at, words };
  };
  if (name === '_==_') return told(left, wordsOf(right)) ?? told(right, wordsOf(left));
  if (name === '@in') return told(left, wordsOf(right)) ?? told(right, wordsOf(left));
  return undefined;
}

/** A text that is written out, or a list of such. */
function wordsOf({ exprKind }: Expr): readonly string[] {
  if (exprKind.case === 'listExpr') return exprKind.value.elements.flatMap(wordsOf);
  if (exprKind.case !== 'constExpr') return [];
  const { constantKind } = exprKind.value;
  return constantKind.case === 'stringValue' ? [constantKind.value] : [];
}
