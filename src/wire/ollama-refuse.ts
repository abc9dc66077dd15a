/** Taking refused calls out of an Ollama answer: the message says the refusals instead, streamed or not. */
import type { CallOrigin } from './calls.ts';
import type { RefusedCall } from './codec.ts';
import { editDoc, type Splice } from './edit.ts';
import { encodeString } from './escape.ts';
import {
  ARRAY,
  type Doc,
  elements,
  endOf,
  kindOf,
  member,
  members,
  type Node,
  STRING,
  stringMember,
} from './json.ts';
import { addMember, replaceNode, without } from './rewrite.ts';

export function refuseOllamaCalls(docs: readonly Doc[], refused: readonly RefusedCall[]): Splice[] {
  const texts = textsByCall(refused);
  let spoken = false;
  return docs.flatMap((doc) => {
    const message = member(doc, 0, 'message');
    if (message === undefined) return [];
    spoken ||= (stringMember(doc, message, 'content') ?? '') !== '';
    const calls = member(doc, message, 'tool_calls');
    const listed = calls !== undefined && kindOf(doc, calls) === ARRAY ? elements(doc, calls) : [];
    const gone = listed.filter((call) => texts.get(doc)?.has(call));
    if (calls === undefined || gone.length === 0) return [];
    const said = gone.flatMap((call) => [...texts.get(doc)!.get(call)!]).join('\n\n');
    const text = spoken ? `\n\n${said}` : said;
    spoken = true;
    // Readers take a list for the wish to call, even if it is empty.
    const all = gone.length === listed.length;
    const emptied = all && members(doc, message).length === 1;
    const leaving = all ? without(doc, message, new Set([calls])) : without(doc, calls, new Set(gone));
    return [...leaving, ...say(doc, message, text, emptied)];
  });
}

/** What is said instead, by where the calls stand. */
function textsByCall(refused: readonly RefusedCall[]): Map<Doc, Map<Node, Set<string>>> {
  const texts = new Map<Doc, Map<Node, Set<string>>>();
  for (const { unit, text } of refused) {
    for (const { doc, node } of (unit.origin as CallOrigin).spots) {
      const own = texts.get(doc) ?? new Map<Node, Set<string>>();
      texts.set(doc, own.set(node, (own.get(node) ?? new Set()).add(text)));
    }
  }
  return texts;
}

/** Adds the text to the message's content; `emptied` where its calls were all that the message had. */
function say(doc: Doc, message: Node, text: string, emptied: boolean): Splice[] {
  const content = member(doc, message, 'content');
  if (content === undefined) return addMember(doc, message, 'content', JSON.stringify(text), emptied);
  const end = endOf(doc, content) - 1;
  if (kindOf(doc, content) !== STRING) return replaceNode(doc, content, JSON.stringify(text));
  return editDoc(doc, end, end, encodeString(text));
}
