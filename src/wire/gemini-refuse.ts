/** Taking refused calls out of a Gemini answer: the part says the refusal instead of the call, streamed or not. */
import type { CallOrigin } from './calls.ts';
import type { RefusedCall } from './codec.ts';
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
import { addMember, replaceNode } from './rewrite.ts';

/** What takes the place of one call, whose pieces may stand in many parts: its text is told once. */
interface Instead {
  text: string;
  told: boolean;
  readonly id: string | undefined;
}

/** What a candidate has said so far, as far as its next parts depend on it. */
interface Past {
  /** Readers put the texts of parts together. */
  spoken: boolean;
  /** Is the last call that ran at Google gone? */
  gone: boolean;
  readonly goneIds: Set<string>;
  /** The signature of the calls that follow stands with one that is gone. */
  unsigned: boolean;
}

/** Google's word for a call whose signature cannot be had; the first of several calls must have one. */
const NO_SIGNATURE = '"skip_thought_signature_validator"';

export function refuseParts(docs: readonly Doc[], refused: readonly RefusedCall[]): Splice[] {
  const places = placesOf(refused);
  const pasts = new Map<number, Past>();
  return docs.flatMap((doc) =>
    partsOf(doc).flatMap(({ candidate, part }) => {
      const past = pasts.get(candidate) ?? {
        spoken: false,
        gone: false,
        goneIds: new Set(),
        unsigned: false,
      };
      pasts.set(candidate, past);
      return refuseIn(doc, part, places.get(doc) ?? new Map(), past);
    }),
  );
}

/** What is said instead, by the places where the calls stand. */
function placesOf(refused: readonly RefusedCall[]): Map<Doc, Map<Node, Instead>> {
  const texts = new Map<string, Instead>();
  const places = new Map<Doc, Map<Node, Instead>>();
  for (const { unit, text } of refused) {
    const { path, spots } = unit.origin as CallOrigin;
    const instead = texts.get(path) ?? { text, told: false, id: unit.callId };
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

function refuseIn(doc: Doc, part: Node, places: ReadonlyMap<Node, Instead>, past: Past): Splice[] {
  const splices: Splice[] = [];
  for (const { key, value } of members(doc, part)) {
    const instead = places.get(value);
    if (/^(executableCode|toolCall)$/.test(key)) goesOn(past, instead);
    if (instead) {
      if (!instead.told && past.spoken) splices.push(...apart(doc, part));
      splices.push(...say(doc, value, instead.told ? '' : instead.text));
      instead.told = true;
      past.spoken = true;
    } else if (/^(codeExecutionResult|toolResponse)$/.test(key) && isGone(doc, value, past))
      splices.push(...say(doc, value, ''));
  }
  past.spoken ||= isSpoken(doc, part);
  return [...splices, ...sign(doc, part, places, past)];
}

/** Only the first of several calls is signed: where it is gone, the next one stands first. */
function sign(doc: Doc, part: Node, places: ReadonlyMap<Node, Instead>, past: Past): Splice[] {
  const call = member(doc, part, 'functionCall');
  if (call === undefined) return [];
  const isSigned = member(doc, part, 'thoughtSignature') !== undefined;
  const isNext = past.unsigned && !isSigned && !places.has(call);
  if (isSigned || isNext) past.unsigned = places.has(call);
  return isNext ? addMember(doc, part, 'thoughtSignature', NO_SIGNATURE) : [];
}

function goesOn(past: Past, instead: Instead | undefined): void {
  past.gone = instead !== undefined;
  if (instead?.id !== undefined) past.goneIds.add(instead.id);
}

/** What a refused call gave at Google goes with it; where ids are absent it is what comes next. */
function isGone(doc: Doc, result: Node, { gone, goneIds }: Past): boolean {
  const id = stringMember(doc, result, 'id');
  return id === undefined ? gone : goneIds.has(id);
}

function isSpoken(doc: Doc, part: Node): boolean {
  const thought = member(doc, part, 'thought');
  return !!stringMember(doc, part, 'text') && (thought === undefined || kindOf(doc, thought) !== TRUE);
}

/** A part between what was said and what is said instead of a call. */
const apart = (doc: Doc, part: Node): Splice[] =>
  editDoc(doc, startOf(doc, part), startOf(doc, part), `${JSON.stringify({ text: '\n\n' })},`);

const say = (doc: Doc, value: Node, text: string): Splice[] => [
  ...replaceNode(doc, keyNodeOf(value), '"text"'),
  ...replaceNode(doc, value, JSON.stringify(text)),
];
