/** Taking refused calls out of a Gemini answer: the part says the refusal instead of the call, streamed or not. */
import type { RefusedCall } from './codec.ts';
import type { CallOrigin } from './collector.ts';
import { editDoc, type Splice } from './edit.ts';
import {
  ARRAY,
  type Doc,
  elements,
  keyNodeOf,
  kindOf,
  member,
  members,
  type Node,
  numberMember,
  OBJECT,
  startOf,
  stringMember,
  TRUE,
} from './json.ts';
import { replaceNode } from './rewrite.ts';

/** What takes the place of one call, whose pieces may stand in many parts: its text is told once. */
interface Instead {
  text: string;
  told: boolean;
}

export function refuseParts(docs: readonly Doc[], refused: readonly RefusedCall[]): Splice[] {
  const gone = insteadOf(refused);
  const spoken = new Set<number>();
  return docs.flatMap((doc) =>
    partsOf(doc).flatMap(({ candidate, part }) => {
      const calls = members(doc, part).flatMap(({ value }) => {
        const instead = gone.get(doc)?.get(value);
        return instead ? [{ value, instead }] : [];
      });
      if (calls.length === 0) {
        if (isSpoken(doc, part)) spoken.add(candidate);
        return [];
      }
      const before =
        spoken.has(candidate) && calls.some(({ instead }) => !instead.told) ? apart(doc, part) : [];
      spoken.add(candidate);
      return [...before, ...calls.flatMap(({ value, instead }) => say(doc, value, instead))];
    }),
  );
}

/** By the places where the calls stand. */
function insteadOf(refused: readonly RefusedCall[]): Map<Doc, Map<Node, Instead>> {
  const texts = new Map<string, Instead>();
  const places = new Map<Doc, Map<Node, Instead>>();
  for (const { unit, text } of refused) {
    const { path, spots } = unit.origin as CallOrigin;
    const instead = texts.get(path) ?? { text, told: false };
    if (!instead.text.includes(text)) instead.text += `\n\n${text}`;
    texts.set(path, instead);
    for (const { doc, node } of spots) places.set(doc, (places.get(doc) ?? new Map()).set(node, instead));
  }
  return places;
}

function partsOf(doc: Doc): { candidate: number; part: Node }[] {
  return listed(doc, 0, 'candidates').flatMap((each, i) => {
    const candidate = numberMember(doc, each, 'index') ?? i;
    const content = member(doc, each, 'content');
    const parts = content === undefined ? [] : listed(doc, content, 'parts');
    return parts.filter((part) => kindOf(doc, part) === OBJECT).map((part) => ({ candidate, part }));
  });
}

function listed(doc: Doc, node: Node, name: string): Node[] {
  const list = member(doc, node, name);
  return list !== undefined && kindOf(doc, list) === ARRAY ? elements(doc, list) : [];
}

/** Text that readers put together with what follows. */
function isSpoken(doc: Doc, part: Node): boolean {
  const thought = member(doc, part, 'thought');
  return !!stringMember(doc, part, 'text') && (thought === undefined || kindOf(doc, thought) !== TRUE);
}

const apart = (doc: Doc, part: Node): Splice[] =>
  editDoc(doc, startOf(doc, part), startOf(doc, part), `${JSON.stringify({ text: '\n\n' })},`);

function say(doc: Doc, value: Node, instead: Instead): Splice[] {
  const text = instead.told ? '' : instead.text;
  instead.told = true;
  return [...replaceNode(doc, keyNodeOf(value), '"text"'), ...replaceNode(doc, value, JSON.stringify(text))];
}
