/** The text of a policy file ⇄ its value, with the place of each key and value. */
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from 'yaml';

/** Says what is wrong, where, and what to do. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

export type Place = Omit<Problem, 'message'>;

export type Path = readonly (string | number)[];

/** A file as it was read. */
export interface Layer {
  readonly file: string;
  readonly value: unknown;
  /** Where the value at a path stands; the nearest thing above it where nothing does. */
  place(path: Path): Place;
  /** Where the key stands that leads to the value at a path. */
  keyPlace(path: Path): Place;
  /** The place of a character within the string at a path, however the file spells it. */
  placeWithin(path: Path, offset: number): Place;
}

/** Aliases may be used, but not multiplied. */
const MAX_ALIASES = 100;

type Result =
  | { readonly ok: true; readonly layer: Layer }
  | { readonly ok: false; readonly problems: Problem[] };

export function readYaml({ file, text }: SourceFile): Result {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  if (!('length' in documents) || documents.length === 0)
    return { ok: true, layer: layerOf(file, text, {}, null, placeOf) };
  if (documents.length > 1) {
    const at = placeOf(documents[1]!.range[0]);
    return {
      ok: false,
      problems: [{ ...at, message: 'A policy is one YAML document; remove what follows `---`.' }],
    };
  }
  const document = documents[0]!;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.map((fault) => ({
        ...placeOf(fault.pos[0]),
        message: explain(fault.code, fault.message),
      })),
    };
  }
  try {
    const value = (document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown) ?? {};
    return { ok: true, layer: layerOf(file, text, value, document.contents, placeOf) };
  } catch {
    return { ok: false, problems: [aliasProblem(document, placeOf)] };
  }
}

/** An alias that leads nowhere, or too many that lead somewhere. */
function aliasProblem(document: Document.Parsed, placeOf: (offset: number) => Place): Problem {
  let lost: number | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) lost ??= alias.range?.[0] ?? 0;
    },
  });
  if (lost === undefined) return { ...placeOf(0), message: 'Too many YAML aliases; write the values out.' };
  return { ...placeOf(lost), message: 'This alias has no anchor before it.' };
}

function explain(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'This key stands twice in its map; remove one.';
  return `This is no YAML that can be read: ${message}.`;
}

function layerOf(
  file: string,
  text: string,
  value: unknown,
  root: Node | null,
  placeOf: (offset: number) => Place,
): Layer {
  const startOf = (path: Path, side: 'key' | 'value'): number => find(root, path, side);
  return {
    file,
    value,
    place: (path) => placeOf(startOf(path, 'value')),
    keyPlace: (path) => placeOf(startOf(path, 'key')),
    placeWithin(path, offset) {
      const said = path.reduce<unknown>(
        (at, step) => (at as Record<string | number, unknown>)?.[step],
        value,
      );
      const start = startOf(path, 'value');
      return placeOf(typeof said === 'string' ? spelledAt(text, start, said.slice(0, offset)) : start);
    },
  };
}

/**
 * Where the file goes on after that beginning of a string. Lines may be folded and blocks indented, so blanks are not
 * counted; an escape of double quotes, and a doubled single quote, stand for one character.
 */
function spelledAt(text: string, start: number, before: string): number {
  const style = text[start];
  const header = style === '|' || style === '>' ? text.indexOf('\n', start) : -1;
  let at = header >= 0 ? header : start + (style === '"' || style === "'" ? 1 : 0);
  const skipBlanks = (): void => {
    while (/\s/.test(text.charAt(at))) at++;
  };
  for (const character of before) {
    if (/\s/.test(character)) continue;
    skipBlanks();
    const two = (style === '"' && text[at] === '\\') || (style === "'" && text[at] === "'");
    at += two ? 2 : character.length;
  }
  skipBlanks();
  return at;
}

/** The offset of what stands at a path, or of the last thing on the way to it. */
function find(root: Node | null, path: Path, side: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const next = childOf(node, step);
    if (next === undefined) return offset;
    const wanted = isPair(next)
      ? side === 'key' && depth === path.length - 1
        ? next.key
        : (next.value ?? next.key)
      : next;
    offset = (wanted as Node).range?.[0] ?? offset;
    node = isPair(next) ? next.value : next;
  }
  return offset;
}

function childOf(node: unknown, step: string | number): Pair | Node | undefined {
  if (isMap(node))
    return node.items.find((pair) => (isScalar(pair.key) ? String(pair.key.value) : '') === String(step));
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined;
  return undefined;
}
