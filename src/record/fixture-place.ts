/** Where something stands in the text of a fixture file, JSON or YAML: looked for only once it is wrong. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

export type Path = readonly (string | number)[];

/** `line:column` of the key or of the value at a path, or of the nearest thing above it. */
export function placeIn(text: string, path: Path, side: 'key' | 'value' = 'value'): string {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const nodeAt = (at: Path): unknown => (at.length === 0 ? document.contents : document.getIn(at, true));
  let node: unknown;
  if (side === 'key') {
    const map = nodeAt(path.slice(0, -1));
    const key = path.at(-1);
    node = isMap(map) ? map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key : map;
  }
  for (let depth = path.length; node === undefined && depth >= 0; depth--) {
    const found = nodeAt(path.slice(0, depth));
    if (isNode(found)) node = found;
  }
  const { line, col } = lines.linePos((isNode(node) ? node.range?.[0] : undefined) ?? 0);
  return `${Math.max(1, line)}:${Math.max(1, col)}`;
}

/** `line:column` of a case of a JSON file by its name, which stands once among the cases, behind the recordings. */
export function placeOfCase(json: string, name: string): string {
  const written = JSON.stringify(name);
  for (const key of ['"name":', '"name": ']) {
    const at = json.lastIndexOf(key + written);
    if (at < 0) continue;
    const before = json.slice(0, at).split('\n');
    return `${before.length}:${before.at(-1)!.length + 1}`;
  }
  return '1:1';
}
