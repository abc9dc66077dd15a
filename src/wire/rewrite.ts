/** Structural edits on a document: leaving members or elements out, and putting raw JSON in their place. */
import type { Splice } from './edit.ts';
import { editDoc } from './edit.ts';
import { ARRAY, type Doc, elements, endOf, kindOf, members, type Node, OBJECT, startOf } from './json.ts';

/** Replaces a whole value by raw JSON. */
export const replaceNode = (doc: Doc, node: Node, json: string): Splice[] =>
  editDoc(doc, startOf(doc, node), endOf(doc, node), json);

/** The container without some of its children (values of members, or elements); commas stay right. */
export function without(doc: Doc, container: Node, children: ReadonlySet<Node>): Splice[] {
  const spans = childSpans(doc, container);
  const kept = spans.filter((span) => !children.has(span.node));
  if (kept.length === spans.length) return [];
  if (kept.length === 0) {
    return editDoc(doc, startOf(doc, container) + 1, endOf(doc, container) - 1, '');
  }
  const splices: Splice[] = [];
  const lastKept = spans.lastIndexOf(kept.at(-1)!);
  spans.forEach((span, i) => {
    if (!children.has(span.node)) return;
    const next = spans[i + 1];
    if (i < lastKept && next) splices.push(...editDoc(doc, span.start, next.start, ''));
    else splices.push(...editDoc(doc, spans[i - 1]!.end, span.end, ''));
  });
  return splices;
}

interface Span {
  readonly node: Node;
  readonly start: number;
  readonly end: number;
}

function childSpans(doc: Doc, container: Node): Span[] {
  if (kindOf(doc, container) === ARRAY) {
    return elements(doc, container).map((node) => ({
      node,
      start: startOf(doc, node),
      end: endOf(doc, node),
    }));
  }
  if (kindOf(doc, container) !== OBJECT) return [];
  return members(doc, container).map(({ keyNode, value }) => ({
    node: value,
    start: startOf(doc, keyNode),
    end: endOf(doc, value),
  }));
}

/** Adds a member (raw JSON) at the end of an object; `emptied` where edits have just removed all that it had. */
export function addMember(doc: Doc, object: Node, key: string, json: string, emptied = false): Splice[] {
  const at = endOf(doc, object) - 1;
  const comma = emptied || members(doc, object).length === 0 ? '' : ',';
  return editDoc(doc, at, at, `${comma}${JSON.stringify(key)}:${json}`);
}
